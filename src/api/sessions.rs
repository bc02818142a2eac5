//! Where one is signed in, and ending it elsewhere.
use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::Serialize;

use super::extract::{Id, Page, page_of};
use crate::db::Store;
use crate::domain::access::Principal;
use crate::domain::clock::{self, Micros};
use crate::domain::flaw::Flaw;
use crate::domain::form::TimeForm;
use crate::domain::ids::SessionId;
use crate::error::{Error, Result};
use crate::sessions::Sessions;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Session")]
pub struct SessionView {
    id: SessionId,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    created_at: Micros,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    last_seen_at: Micros,
    address: String,
    user_agent: String,
    /// The one that asks.
    current: bool,
}

page_of!(SessionsPage as "Sessions", sessions: SessionView);

/// `GET /api/sessions`, those used last first.
pub async fn list(who: Principal, page: Page, store: web::Data<Store>, sessions: web::Data<Sessions>) -> Result<HttpResponse> {
    let before = match page.after.as_deref() {
        None => None,
        Some([last_seen_at, id]) => Some((*last_seen_at, *id)),
        Some(_) => return Err(Error::field("cursor", Flaw::NotACursor)),
    };
    let rows = store.sessions_of(who.company_id, who.user_id, sessions.now(), before, page.limit).await?;
    let next_cursor = rows.last().filter(|_| rows.len() as i64 == page.limit).map(|s| Page::cursor(&[s.last_seen_at, s.id]));
    let sessions = rows
        .into_iter()
        .map(|s| SessionView {
            id: s.id,
            created_at: s.created_at,
            last_seen_at: s.last_seen_at,
            address: s.address,
            user_agent: s.user_agent,
            current: s.id == who.session_id,
        })
        .collect();
    Ok(HttpResponse::Ok().json(SessionsPage { sessions, next_cursor }))
}

/// `DELETE /api/sessions/{id}`: one's own only; its sockets close at once.
pub async fn revoke(who: Principal, Id(id): Id, store: web::Data<Store>, sessions: web::Data<Sessions>) -> Result<HttpResponse> {
    if !store.revoke(who.company_id, who.user_id, id, sessions.now()).await? {
        return Err(Error::not_found("Session not found"));
    }
    sessions.forget(&[id]);
    Ok(HttpResponse::NoContent().finish())
}
