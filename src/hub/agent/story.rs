//! How a turn ended, for the log and the figures.
use crate::domain::conversation::{AgentTurn, OpenLead, Run, TurnEnd};
use crate::domain::ids::{ConversationId, MessageId};
use crate::hub::Done;
use crate::telemetry::metrics;

/// The end of a turn's story, once it is durable.
pub fn tell(turn: &AgentTurn, done: &Done, lead: Option<OpenLead>) {
    let (end, reason) = match &turn.end {
        TurnEnd::Reply { .. } => ("answered", ""),
        TurnEnd::Suggest { .. } => ("suggested", ""),
        TurnEnd::HandOver { why, .. } => ("handed_over", why.as_str()),
    };
    count(&turn.run, end, reason);
    let (conversation_id, message_id) = (done.conversation_id.get(), done.message_id.map(MessageId::get));
    match (&turn.end, &turn.run.acts.lead) {
        (TurnEnd::HandOver { why, .. }, _) => tracing::info!(conversation_id, message_id, why = %why, "handed over to people"),
        (TurnEnd::Suggest { .. }, _) => tracing::info!(conversation_id, "a reply waits for approval"),
        (TurnEnd::Reply { .. }, _) => tracing::info!(conversation_id, message_id, "the agent has answered"),
    }
    if let (Some(_), Some(lead)) = (&turn.run.acts.lead, lead) {
        tracing::info!(conversation_id, lead_id = lead.id, "lead registered");
    }
}

/// It said nothing, but it was paid for.
pub fn tell_fenced(conversation_id: ConversationId, run: &Run) {
    tracing::info!(conversation_id = conversation_id.get(), "the agent was overtaken: its answer is dropped");
    count(run, "fenced", "");
}

fn count(run: &Run, end: &str, reason: &str) {
    metrics().agent_turns.with_label_values(&[end, reason]).inc();
    metrics().agent_tokens.with_label_values(&["in"]).inc_by(run.tokens_in.max(0) as u64);
    metrics().agent_tokens.with_label_values(&["out"]).inc_by(run.tokens_out.max(0) as u64);
    metrics().ai_cost.inc_by(run.cost_micros.max(0) as u64);
    if run.latency_ms > 0 {
        metrics().agent_turn_seconds.observe(run.latency_ms as f64 / 1e3);
    }
}
