//! Uploaded files and the attachments they become.
use super::rows::AttachmentRow;
use super::store::ops;
use crate::domain::access::{Principal, Scope};
use crate::domain::clock::Micros;
use crate::domain::ids::{CompanyId, UserId};

/// A finished upload that no message names yet.
pub struct NewFile {
    pub company_id: CompanyId,
    /// `None`: a visitor.
    pub uploaded_by: Option<UserId>,
    pub kind: &'static str,
    pub name: String,
    pub mime: String,
    pub size: i64,
    pub storage_key: String,
    pub at: Micros,
}

/// What the empty inbox asks about.
#[derive(Debug, Default)]
pub struct SetupProgress {
    pub webchat_key: Option<String>,
    pub channels: bool,
    pub invited: bool,
    pub first_message: bool,
    pub first_answer: bool,
}

ops! {
    write files::add_file(new: NewFile) -> AttachmentRow;
    read files::bytes_stored(company: CompanyId) -> i64;
    read files::file(who: Principal, id: i64) -> Option<(AttachmentRow, Option<Scope>)>;
    read files::visitors_file(key: String, id: i64) -> Option<AttachmentRow>;
    cold files::unused_files(before: Micros, limit: i64) -> Vec<(i64, Option<String>)>;
    cold files::stored_keys(keys: Vec<String>) -> Vec<String>;
    write files::forget_file(id: i64) -> bool;
    read files::progress(company: CompanyId) -> SetupProgress;
}
