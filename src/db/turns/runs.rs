//! A run of the agent that has ended: its row, the wording it was given, and what it cost.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::{Conn, budgets};
use crate::db::rows::NewAgentRun;
use crate::db::schema::*;
use crate::domain::agent::price::Spent;
use crate::domain::clock::{DAY, Micros};
use crate::domain::conversation::*;
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, MessageId};

/// The run that ended with this unit.
pub(super) async fn write_run(c: &mut Conn, unit: &Unit, ended: &EndedRun, now: Micros) -> QueryResult<()> {
    let message_id = ended.message.and_then(|i| unit.messages.get(i)).map(|m| m.id);
    keep_prompt(c, unit.company_id, ended, now).await?;
    let row = run_row(unit.company_id, unit.after.id, ended, message_id, now);
    insert_run(c, row, unit.after.channel_id, ended.run.reservation).await
}

fn run_row(
    company_id: CompanyId,
    conversation_id: ConversationId,
    ended: &EndedRun,
    message_id: Option<MessageId>,
    now: Micros,
) -> NewAgentRun {
    let run = &ended.run;
    NewAgentRun {
        id: ended.id,
        company_id,
        conversation_id,
        agent_version_id: run.agent_version_id,
        generation: ended.generation,
        state: ended.state.as_str().into(),
        model: run.model.clone(),
        trace: run.trace.clone(),
        tokens_in: run.tokens_in,
        tokens_out: run.tokens_out,
        cost_micros: run.cost_micros,
        started_at: run.started_at,
        ended_at: Some(now),
        reply: run.reply.clone(),
        acts: json!(run.acts),
        reason: run.reason.clone(),
        function_called: run.function_called.clone(),
        message_id,
        latency_ms: run.latency_ms,
        traced_at: run.prompt.as_ref().map(|_| run.started_at),
    }
}

/// A run that was overtaken: it said nothing, but it was paid for.
pub async fn record_fenced_run(
    c: &mut Conn,
    company: CompanyId,
    channel: ChannelId,
    conversation: ConversationId,
    ended: EndedRun,
    now: Micros,
) -> QueryResult<()> {
    // Its end was stored, and only the answer to that was lost: it is in the books already.
    let told = agent_runs::table
        .filter(agent_runs::conversation_id.eq(conversation))
        .filter(agent_runs::generation.eq(ended.generation))
        .filter(agent_runs::started_at.eq(ended.run.started_at))
        .filter(agent_runs::state.ne(RunState::Fenced));
    if told.count().get_result::<i64>(c).await? > 0 {
        return Ok(());
    }
    let id = super::backend::draw_ids(c, 1).await?.next().unwrap_or_default();
    keep_prompt(c, company, &ended, now).await?;
    let reservation = ended.run.reservation;
    insert_run(c, run_row(company, conversation, &EndedRun { id, ..ended }, None, now), channel, reservation).await
}

/// The wording is stored once; that it is still used is noted once a day.
async fn keep_prompt(c: &mut Conn, company: CompanyId, ended: &EndedRun, now: Micros) -> QueryResult<()> {
    use prompts::dsl as p;
    let Some(prompt) = &ended.run.prompt else { return Ok(()) };
    let Some(text) = &prompt.text else { return Ok(()) };
    let row = (p::company_id.eq(company), p::hash.eq(&prompt.hash), p::text.eq(text), p::used_at.eq(now));
    let new = diesel::insert_into(p::prompts).values(row).on_conflict((p::company_id, p::hash)).do_nothing();
    if new.execute(c).await? == 0 {
        let stale = p::prompts.find((company, &prompt.hash)).filter(p::used_at.lt(now - DAY));
        diesel::update(stale).set(p::used_at.eq(now)).execute(c).await?;
    }
    Ok(())
}

async fn insert_run(c: &mut Conn, row: NewAgentRun, channel: ChannelId, reservation: Option<i64>) -> QueryResult<()> {
    diesel::insert_into(agent_runs::table).values(&row).execute(c).await?;
    let NewAgentRun { tokens_in, tokens_out, cost_micros, .. } = row;
    let spent = Spent { runs: 1, tokens_in, tokens_out, cost_micros, ..Spent::default() };
    add_spend(c, row.company_id, channel, spent, reservation, row.ended_at.unwrap_or(row.started_at)).await
}

/// Counts what one call of the model has cost, and settles what it had set aside for itself alone. What comes out of a purse
/// touches no budget: whoever fills the purse next counts it.
pub async fn add_spend(
    c: &mut Conn,
    company: CompanyId,
    channel: ChannelId,
    spent: Spent,
    reservation: Option<i64>,
    at: Micros,
) -> QueryResult<()> {
    use ai_spend::dsl as s;
    if let Some(reservation) = reservation {
        budgets::settle(c, company, channel, spent.cost_micros, reservation, at).await?;
    }
    let Spent { runs, tokens_in, tokens_out, recordings, audio_ms, cost_micros } = spent;
    diesel::insert_into(s::ai_spend)
        .values((
            s::company_id.eq(company),
            s::day.eq(at.div_euclid(DAY)),
            s::channel_id.eq(channel),
            s::runs.eq(runs),
            s::tokens_in.eq(tokens_in),
            s::tokens_out.eq(tokens_out),
            s::recordings.eq(recordings),
            s::audio_ms.eq(audio_ms),
            s::cost_micros.eq(cost_micros),
        ))
        .on_conflict((s::company_id, s::day, s::channel_id))
        .do_update()
        .set((
            s::runs.eq(s::runs + runs),
            s::tokens_in.eq(s::tokens_in + tokens_in),
            s::tokens_out.eq(s::tokens_out + tokens_out),
            s::recordings.eq(s::recordings + recordings),
            s::audio_ms.eq(s::audio_ms + audio_ms),
            s::cost_micros.eq(s::cost_micros + cost_micros),
        ))
        .execute(c)
        .await
        .map(|_| ())
}
