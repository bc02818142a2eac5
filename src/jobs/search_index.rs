//! Keeps the index of what messages say: no rows of `jobs`, for the feed says itself what is new. Each company has a cursor on
//! its feed (`search_cursors`); what stood there before is taken in behind it, newest first.
use std::time::Duration;

use crate::db::{DbError, Store};
use crate::hub::Hub;

/// What is new is found this much later at most, as long as the database keeps up.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// After a chunk of this many messages: others write in between.
const MANY: usize = 100;
const REST: Duration = Duration::from_millis(10);
const AFTER_TROUBLE: Duration = Duration::from_secs(1);

/// Runs until the process drains.
pub async fn run(hub: Hub) {
    let going_on = || !hub.core.drain.is_draining();
    while going_on() {
        let wait = match catch_up(&hub.core.store, going_on).await {
            Ok(()) => LOOK_EVERY,
            Err(e) => {
                tracing::warn!(error = %e, "the search index waits for the database");
                AFTER_TROUBLE
            }
        };
        tokio::time::sleep(wait).await;
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
