//! What a customer's chat page fetches besides its socket.
use std::sync::Arc;

use actix_web::http::header::HeaderName;
use actix_web::{HttpRequest, HttpResponse, web};

use super::extract::{Id, header_text};
use super::files::{missing, send};
use crate::clients::storage::Storage;
use crate::db::Store;
use crate::error::Result;
use crate::secrets::token_hash;

/// The visitor's token: only who holds it sees the files of that conversation.
const VISITOR: HeaderName = HeaderName::from_static("x-visitor");

/// `GET /c/files/{id}`
pub async fn file(
    req: HttpRequest,
    Id(id): Id,
    store: web::Data<Store>,
    storage: web::Data<Arc<dyn Storage>>,
) -> Result<HttpResponse> {
    let token = header_text(&req, &VISITOR).ok_or_else(missing)?;
    let row = store.visitors_file(token_hash(token), id).await?.ok_or_else(missing)?;
    send(&req, &***storage, &row).await
}
