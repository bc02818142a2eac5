//! What one was told in particular: conversations given to them, notes that name them.
use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::extract::{Optional, Page};
use crate::db::rows::NotificationRow;
use crate::domain::access::Principal;
use crate::domain::clock::{self, Micros};
use crate::domain::conversation::PersonalCode;
use crate::domain::event::NotificationParams;
use crate::domain::form::TimeForm;
use crate::error::Result;
use crate::hub::Hub;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Notification")]
pub struct KeptNotification {
    id: i64,
    #[schemars(with = "PersonalCode")]
    code: String,
    #[schemars(with = "NotificationParams")]
    params: Value,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    created_at: Micros,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    #[schemars(with = "Option<TimeForm>")]
    read_at: Option<Micros>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Notifications")]
pub struct NotificationsPage {
    notifications: Vec<KeptNotification>,
    /// Of all of them.
    unread: i64,
    next_cursor: Option<String>,
}

fn view(row: NotificationRow) -> KeptNotification {
    KeptNotification { id: row.id, code: row.code, params: row.params, created_at: row.created_at, read_at: row.read_at }
}

/// `GET /api/notifications`: one's own, newest first.
pub async fn list(who: Principal, hub: web::Data<Hub>, page: Page) -> Result<HttpResponse> {
    let found = hub.core.store.notifications_of(who, page.after_one().unwrap_or(i64::MAX), page.limit).await?;
    let next_cursor = found.rows.last().filter(|_| found.rows.len() as i64 == page.limit).map(|row| Page::cursor(&[row.id]));
    let notifications = found.rows.into_iter().map(view).collect();
    Ok(HttpResponse::Ok().json(NotificationsPage { notifications, unread: found.unread, next_cursor }))
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NotificationsRead")]
pub struct UpTo {
    /// An id of the list; without it all.
    up_to: Option<i64>,
}

/// `POST /api/notifications/read`: all, or those up to one.
pub async fn read(who: Principal, hub: web::Data<Hub>, Optional(body): Optional<UpTo>) -> Result<HttpResponse> {
    let up_to = body.and_then(|body| body.up_to);
    hub.core.store.read_notifications(who, up_to, hub.core.clock.now()).await?;
    Ok(HttpResponse::NoContent().finish())
}
