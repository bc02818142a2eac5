//! Why an agent said what it said.
use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::ai::usd;
use super::extract::Id;
use crate::db::Store;
use crate::db::agents::AgentRunRow;
use crate::domain::access::Principal;
use crate::domain::clock::{self, Micros};
use crate::domain::form::TimeForm;
use crate::domain::ids::{ConversationId, MessageId};
use crate::error::{Error, Result};

/// `GET /api/agent-runs/{id}`, for whoever may see the conversation.
pub async fn show(who: Principal, Id(id): Id, store: web::Data<Store>) -> Result<HttpResponse> {
    let run = store.agent_run(who.company_id, id).await?.filter(|run| who.sees(&run.scope));
    let run = run.ok_or_else(|| Error::not_found("Agent run not found"))?;
    Ok(HttpResponse::Ok().json(view(run)))
}

/// One turn of an agent.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AgentRun")]
pub struct AgentRunView {
    id: i64,
    conversation_id: ConversationId,
    message_id: Option<MessageId>,
    agent_version: i64,
    model: String,
    state: String,
    reason: Option<String>,
    reply: String,
    function_called: Option<String>,
    #[schemars(with = "Vec<ToolUse>")]
    tool_calls: Value,
    /// The system message as it was sent; empty once it was purged, after 30 days.
    prompt: Value,
    /// The messages that the model read, oldest first.
    #[schemars(with = "Vec<MessageId>")]
    messages_read: Value,
    tokens_in: i64,
    tokens_out: i64,
    /// US dollars.
    cost: f64,
    latency_ms: i64,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    started_at: Micros,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    #[schemars(with = "Option<TimeForm>")]
    ended_at: Option<Micros>,
}

/// A call that the model made, as a run's trace holds it.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "traces are kept as JSON; this is what they look like")]
pub struct ToolUse {
    name: String,
    arguments: Value,
    result: Value,
}

fn view(run: AgentRunRow) -> AgentRunView {
    let traced = |field: &str| run.trace.get(field).cloned().unwrap_or_else(|| json!([]));
    AgentRunView {
        tool_calls: traced("tool_calls"),
        messages_read: traced("messages"),
        id: run.id,
        conversation_id: run.conversation_id,
        message_id: run.message_id,
        agent_version: run.agent_version,
        model: run.model,
        state: run.state,
        reason: run.reason,
        reply: run.reply,
        function_called: run.function_called,
        prompt: run.prompt,
        tokens_in: run.tokens_in,
        tokens_out: run.tokens_out,
        cost: usd(run.cost_micros),
        latency_ms: run.latency_ms,
        started_at: run.started_at,
        ended_at: run.ended_at,
    }
}
