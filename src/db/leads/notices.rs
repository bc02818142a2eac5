//! A lead's notice as a job. Every step asks whether the job is still the asker's: two never send the same notice.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use super::leads_feed::announce;
use super::{Conn, conversations as states, jobs as job_queries, leads, runtime};
use crate::db::engine::Wrote;
use crate::db::jobs::{Hold, Later, NewJob};
use crate::db::leads::*;
use crate::db::schema::{companies, jobs, leads::dsl as t};
use crate::domain::clock::Micros;
use crate::domain::event::NotificationView;
use crate::domain::ids::{CompanyId, ConversationId};
use crate::domain::job::JobState;
use crate::domain::lead::NoticeState;

/// Puts the lead's notice on its way, in the transaction that makes the lead. Asked again, it does nothing.
pub async fn queue_notice(c: &mut Conn, company: CompanyId, lead: i64, at: Micros) -> QueryResult<bool> {
    let fresh = t::leads.filter(t::company_id.eq(company)).filter(t::id.eq(lead)).filter(t::notice_state.eq(NoticeState::None));
    if diesel::update(fresh).set(t::notice_state.eq(NoticeState::Queued)).execute(c).await? == 0 {
        return Ok(false);
    }
    let key = Some(lead.to_string());
    let job = NewJob { company_id: Some(company), kind: NOTICE_JOB, key, payload: payload(lead, false), wait: 0 };
    job_queries::enqueue(c, &[job], at).await.map(|()| true)
}

fn payload(lead_id: i64, sending: bool) -> Value {
    json!(NoticeJob { lead_id, sending })
}

pub async fn announced(c: &mut Conn, company: CompanyId, lead: i64) -> QueryResult<Option<Announced>> {
    let ours: Option<i64> =
        t::leads.filter(t::company_id.eq(company)).filter(t::id.eq(lead)).select(t::id).first(c).await.optional()?;
    let Some(lead) = ours else { return Ok(None) };
    let locale: String = companies::table.find(company).select(companies::locale).first(c).await?;
    Ok(leads::views_by_ids(c, vec![lead]).await?.pop().map(|lead| Announced { lead, locale }))
}

/// The mark before the first byte. False when the job is somebody else's by now: then nothing may be sent.
pub async fn begin_notice(c: &mut Conn, hold: Hold, lead: i64, lease: Micros, now: Micros) -> QueryResult<bool> {
    if !job_queries::renew_job(c, hold.clone(), lease, None, now).await? {
        return Ok(false);
    }
    mark(c, hold, payload(lead, true)).await
}

/// Nothing was accepted: the mark goes, and the job waits.
pub async fn put_notice_off(c: &mut Conn, hold: Hold, lead: i64, later: Later, now: Micros) -> QueryResult<bool> {
    Ok(mark(c, hold.clone(), payload(lead, false)).await? && job_queries::put_job_off(c, hold, later, now).await?)
}

async fn mark(c: &mut Conn, hold: Hold, payload: Value) -> QueryResult<bool> {
    let held = jobs::table
        .filter(jobs::id.eq(hold.job))
        .filter(jobs::claimed_by.eq(hold.holder))
        .filter(jobs::state.eq(JobState::Running));
    diesel::update(held).set(jobs::payload.eq(payload)).execute(c).await.map(|n| n > 0)
}

/// Writes down how the notice ended and lets the job go, both or neither. False when somebody else has done so.
pub async fn settle_notice(c: &mut Conn, settled: Settled) -> QueryResult<Wrote<bool>> {
    let Settled { hold, company_id, lead_id, state, detail, at } = settled;
    let ours = t::leads.filter(t::company_id.eq(company_id)).filter(t::id.eq(lead_id));
    let conversation: Option<ConversationId> = ours.select(t::conversation_id).first(c).await.optional()?;
    // The conversation first, like every unit.
    states::lock(c, conversation.into_iter().collect()).await?;
    let held = jobs::table
        .filter(jobs::id.eq(hold.job))
        .filter(jobs::claimed_by.eq(hold.holder))
        .filter(jobs::state.eq(JobState::Running));
    if diesel::delete(held).execute(c).await? == 0 {
        return Ok(Wrote::quiet(false));
    }
    if conversation.is_none() {
        return Ok(Wrote::quiet(true));
    }
    let set = (t::notice_state.eq(state), t::notice_detail.eq(&detail));
    diesel::update(t::leads.find(lead_id)).set(set).execute(c).await?;
    let mut events = vec![announce(c, lead_id, at).await?];
    let code = match state {
        NoticeState::Failed => Some("notice_failed"),
        NoticeState::Uncertain => Some("notice_uncertain"),
        NoticeState::None | NoticeState::Queued | NoticeState::Sent => None,
    };
    if let Some(code) = code {
        let (code, detail) = (code.to_owned(), detail.unwrap_or_default());
        let view = NotificationView { code, detail, lead_id: Some(lead_id), ..NotificationView::default() };
        events.extend(runtime::notify(c, company_id, view, at).await?.events);
    }
    Ok(Wrote { value: true, events })
}
