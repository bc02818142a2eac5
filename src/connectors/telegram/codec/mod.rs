//! One Bot API Update → one [`Inbound`], or the reason why it is no customer's.
pub mod content;
pub mod start;
pub mod wire;

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use self::content::{Content, content, full_name, pressed};
use self::start::{greeting, start_payload};
use self::wire::Fields;
use super::colleagues::read::{self as colleague, Colleague, moved};
use crate::domain::agent::AgentSettings;
use crate::domain::channel::*;
use crate::domain::clock::{Micros, SECOND};
use crate::domain::ids::*;

/// The channel an update came to.
#[derive(Clone, Debug)]
pub struct Origin {
    pub company_id: CompanyId,
    pub channel_id: ChannelId,
    /// The channel's `settings.greeting`: one text, or one for each language.
    pub greeting: Option<Value>,
    /// The agent, where it answers first: it greets, and says what it is.
    pub agent: Option<Arc<AgentSettings>>,
    /// The company's, for customers whose language Telegram does not tell.
    pub locale: String,
}

#[derive(Debug)]
pub struct Update {
    /// Bot API: rises by one, but jumps to a random number after a quiet week.
    pub id: Option<i64>,
    /// Waits for answerCallbackQuery.
    pub callback: Option<String>,
    /// It may be one of the company's own people.
    pub colleague: Option<Colleague>,
    /// A press of what does not stand under that message: no customer's word. (A colleague's may be older than its keyboard.)
    pub never_offered: bool,
    pub what: Reading,
}

#[derive(Debug)]
pub enum Reading {
    Customer(Box<Inbound>),
    /// No customer's, or not readable: kept raw, alone, and acknowledged, because coming again would not help.
    Unreadable {
        external_id: String,
        why: String,
    },
}

/// Reads one update. Never fails: whatever it is, it can be stored.
pub fn read(body: &Bytes, origin: &Origin, now: Micros) -> Update {
    let unreadable = |id: Option<i64>, why: String| {
        let external_id = id.map_or_else(|| format!("x:{}", hex::encode(Sha256::digest(body))), |id| format!("u:{id}"));
        Update { id, callback: None, colleague: None, never_offered: false, what: Reading::Unreadable { external_id, why } }
    };
    let update = match Fields::parse(body) {
        Ok(update) => update,
        Err(e) => return unreadable(None, format!("not a JSON object: {e}")),
    };
    let id = update.int("update_id");
    let Some(kind) = update.names().find(|name| *name != "update_id") else {
        return unreadable(id, "an update without content".to_owned());
    };
    let Some(object) = update.object(kind) else { return unreadable(id, format!("{kind} is not an object")) };
    let reader = UpdateReader { body, origin, now, update_id: id.unwrap_or_default(), object };
    let inbound = match kind {
        "message" => reader.message(),
        "edited_message" => reader.edit(),
        "message_reaction" => reader.reaction(),
        "my_chat_member" => reader.membership(),
        "callback_query" => reader.callback(),
        _ => return unreadable(id, format!("{kind}: no customer's message")),
    };
    let callback = reader.object.word("id").filter(|_| kind == "callback_query");
    let colleague = colleague::read(kind, &reader.object);
    let never_offered = kind == "callback_query" && pressed(&reader.object).never_offered;
    match inbound {
        Some(inbound) => Update { id, callback, colleague, never_offered, what: Reading::Customer(Box::new(inbound)) },
        None => {
            let why = format!("{kind}: what it cannot do without is missing or of another type");
            Update { callback, ..unreadable(id, why) }
        }
    }
}

struct UpdateReader<'a> {
    body: &'a Bytes,
    origin: &'a Origin,
    now: Micros,
    update_id: i64,
    object: Fields<'a>,
}

/// Who wrote and where: in a private chat the customer is the person, in a group the group. A channel has no customer.
struct Chat {
    id: i64,
    is_group: bool,
    profile: Profile,
}

impl UpdateReader<'_> {
    fn message(&self) -> Option<Inbound> {
        let m = &self.object;
        let mut chat = chat_of(m, "from")?;
        let message_id = m.int("message_id")?;
        let raw_id = format!("m:{}:{message_id}", chat.id);
        if let Some((from, to)) = moved(m) {
            // In whichever of the two chats it stands: the conversation is at home where the group came from.
            return Some(Inbound {
                key: from.to_string(),
                ..self.inbound(chat, raw_id, InboundKind::Moved { to: to.to_string() })
            });
        }
        let provider_id = Some(message_id.to_string());
        if let Some(source) = m.text("text").as_deref().and_then(start_payload) {
            let greeting = greeting(self.origin, chat.profile.language.as_deref());
            return Some(self.inbound(chat, raw_id, InboundKind::Started { source, greeting, provider_id }));
        }
        let mut content = content(m);
        if let Some(from) = m.object("from").filter(|_| chat.is_group) {
            content.payload.insert("from".to_owned(), json!({ "id": from.int("id"), "name": full_name(&from) }));
        }
        if !chat.is_group {
            chat.profile.phone = content.phone.take();
        }
        let reply_to = m.object("reply_to_message").and_then(|r| r.int("message_id")).map(|id| id.to_string());
        let what = said(content, provider_id, seconds(m, "date"), reply_to);
        Some(self.inbound(chat, raw_id, what))
    }

    fn edit(&self) -> Option<Inbound> {
        let m = &self.object;
        let chat = chat_of(m, "from")?;
        let message_id = m.int("message_id")?;
        let edit_date = m.int("edit_date").or_else(|| m.int("date")).unwrap_or_default();
        let raw_id = format!("e:{}:{message_id}:{edit_date}:{}", chat.id, self.update_id);
        let at = if edit_date > 0 { edit_date.saturating_mul(SECOND) } else { self.now };
        let what = InboundKind::Edited { provider_id: message_id.to_string(), text: content(m).text, at };
        Some(self.inbound(chat, raw_id, what))
    }

    fn reaction(&self) -> Option<Inbound> {
        let r = &self.object;
        let chat = chat_of(r, "user")?;
        let message_id = r.int("message_id")?;
        let who = r.object("user").or_else(|| r.object("actor_chat")).and_then(|u| u.int("id")).unwrap_or_default();
        let date = r.int("date").unwrap_or_default();
        let raw_id = format!("r:{}:{message_id}:{date}:{who}:{}", chat.id, self.update_id);
        let emojis = r.list("new_reaction").iter().map(emoji).collect();
        Some(self.inbound(chat, raw_id, InboundKind::Reacted { provider_id: message_id.to_string(), emojis }))
    }

    /// Bot API: "For private chats, this update is received only when the bot is blocked or unblocked by the user."
    fn membership(&self) -> Option<Inbound> {
        let chat = chat_of(&self.object, "from")?;
        let member = self.object.object("new_chat_member")?;
        let blocked = match member.word("status")?.as_str() {
            "kicked" | "left" => true,
            "restricted" => !member.flag("is_member"),
            _ => false,
        };
        Some(self.inbound(chat, format!("u:{}", self.update_id), InboundKind::Blocked { blocked }))
    }

    /// A button under one of our messages. Its data is the client's word: kept as text, never obeyed.
    fn callback(&self) -> Option<Inbound> {
        let query = &self.object;
        let message = query.object("message");
        let from = query.object("from")?;
        let chat = match message.as_ref().and_then(|m| chat_of(m, "from")) {
            Some(group) if group.is_group => group,
            // In a private chat the message is our own and the customer is who pressed.
            private => Chat {
                id: private.map_or_else(|| from.int("id"), |chat| Some(chat.id))?,
                is_group: false,
                profile: person(&from),
            },
        };
        let mut content = pressed(query).content;
        if chat.is_group {
            content.payload.insert("from".to_owned(), json!({ "id": from.int("id"), "name": full_name(&from) }));
        }
        let reply_to = message.and_then(|m| m.int("message_id")).map(|id| id.to_string());
        let raw_id = format!("q:{}", query.word("id")?);
        Some(self.inbound(chat, raw_id, said(content, None, None, reply_to)))
    }

    fn inbound(&self, chat: Chat, external_id: String, what: InboundKind) -> Inbound {
        Inbound {
            company_id: self.origin.company_id,
            channel_id: self.origin.channel_id,
            channel_kind: ChannelKind::Telegram,
            key: chat.id.to_string(),
            address: chat.id.to_string(),
            profile: chat.profile,
            is_group: chat.is_group,
            raw: Some(Raw { external_id, body: self.body.clone() }),
            received_at: self.now,
            what,
        }
    }
}

fn said(content: Content, provider_id: Option<String>, at: Option<Micros>, reply_to: Option<String>) -> InboundKind {
    InboundKind::Message(InboundMessage {
        kind: content.kind,
        text: content.text,
        payload: Some(content.payload).filter(|p| !p.is_empty()).map(Value::Object),
        attachments: content.attachments,
        uploads: vec![],
        provider_id,
        provider_at: at,
        reply_to_provider_id: reply_to,
        client_id: None,
    })
}

fn chat_of(object: &Fields, sender: &str) -> Option<Chat> {
    let chat = object.object("chat")?;
    let id = chat.int("id")?;
    if chat.text("type").as_deref() == Some("channel") {
        return None;
    }
    // Bot API: ids of groups, supergroups and channels are negative.
    if chat.text("type").as_deref().unwrap_or(if id < 0 { "group" } else { "private" }) != "private" {
        let name = chat.word("title").unwrap_or_default();
        return Some(Chat {
            id,
            is_group: true,
            profile: Profile { name, username: chat.word("username"), ..Profile::default() },
        });
    }
    let profile = person(&object.object(sender).unwrap_or_default());
    let named = if profile.name.is_empty() { Profile { name: full_name(&chat), ..profile } } else { profile };
    let username = named.username.clone().or_else(|| chat.word("username"));
    Some(Chat { id, is_group: false, profile: Profile { username, ..named } })
}

fn person(user: &Fields) -> Profile {
    Profile { name: full_name(user), username: user.word("username"), phone: None, language: user.word("language_code") }
}

fn seconds(object: &Fields, name: &str) -> Option<Micros> {
    object.int(name).filter(|s| *s > 0).map(|s| s.saturating_mul(SECOND))
}

/// Custom emoji have no character of their own and paid reactions are stars.
fn emoji(reaction: &Fields) -> String {
    reaction
        .word("emoji")
        .unwrap_or_else(|| if reaction.text("type").as_deref() == Some("paid") { "⭐" } else { "✨" }.to_owned())
}

#[cfg(test)]
mod tests;
