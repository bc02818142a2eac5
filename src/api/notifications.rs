//! What one was told in particular: conversations given to them, notes that name them.
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::extract::{Optional, Page};
use crate::db::rows::NoticeRow;
use crate::domain::access::Principal;
use crate::domain::clock::rfc3339;
use crate::error::Result;
use crate::hub::Hub;

fn view(row: &NoticeRow) -> Value {
    json!({
        "id": row.id, "code": row.code, "params": row.params,
        "created_at": rfc3339(row.created_at), "read_at": row.read_at.map(rfc3339),
    })
}

/// `GET /api/notifications`: one's own, newest first.
pub async fn list(who: Principal, hub: web::Data<Hub>, page: Page) -> Result<HttpResponse> {
    let found = hub.core.store.notices_of(who, page.after_one().unwrap_or(i64::MAX), page.limit).await?;
    let next = found.rows.last().filter(|_| found.rows.len() as i64 == page.limit).map(|row| Page::cursor(&[row.id]));
    let shown: Vec<Value> = found.rows.iter().map(view).collect();
    Ok(HttpResponse::Ok().json(json!({ "notifications": shown, "unread": found.unread, "next_cursor": next })))
}

#[derive(Deserialize)]
pub struct UpTo {
    up_to: Option<i64>,
}

/// `POST /api/notifications/read`: all, or those up to one.
pub async fn read(who: Principal, hub: web::Data<Hub>, Optional(body): Optional<UpTo>) -> Result<HttpResponse> {
    let up_to = body.and_then(|body| body.up_to);
    hub.core.store.read_notices(who, up_to, hub.core.clock.now()).await?;
    Ok(HttpResponse::NoContent().finish())
}
