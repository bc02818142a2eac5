//! What a unit leaves behind for others: a lead, a job, the run of the agent that wrote it.
use diesel::prelude::*;
use serde_json::Value;

use crate::db::schema::*;
use crate::domain::clock::Micros;
use crate::domain::ids::{CompanyId, ConversationId, CustomerId, MessageId, UserId};
use crate::domain::lead::{LeadStatus, NoticeState};

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = leads)]
pub struct LeadRow {
    pub id: i64,
    pub company_id: CompanyId,
    pub customer_id: CustomerId,
    pub conversation_id: ConversationId,
    pub episode_id: i64,
    pub agent_run_id: Option<i64>,
    pub name: String,
    pub phone: String,
    pub phone_e164: String,
    pub city: String,
    pub object_type: String,
    pub area: String,
    pub summary: String,
    pub language: String,
    pub status: LeadStatus,
    pub assignee_id: Option<UserId>,
    pub notice_state: NoticeState,
    pub notice_detail: Option<String>,
    pub seq: i64,
    pub created_at: Micros,
    pub updated_at: Micros,
    pub number: i64,
}

/// A job as the unit that causes it writes it; others queue a `jobs::NewJob`.
#[derive(Clone, Debug, Selectable, Insertable, serde::Serialize)]
#[diesel(table_name = jobs)]
pub struct QueuedJob {
    pub company_id: CompanyId,
    pub kind: String,
    pub key: String,
    pub payload: Value,
    pub run_at: Micros,
    pub created_at: Micros,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = agent_runs)]
pub struct NewAgentRun {
    pub id: i64,
    pub company_id: CompanyId,
    pub conversation_id: ConversationId,
    pub agent_version_id: i64,
    pub generation: i64,
    pub state: String,
    pub model: String,
    pub trace: Value,
    pub tokens_in: i64,
    pub tokens_out: i64,
    pub cost_micros: i64,
    pub started_at: Micros,
    pub ended_at: Option<Micros>,
    pub reply: String,
    pub acts: Value,
    pub reason: Option<String>,
    pub function_called: Option<String>,
    pub message_id: Option<MessageId>,
    pub latency_ms: i64,
    /// When it began, as long as its trace is kept.
    pub traced_at: Option<Micros>,
}
