//! What the hub says on its two sockets besides the events of the feed, which stand in `domain::event`.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::domain::access::{OnlineState, Role};
use crate::domain::clock::{self, Micros};
use crate::domain::conversation::counts::ViewCounts;
use crate::domain::form::TimeForm;
use crate::domain::ids::*;
use crate::domain::message::*;
use crate::domain::problem::ProblemView;
use crate::domain::text::word_enum;

word_enum! { TypingSide { Customer = "customer", Operator = "operator", Agent = "agent" } }

/// To an operator's screen.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "type")]
pub enum OperatorFrame<'a> {
    /// Signed in; what was missed since `after` follows.
    #[serde(rename = "ready")]
    Ready { epoch: &'a str, seq: Seq, user_id: UserId, role: Role },
    /// What was missed cannot be told any more: everything is to be asked for anew.
    #[serde(rename = "resync")]
    Resync {
        epoch: &'a str,
        seq: Seq,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(with = "UserId")]
        user_id: Option<UserId>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Role")]
        role: Option<Role>,
    },
    #[serde(rename = "ack")]
    Ack {
        #[schemars(with = "String")]
        client_id: Option<Value>,
        #[schemars(with = "MessageView")]
        message: Value,
    },
    #[serde(rename = "conversation.typing")]
    ConversationTyping {
        conversation_id: ConversationId,
        who: TypingSide,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(with = "UserId")]
        user_id: Option<UserId>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String")]
        name: Option<String>,
        on: bool,
    },
    #[serde(rename = "conversation.viewing")]
    ConversationViewing { conversation_id: ConversationId, user_id: UserId, name: String, on: bool },
    /// The agent's whole text so far, at most five times a second; ended by message.created or done. `run_id` tells the turns of
    /// a conversation apart, `n` grows within one.
    #[serde(rename = "message.draft")]
    MessageDraft { conversation_id: ConversationId, run_id: i64, n: i64, text: &'a str },
    /// The draft is no more: it became a message, or it was dropped.
    #[serde(rename = "message.draft")]
    MessageDraftDone {
        conversation_id: ConversationId,
        run_id: i64,
        #[schemars(extend("const" = true))]
        done: bool,
    },
    /// How much there is to do in each view: personal, and whole each time. It comes whenever the socket has caught up with the
    /// feed, and when a number changed, at most twice a second.
    #[serde(rename = "counts.updated")]
    CountsUpdated { counts: ViewCounts },
    #[serde(rename = "presence.updated")]
    PresenceUpdated { user_id: UserId, presence: OnlineState },
    #[serde(rename = "presence.snapshot")]
    PresenceSnapshot { online: Vec<UserId> },
}

/// To a customer's page.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "type")]
pub enum VisitorHears {
    #[serde(rename = "welcome")]
    Welcome {
        visitor: String,
        conversation_id: Option<ConversationId>,
        company: VisitorsName,
        channel: VisitorsName,
        operators_online: bool,
        messages: Vec<VisitorMessage>,
        agent: Option<VisitorsAgent>,
    },
    #[serde(rename = "message")]
    Message { message: VisitorMessage },
    #[serde(rename = "message.updated")]
    MessageUpdated { message: VisitorMessage },
    #[serde(rename = "typing")]
    Typing { on: bool },
    #[serde(rename = "ack")]
    Ack { client_id: String, message: Option<VisitorMessage> },
}

/// On both sockets.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "type")]
pub enum AnyHears {
    /// The frame of this `client_id` was not taken.
    #[serde(rename = "nack")]
    Nack {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(with = "String")]
        client_id: Option<Value>,
        #[schemars(with = "ProblemView")]
        problem: Value,
    },
    /// A frame that nobody waits for an answer to was not taken.
    #[serde(rename = "error")]
    Error {
        #[schemars(with = "ProblemView")]
        problem: Value,
    },
    #[serde(rename = "pong")]
    Pong,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct VisitorsName {
    pub name: String,
}

/// An AI answers here, under this name.
#[derive(Serialize, JsonSchema)]
pub struct VisitorsAgent {
    pub name: String,
    pub greeting: Option<String>,
    /// By language.
    pub greetings: BTreeMap<String, String>,
}

/// A message as its visitor sees it: no notes, no events, no inner names.
#[derive(Serialize, JsonSchema)]
pub struct VisitorMessage {
    pub id: MessageId,
    /// `in` is from the visitor, `out` from the company.
    pub direction: Direction,
    pub author: VisitorsAuthor,
    pub kind: MessageKind,
    pub text: String,
    pub buttons: Vec<Button>,
    pub button: Option<Press>,
    pub attachments: Vec<VisitorFile>,
    pub status: MessageStatus,
    /// The page's own, beside its own words.
    pub client_id: Option<String>,
    pub seq: Seq,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    pub created_at: Micros,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct VisitorsAuthor {
    #[serde(rename = "type")]
    pub kind: AuthorType,
    pub name: String,
}

#[derive(Serialize, JsonSchema)]
pub struct VisitorFile {
    pub id: AttachmentId,
    pub kind: String,
    pub name: String,
    pub mime: String,
    pub size: i64,
    pub status: AttachmentStatus,
    pub url: Option<String>,
}

macro_rules! frames {
    ($($frame:ty)+) => {$(
        impl $frame {
            pub fn text(&self) -> String {
                // Our own types always serialise.
                serde_json::to_string(self).unwrap_or_default()
            }
        }
    )+};
}
frames! { OperatorFrame<'_> VisitorHears AnyHears }

impl AnyHears {
    pub fn nack(client_id: Option<Value>, problem: &ProblemView) -> Self {
        AnyHears::Nack { client_id, problem: serde_json::json!(problem) }
    }
}
