//! Where the company's notices go. The chat is connected by whoever sends a code from it: nobody copies ids.
use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use crate::actions::make_code::{MadeCode, make_code};
use crate::actions::test_notice::test_notice;
use crate::db::notices::NoticeBot;
use crate::domain::access::Principal;
use crate::domain::channel::SendOutcome;
use crate::domain::clock::{SECOND, rfc3339};
use crate::domain::notice::{Purpose, words};
use crate::error::{Error, Result};
use crate::hub::{Hub, notices};

/// `GET /api/notices`
pub async fn show(who: Principal, hub: web::Data<Hub>) -> Result<HttpResponse> {
    let store = &hub.core.store;
    let chat = match store.notice_chat(who.company_id).await? {
        Some(chat) => Some(json!({
            "title": chat.title, "channel_id": chat.channel_id, "connected_at": rfc3339(chat.connected_at),
        })),
        // What stands in the instance's settings nobody has connected.
        None => notices::way(&hub.core, who.company_id)
            .await?
            .map(|way| json!({ "title": format!("TELEGRAM_CHAT_ID {}", way.chat_id), "channel_id": null, "connected_at": null })),
    };
    let bots = store.bots_of(who.company_id).await?;
    // A code is shown once, to whoever made it.
    Ok(HttpResponse::Ok().json(json!({ "chat": chat, "code": null, "bots": bots })))
}

/// `POST /api/notices/code`
pub async fn new_code(who: Principal, hub: web::Data<Hub>) -> Result<HttpResponse> {
    let made = make_code(&who, &hub, Purpose::Notices).await?;
    Ok(HttpResponse::Created().json(code_view(&made, Purpose::Notices)))
}

/// `DELETE /api/notices/chat`
pub async fn disconnect(who: Principal, hub: web::Data<Hub>) -> Result<HttpResponse> {
    hub.core.store.disconnect_chat(who.company_id, who.user_id, hub.core.clock.now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A code with all that its maker needs: the sentence, and a link for each bot.
pub(super) fn code_view(made: &MadeCode, purpose: Purpose) -> Value {
    let MadeCode { code, expires_at, language, bots } = made;
    let named = bots.first().and_then(|bot| bot.username.as_ref());
    let bot = named.map_or_else(|| "Telegram".to_owned(), |name| format!("@{name}"));
    let how = match purpose {
        Purpose::Notices => words::how_to_connect(*language, code, &bot),
        Purpose::Account => words::how_to_link(*language, code, &bot),
    };
    let links: Vec<Value> = bots.iter().filter_map(|bot| links(bot, code, purpose)).collect();
    json!({ "code": code, "expires_at": rfc3339(*expires_at), "how": how, "links": links })
}

/// Bot API, deep links: the code comes back as `/start CODE`, in a private chat or in the group that is chosen.
fn links(bot: &NoticeBot, code: &str, purpose: Purpose) -> Option<Value> {
    let name = bot.username.as_ref()?;
    let mut link = json!({ "channel_id": bot.channel_id, "username": name, "url": format!("https://t.me/{name}?start={code}") });
    if purpose == Purpose::Notices {
        link["group_url"] = json!(format!("https://t.me/{name}?startgroup={code}"));
    }
    Some(link)
}

/// `POST /api/reports/test-telegram`: sends one now and says what came of it.
pub async fn test(who: Principal, hub: web::Data<Hub>) -> Result<HttpResponse> {
    match test_notice(&hub, who.company_id).await? {
        SendOutcome::Sent { .. } => {
            Ok(HttpResponse::Ok().json(json!({ "status": "success", "message": "The test notice is in the chat" })))
        }
        SendOutcome::Paced { after } => Err(Error::rate_limited((after / SECOND).clamp(1, 3_600) as u32)),
        SendOutcome::Failed { detail, .. } | SendOutcome::Retry { detail } => Err(refused(detail)),
        SendOutcome::Uncertain { detail } => {
            Err(refused(format!("Telegram gave no clear answer, so look into the chat: {detail}")))
        }
    }
}

/// The detail ends with the provider's own words.
fn refused(detail: String) -> Error {
    Error::new(actix_web::http::StatusCode::CONFLICT, "provider_refused", detail)
}
