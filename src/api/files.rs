//! Files people send: taken in, judged by their bytes, and given back unchanged as downloads only.
use std::io;
use std::sync::Arc;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::TryStreamExt;
use schemars::JsonSchema;
use serde::Serialize;

use super::extract::{Id, header_text};
use crate::actions::keep_file::{FileLabel, keep_file, room_left, unwritable};
use crate::clients::labels::clean_name;
use crate::clients::storage::{Storage, Upload};
use crate::config::Config;
use crate::db::Store;
use crate::db::rows::AttachmentRow;
use crate::domain::access::Principal;
use crate::domain::flaw::Flaw;
use crate::domain::message::AttachmentStatus;
use crate::domain::text::word_enum;
use crate::error::{Error, Result};
use crate::sessions::Sessions;

pub const MOST: u64 = 20 * 1024 * 1024;
/// The head of a file that its type is judged by.
const HEAD: usize = 8 * 1024;
/// As long as file systems take them.
const MOST_NAME: usize = 255;

word_enum! { FileKind { Image = "image", Audio = "audio", Video = "video", Document = "document" } }

/// A form with a file, which is read piece by piece.
#[derive(JsonSchema)]
#[schemars(rename = "Upload")]
#[allow(dead_code, reason = "what the form looks like; its fields are never held together")]
pub struct FileForm {
    /// What the file is called (what is longer than 255 characters is cut), before the file; without it the name in the file's
    /// own heading counts, in which browsers write a double quote as %22.
    #[schemars(with = "String")]
    #[serde(default)]
    name: Option<String>,
    #[schemars(length(min = 1), extend("contentMediaType" = "application/octet-stream"))]
    file: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "File")]
pub struct FileView {
    id: i64,
    name: String,
    mime: String,
    size: i64,
    #[schemars(with = "FileKind")]
    kind: String,
}

/// `POST /api/files`, multipart, field `file`. A field `name` before it says what the file is called: in the file's own heading
/// browsers write `"` as `%22`, and `%22` as `%22` too.
pub async fn upload(
    who: Principal,
    mut form: Multipart,
    store: web::Data<Store>,
    storage: web::Data<Arc<dyn Storage>>,
    sessions: web::Data<Sessions>,
    config: web::Data<Config>,
) -> Result<HttpResponse> {
    let room = room_left(&store, &config, who.company_id).await?;
    let mut told = None;
    while let Some(mut field) = form.try_next().await.map_err(unreadable)? {
        if field.name() == Some("name") {
            told = Some(short(&mut field, "name", MOST_NAME).await?);
            continue;
        }
        if field.name() != Some("file") {
            continue;
        }
        let name = told.as_deref().or_else(|| field.content_disposition().and_then(|d| d.get_filename()));
        let name = clean_name(name.unwrap_or_default());
        let (upload, head) = take(&mut field, &***storage, MOST).await?;
        if upload.size == 0 {
            return Err(Error::field("file", Flaw::FileEmpty));
        }
        let (mime, kind) = judge(&head);
        let name = if name.is_empty() { default_name(kind) } else { name };
        let label = FileLabel { company_id: who.company_id, uploaded_by: Some(who.user_id), kind, name, mime };
        let row = keep_file(&store, &***storage, room, upload, label, sessions.now()).await?;
        let AttachmentRow { id, name, mime, size, kind, .. } = row;
        return Ok(HttpResponse::Created().json(FileView { id, name, mime, size, kind }));
    }
    Err(Error::field("file", Flaw::FileMissing))
}

pub(super) fn unreadable(e: MultipartError) -> Error {
    Error::validation(Flaw::Unreadable { words: format!("The form cannot be read: {e}") })
}

/// A field of words.
pub(super) async fn short(field: &mut Field, name: &'static str, most: usize) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.try_next().await.map_err(unreadable)? {
        bytes.extend_from_slice(&chunk);
        // No character has more than four bytes.
        if bytes.len() > most * 4 {
            return Err(too_long(name, most));
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| Error::field(name, Flaw::NotText))?;
    if text.chars().count() > most {
        return Err(too_long(name, most));
    }
    if text.contains('\0') {
        return Err(Error::field(name, Flaw::NotText));
    }
    Ok(text.trim().to_owned())
}

fn too_long(name: &'static str, most: usize) -> Error {
    Error::field(name, Flaw::TooLong { max: most })
}

/// The bytes of a field in a temporary file, and their head. More than `most` is refused.
pub(super) async fn take(field: &mut Field, storage: &dyn Storage, most: u64) -> Result<(Upload, Vec<u8>)> {
    let mut upload = Upload::begin(storage).await.map_err(unwritable)?;
    let mut head = Vec::new();
    while let Some(chunk) = field.try_next().await.map_err(unreadable)? {
        if upload.size + chunk.len() as u64 > most {
            return Err(Error::too_large(Flaw::FileTooLarge { megabytes: most >> 20 }));
        }
        let wanted = HEAD.saturating_sub(head.len()).min(chunk.len());
        head.extend_from_slice(&chunk[..wanted]);
        upload.write(&chunk).await.map_err(unwritable)?;
    }
    Ok((upload, head))
}

/// What the bytes are; what the sender calls them is not asked.
pub(super) fn judge(head: &[u8]) -> (&'static str, &'static str) {
    let is_text = || {
        let cut = match std::str::from_utf8(head) {
            Ok(_) => true,
            // The head may end inside a character.
            Err(e) => e.error_len().is_none() && head.len() == HEAD,
        };
        cut && !head.contains(&0)
    };
    let mime = match infer::get(head) {
        Some(found) => found.mime_type(),
        None if is_text() => "text/plain",
        None => "application/octet-stream",
    };
    let kind = match mime.split('/').next() {
        Some("image") if ["image/jpeg", "image/png", "image/webp", "image/gif"].contains(&mime) => "image",
        Some("audio") => "audio",
        Some("video") => "video",
        _ => "document",
    };
    (mime, kind)
}

/// Containers of video carry sound alone just as well: browsers record into webm, telephones into mp4.
pub(super) fn is_recording(mime: &str) -> bool {
    mime.starts_with("audio/") || ["video/webm", "video/mp4", "application/ogg", "video/ogg"].contains(&mime)
}

fn default_name(kind: &str) -> String {
    kind.to_owned()
}

/// `GET /api/files/{id}`: for those who see its conversation; while no message names it, for who uploaded it.
pub async fn download(
    req: HttpRequest,
    who: Principal,
    Id(id): Id,
    store: web::Data<Store>,
    storage: web::Data<Arc<dyn Storage>>,
) -> Result<HttpResponse> {
    let found = store.file(who.clone(), id).await?;
    let (row, _) = found
        .filter(|(row, scope)| scope.map_or(row.uploaded_by == Some(who.user_id), |scope| who.sees(&scope)))
        .ok_or_else(missing)?;
    send(&req, &***storage, &row).await
}

pub(super) fn missing() -> Error {
    Error::not_found("File not found")
}

/// The bytes unchanged, never shown by a browser as a page of ours. One range may be asked for.
pub(super) async fn send(req: &HttpRequest, storage: &dyn Storage, row: &AttachmentRow) -> Result<HttpResponse> {
    let key = row.storage_key.as_deref().filter(|_| row.status == AttachmentStatus::Ready).ok_or_else(missing)?;
    let size = row.size.max(0) as u64;
    let mut response = HttpResponse::Ok();
    let (from, len) = match header_text(req, &header::RANGE).map(|text| range(text, size)) {
        None | Some(ByteRange::All) => (0, size),
        Some(ByteRange::Part(from, len)) => {
            response.status(actix_web::http::StatusCode::PARTIAL_CONTENT);
            response.insert_header((header::CONTENT_RANGE, format!("bytes {from}-{}/{size}", from + len - 1)));
            (from, len)
        }
        Some(ByteRange::Nothing) => {
            return Ok(HttpResponse::RangeNotSatisfiable()
                .insert_header((header::CONTENT_RANGE, format!("bytes */{size}")))
                .finish());
        }
    };
    let bytes = storage.read(key, from, len).await.map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => missing().because(format!("attachment {} has a row and no file", row.id)),
        _ => Error::internal(e),
    })?;
    response
        .content_type(row.mime.as_str())
        .insert_header((header::CONTENT_DISPOSITION, disposition(&row.name)))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header(("x-content-type-options", "nosniff"))
        .insert_header(("content-security-policy", "sandbox; default-src 'none'"))
        .insert_header((header::CACHE_CONTROL, "private, max-age=86400, immutable"));
    Ok(response.body(actix_web::body::SizedStream::new(len, bytes)))
}

enum ByteRange {
    All,
    Part(u64, u64),
    Nothing,
}

fn range(text: &str, size: u64) -> ByteRange {
    let Some((from, to)) = text.strip_prefix("bytes=").and_then(|r| r.split_once('-')) else { return ByteRange::All };
    let (from, to) = match (from.trim().parse::<u64>(), to.trim().parse::<u64>()) {
        (Ok(from), Ok(to)) if from <= to => (from, to.min(size.saturating_sub(1))),
        (Ok(from), Err(_)) if to.trim().is_empty() => (from, size.saturating_sub(1)),
        (Err(_), Ok(last)) if from.trim().is_empty() && last > 0 => (size.saturating_sub(last), size.saturating_sub(1)),
        // Several ranges, or none that makes sense: the whole file answers every wish.
        _ => return ByteRange::All,
    };
    if from >= size { ByteRange::Nothing } else { ByteRange::Part(from, to - from + 1) }
}

/// RFC 6266: an ASCII name for old clients, the real one beside it.
fn disposition(name: &str) -> String {
    let ascii: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || " ._-()".contains(c) { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' => encoded.push(byte as char),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests;
