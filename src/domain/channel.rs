//! What every channel has in common: the same [`Inbound`] comes in, the same [`Outbound`] goes out.
use bytes::Bytes;
use serde_json::Value;

use super::agent::AnswersFirst;
use super::clock::Micros;
use super::ids::*;
use super::message::MessageKind;
use super::text::{split_utf16, word_enum};

word_enum! { ChannelKind { Telegram = "telegram", Whatsapp = "whatsapp", Webchat = "webchat", Api = "api" } }
word_enum! {
    /// How well a channel works, as the last check found it.
    HealthState { Ok = "ok", Checking = "checking", Retrying = "retrying", Unauthorized = "unauthorized", Disabled = "disabled" }
}

impl ChannelKind {
    /// Web chat and API hand messages over in person: what is committed is sent. The others send through a provider.
    pub fn has_provider(self) -> bool {
        matches!(self, ChannelKind::Telegram | ChannelKind::Whatsapp)
    }
}

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
    /// The identity's key on this channel (Telegram: the chat id), which also picks the Conversation's home.
    pub key: String,
    /// Where an answer goes.
    pub address: String,
    pub profile: Profile,
    /// `None` only for web chat, whose `client_id` plays this part.
    pub raw: Option<Raw>,
    pub received_at: Micros,
    /// Who answers first on this channel now; the hub fills it in.
    pub answers_first: AnswersFirst,
    pub what: InboundKind,
}

impl Inbound {
    /// A group of people talks among itself; no automatic answer belongs there. (Bot API: ids of groups are negative.)
    pub fn is_group(&self) -> bool {
        self.channel_kind == ChannelKind::Telegram && self.key.starts_with('-')
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum InboundKind {
    Message(InboundMessage),
    /// The customer opened the channel (Telegram `/start`). `greeting` answers a customer we had not met.
    Started {
        source: Option<String>,
        greeting: Option<String>,
        provider_id: Option<String>,
    },
    Edited {
        provider_id: String,
        text: String,
        at: Micros,
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

/// One send to a provider: a part of a message.
#[derive(Clone, Debug)]
pub struct Outbound {
    pub delivery_id: DeliveryId,
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub channel_id: ChannelId,
    pub address: String,
    pub reply_to_provider_id: Option<String>,
    pub content: OutboundContent,
}

#[derive(Clone, Debug)]
pub enum OutboundContent {
    Text(String),
    File { kind: String, name: String, mime: String, storage_key: String, caption: String },
}

/// What came of one send. What is not clearly one of the others is [`SendOutcome::Uncertain`].
#[derive(Clone, Debug, PartialEq)]
pub enum SendOutcome {
    Sent {
        provider_id: Option<String>,
    },
    /// Nothing was accepted: DNS, connect or TLS failure, or a 5xx with the provider's own error body.
    Retry {
        detail: String,
    },
    /// 429: nothing was accepted and nobody may ask again before `after`.
    Paced {
        after: Micros,
    },
    Failed {
        code: &'static str,
        detail: String,
    },
    /// Bytes left us and no clear answer came back. Never guessed, shown, resent only by a person.
    Uncertain {
        detail: String,
    },
}

impl SendOutcome {
    /// One word for figures.
    pub fn word(&self) -> &'static str {
        match self {
            SendOutcome::Sent { .. } => "sent",
            SendOutcome::Retry { .. } => "retry",
            SendOutcome::Paced { .. } => "paced",
            SendOutcome::Failed { .. } => "failed",
            SendOutcome::Uncertain { .. } => "uncertain",
        }
    }

    /// The same without what the provider said of it; `None` when it said nothing.
    pub fn without_words(&self) -> Option<Self> {
        let plain = match self {
            SendOutcome::Sent { .. } => SendOutcome::Sent { provider_id: None },
            SendOutcome::Retry { .. } => SendOutcome::Retry { detail: String::new() },
            SendOutcome::Paced { after } => SendOutcome::Paced { after: *after },
            SendOutcome::Failed { code, .. } => SendOutcome::Failed { code, detail: String::new() },
            SendOutcome::Uncertain { .. } => SendOutcome::Uncertain { detail: String::new() },
        };
        (plain != *self).then_some(plain)
    }
}

/// Telegram's limits (Bot API: sendMessage 1–4096 characters, captions 0–1024).
pub const TEXT_LIMIT: usize = 4096;
pub const CAPTION_LIMIT: usize = 1024;

/// A file of an outgoing message, as far as splitting needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct OutFile {
    pub kind: String,
    pub name: String,
    pub mime: String,
    pub storage_key: String,
}

/// The parts one message is sent in: files first (a short text rides on the first as its caption), then the text in pieces.
/// The same message always splits the same way, so a part number names the same content after a restart.
pub fn parts(text: &str, files: &[OutFile]) -> Vec<OutboundContent> {
    let caption_fits = !files.is_empty() && text.encode_utf16().count() <= CAPTION_LIMIT;
    let mut out: Vec<OutboundContent> = files
        .iter()
        .enumerate()
        .map(|(i, file)| OutboundContent::File {
            kind: file.kind.clone(),
            name: file.name.clone(),
            mime: file.mime.clone(),
            storage_key: file.storage_key.clone(),
            caption: if i == 0 && caption_fits { text.to_owned() } else { String::new() },
        })
        .collect();
    if !caption_fits {
        out.extend(
            split_utf16(text, TEXT_LIMIT)
                .into_iter()
                .filter(|p| !p.trim().is_empty())
                .map(|p| OutboundContent::Text(p.to_owned())),
        );
    }
    out
}
