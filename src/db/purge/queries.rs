//! What has outlived its time, a slice at a time: one short transaction each, oldest rows first.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, open};
use crate::db::schema::*;
use crate::domain::clock::Micros;
use crate::domain::ids::CompanyId;

/// The last event of a company's oldest `slice` that may go: older than `before`, or not above `above` and older than `spare`.
pub async fn old_events(
    c: &mut Conn,
    company: CompanyId,
    before: Micros,
    above: i64,
    spare: Micros,
    slice: i64,
) -> QueryResult<Option<i64>> {
    let oldest: Vec<(i64, Micros)> = events::table
        .filter(events::company_id.eq(company))
        .order(events::seq)
        .limit(slice)
        .select((events::seq, events::at))
        .load(c)
        .await?;
    let old = |(seq, at): &&(i64, Micros)| *at < before || (*seq <= above && *at < spare);
    Ok(oldest.iter().take_while(old).last().map(|(seq, _)| *seq))
}

pub async fn drop_events(c: &mut Conn, company: CompanyId, up_to: i64) -> QueryResult<usize> {
    let old = events::table.filter(events::company_id.eq(company)).filter(events::seq.le(up_to));
    diesel::delete(old).execute(c).await
}

pub async fn purge_raw(c: &mut Conn, before: Micros, slice: i64) -> QueryResult<usize> {
    let old = inbound_raw::table.filter(inbound_raw::received_at.lt(before)).order(inbound_raw::received_at);
    let ids: Vec<i64> = old.limit(slice).select(inbound_raw::id).load(c).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    diesel::delete(inbound_raw::table.filter(inbound_raw::id.eq_any(ids))).execute(c).await
}

/// Receipts whose message never came to be known.
pub async fn purge_orphan_receipts(c: &mut Conn, before: Micros, slice: i64) -> QueryResult<usize> {
    use orphan_receipts::dsl as o;
    let old = o::orphan_receipts.filter(o::received_at.lt(before)).order(o::received_at).limit(slice);
    let times: Vec<Micros> = old.select(o::received_at).load(c).await?;
    let Some(newest) = times.last() else { return Ok(0) };
    diesel::delete(o::orphan_receipts.filter(o::received_at.le(newest))).execute(c).await
}

/// Jobs that were given up. What was done has no row any more.
pub async fn purge_failed_jobs(c: &mut Conn, before: Micros, slice: i64) -> QueryResult<usize> {
    let old = jobs::table.filter(open::failed_job()).filter(jobs::created_at.lt(before)).order(jobs::created_at);
    let ids: Vec<i64> = old.limit(slice).select(jobs::id).load(c).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    diesel::delete(jobs::table.filter(jobs::id.eq_any(ids))).execute(c).await
}

/// What turns of the agent were told, and what they did.
pub async fn purge_traces(c: &mut Conn, before: Micros, slice: i64) -> QueryResult<usize> {
    let old = agent_runs::table.filter(agent_runs::traced_at.is_not_null()).filter(agent_runs::traced_at.lt(before));
    let ids: Vec<i64> = old.order(agent_runs::traced_at).limit(slice).select(agent_runs::id).load(c).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    diesel::update(agent_runs::table.filter(agent_runs::id.eq_any(ids)))
        .set((agent_runs::trace.eq(serde_json::json!({})), agent_runs::traced_at.eq(None::<Micros>)))
        .execute(c)
        .await
}

/// Wordings that nobody was told lately.
pub async fn purge_prompts(c: &mut Conn, before: Micros, slice: i64) -> QueryResult<usize> {
    let old = prompts::table.filter(prompts::used_at.lt(before)).order(prompts::used_at);
    let keys: Vec<(CompanyId, String)> = old.limit(slice).select((prompts::company_id, prompts::hash)).load(c).await?;
    let mut gone = 0;
    for (company, hash) in keys {
        // It may have been used again meanwhile.
        let row = prompts::table.find((company, hash)).filter(prompts::used_at.lt(before));
        gone += diesel::delete(row).execute(c).await?;
    }
    Ok(gone)
}

/// What stood against the budgets of days that are over, and what somebody who died has set aside of them. What was spent stays
/// (`ai_spend`).
pub async fn purge_budgets(c: &mut Conn, before_day: i64, slice: i64) -> QueryResult<usize> {
    use ai_budgets::dsl as b;
    let old = b::ai_budgets.filter(b::day.lt(before_day)).order((b::company_id, b::day, b::channel_id)).limit(slice);
    let keys: Vec<(i64, i64, i64)> = old.select((b::company_id, b::day, b::channel_id)).load(c).await?;
    for (company, day, channel) in &keys {
        diesel::delete(b::ai_budgets.find((company, day, channel))).execute(c).await?;
    }
    diesel::delete(ai_reservations::table.filter(ai_reservations::day.lt(before_day))).execute(c).await?;
    Ok(keys.len())
}

/// Sessions that have run out; one that was ended early goes when it would have run out too.
pub async fn purge_sessions(c: &mut Conn, before: Micros, slice: i64) -> QueryResult<usize> {
    let old = sessions::table.filter(sessions::expires_at.lt(before)).order(sessions::expires_at);
    let ids: Vec<i64> = old.limit(slice).select(sessions::id).load(c).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    diesel::delete(sessions::table.filter(sessions::id.eq_any(ids))).execute(c).await
}
