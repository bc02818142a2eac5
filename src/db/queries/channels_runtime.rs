//! Channels and media jobs as a running connector sees them.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, open};
use crate::db::channels_runtime::{ChannelRuntime, ClaimedJob, DoorRow, HealthReport, RemoteFile};
use crate::db::schema::{attachments, channels, companies, jobs};

/// The channel, deleted or not, and its company's locale.
pub async fn channel_runtime(c: &mut Conn, channel: i64) -> QueryResult<Option<(ChannelRuntime, String)>> {
    channels::table
        .inner_join(companies::table.on(companies::id.eq(channels::company_id)))
        .filter(channels::id.eq(channel))
        .select((ChannelRuntime::as_select(), companies::locale))
        .first(c)
        .await
        .optional()
}

pub async fn live_channels(c: &mut Conn, kind: String) -> QueryResult<Vec<i64>> {
    channels::table
        .filter(channels::kind.eq(kind))
        .filter(channels::enabled.eq(true))
        .filter(channels::deleted_at.is_null())
        .order(channels::id)
        .select(channels::id)
        .load(c)
        .await
}

/// All that are not deleted, enabled or not.
pub async fn doors_of(c: &mut Conn, kind: String) -> QueryResult<Vec<DoorRow>> {
    channels::table
        .filter(channels::kind.eq(kind))
        .filter(channels::deleted_at.is_null())
        .order(channels::id)
        .select(DoorRow::as_select())
        .load(c)
        .await
}

pub async fn report_health(c: &mut Conn, channel: i64, report: HealthReport) -> QueryResult<()> {
    diesel::update(channels::table.find(channel))
        .set((
            channels::health_state.eq(report.state.as_str()),
            channels::health_detail.eq(report.detail),
            channels::health_checked_at.eq(Some(report.checked_at)),
            channels::health_retry_at.eq(report.retry_at),
        ))
        .execute(c)
        .await
        .map(|_| ())
}

pub async fn save_provider_identity(
    c: &mut Conn,
    channel: i64,
    provider_id: String,
    username: Option<String>,
) -> QueryResult<()> {
    diesel::update(channels::table.find(channel))
        .set((channels::provider_id.eq(Some(provider_id)), channels::username.eq(username)))
        .execute(c)
        .await
        .map(|_| ())
}

pub async fn save_poll_offset(c: &mut Conn, channel: i64, offset: i64) -> QueryResult<()> {
    diesel::update(channels::table.find(channel)).set(channels::poll_offset.eq(offset)).execute(c).await.map(|_| ())
}

pub async fn note_channel_event(c: &mut Conn, channel: i64, at: i64) -> QueryResult<()> {
    let row = channels::table.find(channel).filter(channels::last_event_at.is_null().or(channels::last_event_at.lt(at)));
    diesel::update(row).set(channels::last_event_at.eq(Some(at))).execute(c).await.map(|_| ())
}

pub async fn remote_file(c: &mut Conn, attachment: i64) -> QueryResult<Option<RemoteFile>> {
    attachments::table.find(attachment).select(RemoteFile::as_select()).first(c).await.optional()
}

/// Takes due jobs, and those whose holder's lease has run out. The UPDATE looks again at what the SELECT saw: of two
/// processes that want the same row the second gets none. An attempt counts from here, so a crash counts too.
pub async fn claim_jobs(
    c: &mut Conn,
    kind: String,
    holder: String,
    now: i64,
    until: i64,
    limit: i64,
) -> QueryResult<Vec<ClaimedJob>> {
    let due: Vec<i64> = jobs::table
        .filter(jobs::kind.eq(kind))
        .filter(open::job())
        .filter(jobs::run_at.le(now))
        .filter(jobs::claimed_until.is_null().or(jobs::claimed_until.lt(now)))
        .order((jobs::run_at, jobs::id))
        .limit(limit)
        .select(jobs::id)
        .load(c)
        .await?;
    let mut claimed = Vec::with_capacity(due.len());
    for id in due {
        let row = jobs::table
            .filter(jobs::id.eq(id))
            .filter(open::job())
            .filter(jobs::claimed_until.is_null().or(jobs::claimed_until.lt(now)));
        let job = diesel::update(row)
            .set((
                jobs::state.eq("running"),
                jobs::attempts.eq(jobs::attempts + 1),
                jobs::claimed_by.eq(Some(&holder)),
                jobs::claimed_until.eq(Some(until)),
            ))
            .returning(ClaimedJob::as_returning())
            .get_result(c)
            .await
            .optional()?;
        claimed.extend(job);
    }
    Ok(claimed)
}

/// Ends the leases of processes that are gone. Only for whoever is alone on the database.
pub async fn release_jobs(c: &mut Conn, kind: String) -> QueryResult<usize> {
    let held = jobs::table.filter(jobs::kind.eq(kind)).filter(open::job()).filter(jobs::state.eq("running"));
    diesel::update(held).set((jobs::state.eq("queued"), jobs::claimed_until.eq(None::<i64>))).execute(c).await
}

/// What is done needs no row: the result stands elsewhere. False when the lease was lost meanwhile, and somebody else has
/// the job now.
pub async fn finish_job(c: &mut Conn, job: i64, holder: String) -> QueryResult<bool> {
    let held = jobs::table.filter(jobs::id.eq(job)).filter(jobs::claimed_by.eq(holder)).filter(jobs::state.eq("running"));
    diesel::delete(held).execute(c).await.map(|n| n > 0)
}

/// The job waits until `run_at`; `attempts` are those that count against it.
pub async fn put_job_off(c: &mut Conn, job: i64, holder: String, run_at: i64, error: String, attempts: i64) -> QueryResult<bool> {
    let held = jobs::table.filter(jobs::id.eq(job)).filter(jobs::claimed_by.eq(holder)).filter(jobs::state.eq("running"));
    let n = diesel::update(held)
        .set((
            jobs::state.eq("queued"),
            jobs::run_at.eq(run_at),
            jobs::attempts.eq(attempts),
            jobs::claimed_until.eq(None::<i64>),
            jobs::error.eq(Some(error)),
        ))
        .execute(c)
        .await?;
    Ok(n > 0)
}

pub async fn give_job_up(c: &mut Conn, job: i64, holder: String, error: String) -> QueryResult<bool> {
    let held = jobs::table.filter(jobs::id.eq(job)).filter(jobs::claimed_by.eq(holder)).filter(jobs::state.eq("running"));
    let n = diesel::update(held)
        .set((jobs::state.eq("failed"), jobs::claimed_until.eq(None::<i64>), jobs::error.eq(Some(error))))
        .execute(c)
        .await?;
    Ok(n > 0)
}
