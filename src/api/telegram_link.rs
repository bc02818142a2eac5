//! A member's own Telegram account: linked, their presses on buttons under leads count as theirs.
use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::Serialize;

use super::notices::code_view;
use crate::actions::make_code::make_code;
use crate::db::notices::NoticeBot;
use crate::domain::access::Principal;
use crate::domain::clock::{self, Micros};
use crate::domain::form::TimeForm;
use crate::domain::notice::Purpose;
use crate::error::Result;
use crate::hub::Hub;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TelegramLink")]
pub struct LinkView {
    link: Option<LinkedAccount>,
    bots: Vec<NoticeBot>,
}

#[derive(Serialize, JsonSchema)]
pub struct LinkedAccount {
    name: String,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    linked_at: Micros,
}

/// `GET /api/telegram-link`
pub async fn show(who: Principal, hub: web::Data<Hub>) -> Result<HttpResponse> {
    let store = &hub.core.store;
    let link = store.telegram_link(who.company_id, who.user_id).await?;
    let link = link.map(|link| LinkedAccount { name: link.name, linked_at: link.linked_at });
    let bots = store.bots_of(who.company_id).await?;
    Ok(HttpResponse::Ok().json(LinkView { link, bots }))
}

/// `POST /api/telegram-link/code`
pub async fn new_code(who: Principal, hub: web::Data<Hub>) -> Result<HttpResponse> {
    let made = make_code(&who, &hub, Purpose::Account).await?;
    Ok(HttpResponse::Created().json(code_view(made, Purpose::Account)))
}

/// `DELETE /api/telegram-link`
pub async fn unlink(who: Principal, hub: web::Data<Hub>) -> Result<HttpResponse> {
    hub.core.store.unlink_telegram(who.company_id, who.user_id, hub.core.clock.now()).await?;
    Ok(HttpResponse::NoContent().finish())
}
