//! Keeps the index of what messages say. One row for the whole house says who does it; the feed says itself what is new: each
//! company has a cursor on its feed (`search_cursors`), and what stood there before is taken in behind it, newest first.
use std::time::{Duration, Instant};

use super::{Job, JobEnd, JobRun, Nothing};
use crate::db::{DbError, Store};
use crate::hub::Hub;

/// What is new is found this much later at most, as long as the database keeps up.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// After a chunk of this many messages: others write in between.
const MANY: usize = 100;
const REST: Duration = Duration::from_millis(10);
/// One run follows the feed so long, so that following costs a write now and then and no write each look.
const FOLLOW_FOR: Duration = Duration::from_secs(300);

pub struct SearchIndex {
    pub hub: Hub,
}

impl Job for SearchIndex {
    const KIND: &'static str = "search_index";
    /// So long the index stands still when the process that keeps it dies.
    const LEASE: Duration = Duration::from_secs(10);
    const AT_ONCE: usize = 1;
    const EVERY: Option<Duration> = Some(Duration::ZERO);

    type Payload = Nothing;

    async fn run(&self, _: &JobRun, _: Nothing) -> Result<JobEnd, DbError> {
        let began = Instant::now();
        let going_on = || began.elapsed() < FOLLOW_FOR;
        while going_on() {
            catch_up(&self.hub.core.store, going_on).await?;
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(JobEnd::Done)
    }
}

/// Takes in what there is, a chunk of each company in turn, until nothing is left or `going_on` says no.
pub async fn catch_up(store: &Store, going_on: impl Fn() -> bool) -> Result<(), DbError> {
    loop {
        let mut busy = false;
        for company in store.companies_behind().await? {
            if !going_on() {
                return Ok(());
            }
            let Some(chunk) = store.next_chunk(company).await? else { continue };
            let long = chunk.entries.len() >= MANY;
            // Another node may have it: then it is looked at again the next time.
            busy |= store.take_in(chunk).await?;
            if long {
                tokio::time::sleep(REST).await;
            }
        }
        if !busy {
            return Ok(());
        }
    }
}
