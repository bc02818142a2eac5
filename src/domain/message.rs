//! A message as the outside sees it (contract: "Shapes programs rely on").
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::access::Principal;
use super::clock::{self, Micros};
use super::form::{ObjectForm, TimeForm};
use super::ids::*;
use super::text::word_enum;

word_enum! { Direction { In = "in", Out = "out", Note = "note", Event = "event" } }
word_enum! { AuthorType { Customer = "customer", Operator = "operator", Agent = "agent", Bot = "bot", System = "system" } }
word_enum! {
    MessageKind {
        Text = "text", Image = "image", Document = "document", Voice = "voice", Audio = "audio", Video = "video",
        Sticker = "sticker", Location = "location", Contact = "contact", Buttons = "buttons", Reaction = "reaction",
        Template = "template", Unsupported = "unsupported",
    }
}
word_enum! {
    /// `received` for what came in; the rest is the way of what goes out.
    MessageStatus {
        Received = "received", Queued = "queued", Sending = "sending", Sent = "sent", Delivered = "delivered", Read = "read",
        Failed = "failed", Cancelled = "cancelled", Uncertain = "uncertain",
    }
}
word_enum! {
    /// `doubtful`: there is a text, but it may be made up. `none`: nobody listens (no voice, or no model).
    TranscriptState { None = "none", Pending = "pending", Done = "done", Doubtful = "doubtful", Failed = "failed" }
}
word_enum! { AttachmentStatus { Pending = "pending", Ready = "ready", Failed = "failed" } }

/// A round video message: the kind of its attachment. It is spoken, and looks like a film.
pub const VIDEO_NOTE: &str = "video_note";
/// Kinds of attachments in which a customer speaks.
pub const SPOKEN: [&str; 3] = ["voice", "audio", VIDEO_NOTE];

/// What is said in such a file is written down; sound may also come as a document.
pub fn is_spoken(kind: &str, mime: &str) -> bool {
    SPOKEN.contains(&kind) || (kind == "document" && mime.starts_with("audio/"))
}

impl MessageStatus {
    /// The rank of a receipt: a status is only ever raised along it, never lowered. `None` for what receipts do not touch.
    pub fn rank(self) -> Option<u8> {
        match self {
            MessageStatus::Queued => Some(0),
            MessageStatus::Sending => Some(1),
            MessageStatus::Uncertain => Some(2),
            MessageStatus::Sent => Some(3),
            MessageStatus::Delivered => Some(4),
            MessageStatus::Read => Some(5),
            MessageStatus::Received | MessageStatus::Failed | MessageStatus::Cancelled => None,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct Author {
    #[serde(rename = "type")]
    pub kind: AuthorType,
    pub id: Option<i64>,
    pub name: String,
}

/// A choice under a message; pressing it comes back as a message of kind `buttons`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
pub struct Button {
    #[schemars(length(min = 1, max = 256))]
    pub id: String,
    #[schemars(length(min = 1, max = 64))]
    pub title: String,
}

/// Which button was pressed, and under which of our messages, as far as it is known.
#[derive(Clone, Debug, Serialize, JsonSchema, PartialEq)]
pub struct Press {
    pub id: String,
    pub message_id: Option<MessageId>,
}

/// The buttons under a message, as its payload holds them.
pub fn buttons_of(payload: Option<&Value>) -> Vec<Button> {
    let list = payload.and_then(|payload| payload.get("buttons"));
    list.and_then(|list| serde_json::from_value(list.clone()).ok()).unwrap_or_default()
}

impl Press {
    /// What a payload says of a press. A channel that does not know our ids has answered the message that the button was under.
    pub fn of(payload: Option<&Value>, reply_to: Option<MessageId>) -> Option<Press> {
        let pressed = payload?.get("button")?;
        let id = pressed.get("id")?.as_str()?.to_owned();
        Some(Press { id, message_id: pressed.get("message_id").and_then(Value::as_i64).map(MessageId::new).or(reply_to) })
    }
}

#[derive(Clone, Debug, Serialize, JsonSchema, PartialEq)]
#[schemars(rename = "Attachment")]
pub struct AttachmentView {
    pub id: AttachmentId,
    pub kind: String,
    pub name: String,
    pub mime: String,
    pub size: i64,
    pub status: AttachmentStatus,
    /// Null until the bytes are here.
    pub url: Option<String>,
    /// What is said in a voice message, as far as it was understood.
    pub transcript: Option<String>,
    pub transcript_state: TranscriptState,
}

#[derive(Clone, Debug, Serialize, JsonSchema, PartialEq)]
#[schemars(rename = "Reaction")]
pub struct ReactionView {
    pub emoji: String,
    pub author: String,
}

/// Why a message did not arrive. `detail` is our own sentence, which everybody may read; what a provider says of our accounts
/// there is for managers, who are shown [`Revealed`] instead.
#[derive(Clone, Debug, Serialize, JsonSchema, PartialEq)]
#[schemars(description = "Why a message did not arrive")]
pub struct MessageError {
    pub code: String,
    /// Our own sentence; for managers and owners the stored one, which ends with the provider's own words.
    pub detail: String,
    /// The stored sentence, which ends with the provider's own words.
    #[serde(skip)]
    words: Option<String>,
}

impl MessageError {
    pub fn new(code: &str, words: Option<String>) -> Self {
        let detail = match code {
            "customer_blocked" => "The customer does not receive messages from us",
            "chat_not_found" => "The provider does not know this chat",
            "channel_unauthorized" => "The provider does not accept the channel's token: a manager has to renew it",
            "media_refused" => "The provider does not take this file",
            "provider_refused" => "The provider refused the message",
            "window_closed" => "The 24-hour window of this conversation is closed",
            "uncertain" => "The provider gave no clear answer",
            _ => "The message was not delivered",
        };
        MessageError { code: code.to_owned(), detail: detail.to_owned(), words: words.filter(|words| !words.is_empty()) }
    }
}

/// Views that keep a provider's words for those who may read them.
pub trait Revealed {
    fn holds_words(&self) -> bool;

    /// Puts the provider's words where our own sentence stood.
    fn reveal(&mut self);

    /// As this viewer may read it.
    fn shown_to(mut self, viewer: &Principal) -> Self
    where
        Self: Sized,
    {
        if viewer.reads_providers() {
            self.reveal();
        }
        self
    }
}

impl Revealed for MessageView {
    fn holds_words(&self) -> bool {
        self.error.as_ref().is_some_and(|error| error.words.is_some())
    }

    fn reveal(&mut self) {
        if let Some(error) = &mut self.error
            && let Some(words) = error.words.take()
        {
            error.detail = words;
        }
    }
}

#[derive(Clone, Debug, Serialize, JsonSchema, PartialEq)]
#[schemars(rename = "Message")]
pub struct MessageView {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub direction: Direction,
    pub author: Author,
    pub kind: MessageKind,
    pub text: String,
    /// More of what the channel tells, by the kind of message. In common: `reply` {name, text, kind, message_id} is the message
    /// it answers, `quote` {text, position, is_manual} the part that is meant, `external_reply` {name, chat, kind, message_id}
    /// one of another chat, `forwarded` {type, name, username, author_signature, at} whose words it passes on, `from` {id, name}
    /// who of a group has written, `message_thread_id` the thread. An event has `event`; `service` is what happened in the
    /// chat: `what`, `by`, `detail`, `data`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ObjectForm")]
    pub payload: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Press")]
    pub button: Option<Press>,
    pub attachments: Vec<AttachmentView>,
    pub reply_to: Option<MessageId>,
    pub reactions: Vec<ReactionView>,
    pub status: MessageStatus,
    pub error: Option<MessageError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub client_id: Option<String>,
    /// The turn of the agent that wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64")]
    pub agent_run_id: Option<i64>,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    #[schemars(with = "Option<TimeForm>")]
    pub provider_at: Option<Micros>,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    #[schemars(with = "Option<TimeForm>")]
    pub edited_at: Option<Micros>,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    #[schemars(with = "Option<TimeForm>")]
    pub deleted_at: Option<Micros>,
    pub seq: Seq,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    pub created_at: Micros,
}

/// Whose `client_id`s those of a customer are; they are unique for each sender.
pub fn customers_sender(id: CustomerId) -> String {
    format!("c:{id}")
}

/// Whose `client_id`s those of a colleague are.
pub fn users_sender(id: UserId) -> String {
    format!("u:{id}")
}
