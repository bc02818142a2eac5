//! Fetching what a customer sent: getFile, then the bytes, streamed into our storage.
use std::io;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use tokio_util::io::ReaderStream;

use super::client::answer::ApiError;
use super::client::{Api, safe_text};
use crate::connectors::ports::FileStore;
use crate::db::channels::RemoteFile;
use crate::domain::conversation::input::MediaResult;
use crate::hub::fetching::{FetchError, Fetcher};

/// Bot API, getFile: "For the moment, bots can download files of up to 20MB in size." A local server gives any; it takes 2 GB.
const DOWNLOAD_LIMIT: u64 = 20 << 20;
const LOCAL_LIMIT: u64 = 2_000 << 20;
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

/// The files that came to one bot.
#[derive(Clone)]
pub struct TelegramFiles {
    pub api: Api,
    pub files: Arc<dyn FileStore>,
}

impl Fetcher for TelegramFiles {
    fn fetch(&self, file: RemoteFile) -> BoxFuture<'static, Result<MediaResult, FetchError>> {
        let (api, files) = (self.api.clone(), self.files.clone());
        Box::pin(async move { fetch(&api, &*files, &file).await })
    }
}

async fn fetch(api: &Api, files: &dyn FileStore, file: &RemoteFile) -> Result<MediaResult, FetchError> {
    let most = if api.is_official() { DOWNLOAD_LIMIT } else { LOCAL_LIMIT };
    let too_big = || FetchError::Never(format!("The file is larger than {} MB; Telegram gives bots no larger ones", most >> 20));
    if file.size > most as i64 {
        return Err(too_big());
    }
    let file_id = file.provider_file_id.as_deref().ok_or_else(|| FetchError::Never("The file has no id".to_owned()))?;
    let (path, told) = api.file_path(file_id).await.map_err(fetch_error)?;
    let opened = open(api, &path).await?;
    if [told.and_then(|size| u64::try_from(size).ok()), opened.size].into_iter().flatten().any(|size| size > most) {
        return Err(too_big());
    }
    let mut body = opened.bytes;
    let head = read_head(&mut body).await.map_err(|e| FetchError::Later(e.to_string()))?;
    let mime = sniff(&head, &file.mime);
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

/// A file on its way to us.
struct Arriving {
    bytes: BoxStream<'static, io::Result<Bytes>>,
    size: Option<u64>,
}

async fn open(api: &Api, path: &str) -> Result<Arriving, FetchError> {
    let broke = |why: String| io::Error::other(Download::Broke(why));
    match api.open_local(path).await {
        Ok(Some((file, size))) => {
            let bytes = ReaderStream::new(file).map(move |chunk| chunk.map_err(|e| broke(e.to_string()))).boxed();
            Ok(Arriving { bytes, size: Some(size) })
        }
        Ok(None) => {
            let answer = api.download(path).await.map_err(fetch_error)?;
            let size = answer.content_length();
            let bytes = answer.bytes_stream().map(move |chunk| chunk.map_err(|e| broke(safe_text(e)))).boxed();
            Ok(Arriving { bytes, size })
        }
        Err(e) => Err(FetchError::Later(format!("The file of the local Bot API server cannot be read: {e}"))),
    }
}

fn fetch_error(error: ApiError) -> FetchError {
    match error {
        // "file is too big", "wrong file_id", "file_id doesn't belong to this bot": no second try helps.
        ApiError::Refused { code: 400, text } => FetchError::Never(format!("Telegram does not give the file: {text}")),
        ApiError::Paced { seconds } => FetchError::NotBefore { seconds, why: "Telegram asks us to wait".to_owned() },
        other => FetchError::Later(other.to_string()),
    }
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
        let read: Vec<_> = capped(endless, DOWNLOAD_LIMIT).take(25).collect().await;
        assert_eq!(read.iter().filter(|c| c.is_ok()).count(), 20);
    }
}
