//! What a unit is made of: the rows it inserts and the changes of rows that are there.
use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::channel::InboundAttachment;
use crate::domain::clock::Micros;
use crate::domain::conversation::agent::{Run, RunState};
use crate::domain::conversation::input::{Heard, TimerKind};
use crate::domain::event::{Assignee, EventKind};
use crate::domain::ids::*;
use crate::domain::lead::LeadDraft;
use crate::domain::message::*;
use crate::domain::text::word_enum;

#[derive(Clone, Debug, PartialEq)]
pub struct NewMessage {
    pub id: MessageId,
    pub seq: Seq,
    pub direction: Direction,
    pub author: Author,
    pub kind: MessageKind,
    pub text: String,
    pub payload: Option<Value>,
    pub status: MessageStatus,
    pub reply_to: ReplyTo,
    /// Scopes `client_id`: "u:7", "c:9".
    pub sender: String,
    pub client_id: Option<String>,
    pub content_hash: Option<String>,
    pub provider_id: Option<String>,
    pub provider_at: Option<Micros>,
    pub generation: Option<i64>,
    /// The agent's turn it comes from; [`THIS_RUN`] until that has a number.
    pub agent_run_id: Option<AgentRunId>,
    pub attachments: Vec<NewAttachment>,
    /// How many deliveries carry it out; 0 where committed is sent.
    pub parts: usize,
}

impl NewMessage {
    /// A text of the house itself, to be completed by `..`.
    pub fn plain(direction: Direction, text: &str) -> Self {
        NewMessage {
            id: MessageId::NONE,
            seq: 0,
            direction,
            author: Author { kind: AuthorType::System, id: None, name: String::new() },
            kind: MessageKind::Text,
            text: text.to_owned(),
            payload: None,
            status: MessageStatus::Received,
            reply_to: ReplyTo::None,
            sender: AuthorType::System.as_str().to_owned(),
            client_id: None,
            content_hash: None,
            provider_id: None,
            provider_at: None,
            generation: None,
            agent_run_id: None,
            attachments: vec![],
            parts: 0,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum ReplyTo {
    None,
    Ours(MessageId),
    /// The store looks it up in the conversation; unknown stays unknown.
    Provider(String),
}

#[derive(Clone, Debug, PartialEq)]
pub enum NewAttachment {
    /// Still at the provider: a job fetches it.
    Remote { id: AttachmentId, file: InboundAttachment },
    /// Uploaded before and not used by another message yet.
    Uploaded { id: AttachmentId },
}

#[derive(Clone, Debug, PartialEq)]
pub struct NewDelivery {
    pub id: DeliveryId,
    pub message: MessageRef,
    pub part: i64,
    pub attempt: i64,
    /// `Queued`; or `Sending`: taken by the unit that makes it.
    pub state: MessageStatus,
}

impl NewDelivery {
    pub fn queued(message: MessageRef, part: i64, attempt: i64) -> Self {
        NewDelivery { id: 0, message, part, attempt, state: MessageStatus::Queued }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MessageRef {
    New(usize),
    Id(MessageId),
}

/// A change of a stored message; each one makes a `message.updated`.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageChange {
    pub target: MessageTarget,
    pub seq: Seq,
    pub what: MessageChangeKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum MessageTarget {
    Id(MessageId),
    Provider(String),
}

#[derive(Clone, Debug, PartialEq)]
pub enum MessageChangeKind {
    Status {
        status: MessageStatus,
        provider_id: Option<String>,
        error: Option<(String, String)>,
    },
    /// The old text goes to `message_revisions`. An edit that is older than the one the message shows changes nothing.
    Edited {
        at: Micros,
        content: Box<EditedContent>,
    },
    Deleted {
        at: Micros,
    },
    /// These are the author's reactions now. Where the target is not known the store asks for [`Unit::stand_alone`].
    Reacted {
        author: String,
        emojis: Vec<String>,
    },
    /// Its attachments changed; the row itself only gets the new position.
    Touched,
}

/// What an edited message says and shows now.
#[derive(Clone, Debug, PartialEq)]
pub struct EditedContent {
    pub text: String,
    pub kind: MessageKind,
    /// What it answers and passes on stays, unless it is told again.
    pub payload: Option<Value>,
    /// All of its files. Those that it has already are not fetched again, and need no number.
    pub files: Vec<NewAttachment>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct DeliveryChange {
    pub id: DeliveryId,
    pub from: MessageStatus,
    pub state: MessageStatus,
    pub retries: i64,
    pub not_before: Option<Micros>,
    pub uncertain_at: Option<Micros>,
    pub provider_id: Option<String>,
    pub error: Option<(String, String)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MediaChange {
    pub attachment_id: AttachmentId,
    pub status: AttachmentStatus,
    pub storage_key: Option<String>,
    pub size: Option<i64>,
    pub mime: Option<String>,
    pub error: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct HeardChange {
    pub attachment_id: AttachmentId,
    pub heard: Heard,
}

/// Stands for the number of the unit's own run until [`Unit::assign`] draws it.
pub const THIS_RUN: AgentRunId = 0;

/// The row of a turn of the agent.
#[derive(Clone, Debug, PartialEq)]
pub struct EndedRun {
    pub id: AgentRunId,
    pub generation: i64,
    pub state: RunState,
    pub run: Run,
    /// Index of the message it came to.
    pub message: Option<usize>,
}

/// A lead as the unit makes or changes it.
#[derive(Clone, Debug, PartialEq)]
pub struct LeadChange {
    pub id: LeadId,
    /// Of a new one, from [`Unit::assign`] on.
    pub number: i64,
    pub seq: Seq,
    pub is_new: bool,
    pub draft: LeadDraft,
    pub agent_run_id: Option<AgentRunId>,
}

/// A timer that is set anew is another row, with another id: whoever has read the old one fires nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum TimerChange {
    Set { kind: TimerKind, due_at: Micros },
    Clear { id: TimerId },
}

#[derive(Clone, Debug, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct CustomerChange {
    pub name: Option<String>,
    pub username: Option<String>,
    pub language: Option<String>,
    pub phone: Option<String>,
    pub phone_e164: Option<String>,
    pub email: Option<String>,
    /// The company's own fields, by key.
    pub fields: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct EventDraft {
    pub kind: EventKind,
    pub subject: Subject,
    pub seq: Seq,
}

word_enum! {
    /// Why one person in particular is told something.
    PersonalCode {
        /// Somebody else has given them the conversation.
        Assigned = "assigned",
        /// A note names them.
        Mentioned = "mentioned",
    }
}

/// Something that one person is told, and finds later if they are not there.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonalNotification {
    pub id: i64,
    pub user_id: UserId,
    pub code: PersonalCode,
    pub by: Assignee,
    /// The note.
    pub message: Option<usize>,
}

/// What the event is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Subject {
    Message(usize),
    Change(usize),
    Conversation,
    Customer,
    Lead,
    Personal(usize),
}
