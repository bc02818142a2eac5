//! Files of a visitor's own chat. The page's token comes in a header, never in the address.
use std::sync::Arc;

use actix_multipart::Multipart;
use actix_web::http::header::HeaderName;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::TryStreamExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::extract::{Id, Params, client_address, header_text};
use super::files::{self, missing};
use super::limits::RateLimits;
use super::ws;
use crate::actions::keep_file::{FileLabel, keep_file, room_left};
use crate::clients::storage::Storage;
use crate::config::Config;
use crate::db::Store;
use crate::domain::flaw::{Flaw, Options};
use crate::error::{Error, Result};
use crate::hub::visitor_session::Reception;
use crate::secrets::token_hash;
use crate::sessions::Sessions;

/// Minutes of speech as browsers code it, and not hours: somebody pays for listening.
const MOST_RECORDING: u64 = 4 * 1024 * 1024;

/// `GET /c/files/{id}`: what stands in the visitor's own chat.
pub async fn download(
    req: HttpRequest,
    Id(id): Id,
    store: web::Data<Store>,
    storage: web::Data<Arc<dyn Storage>>,
) -> Result<HttpResponse> {
    let row = store.visitors_file(token_hash(shown(&req)?), id).await?.ok_or_else(missing)?;
    files::send(&req, &***storage, &row).await
}

#[derive(Deserialize, JsonSchema)]
pub struct VisitorChat {
    channel_key: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Recording")]
pub struct RecordingView {
    /// For `recording` of the send frame.
    recording: String,
    #[schemars(with = "i64")]
    size: u64,
}

/// `POST /c/recordings?channel_key=`, multipart, field `file`: a voice message on its way. The answer's `recording` goes into
/// the `send` frame of the same page; nobody else's page can name it.
pub async fn upload_recording(
    req: HttpRequest,
    Params(chat): Params<VisitorChat>,
    mut form: Multipart,
    store: web::Data<Store>,
    storage: web::Data<Arc<dyn Storage>>,
    reception: web::Data<Reception>,
    limits: web::Data<RateLimits>,
    config: web::Data<Config>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    let token = shown(&req)?;
    if !reception.tokens.is_ours(token) {
        return Err(missing());
    }
    let address = client_address(&req);
    limits.public_call(address)?;
    let foreign = ws::foreign_origin(&req, &config);
    let channel = store.webchat_by_key(chat.channel_key).await?;
    let channel = channel.filter(|channel| channel.allows(foreign.as_deref())).ok_or_else(missing)?;
    limits.recording(address)?;
    let room = room_left(&store, &config, channel.company_id).await?;
    while let Some(mut field) = form.try_next().await.map_err(files::unreadable)? {
        if field.name() != Some("file") {
            continue;
        }
        let (upload, head) = files::take(&mut field, &***storage, MOST_RECORDING).await?;
        let mime = files::judge(&head).0;
        if !files::is_recording(mime) {
            return Err(Error::field("file", Flaw::NotARecording { options: Options(&["webm", "ogg", "mp4", "mp3", "wav"]) }));
        }
        let size = upload.size;
        let label =
            FileLabel { company_id: channel.company_id, uploaded_by: None, kind: "voice", name: "voice".to_owned(), mime };
        let id = keep_file(&store, &***storage, room, upload, label, sessions.now()).await?.id;
        let recording = reception.tokens.ticket(&token_hash(token), id);
        return Ok(HttpResponse::Created().json(RecordingView { recording, size }));
    }
    Err(Error::field("file", Flaw::FileMissing))
}

fn shown(req: &HttpRequest) -> Result<&str> {
    header_text(req, &HeaderName::from_static("x-visitor")).ok_or_else(missing)
}
