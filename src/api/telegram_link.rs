//! A member's own Telegram account: linked, their presses on buttons under leads count as theirs.
use actix_web::{HttpResponse, web};
use serde_json::json;

use super::notices::code_view;
use crate::actions::make_code::make_code;
use crate::domain::access::Principal;
use crate::domain::clock::rfc3339;
use crate::domain::notice::Purpose;
use crate::error::Result;
use crate::hub::Hub;

/// `GET /api/telegram-link`
pub async fn show(who: Principal, hub: web::Data<Hub>) -> Result<HttpResponse> {
    let store = &hub.core.store;
    let link = store.telegram_link(who.company_id, who.user_id).await?;
    let link = link.map(|link| json!({ "name": link.name, "linked_at": rfc3339(link.linked_at) }));
    let bots = store.bots_of(who.company_id).await?;
    Ok(HttpResponse::Ok().json(json!({ "link": link, "bots": bots })))
}

/// `POST /api/telegram-link/code`
pub async fn new_code(who: Principal, hub: web::Data<Hub>) -> Result<HttpResponse> {
    let made = make_code(&who, &hub, Purpose::Account).await?;
    Ok(HttpResponse::Created().json(code_view(&made, Purpose::Account)))
}

/// `DELETE /api/telegram-link`
pub async fn unlink(who: Principal, hub: web::Data<Hub>) -> Result<HttpResponse> {
    hub.core.store.unlink_telegram(who.company_id, who.user_id, hub.core.clock.now()).await?;
    Ok(HttpResponse::NoContent().finish())
}
