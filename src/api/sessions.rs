//! Where one is signed in, and ending it elsewhere.
use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::extract::{Id, Page};
use crate::db::Store;
use crate::domain::access::Principal;
use crate::domain::clock::rfc3339;
use crate::domain::flaw::Flaw;
use crate::error::{Error, Result};
use crate::sessions::Sessions;

/// `GET /api/sessions`, those used last first.
pub async fn list(who: Principal, page: Page, store: web::Data<Store>, sessions: web::Data<Sessions>) -> Result<HttpResponse> {
    let before = match page.after.as_deref() {
        None => None,
        Some([last_seen_at, id]) => Some((*last_seen_at, *id)),
        Some(_) => return Err(Error::field("cursor", Flaw::NotACursor)),
    };
    let rows = store.sessions_of(who.company_id, who.user_id, sessions.now(), before, page.limit).await?;
    let next = rows.last().filter(|_| rows.len() as i64 == page.limit).map(|s| Page::cursor(&[s.last_seen_at, s.id]));
    let shown: Vec<Value> = rows
        .into_iter()
        .map(|s| {
            json!({
                "id": s.id, "created_at": rfc3339(s.created_at), "last_seen_at": rfc3339(s.last_seen_at),
                "address": s.address, "user_agent": s.user_agent, "current": s.id == who.session_id,
            })
        })
        .collect();
    Ok(HttpResponse::Ok().json(json!({ "sessions": shown, "next_cursor": next })))
}

/// `DELETE /api/sessions/{id}`: one's own only; its sockets close at once.
pub async fn revoke(who: Principal, Id(id): Id, store: web::Data<Store>, sessions: web::Data<Sessions>) -> Result<HttpResponse> {
    if !store.revoke(who.company_id, who.user_id, id, sessions.now()).await? {
        return Err(Error::not_found("Session not found"));
    }
    sessions.forget(&[id]);
    Ok(HttpResponse::NoContent().finish())
}
