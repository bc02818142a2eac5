//! Messages of a conversation: reading them, and everything a person does to send them.
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::conversations::seen;
use super::extract::{Body, Id, Page};
use crate::domain::access::Principal;
use crate::domain::channel::ButtonLimits;
use crate::domain::conversation::{Approved, Command, Refusal, SendCommand};
use crate::domain::event::Assignee;
use crate::domain::ids::{CompanyId, ConversationId, MessageId, UserId};
use crate::domain::message::{Button, MessageView, Revealed, users_sender};
use crate::error::{Error, Result};
use crate::hub::{Hub, HubError};

const MAX_TEXT: usize = 64 * 1024;
const MAX_FILES: usize = 10;

impl From<HubError> for Error {
    fn from(e: HubError) -> Self {
        match e {
            HubError::Busy => Error::overloaded(),
            HubError::Unavailable(why) => Error::overloaded().because(why),
            HubError::NotFound => Error::not_found(super::conversations::NO_CONVERSATION),
            HubError::Refused(Refusal::ChangedSince | Refusal::Fenced) => Error::changed_since(),
            HubError::Refused(Refusal::NotPossible(why)) => Error::conflict(why),
            HubError::Refused(Refusal::NoConversation) => Error::not_found(super::conversations::NO_CONVERSATION),
            HubError::KeyReused => Error::field("client_id", "This key was used for another message."),
            HubError::NotStorable(why) => Error::validation("This message cannot be stored.").because(why),
        }
    }
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
    let next = messages.last().filter(|_| messages.len() as i64 == limit).map(|m| Page::cursor(&[m.id.get()]));
    Ok(HttpResponse::Ok().json(json!({ "messages": messages, "next_cursor": next, "read_up_to": read_up_to })))
}

/// `client_id` stands beside a message for its author only.
fn hide_foreign_key(message: &mut MessageView, user: UserId) {
    if message.author.id != Some(user.get()) {
        message.client_id = None;
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
pub struct SendBody {
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub note: Option<bool>,
    #[serde(default)]
    pub attachments: Vec<i64>,
    #[serde(default)]
    pub buttons: Vec<Button>,
    #[serde(default)]
    pub template: Option<serde_json::Value>,
    #[serde(default)]
    pub reply_to: Option<MessageId>,
    #[serde(default)]
    pub seen_seq: Option<i64>,
    #[serde(default)]
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
        let key = key.to_str().map_err(|_| Error::validation("Idempotency-Key must be plain text."))?;
        body.client_id = Some(key.to_owned());
    }
    Ok(HttpResponse::Created().json(send(&hub, who, id, body).await?))
}

/// One way for HTTP and websocket: checks what was asked, hands it to the conversation, answers the stored message.
pub async fn send(hub: &Hub, who: Principal, conversation: ConversationId, body: SendBody) -> Result<MessageView> {
    let company = who.company_id;
    let kind = seen(hub, who.clone(), conversation).await?.channel_kind;
    // No database column takes a NUL, and nobody has typed it: it came with what was pasted.
    let text = body.text.unwrap_or_default().replace('\0', "");
    let note = body.note.unwrap_or(false);
    if body.template.is_some() {
        return Err(Error::field("template", "This channel has no templates."));
    }
    if text.trim().is_empty() && body.attachments.is_empty() {
        return Err(Error::field("text", "A message needs text or a file."));
    }
    if text.len() > MAX_TEXT {
        return Err(Error::too_large("A message may have 64 KB of text."));
    }
    if body.attachments.len() > MAX_FILES {
        return Err(Error::field("attachments", "A message may have ten files."));
    }
    if body.client_id.as_ref().is_some_and(|k| k.is_empty() || k.len() > 200 || k.contains('\0')) {
        return Err(Error::field("client_id", "The key must have 1 to 200 characters, and no NUL."));
    }
    if !body.buttons.is_empty() {
        let limits = kind.features().buttons.filter(|_| !note);
        let limits = limits.ok_or_else(|| Error::field("buttons", "Nobody could press buttons here."))?;
        check_buttons(&body.buttons, limits)?;
    }
    if let Some(target) = body.reply_to {
        let there = hub.core.store.message_by_id(company, target).await?.is_some_and(|m| m.conversation_id == conversation);
        if !there {
            return Err(Error::unknown("reply_to", "There is no such message in this conversation."));
        }
    }
    let content_hash = hash(&text, note, &body.attachments, body.reply_to, &body.buttons);
    // A repeat finds its files used already: by itself.
    if let Some(key) = &body.client_id
        && let Some((id, stored)) = hub.core.store.sent_before(company, users_sender(who.user_id), key.clone()).await?
    {
        return if stored.as_deref() == Some(content_hash.as_str()) {
            stored_message(hub, &who, id).await
        } else {
            Err(HubError::KeyReused.into())
        };
    }
    let uploads = hub.core.store.unused_uploads(company, body.attachments.clone()).await?;
    if uploads.len() != body.attachments.len() {
        return Err(Error::unknown("attachments", "A file was not found, or belongs to another message already."));
    }
    let approved = match body.run_id {
        Some(run_id) => Some(Box::new(approval(hub, company, conversation, run_id).await?)),
        None => None,
    };
    let command = SendCommand {
        author: Assignee { id: who.user_id, name: who.name.clone() },
        text,
        note,
        buttons: body.buttons,
        files: uploads.into_iter().map(|u| (u.id, u.file)).collect(),
        reply_to: body.reply_to,
        seen_seq: body.seen_seq,
        client_id: body.client_id,
        content_hash,
        approved,
    };
    let done = hub.command(company, conversation, Command::Send(Box::new(command))).await?;
    stored_message(hub, &who, done.message_id.ok_or_else(|| Error::internal("a send without a message"))?).await
}

/// What the agent wanted to do along with the reply that a person approves.
async fn approval(hub: &Hub, company: CompanyId, conversation: ConversationId, run_id: i64) -> Result<Approved> {
    let acts = hub.core.store.acts_of(company, conversation, run_id).await?;
    let acts = acts.ok_or_else(|| Error::unknown("run_id", "There is no such suggestion in this conversation."))?;
    Ok(Approved { run_id, acts: serde_json::from_value(acts).map_err(Error::internal)? })
}

async fn stored_message(hub: &Hub, who: &Principal, id: MessageId) -> Result<MessageView> {
    let stored = hub.core.store.message_by_id(who.company_id, id).await?;
    stored.map(|message| message.shown_to(who)).ok_or_else(|| Error::internal("a committed message is not there"))
}

/// As many and as long as the channel shows them, and none twice: a press names its button by the id.
fn check_buttons(buttons: &[Button], limits: ButtonLimits) -> Result<()> {
    let ButtonLimits { most, id, title } = limits;
    if buttons.len() > most {
        return Err(Error::field("buttons", format!("A message of this channel may have {most} buttons.")));
    }
    let fits = |b: &Button| !b.id.is_empty() && b.id.len() <= id && !b.id.contains('\0') && !b.title.contains('\0');
    let named = |b: &Button| !b.title.trim().is_empty() && b.title.chars().count() <= title;
    if !buttons.iter().all(|b| fits(b) && named(b)) {
        let detail = format!("A button needs an id of 1 to {id} bytes and a title of 1 to {title} characters.");
        return Err(Error::field("buttons", detail));
    }
    let twice = |(i, b): (usize, &Button)| buttons[..i].iter().any(|other| other.id == b.id);
    if buttons.iter().enumerate().any(twice) {
        return Err(Error::field("buttons", "Two buttons have the same id."));
    }
    Ok(())
}

/// What makes two sends the same send.
fn hash(text: &str, note: bool, attachments: &[i64], reply_to: Option<MessageId>, buttons: &[Button]) -> String {
    let mut asked = json!([text, note, attachments, reply_to]);
    if let Some(list) = asked.as_array_mut().filter(|_| !buttons.is_empty()) {
        list.push(json!(buttons));
    }
    let asked = asked.to_string();
    hex::encode(Sha256::digest(asked.as_bytes()))
}

/// `POST /api/messages/{id}/resend`: a new attempt, at the tail, of what failed or is unclear.
pub async fn resend(who: Principal, hub: web::Data<Hub>, Id(id): Id<MessageId>) -> Result<HttpResponse> {
    let conversation = conversation_of(&hub, &who, id).await?;
    let parts = hub.core.store.parts_to_resend(who.company_id, id).await?;
    hub.command(who.company_id, conversation, Command::Resend { message_id: id, parts }).await?;
    Ok(HttpResponse::Created().json(stored_message(&hub, &who, id).await?))
}

/// `POST /api/messages/{id}/cancel`: takes back what has not left yet.
pub async fn cancel(who: Principal, hub: web::Data<Hub>, Id(id): Id<MessageId>) -> Result<HttpResponse> {
    let conversation = conversation_of(&hub, &who, id).await?;
    hub.command(who.company_id, conversation, Command::Cancel { message_id: id }).await?;
    Ok(HttpResponse::Ok().json(stored_message(&hub, &who, id).await?))
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
