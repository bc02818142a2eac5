//! Where the company's notices go. The chat is connected by whoever sends a code from it: nobody copies ids.
use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::Serialize;

use crate::actions::make_code::{MadeCode, make_code};
use crate::actions::test_notice::test_notice;
use crate::db::notices::NoticeBot;
use crate::domain::access::Principal;
use crate::domain::channel::SendOutcome;
use crate::domain::clock::{self, Micros, SECOND};
use crate::domain::form::TimeForm;
use crate::domain::ids::ChannelId;
use crate::domain::notice::{Purpose, words};
use crate::error::{Error, Result};
use crate::hub::{Hub, notices};

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Notices")]
pub struct NoticesView {
    chat: Option<NoticeChatView>,
    /// A code is shown once, to whoever made it.
    code: (),
    bots: Vec<NoticeBot>,
}

/// The chat that hears of leads.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NoticeChat")]
pub struct NoticeChatView {
    title: String,
    /// The bot that writes there; null for the instance's own.
    channel_id: Option<ChannelId>,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    #[schemars(with = "Option<TimeForm>")]
    connected_at: Option<Micros>,
}

/// A code with all that its maker needs: the sentence, and a link for each bot.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TelegramCode")]
pub struct CodeView {
    /// Shown once.
    code: String,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    expires_at: Micros,
    /// What to do with it, in the user's language.
    how: String,
    links: Vec<CodeLink>,
}

#[derive(Serialize, JsonSchema)]
pub struct CodeLink {
    channel_id: ChannelId,
    username: String,
    /// Opens the bot with the code.
    url: String,
    /// Adds the bot to a group with the code; for a company's chat only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    group_url: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub struct TestNotice {
    #[schemars(extend("enum" = ["success"]))]
    status: &'static str,
    message: &'static str,
}

/// `GET /api/notices`
pub async fn show(who: Principal, hub: web::Data<Hub>) -> Result<HttpResponse> {
    let store = &hub.core.store;
    let chat = match store.notice_chat(who.company_id).await? {
        Some(chat) => {
            Some(NoticeChatView { title: chat.title, channel_id: Some(chat.channel_id), connected_at: Some(chat.connected_at) })
        }
        // What stands in the instance's settings nobody has connected. It alone is looked for: one connected meanwhile has a title.
        None => notices::house_way(&hub.core, who.company_id).await?.map(|way| NoticeChatView {
            title: format!("TELEGRAM_CHAT_ID {}", way.chat_id),
            channel_id: None,
            connected_at: None,
        }),
    };
    let bots = store.bots_of(who.company_id).await?;
    Ok(HttpResponse::Ok().json(NoticesView { chat, code: (), bots }))
}

/// `POST /api/notices/code`
pub async fn new_code(who: Principal, hub: web::Data<Hub>) -> Result<HttpResponse> {
    let made = make_code(&who, &hub, Purpose::Notices).await?;
    Ok(HttpResponse::Created().json(code_view(made, Purpose::Notices)))
}

/// `DELETE /api/notices/chat`
pub async fn disconnect(who: Principal, hub: web::Data<Hub>) -> Result<HttpResponse> {
    hub.core.store.disconnect_chat(who.company_id, who.user_id, hub.core.clock.now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(super) fn code_view(made: MadeCode, purpose: Purpose) -> CodeView {
    let MadeCode { code, expires_at, language, bots } = made;
    let named = bots.first().and_then(|bot| bot.username.as_ref());
    let bot = named.map_or_else(|| "Telegram".to_owned(), |name| format!("@{name}"));
    let how = match purpose {
        Purpose::Notices => words::how_to_connect(language, &code, &bot),
        Purpose::Account => words::how_to_link(language, &code, &bot),
    };
    let links = bots.into_iter().filter_map(|bot| link(bot, &code, purpose)).collect();
    CodeView { code, expires_at, how, links }
}

/// Bot API, deep links: the code comes back as `/start CODE`, in a private chat or in the group that is chosen.
fn link(bot: NoticeBot, code: &str, purpose: Purpose) -> Option<CodeLink> {
    let username = bot.username?;
    Some(CodeLink {
        channel_id: bot.channel_id,
        url: format!("https://t.me/{username}?start={code}"),
        group_url: (purpose == Purpose::Notices).then(|| format!("https://t.me/{username}?startgroup={code}")),
        username,
    })
}

/// `POST /api/reports/test-telegram`: sends one now and says what came of it.
pub async fn test(who: Principal, hub: web::Data<Hub>) -> Result<HttpResponse> {
    match test_notice(&hub, who.company_id).await? {
        SendOutcome::Sent { .. } => {
            Ok(HttpResponse::Ok().json(TestNotice { status: "success", message: "The test notice is in the chat" }))
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
