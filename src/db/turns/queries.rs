//! The part of a unit that a turn of the agent writes: its run with what it cost, the lead, what was heard. And what the hub
//! reads to begin a turn.
use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::{Conn, budgets, leads as leads_queries};
use crate::db::jobs::NewJob;
use crate::db::rows::{LeadRow, MessageRow, NewAgentRun};
use crate::db::schema::*;
use crate::db::turns::Recording;
use crate::domain::agent::price::Spent;
use crate::domain::clock::{DAY, Micros};
use crate::domain::conversation::*;
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, MessageId};
use crate::domain::lead::{LeadDraft, LeadStatus, NoticeState};
use crate::domain::message::{Direction, MessageView, TranscriptState, is_spoken};

pub const TRANSCRIBE: &str = "transcribe";

/// The budgets that the units' turns settle, locked before the books are touched: whoever settles one call alone goes the same
/// way, and of two that go different ways each would wait for the other.
pub(super) async fn lock_budgets(c: &mut Conn, units: &[Unit], now: Micros) -> QueryResult<()> {
    let settles = |unit: &&Unit| unit.run.as_ref().is_some_and(|ended| ended.run.reservation.is_some());
    let of: BTreeSet<_> = units.iter().filter(settles).map(|unit| (unit.company_id, unit.after.channel_id)).collect();
    for (company, channel) in of {
        budgets::lock(c, company, now.div_euclid(DAY), channel).await?;
    }
    Ok(())
}

pub(super) async fn write(c: &mut Conn, unit: &Unit, now: Micros) -> QueryResult<()> {
    if let Some(ended) = &unit.run {
        let message_id = ended.message.and_then(|i| unit.messages.get(i)).map(|m| m.id);
        keep_prompt(c, unit.company_id, ended, now).await?;
        let row = run_row(unit.company_id, unit.after.id, ended, message_id, now);
        insert_run(c, row, unit.after.channel_id, ended.run.reservation).await?;
    }
    if let Some(lead) = &unit.lead {
        if lead.is_new {
            insert_lead(c, unit, lead, now).await?;
        } else {
            update_lead(c, unit, lead, now).await?;
        }
    }
    for change in &unit.heard {
        let row = attachments::table.filter(attachments::id.eq(change.attachment_id));
        diesel::update(row.filter(attachments::company_id.eq(unit.company_id)))
            .set((attachments::transcript.eq(&change.heard.text), attachments::transcript_state.eq(change.heard.state)))
            .execute(c)
            .await?;
    }
    listen(c, unit, now).await
}

/// Voice that has just come in is to be listened to: the mark and the job stand in the unit that brought it.
async fn listen(c: &mut Conn, unit: &Unit, now: Micros) -> QueryResult<()> {
    use crate::domain::message::{AttachmentStatus, Direction};
    let fetched = unit.media.iter().filter(|m| m.status == AttachmentStatus::Ready).map(|m| m.attachment_id);
    let uploaded = unit.messages.iter().filter(|m| m.direction == Direction::In).flat_map(|m| &m.attachments);
    let uploaded = uploaded.filter_map(|a| if let NewAttachment::Uploaded { id } = a { Some(*id) } else { None });
    let ids: Vec<i64> = fetched.chain(uploaded).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let unheard = attachments::table
        .filter(attachments::id.eq_any(ids))
        .filter(attachments::transcript_state.eq(TranscriptState::None))
        .select((attachments::id, attachments::message_id, attachments::kind, attachments::mime));
    let found: Vec<(i64, Option<MessageId>, String, String)> = unheard.load(c).await?;
    for (attachment_id, message_id, ..) in found.into_iter().filter(|(.., kind, mime)| is_spoken(kind, mime)) {
        diesel::update(attachments::table.find(attachment_id))
            .set(attachments::transcript_state.eq(TranscriptState::Pending))
            .execute(c)
            .await?;
        let payload = json!({ "attachment_id": attachment_id, "message_id": message_id, "conversation_id": unit.after.id });
        let (company_id, key) = (Some(unit.company_id), Some(attachment_id.to_string()));
        let job = NewJob { company_id, kind: TRANSCRIBE, key, payload, wait: 0 };
        super::jobs::enqueue(c, &[job], now).await?;
    }
    Ok(())
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

async fn insert_lead(c: &mut Conn, unit: &Unit, lead: &LeadChange, now: Micros) -> QueryResult<()> {
    let LeadDraft { name, phone, phone_e164, city, object_type, area, summary, language } = lead.draft.clone();
    let row = LeadRow {
        id: lead.id,
        company_id: unit.company_id,
        customer_id: unit.after.customer.id,
        conversation_id: unit.after.id,
        episode_id: unit.after.episode_id,
        agent_run_id: lead.agent_run_id,
        name,
        phone,
        phone_e164,
        city,
        object_type,
        area,
        summary,
        language,
        status: LeadStatus::New,
        assignee_id: unit.after.assignee.as_ref().map(|a| a.id),
        notice_state: NoticeState::None,
        notice_detail: None,
        seq: lead.seq,
        created_at: now,
        updated_at: now,
    };
    diesel::insert_into(leads::table).values(&row).execute(c).await?;
    leads_queries::queue_notice(c, unit.company_id, lead.id, now).await.map(|_| ())
}

/// What the customer has said since may be better; what is not said any more stays.
async fn update_lead(c: &mut Conn, unit: &Unit, lead: &LeadChange, now: Micros) -> QueryResult<()> {
    use leads::dsl as l;
    let draft = &lead.draft;
    let said = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
    diesel::update(l::leads.filter(l::id.eq(lead.id)).filter(l::company_id.eq(unit.company_id)))
        .set((
            said(&draft.name).map(|v| l::name.eq(v)),
            said(&draft.phone).map(|v| l::phone.eq(v)),
            said(&draft.phone_e164).map(|v| l::phone_e164.eq(v)),
            said(&draft.city).map(|v| l::city.eq(v)),
            said(&draft.object_type).map(|v| l::object_type.eq(v)),
            said(&draft.area).map(|v| l::area.eq(v)),
            said(&draft.summary).map(|v| l::summary.eq(v)),
            l::seq.eq(lead.seq),
            l::updated_at.eq(now),
        ))
        .execute(c)
        .await
        .map(|_| ())
}

/// The newest messages in or out, newest first, as a turn reads them.
pub async fn recent_messages(c: &mut Conn, conversation: ConversationId, limit: i64) -> QueryResult<Vec<MessageView>> {
    let rows = messages::table
        .filter(messages::conversation_id.eq(conversation))
        .filter(messages::direction.eq_any([Direction::In, Direction::Out]))
        .order(messages::id.desc())
        .limit(limit)
        .select(MessageRow::as_select())
        .load(c)
        .await?;
    super::messages::with_parts(c, rows).await
}

/// What the conversation's agent has cost so far, in millionths of a US dollar.
pub async fn spent_on(c: &mut Conn, conversation: ConversationId) -> QueryResult<i64> {
    let costs: Vec<i64> = agent_runs::table
        .filter(agent_runs::conversation_id.eq(conversation))
        .order(agent_runs::id.desc())
        .limit(1000)
        .select(agent_runs::cost_micros)
        .load(c)
        .await?;
    Ok(costs.into_iter().sum())
}

/// What the turn that read `message` came to: the agent's words after it, oldest first, and the last function called.
pub async fn answer_after(
    c: &mut Conn,
    conversation: ConversationId,
    message: MessageId,
) -> QueryResult<(Vec<String>, Option<String>)> {
    let said: Vec<(String, Option<i64>)> = messages::table
        .filter(messages::conversation_id.eq(conversation))
        .filter(messages::id.gt(message))
        .filter(messages::author_type.eq("agent"))
        .filter(messages::direction.eq(Direction::Out))
        .order(messages::id)
        .limit(20)
        .select((messages::text, messages::agent_run_id))
        .load(c)
        .await?;
    let runs: Vec<i64> = said.iter().filter_map(|(_, run)| *run).collect();
    let called: Vec<Option<String>> = agent_runs::table
        .filter(agent_runs::id.eq_any(runs))
        .order(agent_runs::id.desc())
        .select(agent_runs::function_called)
        .load(c)
        .await?;
    Ok((said.into_iter().map(|(text, _)| text).collect(), called.into_iter().flatten().next()))
}

/// What the agent wanted to do along with a suggestion of this conversation.
pub async fn acts_of(
    c: &mut Conn,
    company: CompanyId,
    conversation: ConversationId,
    run: i64,
) -> QueryResult<Option<serde_json::Value>> {
    agent_runs::table
        .filter(agent_runs::id.eq(run))
        .filter(agent_runs::company_id.eq(company))
        .filter(agent_runs::conversation_id.eq(conversation))
        .filter(agent_runs::state.eq(RunState::Suggested))
        .select(agent_runs::acts)
        .first(c)
        .await
        .optional()
}

/// The company's way in for programs; the oldest, should there be several.
pub async fn api_channel(c: &mut Conn, company: CompanyId) -> QueryResult<Option<ChannelId>> {
    channels::table
        .filter(channels::company_id.eq(company))
        .filter(channels::kind.eq("api"))
        .filter(channels::deleted_at.is_null())
        .order(channels::id)
        .select(channels::id)
        .first(c)
        .await
        .optional()
}

/// At most this much is answered at once; the rest comes with the next question.
const SAID_AT_ONCE: i64 = 200;

/// What went out after `message`, oldest first.
pub async fn said_after(c: &mut Conn, conversation: ConversationId, message: MessageId) -> QueryResult<Vec<MessageView>> {
    let rows = messages::table
        .filter(messages::conversation_id.eq(conversation))
        .filter(messages::id.gt(message))
        .filter(messages::direction.eq(Direction::Out))
        .order(messages::id)
        .limit(SAID_AT_ONCE)
        .select(MessageRow::as_select())
        .load(c)
        .await?;
    super::messages::with_parts(c, rows).await
}

/// A recording whose words are not known yet.
pub async fn recording(c: &mut Conn, company: CompanyId, attachment: i64) -> QueryResult<Option<Recording>> {
    let row: Option<(ChannelId, String, String, String, Option<String>)> = attachments::table
        .inner_join(messages::table.on(attachments::message_id.eq(messages::id.nullable())))
        .inner_join(conversations::table.on(conversations::id.eq(messages::conversation_id)))
        .filter(attachments::company_id.eq(company))
        .filter(attachments::id.eq(attachment))
        .filter(attachments::transcript_state.eq(TranscriptState::Pending))
        .select((conversations::channel_id, attachments::kind, attachments::name, attachments::mime, attachments::storage_key))
        .first(c)
        .await
        .optional()?;
    Ok(row.and_then(|(channel_id, kind, file_name, mime, key)| {
        Some(Recording { channel_id, kind, file_name, mime, storage_key: key? })
    }))
}
