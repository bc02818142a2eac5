//! A webhook body of the Cloud API, taken apart: each message, each status, each piece of news about a number or an account.
//! One that cannot be read costs that one and nothing else.
//!
//! Cloud API, "Webhooks": `entry[].changes[]`, each with a `field` and a `value`; `field: "messages"` carries `messages[]` or
//! `statuses[]` or `errors[]` of the number in `value.metadata.phone_number_id`.
mod content;
mod person;
mod reader;
mod statuses;

use bytes::Bytes;

pub use self::person::is_number;
pub use self::reader::NumberOrigin;
use self::reader::{MessageReader, unreadable};
pub use self::statuses::tag;
use crate::connectors::fields::Fields;
use crate::domain::channel::{Inbound, Receipt};
use crate::domain::clock::Micros;

/// What came for one number.
#[derive(Debug, Default)]
pub struct NumberNews {
    pub messages: Vec<MessageReading>,
    pub receipts: Vec<Receipt>,
}

#[derive(Debug)]
pub enum MessageReading {
    Customer(Box<Inbound>),
    /// No customer's, or not readable: kept raw, alone, and acknowledged, because coming again would not help.
    Unreadable {
        external_id: String,
        body: Bytes,
        why: String,
    },
}

/// A part of the body that speaks of one number, not read any further yet.
pub struct Change<'a> {
    /// Meta's `phone_number_id`.
    pub number: String,
    pub field: String,
    value: Fields<'a>,
}

/// The changes of a body, and the fields of those that speak of no number. `Err`: it is no webhook body at all.
pub fn changes(body: &[u8]) -> Result<(Vec<Change<'_>>, Vec<String>), String> {
    let body = Fields::parse(body).map_err(|e| format!("not a JSON object: {e}"))?;
    if !body.has("entry") {
        return Err("there is no entry".to_owned());
    }
    let (mut of_numbers, mut others) = (vec![], vec![]);
    for change in body.list("entry").iter().flat_map(|entry| entry.list("changes")) {
        let field = change.word("field").unwrap_or_default();
        let value = change.object("value").unwrap_or_default();
        // An id is a number written as text; some doubles write it as a number.
        let number = value
            .object("metadata")
            .and_then(|meta| meta.word("phone_number_id").or_else(|| meta.int("phone_number_id").map(|id| id.to_string())));
        match number {
            Some(number) => of_numbers.push(Change { number, field, value }),
            None => others.push(field),
        }
    }
    Ok((of_numbers, others))
}

/// Reads what a change says to the channel of its number.
pub fn read(change: &Change<'_>, origin: &NumberOrigin, now: Micros) -> NumberNews {
    let mut news = NumberNews::default();
    let value = &change.value;
    match change.field.as_str() {
        "messages" => {
            let contacts = value.raws("contacts");
            let read = |raw: &&serde_json::value::RawValue| MessageReader::new(raw.get(), &contacts, origin, now).read();
            news.messages = value.raws("messages").iter().map(read).collect();
            news.receipts = value.list("statuses").iter().filter_map(|status| statuses::receipt(status, origin)).collect();
            for error in value.list("errors") {
                let words = super::client::answer::GraphError::read(&error).words;
                tracing::warn!(channel_id = origin.channel_id.get(), words, "WhatsApp could not tell something");
            }
        }
        field => {
            let news_of = ["message_echoes", "messages", "user_preferences"];
            let kept = news_of.iter().flat_map(|name| value.raws(name));
            news.messages = kept.map(|raw| unreadable(raw.get(), &format!("{field}: no customer's message"))).collect();
            tracing::info!(channel_id = origin.channel_id.get(), field, "WhatsApp tells what is not shown");
        }
    }
    news
}

#[cfg(test)]
mod tests;
