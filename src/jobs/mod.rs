//! Work off the hot path: rows of `jobs`, written in the transaction that causes them, done here under a lease. What reaches
//! a provider goes through the hub's outlets, so that a bot's limits hold for all who speak through it.
pub mod fetch_media;
pub mod lead_notice;
pub mod search_index;
pub mod transcribe;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::db::lead_notices::KIND;
use crate::domain::clock::{Micros, SECOND};
use crate::hub::Hub;

const AT_ONCE: usize = 16;
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Longer than a notice waits for its turn and for the provider's answer together.
const LEASE: Micros = 90 * SECOND;

/// What a job may use.
pub struct Desk {
    pub hub: Hub,
    /// This process, in the rows it holds.
    pub holder: String,
    pub public_url: String,
}

/// Runs until the process drains. Sends that have begun are awaited by the hub's drain.
pub async fn run(hub: Hub, public_url: String) {
    let holder = format!("{}-{:08x}", std::process::id(), rand::random::<u32>());
    let desk = Arc::new(Desk { hub, holder, public_url });
    let core = &desk.hub.core;
    if !core.several_nodes {
        take_over(&desk).await;
    }
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    while !core.drain.is_draining() {
        begin_due(&desk, &slots).await;
        tokio::select! {
            () = core.jobs.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// What our predecessor held when it died need not wait for its lease: there is nobody else on this database.
async fn take_over(desk: &Desk) {
    while let Err(e) = desk.hub.core.store.release_jobs(KIND.to_owned()).await {
        tracing::warn!(error = %e, "cannot look for jobs that were left");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Claims as many as have a slot, so that the lease of each begins with its work.
async fn begin_due(desk: &Arc<Desk>, slots: &Arc<Semaphore>) {
    let core = &desk.hub.core;
    let (now, free) = (core.clock.now(), slots.available_permits());
    if free == 0 {
        return;
    }
    match core.store.claim_jobs(KIND.to_owned(), desk.holder.clone(), now, now + LEASE, free as i64).await {
        Ok(jobs) => {
            for job in jobs {
                let (desk, slot) = (desk.clone(), slots.clone().try_acquire_owned());
                tokio::spawn(async move {
                    lead_notice::run(&desk, job).await;
                    drop(slot);
                });
            }
        }
        Err(e) => tracing::warn!(error = %e, "cannot look for jobs"),
    }
}
