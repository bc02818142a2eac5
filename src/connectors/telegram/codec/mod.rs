//! One Bot API Update → one [`Inbound`], or the reason why it is no customer's.
mod cited;
pub mod content;
mod files;
mod given;
mod reader;
mod service;
pub mod start;

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;
use sha2::{Digest, Sha256};

use self::content::pressed;
use self::reader::UpdateReader;
use super::colleagues::read::{self as colleague, Colleague};
use crate::connectors::fields::Fields;
use crate::domain::agent::AgentSettings;
use crate::domain::channel::*;
use crate::domain::clock::Micros;
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

/// What a message is called in the table of what came in: its chat and its number there.
pub fn message_name(chat: &str, message_id: &str) -> String {
    format!("m:{chat}:{message_id}")
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

#[cfg(test)]
mod members;
#[cfg(test)]
mod places;
#[cfg(test)]
mod tests;
