//! Work off the hot path: rows of `jobs`, written in the transaction that causes them, done here under a lease. A kind of work
//! is a type with its lease, its share at once and `run`, and one [`Runner`] runs them all: no kind has a loop of its own.
//!
//! What reaches a provider goes through the hub's outlets and fetchers, so that a bot's limits hold for all who speak through
//! it, and no job knows a connector. A new kind: a file here with its [`Job`], a line in [`start`], and whoever causes it
//! queues a `NewJob` in their own transaction.
pub mod fetch_media;
pub mod lead_notice;
pub mod purge;
mod run;
mod runner;
pub mod search_index;
mod slot;
pub mod strays;
pub mod transcribe;
pub mod unused_files;

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::clients::storage::Storage;
use crate::db::DbError;
use crate::db::jobs::{Later, Reason};
use crate::domain::clock::{MINUTE, Micros, SECOND};
use crate::hub::Hub;

pub use run::JobRun;
pub use runner::{Runner, RunningJobs};

/// A kind of work.
pub trait Job: Send + Sync + 'static {
    /// In the rows. A kind that a version does not know is left to those that do.
    const KIND: &'static str;
    /// A dead process's job is taken over after this. Whoever works renews it, however long the work takes.
    const LEASE: Duration;
    /// How many of this kind run at once in a process. One company may have three quarters of it.
    const AT_ONCE: usize;
    /// A run that takes longer hangs: it is cut, and tried again.
    const AT_MOST: Duration = Duration::from_secs(600);
    /// Recurring work has one row, due so long after each run; of several processes one does it.
    const EVERY: Option<Duration> = None;
    /// How long recurring work waits after the start of a process.
    const AFTER_START: Duration = Duration::ZERO;
    /// Whether a stopping process may drop it half-way. What may not is awaited.
    const MAY_BE_CUT: bool = true;

    /// What its rows say.
    type Payload: DeserializeOwned + Send;

    /// Does it, or finds out why not. May be dropped at any `await`. An error of the database is nobody's fault: it comes again.
    fn run(&self, run: &JobRun, payload: Self::Payload) -> impl Future<Output = Result<JobEnd, DbError>> + Send;
}

/// How a run ended.
#[derive(Debug)]
pub enum JobEnd {
    /// Nothing is left to do: the row goes, or waits for its next time.
    Done,
    /// Not now.
    Again(Later),
    /// Given up, for people to see.
    Never(Reason),
    /// The job wrote its end itself, together with what it changed.
    Settled,
}

/// What recurring work is told.
#[derive(Debug, Deserialize)]
pub struct Nothing {}

/// All kinds. Needs a running actix system.
pub fn start(hub: &Hub, storage: &Arc<dyn Storage>, public_url: String) -> RunningJobs {
    Runner::new(hub.core.clone())
        .with(transcribe::Transcribe { hub: hub.clone(), storage: storage.clone() })
        .with(lead_notice::LeadNotice { hub: hub.clone(), public_url })
        .with(fetch_media::FetchMedia { hub: hub.clone() })
        .with(search_index::SearchIndex { hub: hub.clone() })
        .with(purge::Purge { hub: hub.clone() })
        .with(unused_files::UnusedFiles { hub: hub.clone(), storage: storage.clone() })
        .with(strays::Strays { hub: hub.clone(), storage: storage.clone() })
        .start()
}

/// After so many tries: 1 s, 6 s, 36 s, 3.6 min, then 21.6 min each time.
fn back_off(attempts: i64) -> Micros {
    SECOND * 6i64.pow(attempts.clamp(1, 5) as u32 - 1)
}

/// For trouble of our own: half as long again as it has waited, at most ten minutes.
fn wait_of_age(age: Micros) -> Micros {
    (age / 2).clamp(5 * SECOND, 10 * MINUTE)
}
