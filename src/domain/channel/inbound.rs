//! What comes in: the same [`Inbound`] for every channel.
use bytes::Bytes;
use serde_json::Value;

use super::ChannelKind;
use crate::domain::clock::Micros;
use crate::domain::ids::*;
use crate::domain::message::MessageKind;

/// A provider's payload as it came. `(channel, external_id)` is unique for ever: that row is the dedupe mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Raw {
    pub external_id: String,
    pub body: Bytes,
}

/// What a channel tells about the customer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    pub name: String,
    pub username: Option<String>,
    pub phone: Option<String>,
    pub language: Option<String>,
}

/// One thing a customer did, the same type for every channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Inbound {
    pub company_id: CompanyId,
    pub channel_id: ChannelId,
    pub channel_kind: ChannelKind,
    /// The identity's key on this channel (a chat, a number, a visitor), which also picks the Conversation's home.
    pub key: String,
    /// Other keys that the provider names for the same customer: whatever comes under one of them is theirs, too.
    pub also: Vec<String>,
    /// Where an answer goes.
    pub address: String,
    pub profile: Profile,
    /// A group of people, which talks among itself: no automatic answer belongs there.
    pub is_group: bool,
    /// `None` only for web chat, whose `client_id` plays this part.
    pub raw: Option<Raw>,
    pub received_at: Micros,
    pub what: InboundKind,
}

/// What a provider says of our own messages is no inbound thing but a [`Receipt`](super::Receipt).
///
/// A press of a button is a message of kind `buttons` whose payload names the button. A channel whose provider also tells what
/// was sent from its own app gets a variant for that echo here: what follows from it (an outgoing message that was sent
/// elsewhere, so without deliveries) stands in `conversation/inbound.rs`, and `messages.origin` has a word for it.
#[derive(Clone, Debug, PartialEq)]
pub enum InboundKind {
    Message(InboundMessage),
    /// The customer opened the channel, as with `/start`. `greeting` answers a customer we had not met.
    Started {
        source: Option<String>,
        greeting: Option<String>,
        provider_id: Option<String>,
    },
    /// The message of that provider's id says and shows this now.
    Edited {
        at: Micros,
        message: Box<InboundMessage>,
    },
    /// Something has happened in the chat that nobody has said: an event line in a conversation that is there, else nothing.
    Happened {
        event: Value,
        provider_id: Option<String>,
        /// What the group is called from now on.
        new_name: Option<String>,
    },
    Deleted {
        provider_id: String,
        at: Micros,
    },
    /// An empty list takes the reaction back.
    Reacted {
        provider_id: String,
        emojis: Vec<String>,
    },
    /// The conversation goes on at another address, which is another key of its identity from now on. What comes under
    /// either key belongs to it, so even a conversation that we do not know yet begins with this.
    Moved {
        to: String,
    },
    /// The customer blocked or unblocked the bot.
    Blocked {
        blocked: bool,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct InboundMessage {
    pub kind: MessageKind,
    pub text: String,
    pub payload: Option<Value>,
    pub attachments: Vec<InboundAttachment>,
    /// Files that are here already (`/api/chat`).
    pub uploads: Vec<AttachmentId>,
    pub provider_id: Option<String>,
    pub provider_at: Option<Micros>,
    pub reply_to_provider_id: Option<String>,
    /// Web chat only: the page's own id of this message.
    pub client_id: Option<String>,
}

impl InboundMessage {
    /// Just words, to be completed by `..`.
    pub fn plain(kind: MessageKind, text: String) -> Self {
        InboundMessage {
            kind,
            text,
            payload: None,
            attachments: vec![],
            uploads: vec![],
            provider_id: None,
            provider_at: None,
            reply_to_provider_id: None,
            client_id: None,
        }
    }
}

impl InboundKind {
    /// An edit of what nobody has received is that message.
    pub fn as_said(self) -> Self {
        match self {
            InboundKind::Edited { message, .. } => InboundKind::Message(*message),
            other => other,
        }
    }
}

/// Media still at the provider; a job fetches it after the message is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct InboundAttachment {
    pub kind: String,
    pub name: String,
    pub mime: String,
    pub size: i64,
    pub provider_file_id: String,
    pub provider_unique_id: Option<String>,
}
