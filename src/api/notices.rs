//! Where the company's notices go. The chat is connected by whoever sends a code from it: nobody copies ids.
use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use crate::db::Store;
use crate::db::notices::{NewCode, NoticeBot};
use crate::domain::access::Principal;
use crate::domain::agent::language::Language;
use crate::domain::channel::SendOutcome;
use crate::domain::clock::{MINUTE, Micros, SECOND, rfc3339};
use crate::domain::notice::words;
use crate::domain::notice::{Notice, Purpose, code};
use crate::error::{Error, Result};
use crate::hub::{Hub, notices};
use crate::secrets::token_hash;

const GOOD_FOR: Micros = 15 * MINUTE;

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
    Ok(HttpResponse::Created().json(make_code(&who, &hub, Purpose::Notices).await?))
}

/// `DELETE /api/notices/chat`
pub async fn disconnect(who: Principal, hub: web::Data<Hub>) -> Result<HttpResponse> {
    hub.core.store.disconnect_chat(who.company_id, who.user_id, hub.core.clock.now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A code with all that its maker needs: the sentence, and a link for each bot.
pub(super) async fn make_code(who: &Principal, hub: &Hub, purpose: Purpose) -> Result<Value> {
    let store = &hub.core.store;
    let bots = store.bots_of(who.company_id).await?;
    let Some(first) = bots.first() else {
        return Err(Error::conflict("The code is sent to a Telegram bot of yours: connect one on the Channels page first"));
    };
    let code = draw();
    let at = hub.core.clock.now();
    let (company_id, user_id, expires_at) = (who.company_id, who.user_id, at + GOOD_FOR);
    store.add_code(NewCode { company_id, user_id, purpose, code_hash: token_hash(&code), expires_at, at }).await?;
    let language = their_language(who, store).await?;
    let bot = first.username.as_ref().map_or_else(|| "Telegram".to_owned(), |name| format!("@{name}"));
    let how = match purpose {
        Purpose::Notices => words::how_to_connect(language, &code, &bot),
        Purpose::Account => words::how_to_link(language, &code, &bot),
    };
    let links: Vec<Value> = bots.iter().filter_map(|bot| links(bot, &code, purpose)).collect();
    Ok(json!({ "code": code, "expires_at": rfc3339(expires_at), "how": how, "links": links }))
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

fn draw() -> String {
    loop {
        if let Some(code) = code::spell(rand::random()) {
            return code;
        }
    }
}

async fn their_language(who: &Principal, store: &Store) -> Result<Language> {
    let account = store.account(who.company_id, who.user_id).await?;
    Ok(words::language_of(&account.map(|account| account.locale).unwrap_or_default()))
}

/// `POST /api/reports/test-telegram`: sends one now and says what came of it.
pub async fn test(who: Principal, hub: web::Data<Hub>) -> Result<HttpResponse> {
    let store = &hub.core.store;
    let Some(way) = notices::way(&hub.core, who.company_id).await? else {
        return Err(Error::conflict(
            "No Telegram chat is connected: make a code in the settings of notices and send it to your bot from that chat",
        ));
    };
    let Some(outlet) = &way.outlet else {
        return Err(Error::conflict(
            "The bot that wrote to the connected chat does not run: enable its channel, or connect the chat through another bot",
        ));
    };
    let settings = store.company_settings(who.company_id).await?.ok_or_else(Error::not_signed_in)?;
    let text = words::test(words::language_of(&settings.locale), &settings.name);
    let told = notices::say(outlet, Notice::plain(&way.chat_id, text)).await;
    notices::follow(&hub.core, who.company_id, &way, &told).await?;
    match told.outcome {
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
