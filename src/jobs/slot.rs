//! One job in its slot: worked on, its lease renewed meanwhile, its end written down.
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use tokio_util::sync::CancellationToken;

use super::runner::ErasedJob;
use super::{JobEnd, JobRun, back_off, wait_of_age};
use crate::db::DbError;
use crate::db::jobs::{Later, Reason};
use crate::domain::clock::Micros;
use crate::domain::job::JobTrouble;
use crate::hub::Core;

/// How often a job's progress is written at most.
const BEAT: Duration = Duration::from_secs(1);
/// So long the end of a run is kept in mind while the database is away.
const RECORD_WITHIN: Duration = Duration::from_secs(300);
const RECORD_AGAIN: Duration = Duration::from_secs(1);

pub(super) struct JobSlot<'a> {
    pub core: &'a Core,
    pub stop: &'a CancellationToken,
    /// Nobody else can have a job of this database.
    pub alone: bool,
}

impl JobSlot<'_> {
    /// `since`: when it was claimed, at the earliest.
    pub async fn work(&self, kind: &dyn ErasedJob, run: &JobRun, since: Instant) {
        let terms = kind.terms();
        let work = tokio::time::timeout(terms.at_most, AssertUnwindSafe(kind.run(run)).catch_unwind());
        let cut = async {
            match terms.may_be_cut {
                true => self.stop.cancelled().await,
                false => std::future::pending().await,
            }
        };
        let interrupted = |detail: &str| Some(run.again(back_off(run.attempts()), JobTrouble::Interrupted, detail));
        let end = tokio::select! {
            biased;
            worked = work => match worked {
                Ok(Ok(Ok(end))) => Some(end),
                Ok(Ok(Err(e))) => {
                    let age = self.core.clock.now() - run.created_at();
                    let wait = terms.every.map_or(wait_of_age(age), |_| back_off(run.attempts()));
                    Some(run.wait(wait, JobTrouble::Busy, e.to_string()))
                }
                Ok(Err(_)) => interrupted("the run panicked"),
                Err(_) => interrupted("the run took too long"),
            },
            () = self.beat(run, terms.lease, since) => {
                tracing::warn!(job_id = run.id(), kind = terms.kind, "a job's lease was lost: somebody else has it now");
                return;
            }
            () = cut => None,
        };
        let end = match (end, terms.every) {
            (Some(JobEnd::Done), Some(every)) => Some(JobEnd::Again(Later { wait: micros(every), attempts: 0, reason: None })),
            // Recurring work is never given up.
            (Some(JobEnd::Never(Reason { trouble, detail })), Some(every)) => Some(run.again(micros(every), trouble, detail)),
            (end, _) => end,
        };
        self.record(run, end).await;
    }

    /// Renews the lease, and writes down how far the work is. Ends when the lease is lost.
    async fn beat(&self, run: &JobRun, lease: Duration, since: Instant) {
        let core = self.core;
        let mut renewed = since;
        loop {
            tokio::time::sleep(BEAT.min(lease / 3)).await;
            let progress = run.take_progress();
            // Where nobody else can be, a lease need not be renewed.
            if progress.is_none() && (self.alone || renewed.elapsed() < lease / 3) {
                continue;
            }
            let asked = Instant::now();
            match core.store.renew_job(run.hold(), micros(lease), progress.clone(), core.clock.now()).await {
                Ok(true) => renewed = asked,
                Ok(false) => return,
                Err(e) => {
                    tracing::warn!(job_id = run.id(), error = %e, "a job's lease cannot be renewed yet");
                    run.put_progress_back(progress);
                    if !self.alone && renewed.elapsed() >= lease {
                        return;
                    }
                }
            }
        }
    }

    /// Until it is written down. The job stays in mind meanwhile, so that nobody here claims it again.
    async fn record(&self, run: &JobRun, end: Option<JobEnd>) {
        let since = Instant::now();
        while let Err(e) = self.try_record(run, &end).await {
            tracing::warn!(job_id = run.id(), error = %e, "how a job ended cannot be stored yet");
            if since.elapsed() > RECORD_WITHIN || self.stop.is_cancelled() {
                return;
            }
            tokio::time::sleep(RECORD_AGAIN).await;
        }
    }

    /// `None`: it was cut.
    async fn try_record(&self, run: &JobRun, end: &Option<JobEnd>) -> Result<(), DbError> {
        let (store, now, kind) = (&self.core.store, self.core.clock.now(), run.job().kind.as_str());
        let is_ours = match end {
            Some(JobEnd::Settled) => true,
            Some(JobEnd::Done) => store.finish_job(run.hold(), now).await?,
            Some(JobEnd::Again(later)) => {
                if let Some(reason) = &later.reason {
                    let (attempts, why) = (later.attempts, &reason.detail);
                    tracing::info!(job_id = run.id(), kind, attempts, why, "a job will be tried later");
                }
                store.put_job_off(run.hold(), later.clone(), now).await?
            }
            Some(JobEnd::Never(reason)) => {
                tracing::warn!(job_id = run.id(), kind, why = reason.detail, "a job was given up");
                store.give_job_up(run.hold(), reason.clone()).await?
            }
            None => store.give_job_back(run.hold()).await?,
        };
        if !is_ours {
            tracing::warn!(job_id = run.id(), kind, "a job's lease was lost before its end was written");
        }
        Ok(())
    }
}

pub(super) fn micros(duration: Duration) -> Micros {
    duration.as_micros().try_into().unwrap_or(Micros::MAX)
}
