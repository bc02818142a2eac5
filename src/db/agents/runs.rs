//! Why an agent said what it said.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use super::Conn;
use crate::db::agents::AgentRunRow;
use crate::db::schema::{agent_runs as r, agent_versions, conversations, prompts};
use crate::domain::access::Scope;
use crate::domain::agent::prompt;
use crate::domain::clock::Micros;
use crate::domain::ids::{CompanyId, ConversationId, MessageId, UserId};

#[derive(diesel::Queryable)]
struct RunRow {
    id: i64,
    conversation_id: ConversationId,
    department_id: Option<i64>,
    assignee_id: Option<UserId>,
    message_id: Option<MessageId>,
    agent_version: i64,
    model: String,
    state: String,
    reason: Option<String>,
    reply: String,
    function_called: Option<String>,
    trace: Value,
    tokens_in: i64,
    tokens_out: i64,
    cost_micros: i64,
    latency_ms: i64,
    started_at: Micros,
    ended_at: Option<Micros>,
}

pub async fn agent_run(c: &mut Conn, company: CompanyId, id: i64) -> QueryResult<Option<AgentRunRow>> {
    let run: Option<RunRow> = r::table
        .inner_join(conversations::table.on(conversations::id.eq(r::conversation_id)))
        .inner_join(agent_versions::table.on(agent_versions::id.eq(r::agent_version_id)))
        .filter(r::id.eq(id).and(r::company_id.eq(company)))
        .select((
            r::id,
            r::conversation_id,
            conversations::department_id,
            conversations::assignee_id,
            r::message_id,
            agent_versions::number,
            r::model,
            r::state,
            r::reason,
            r::reply,
            r::function_called,
            r::trace,
            r::tokens_in,
            r::tokens_out,
            r::cost_micros,
            r::latency_ms,
            r::started_at,
            r::ended_at,
        ))
        .first(c)
        .await
        .optional()?;
    let told = match &run {
        Some(run) => told(c, company, &run.trace).await?,
        None => Value::Null,
    };
    Ok(run.map(|r| AgentRunRow {
        id: r.id,
        conversation_id: r.conversation_id,
        scope: Scope { department_id: r.department_id, assignee_id: r.assignee_id },
        message_id: r.message_id,
        agent_version: r.agent_version,
        model: r.model,
        state: r.state,
        reason: r.reason,
        reply: r.reply,
        function_called: r.function_called,
        prompt: told,
        trace: r.trace,
        tokens_in: r.tokens_in,
        tokens_out: r.tokens_out,
        cost_micros: r.cost_micros,
        latency_ms: r.latency_ms,
        started_at: r.started_at,
        ended_at: r.ended_at,
    }))
}

/// The system message as it was sent. Empty once its trace was purged.
async fn told(c: &mut Conn, company: CompanyId, trace: &Value) -> QueryResult<Value> {
    let said = trace.get("prompt").cloned().unwrap_or_else(|| json!(""));
    let (Some(hash), Some(at)) = (said.as_str(), trace["at"].as_u64()) else {
        // Written by a version that kept the whole message with each run.
        return Ok(said);
    };
    let body: Option<String> = prompts::table.find((company, hash)).select(prompts::text).first(c).await.optional()?;
    let facts = trace["facts"].as_str().unwrap_or_default();
    Ok(json!(body.map(|body| prompt::with_facts(&body, at as usize, facts)).unwrap_or_default()))
}
