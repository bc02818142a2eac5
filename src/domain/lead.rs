//! A lead: a request that the agent has qualified, or a person has written down.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::access::Principal;
use super::channel::ChannelKind;
use super::clock::{self, Micros};
use super::event::Assignee;
use super::form::TimeForm;
use super::ids::*;
use super::text::word_enum;

word_enum! {
    /// How far a lead has come.
    LeadStatus { New = "new", InProgress = "in_progress", Won = "won", Lost = "lost" }
}
word_enum! {
    /// What became of the notice to the company's own chat. `uncertain`: it left us and no clear answer came back.
    NoticeState { None = "none", Queued = "queued", Sent = "sent", Uncertain = "uncertain", Failed = "failed" }
}

/// What is known of a request before it has a number. The phone is valid: `phone` as the customer gave it, `phone_e164` as
/// it is dialled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LeadDraft {
    pub name: String,
    pub phone: String,
    pub phone_e164: String,
    pub city: String,
    pub object_type: String,
    pub area: String,
    pub summary: String,
    pub language: String,
}

/// What became of the notice to the company's own chat.
#[derive(Clone, Debug, Serialize, JsonSchema, PartialEq)]
#[schemars(rename = "LeadNotice")]
pub struct NoticeView {
    pub state: NoticeState,
    pub detail: Option<String>,
}

impl LeadView {
    /// As this viewer may read it: why a notice did not arrive is told in the provider's words.
    pub fn shown_to(mut self, viewer: &Principal) -> Self {
        if !viewer.reads_providers() {
            self.notice.detail = None;
        }
        self
    }
}

/// A lead as programs and screens see it (contract: "Shapes programs rely on").
#[derive(Clone, Debug, Serialize, JsonSchema, PartialEq)]
#[schemars(rename = "Lead")]
pub struct LeadView {
    pub id: LeadId,
    /// Counts the company's leads from 1.
    pub number: i64,
    /// The company's first user, for every member.
    pub owner_id: UserId,
    /// The customer.
    pub bot_user_id: CustomerId,
    pub name: String,
    /// As the customer gave it.
    pub phone: String,
    pub phone_e164: String,
    pub city: String,
    pub object_type: String,
    pub area: String,
    pub summary: String,
    pub language: String,
    pub status: LeadStatus,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    pub created_at: Micros,
    pub conversation_id: ConversationId,
    pub channel_kind: ChannelKind,
    pub assignee: Option<Assignee>,
    pub notice: NoticeView,
    pub agent_run_id: Option<AgentRunId>,
    pub seq: Seq,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    pub updated_at: Micros,
}
