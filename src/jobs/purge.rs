//! Old rows go. A slice is one short transaction of one company, and others write in between; whoever has fallen behind gets
//! slice after slice until nothing old is left.
use std::time::Duration;

use super::{Job, JobEnd, JobRun, Nothing};
use crate::db::{DbError, Store};
use crate::domain::clock::{DAY, HOUR, Micros};
use crate::hub::Hub;

const EVERY: Duration = Duration::from_secs(60);
/// Rows that go at once: a few milliseconds of writing.
const SLICE: i64 = 500;
/// Between two slices: the purge takes its share, never the whole disk.
const REST: Duration = Duration::from_millis(20);
/// Events: a week, or 100,000 a company, but never younger than an hour.
const EVENTS_FOR: Micros = 7 * DAY;
const EVENTS_KEPT: i64 = 100_000;
const RAW_FOR: Micros = 30 * DAY;
/// A provider tells of a message for as long as it tries to deliver the webhook.
const ORPHAN_RECEIPTS_FOR: Micros = 7 * DAY;
const FAILED_JOBS_FOR: Micros = 30 * DAY;
/// What the agent was told and did, turn by turn; what it said and what it cost stays.
const TRACES_FOR: Micros = 30 * DAY;
/// A wording that no kept trace names: its last use is noted once a day.
const PROMPTS_FOR: Micros = TRACES_FOR + 2 * DAY;
/// Days: a call that began before midnight settles afterwards what it had set aside before.
const BUDGETS_FOR: i64 = 2;
/// What one person was told, read or not.
const NOTIFICATIONS_FOR: Micros = 90 * DAY;
/// After they have run out.
const SESSIONS_FOR: Micros = 7 * DAY;

pub struct Purge {
    pub hub: Hub,
}

impl Job for Purge {
    const KIND: &'static str = "purge";
    const LEASE: Duration = Duration::from_secs(30);
    const AT_ONCE: usize = 1;
    /// Whoever has fallen far behind needs long.
    const AT_MOST: Duration = Duration::from_secs(3600);
    const EVERY: Option<Duration> = Some(EVERY);
    const AFTER_START: Duration = EVERY;

    type Payload = Nothing;

    async fn run(&self, _: &JobRun, _: Nothing) -> Result<JobEnd, DbError> {
        let core = &self.hub.core;
        everything_old(&core.store, core.clock.now(), || !core.drain.is_draining()).await?;
        Ok(JobEnd::Done)
    }
}

/// Purges until nothing is left that is old at `now`, or `going_on` says no.
pub async fn everything_old(store: &Store, now: Micros, going_on: impl Fn() -> bool + Sync) -> Result<(), DbError> {
    for (company, head) in store.feed_heads().await? {
        let (before, spare, above) = (now - EVENTS_FOR, now - HOUR, head - EVENTS_KEPT);
        let slice = || async move {
            match store.old_events(company, before, above, spare, SLICE).await? {
                Some(end) => store.drop_events(company, end).await,
                None => Ok(0),
            }
        };
        slices(slice, &going_on).await?;
    }
    slices(|| store.purge_raw(now - RAW_FOR, SLICE), &going_on).await?;
    slices(|| store.purge_orphan_receipts(now - ORPHAN_RECEIPTS_FOR, SLICE), &going_on).await?;
    slices(|| store.purge_failed_jobs(now - FAILED_JOBS_FOR, SLICE), &going_on).await?;
    slices(|| store.purge_traces(now - TRACES_FOR, SLICE), &going_on).await?;
    slices(|| store.purge_prompts(now - PROMPTS_FOR, SLICE), &going_on).await?;
    slices(|| store.purge_budgets(now.div_euclid(DAY) - BUDGETS_FOR, SLICE), &going_on).await?;
    slices(|| store.purge_notifications(now - NOTIFICATIONS_FOR, SLICE), &going_on).await?;
    slices(|| store.purge_sessions(now - SESSIONS_FOR, SLICE), &going_on).await
}

/// One after the other, with a rest in between, until one is short.
async fn slices<F>(one: impl Fn() -> F, going_on: impl Fn() -> bool) -> Result<(), DbError>
where
    F: Future<Output = Result<usize, DbError>>,
{
    while going_on() && one().await? >= SLICE as usize {
        tokio::time::sleep(REST).await;
    }
    Ok(())
}
