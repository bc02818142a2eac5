//! Messages of a conversation: reading them, and everything a person does to send them.
use actix_web::{HttpRequest, HttpResponse, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conversations::seen;
use super::extract::{Body, Id, Page};
use crate::actions::send_message::{WantedMessage, cancel_message, resend_message, send_message};
use crate::domain::access::Principal;
use crate::domain::channel::ButtonLimits;
use crate::domain::flaw::Flaw;
use crate::domain::form::AnyTextForm;
use crate::domain::ids::{ConversationId, MessageId, UserId};
use crate::domain::message::{Button, MessageView, Revealed};
use crate::error::{Error, Result};
use crate::hub::Hub;

const MAX_TEXT: usize = 64 * 1024;
const MAX_FILES: usize = 10;
const MOST_KEY: usize = 200;

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Messages")]
pub struct MessagesPage {
    messages: Vec<MessageView>,
    next_cursor: Option<String>,
    read_up_to: Option<MessageId>,
}

/// `GET /api/conversations/{id}/messages`
pub async fn list(who: Principal, hub: web::Data<Hub>, Id(id): Id<ConversationId>, page: Page) -> Result<HttpResponse> {
    let (company, user) = (who.company_id, who.user_id);
    seen(&hub, who.clone(), id).await?;
    let limit = page.limit;
    let messages = hub.core.store.page_messages(company, id, page.after_one().map(MessageId::new), limit).await?;
    let mut messages: Vec<MessageView> = messages.into_iter().map(|message| message.shown_to(&who)).collect();
    messages.iter_mut().for_each(|m| hide_foreign_key(m, user));
    let read_up_to = hub.core.store.read_up_to(id, user).await?;
    let next_cursor = messages.last().filter(|_| messages.len() as i64 == limit).map(|m| Page::cursor(&[m.id.get()]));
    Ok(HttpResponse::Ok().json(MessagesPage { messages, next_cursor, read_up_to }))
}

/// `client_id` stands beside a message for its author only.
fn hide_foreign_key(message: &mut MessageView, user: UserId) {
    if message.author.id != Some(user.get()) {
        message.client_id = None;
    }
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[schemars(rename = "Sending")]
#[schemars(extend("anyOf" = [
    {
        "required": ["text"],
        "properties": { "text": { "type": "string", "minLength": 1, "pattern": r"^[^\u0000]*[^\s\u0000][^\u0000]*$" } }
    },
    { "required": ["attachments"], "properties": { "attachments": { "minItems": 1 } } },
]))]
pub struct SendBody {
    /// At most 64 KB.
    #[serde(default)]
    #[schemars(with = "Option<AnyTextForm>")]
    pub text: Option<String>,
    #[serde(default)]
    pub note: Option<bool>,
    #[serde(default)]
    pub attachments: Vec<i64>,
    #[serde(default)]
    #[schemars(length(max = 10))]
    pub buttons: Vec<Button>,
    /// No channel of this version has any.
    #[serde(default)]
    #[schemars(skip)]
    pub template: Option<serde_json::Value>,
    #[serde(default)]
    pub reply_to: Option<MessageId>,
    #[serde(default)]
    pub seen_seq: Option<i64>,
    #[serde(default)]
    #[schemars(length(min = 1, max = 200))]
    pub client_id: Option<String>,
    /// The agent's suggestion that is sent with this.
    #[serde(default)]
    pub run_id: Option<i64>,
}

/// `POST /api/conversations/{id}/messages`
pub async fn create(
    who: Principal,
    hub: web::Data<Hub>,
    Id(id): Id<ConversationId>,
    request: HttpRequest,
    Body(mut body): Body<SendBody>,
) -> Result<HttpResponse> {
    if let Some(key) = request.headers().get("Idempotency-Key") {
        let key = key.to_str().map_err(|_| Error::validation(Flaw::KeyMalformed { max: MOST_KEY }))?;
        body.client_id = Some(key.to_owned());
    }
    Ok(HttpResponse::Created().json(send(&hub, who, id, body).await?))
}

/// What was typed, if it is not too long.
pub(super) fn words(typed: Option<String>) -> Result<String> {
    // No database column takes a NUL, and nobody has typed it: it came with what was pasted.
    let text = typed.unwrap_or_default().replace('\0', "");
    if text.len() > MAX_TEXT {
        return Err(Error::too_large(Flaw::MessageTooLarge { kilobytes: MAX_TEXT / 1024 }));
    }
    Ok(text)
}

pub(super) fn check_key(client_id: Option<&str>) -> Result<()> {
    match client_id {
        Some(key) if key.is_empty() || key.len() > MOST_KEY || key.contains('\0') => {
            Err(Error::field("client_id", Flaw::KeyMalformed { max: MOST_KEY }))
        }
        _ => Ok(()),
    }
}

/// One way for HTTP and websocket: checks what was asked by what the channel takes, and sends it.
pub async fn send(hub: &Hub, who: Principal, conversation: ConversationId, body: SendBody) -> Result<MessageView> {
    let kind = seen(hub, who.clone(), conversation).await?.channel_kind;
    let text = words(body.text)?;
    let note = body.note.unwrap_or(false);
    if body.template.is_some() {
        return Err(Error::field("template", Flaw::NoTemplates));
    }
    if text.trim().is_empty() && body.attachments.is_empty() {
        return Err(Error::field("text", Flaw::TextMissing));
    }
    if body.attachments.len() > MAX_FILES {
        return Err(Error::field("attachments", Flaw::TooManyFiles { max: MAX_FILES }));
    }
    check_key(body.client_id.as_deref())?;
    if !body.buttons.is_empty() {
        let limits = kind.features().buttons.filter(|_| !note);
        let limits = limits.ok_or_else(|| Error::field("buttons", Flaw::ButtonsNowhere))?;
        check_buttons(&body.buttons, limits)?;
    }
    let wanted = WantedMessage {
        text,
        note,
        attachments: body.attachments,
        buttons: body.buttons,
        reply_to: body.reply_to,
        seen_seq: body.seen_seq,
        client_id: body.client_id,
        run_id: body.run_id,
    };
    send_message(hub, &who, conversation, wanted).await
}

/// As many and as long as the channel shows them, and none twice: a press names its button by the id.
fn check_buttons(buttons: &[Button], limits: ButtonLimits) -> Result<()> {
    let ButtonLimits { most, id, title } = limits;
    if buttons.len() > most {
        return Err(Error::field("buttons", Flaw::TooManyButtons { max: most }));
    }
    let fits = |b: &Button| !b.id.is_empty() && b.id.len() <= id && !b.id.contains('\0') && !b.title.contains('\0');
    let named = |b: &Button| !b.title.trim().is_empty() && b.title.chars().count() <= title;
    if !buttons.iter().all(|b| fits(b) && named(b)) {
        return Err(Error::field("buttons", Flaw::ButtonMalformed { id, title }));
    }
    let twice = |(i, b): (usize, &Button)| buttons[..i].iter().any(|other| other.id == b.id);
    if buttons.iter().enumerate().any(twice) {
        return Err(Error::field("buttons", Flaw::ButtonTwice));
    }
    Ok(())
}

/// `POST /api/messages/{id}/resend`: a new attempt, at the tail, of what failed or is unclear.
pub async fn resend(who: Principal, hub: web::Data<Hub>, Id(id): Id<MessageId>) -> Result<HttpResponse> {
    let conversation = conversation_of(&hub, &who, id).await?;
    Ok(HttpResponse::Created().json(resend_message(&hub, &who, conversation, id).await?))
}

/// `POST /api/messages/{id}/cancel`: takes back what has not left yet.
pub async fn cancel(who: Principal, hub: web::Data<Hub>, Id(id): Id<MessageId>) -> Result<HttpResponse> {
    let conversation = conversation_of(&hub, &who, id).await?;
    Ok(HttpResponse::Ok().json(cancel_message(&hub, &who, conversation, id).await?))
}

async fn conversation_of(hub: &Hub, who: &Principal, message: MessageId) -> Result<ConversationId> {
    let found = hub.core.store.conversation_of_message(who.company_id, message).await?;
    let conversation = found.ok_or_else(|| Error::not_found("Message not found"))?;
    hub.core
        .store
        .conversation_for(who.clone(), conversation)
        .await?
        .map(|v| v.id)
        .ok_or_else(|| Error::not_found("Message not found"))
}
