//! A file that somebody uploads: its bytes, then the row that names them.
use std::io;

use crate::clients::storage::{Storage, Upload};
use crate::config::Config;
use crate::db::Store;
use crate::db::files::NewFile;
use crate::db::rows::AttachmentRow;
use crate::domain::clock::Micros;
use crate::domain::ids::{CompanyId, UserId};
use crate::error::{Error, Result};

/// Whose file it is, and what it is.
pub struct FileLabel {
    pub company_id: CompanyId,
    /// `None`: a visitor.
    pub uploaded_by: Option<UserId>,
    pub kind: &'static str,
    pub name: String,
    pub mime: &'static str,
}

/// Bytes that a company may still store, by `STORAGE_QUOTA_MB`. Customers' own files count, but are never refused.
pub async fn room_left(store: &Store, config: &Config, company: CompanyId) -> Result<u64> {
    let Some(quota) = config.storage_quota else { return Ok(u64::MAX) };
    let stored = store.bytes_stored(company).await?.max(0) as u64;
    match quota.saturating_sub(stored) {
        0 => Err(Error::storage_full()),
        left => Ok(left),
    }
}

/// Whoever vanishes stops this between the two: the sweep takes files without a row.
pub async fn keep_file(
    store: &Store,
    storage: &dyn Storage,
    room: u64,
    upload: Upload,
    label: FileLabel,
    at: Micros,
) -> Result<AttachmentRow> {
    if upload.size > room {
        return Err(Error::storage_full());
    }
    let size = upload.size as i64;
    let storage_key = storage.keep(upload).await.map_err(unwritable)?;
    let FileLabel { company_id, uploaded_by, kind, name, mime } = label;
    let new = NewFile { company_id, uploaded_by, kind, name, mime: mime.to_owned(), size, storage_key, at };
    Ok(store.add_file(new).await?)
}

/// A disk that is full, or read-only for now, is nobody's mistake: the same upload succeeds later.
pub fn unwritable(e: io::Error) -> Error {
    match e.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::ReadOnlyFilesystem => {
            Error::overloaded().because(e)
        }
        _ => Error::internal(e),
    }
}
