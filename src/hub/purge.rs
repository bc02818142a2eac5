//! Old rows go. A slice is one short transaction of one company, and others write in between; whoever has fallen behind gets
//! slice after slice until nothing old is left.
use std::time::Duration;

use super::Hub;
use crate::db::{DbError, Store};
use crate::domain::clock::{DAY, HOUR, Micros};

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
/// After they have run out.
const SESSIONS_FOR: Micros = 7 * DAY;

/// Runs until the process drains.
pub async fn run(hub: Hub) {
    let going_on = || !hub.core.drain.is_draining();
    while going_on() {
        tokio::time::sleep(EVERY).await;
        if let Err(e) = everything_old(&hub.core.store, hub.core.clock.now(), going_on).await {
            tracing::warn!(error = %e, "cannot purge what is old; it is tried again");
        }
    }
}

/// Purges until nothing is left that is old at `now`, or `going_on` says no.
pub async fn everything_old(store: &Store, now: Micros, going_on: impl Fn() -> bool) -> Result<(), DbError> {
    for (company, head) in store.feed_heads().await? {
        let (before, spare, above) = (now - EVENTS_FOR, now - HOUR, head - EVENTS_KEPT);
        let slice = async || match store.old_events(company, before, above, spare, SLICE).await? {
            Some(end) => store.drop_events(company, end).await,
            None => Ok(0),
        };
        slices(slice, &going_on).await?;
    }
    slices(async || store.purge_raw(now - RAW_FOR, SLICE).await, &going_on).await?;
    slices(async || store.purge_orphan_receipts(now - ORPHAN_RECEIPTS_FOR, SLICE).await, &going_on).await?;
    slices(async || store.purge_failed_jobs(now - FAILED_JOBS_FOR, SLICE).await, &going_on).await?;
    slices(async || store.purge_sessions(now - SESSIONS_FOR, SLICE).await, &going_on).await
}

/// One after the other, with a rest in between, until one is short.
async fn slices(one: impl AsyncFn() -> Result<usize, DbError>, going_on: &impl Fn() -> bool) -> Result<(), DbError> {
    while going_on() && one().await? >= SLICE as usize {
        tokio::time::sleep(REST).await;
    }
    Ok(())
}
