//! A customer's file on its way from a provider into our storage.
use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use sha2::{Digest, Sha256};

use super::ports::FileStore;
use crate::domain::conversation::input::MediaResult;
use crate::hub::fetching::FetchError;

/// Enough for every signature that `infer` knows.
const HEAD: usize = 8 << 10;

/// How the stream of bytes ends badly. Any other error of a `put` is our own storage's.
#[derive(Debug, thiserror::Error)]
enum Download {
    #[error("{0}")]
    Broke(String),
    #[error("the file is larger than it may be")]
    TooLarge,
}

/// As an error of the stream: the way broke, so a later try may help.
pub fn broke(why: String) -> io::Error {
    io::Error::other(Download::Broke(why))
}

pub struct Arriving {
    /// Its errors are made by [`broke`].
    pub bytes: BoxStream<'static, io::Result<Bytes>>,
    pub size: Option<u64>,
}

/// Keeps it, if it has `most` bytes at most; `told` is the type that the sender says it has.
pub async fn keep(
    files: &dyn FileStore,
    arriving: Arriving,
    told: &str,
    most: u64,
    too_big: impl Fn() -> FetchError,
) -> Result<MediaResult, FetchError> {
    if arriving.size.is_some_and(|size| size > most) {
        return Err(too_big());
    }
    let mut body = arriving.bytes;
    let head = read_head(&mut body).await.map_err(|e| FetchError::Later(e.to_string()))?;
    let mime = sniff(&head, told);
    let whole = capped(stream::iter([Ok(head)]).chain(body).boxed(), most);
    match files.put(whole).await {
        Ok(stored) => Ok(MediaResult::Ready { storage_key: stored.key, size: stored.size as i64, mime }),
        Err(e) => Err(match e.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(Download::TooLarge) => too_big(),
            Some(Download::Broke(why)) => FetchError::Later(why.clone()),
            None => FetchError::Ours(format!("The file cannot be kept: {e}")),
        }),
    }
}

/// The same bytes, whose end is an error unless they are those that the provider has told the SHA-256 of, in hexadecimal or base64.
pub fn checked(body: BoxStream<'static, io::Result<Bytes>>, told: String) -> BoxStream<'static, io::Result<Bytes>> {
    let seen = Sha256::new();
    let step = move |(mut body, mut seen, told): (BoxStream<'static, io::Result<Bytes>>, Sha256, Option<String>)| async move {
        match body.next().await {
            Some(Ok(chunk)) => {
                seen.update(&chunk);
                Some((Ok(chunk), (body, seen, told)))
            }
            Some(Err(e)) => Some((Err(e), (body, seen, None))),
            None => {
                let told = told?;
                let hash = seen.finalize_reset();
                let same = told.eq_ignore_ascii_case(&hex::encode(hash)) || told == STANDARD.encode(hash);
                let end = Err(broke("the file that came is not the one that was told of".to_owned()));
                (!same).then_some((end, (body, seen, None)))
            }
        }
    };
    stream::unfold((body, seen, Some(told)), step).boxed()
}

async fn read_head(body: &mut BoxStream<'static, io::Result<Bytes>>) -> io::Result<Bytes> {
    let mut head = BytesMut::new();
    while head.len() < HEAD {
        match body.next().await {
            Some(chunk) => head.extend_from_slice(&chunk?),
            None => break,
        }
    }
    Ok(head.freeze())
}

/// Counts while it streams: a length that was not told, or was told wrongly, cannot fill the disk.
fn capped(body: BoxStream<'static, io::Result<Bytes>>, most: u64) -> BoxStream<'static, io::Result<Bytes>> {
    let mut total = 0u64;
    body.map(move |chunk| {
        let chunk = chunk?;
        total += chunk.len() as u64;
        if total > most { Err(io::Error::other(Download::TooLarge)) } else { Ok(chunk) }
    })
    .boxed()
}

/// What the bytes are counts more than what the sender says, where they tell: pictures, sound, film and PDF. An archive may
/// well be the document it is said to be.
fn sniff(head: &[u8], told: &str) -> String {
    let seen = infer::get(head).map(|kind| kind.mime_type());
    match seen {
        // One container, two names: what was told says which.
        Some("video/mp4" | "audio/ogg" | "video/webm" | "application/ogg") if told.starts_with("audio/") => told.to_owned(),
        Some(mime) if mime.starts_with("image/") || mime.starts_with("audio/") || mime.starts_with("video/") => mime.to_owned(),
        // What says it is a picture and is none shall not be shown as one.
        _ if told.starts_with("image/") && told != "image/svg+xml" => "application/octet-stream".to_owned(),
        Some("application/pdf") => "application/pdf".to_owned(),
        Some(mime) if told.is_empty() || told == "application/octet-stream" => mime.to_owned(),
        _ if told.is_empty() => "application/octet-stream".to_owned(),
        _ => told.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_count_more_than_words() {
        let png = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0];
        assert_eq!(sniff(&png, "image/jpeg"), "image/png");
        assert_eq!(sniff(b"%PDF-1.7", "application/octet-stream"), "application/pdf");
        assert_eq!(sniff(b"<html>", "image/jpeg"), "application/octet-stream");
        assert_eq!(sniff(b"OggS\0\0\0\0", "audio/ogg"), "audio/ogg");
        assert_eq!(sniff(b"hello", "text/plain"), "text/plain");
        assert_eq!(sniff(b"", ""), "application/octet-stream");
    }

    #[tokio::test]
    async fn a_stream_that_lies_about_its_length_ends() {
        let chunk = Bytes::from(vec![0u8; 1 << 20]);
        let endless = stream::repeat_with(move || Ok(chunk.clone())).boxed();
        let read: Vec<_> = capped(endless, 20 << 20).take(25).collect().await;
        assert_eq!(read.iter().filter(|c| c.is_ok()).count(), 20);
    }

    #[tokio::test]
    async fn bytes_that_are_others_than_was_told_end_in_an_error() {
        let fine = |told: &str| {
            let body = stream::iter([Ok(Bytes::from_static(b"ab")), Ok(Bytes::from_static(b"c"))]).boxed();
            checked(body, told.to_owned()).collect::<Vec<_>>()
        };
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let base64 = STANDARD.encode(hex::decode(hex).expect("hexadecimal"));
        for told in [hex, &hex.to_uppercase(), &base64] {
            assert!(fine(told).await.iter().all(Result::is_ok), "{told}");
        }
        let read = fine("AAAA").await;
        assert_eq!(read.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false]);
    }
}
