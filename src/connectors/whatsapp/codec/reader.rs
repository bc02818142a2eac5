//! What one member of `messages` says, as an [`Inbound`].
use bytes::Bytes;
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::MessageReading;
use super::content::{WhatsappContent, content};
use super::person::{self, WhatsappPerson, is_number};
use crate::connectors::fields::Fields;
use crate::domain::channel::*;
use crate::domain::clock::{Micros, SECOND};
use crate::domain::ids::{ChannelId, CompanyId};

/// The channel a webhook came to.
#[derive(Clone, Debug)]
pub struct NumberOrigin {
    pub company_id: CompanyId,
    pub channel_id: ChannelId,
}

pub(super) struct MessageReader<'a> {
    raw: &'a str,
    contacts: &'a [&'a RawValue],
    origin: &'a NumberOrigin,
    now: Micros,
}

impl<'a> MessageReader<'a> {
    pub fn new(raw: &'a str, contacts: &'a [&'a RawValue], origin: &'a NumberOrigin, now: Micros) -> Self {
        MessageReader { raw, contacts, origin, now }
    }

    pub fn read(self) -> MessageReading {
        let Ok(message) = Fields::parse(self.raw.as_bytes()) else { return unreadable(self.raw, "a message that is no object") };
        let contacts: Vec<Fields> = self.contacts.iter().filter_map(|raw| Fields::parse(raw.get().as_bytes()).ok()).collect();
        let (Some(id), Some(person)) = (message.word("id"), person::of(&message, &contacts)) else {
            return unreadable(self.raw, "a message without a name, or of nobody");
        };
        if message.word("group_id").is_some() {
            return unreadable(self.raw, "a message of a group");
        }
        let (external_id, what) = self.what(&message, &id, &person);
        MessageReading::Customer(Box::new(Inbound {
            company_id: self.origin.company_id,
            channel_id: self.origin.channel_id,
            channel_kind: ChannelKind::Whatsapp,
            address: person.key.clone(),
            key: person.key,
            also: person.also.into_iter().collect(),
            profile: person.profile,
            is_group: false,
            raw: Some(Raw { external_id, body: self.body() }),
            received_at: self.now,
            what,
        }))
    }

    /// The name in the table of what came in, and what it says.
    fn what(&self, message: &Fields, id: &str, person: &WhatsappPerson) -> (String, InboundKind) {
        let at = seconds(message, "timestamp");
        let own = || id.to_owned();
        match message.word("type").unwrap_or_default().as_str() {
            "reaction" => {
                let reaction = message.object("reaction").unwrap_or_default();
                // Cloud API: an empty emoji, or none, takes the reaction back.
                let emojis = reaction.word("emoji").into_iter().collect();
                let provider_id = reaction.word("message_id").unwrap_or_default();
                (own(), InboundKind::Reacted { provider_id, emojis })
            }
            "edit" => {
                let edit = message.object("edit").unwrap_or_default();
                let edited = edit.object("message").unwrap_or_default();
                let original = edit.word("original_message_id").unwrap_or_default();
                let message = Box::new(said(content(&edited), Some(original), at, &edited));
                (format!("e:{id}"), InboundKind::Edited { at: at.unwrap_or(self.now), message })
            }
            "revoke" => {
                let revoked = message.object("revoke").unwrap_or_default();
                let provider_id = revoked.word("original_message_id").unwrap_or_default();
                (format!("d:{id}"), InboundKind::Deleted { provider_id, at: at.unwrap_or(self.now) })
            }
            "system" => (own(), system(message, person, id)),
            _ => (own(), InboundKind::Message(said(content(message), Some(own()), at, message))),
        }
    }

    /// The message as it came, with who wrote it beside it.
    fn body(&self) -> Bytes {
        let contacts = self.contacts.iter().map(|raw| raw.get()).collect::<Vec<_>>().join(",");
        Bytes::from(format!(r#"{{"contacts":[{contacts}],"messages":[{}]}}"#, self.raw))
    }
}

/// Cloud API, system messages: a customer has another number, or another phone.
fn system(message: &Fields, person: &WhatsappPerson, id: &str) -> InboundKind {
    let system = message.object("system").unwrap_or_default();
    let number = system.word("wa_id").or_else(|| system.word("new_wa_id")).filter(|number| is_number(number));
    match number.filter(|number| *number != person.key) {
        Some(to) => InboundKind::Moved { to },
        None => {
            let kind = system.word("type").unwrap_or_else(|| "system".to_owned());
            let event = serde_json::json!({ "event": "whatsapp_system", "kind": kind, "text": system.word("body") });
            InboundKind::Happened { event, provider_id: Some(id.to_owned()), new_name: None }
        }
    }
}

fn said(content: WhatsappContent, provider_id: Option<String>, at: Option<Micros>, message: &Fields) -> InboundMessage {
    InboundMessage {
        payload: Some(content.payload).filter(|payload| !payload.is_empty()).map(Value::Object),
        attachments: content.attachments,
        provider_id,
        provider_at: at,
        reply_to_provider_id: message.object("context").and_then(|context| context.word("id")),
        ..InboundMessage::plain(content.kind, content.text)
    }
}

/// Kept under the name that it has, else under its bytes.
pub(super) fn unreadable(raw: &str, why: &str) -> MessageReading {
    let named = Fields::parse(raw.as_bytes()).ok().and_then(|message| message.word("id"));
    let external_id = named.map_or_else(|| format!("x:{}", hex::encode(Sha256::digest(raw))), |id| format!("u:{id}"));
    MessageReading::Unreadable { external_id, body: Bytes::copy_from_slice(raw.as_bytes()), why: why.to_owned() }
}

/// Cloud API writes times as text of whole seconds.
fn seconds(message: &Fields, name: &str) -> Option<Micros> {
    message.int(name).filter(|seconds| *seconds > 0).map(|seconds| seconds.saturating_mul(SECOND))
}
