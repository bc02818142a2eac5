//! Why an agent said what it said.
use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::ai::usd;
use super::extract::Id;
use crate::db::Store;
use crate::db::agents::AgentRunRow;
use crate::domain::access::Principal;
use crate::domain::clock::rfc3339;
use crate::error::{Error, Result};

/// `GET /api/agent-runs/{id}`, for whoever may see the conversation.
pub async fn show(who: Principal, Id(id): Id, store: web::Data<Store>) -> Result<HttpResponse> {
    let run = store.agent_run(who.company_id, id).await?.filter(|run| who.sees(&run.scope));
    let run = run.ok_or_else(|| Error::not_found("Agent run not found"))?;
    Ok(HttpResponse::Ok().json(view(&run)))
}

fn view(run: &AgentRunRow) -> Value {
    json!({
        "id": run.id, "conversation_id": run.conversation_id, "message_id": run.message_id,
        "agent_version": run.agent_version, "model": run.model, "state": run.state, "reason": run.reason,
        "reply": run.reply, "function_called": run.function_called,
        "tool_calls": run.trace.get("tool_calls").cloned().unwrap_or_else(|| json!([])),
        "prompt": run.prompt,
        "messages_read": run.trace.get("messages").cloned().unwrap_or_else(|| json!([])),
        "tokens_in": run.tokens_in, "tokens_out": run.tokens_out, "cost": usd(run.cost_micros),
        "latency_ms": run.latency_ms, "started_at": rfc3339(run.started_at), "ended_at": run.ended_at.map(rfc3339),
    })
}
