//! Conversations and those in them, as screens are shown them.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::channel::ChannelKind;
use crate::domain::clock::{self, Micros};
use crate::domain::conversation::{ConversationStatus, Handler};
use crate::domain::form::TimeForm;
use crate::domain::ids::*;
use crate::domain::message::{MessageView, Revealed};

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq)]
#[schemars(rename = "Person")]
pub struct Assignee {
    pub id: UserId,
    pub name: String,
}

/// A reply that the agent proposes and nobody has sent yet.
#[derive(Clone, Debug, Serialize, JsonSchema, PartialEq)]
pub struct Suggestion {
    pub run_id: AgentRunId,
    pub text: String,
}

#[derive(Clone, Debug, Serialize, JsonSchema, PartialEq)]
pub struct CustomerBrief {
    pub id: CustomerId,
    /// Counts the company's customers from 1.
    pub number: i64,
    pub name: String,
    pub phone: Option<String>,
    pub username: Option<String>,
    pub language: Option<String>,
}

/// A conversation as lists and `conversation.*` frames show it. `unread` and `read_up_to` differ per viewer, so only HTTP answers
/// carry them.
#[derive(Clone, Debug, Serialize, JsonSchema, PartialEq)]
#[schemars(rename = "Conversation")]
pub struct ConversationView {
    pub id: ConversationId,
    pub channel_id: ChannelId,
    pub channel_kind: ChannelKind,
    pub customer: CustomerBrief,
    pub status: ConversationStatus,
    pub handler: Handler,
    pub assignee: Option<Assignee>,
    pub department_id: Option<DepartmentId>,
    pub last_message: Option<MessageView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64")]
    pub unread: Option<i64>,
    /// The last message that one has read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "MessageId")]
    pub read_up_to: Option<MessageId>,
    pub inbound_count: i64,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    #[schemars(with = "Option<TimeForm>")]
    pub snoozed_until: Option<Micros>,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    #[schemars(with = "Option<TimeForm>")]
    pub window_expires_at: Option<Micros>,
    pub suggestion: Option<Suggestion>,
    pub lead_id: Option<LeadId>,
    pub seq: Seq,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    pub created_at: Micros,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    pub updated_at: Micros,
}

/// How much of a conversation one person has not read. What they were told of it is read with it: a note that names them, or
/// that went along when it was given to them, where it stands no later than `read_up_to`; and that it was given to them without one.
#[derive(Clone, Debug, Serialize, JsonSchema, PartialEq)]
pub struct UnreadView {
    pub conversation_id: ConversationId,
    pub unread: i64,
    pub read_up_to: Option<MessageId>,
}

/// A conversation that one does not see any more.
#[derive(Clone, Debug, Serialize, JsonSchema, PartialEq)]
pub struct Left {
    pub id: ConversationId,
}

/// What a message brings along about its conversation, so that a plain message is one frame.
#[derive(Clone, Debug, Serialize, JsonSchema, PartialEq)]
pub struct ConversationSummary {
    pub id: ConversationId,
    pub status: ConversationStatus,
    pub handler: Handler,
    pub assignee: Option<Assignee>,
    pub last_message_id: Option<MessageId>,
    pub inbound_count: i64,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    #[schemars(with = "Option<TimeForm>")]
    pub snoozed_until: Option<Micros>,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    #[schemars(with = "Option<TimeForm>")]
    pub window_expires_at: Option<Micros>,
    pub suggestion: Option<Suggestion>,
    pub lead_id: Option<LeadId>,
    pub seq: Seq,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    pub updated_at: Micros,
}

impl Revealed for ConversationView {
    fn holds_words(&self) -> bool {
        self.last_message.as_ref().is_some_and(MessageView::holds_words)
    }

    fn reveal(&mut self) {
        if let Some(message) = &mut self.last_message {
            message.reveal();
        }
    }
}
