//! One run of a job: what it may know of itself, and how far it says it is.
use std::sync::{Mutex, PoisonError};

use super::JobEnd;
use crate::db::jobs::{ClaimedJob, Hold, JobProgress, Later, Reason};
use crate::domain::clock::Micros;
use crate::domain::ids::CompanyId;
use crate::domain::job::JobTrouble;

/// What a job is given beside its payload.
pub struct JobRun {
    job: ClaimedJob,
    hold: Hold,
    /// What it says, until it is written down.
    progress: Mutex<Option<JobProgress>>,
}

impl JobRun {
    pub(super) fn new(job: ClaimedJob, holder: String) -> Self {
        let hold = Hold { job: job.id, holder };
        JobRun { job, hold, progress: Mutex::default() }
    }

    pub fn id(&self) -> i64 {
        self.job.id
    }

    /// 0 for work of the whole house: no company's.
    pub fn company_id(&self) -> CompanyId {
        self.job.company_id.unwrap_or_default()
    }

    /// This one included.
    pub fn attempts(&self) -> i64 {
        self.job.attempts
    }

    pub fn created_at(&self) -> Micros {
        self.job.created_at
    }

    pub(super) fn job(&self) -> &ClaimedJob {
        &self.job
    }

    /// For what the job writes about itself in its own transaction.
    pub fn hold(&self) -> Hold {
        self.hold.clone()
    }

    /// Shown to people within a second or two.
    pub fn progress(&self, done: i64, total: Option<i64>, note: Option<String>) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = Some(JobProgress { done, total, note });
    }

    pub(super) fn take_progress(&self) -> Option<JobProgress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// It could not be written down; what was said since counts more.
    pub(super) fn put_progress_back(&self, unwritten: Option<JobProgress>) {
        let mut said = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        if said.is_none() {
            *said = unwritten;
        }
    }

    /// Another try, which counts.
    pub fn again(&self, wait: Micros, trouble: JobTrouble, detail: impl Into<String>) -> JobEnd {
        JobEnd::Again(self.later(wait, self.job.attempts, trouble, detail.into()))
    }

    /// Not its fault: it waits, and no try is lost.
    pub fn wait(&self, wait: Micros, trouble: JobTrouble, detail: impl Into<String>) -> JobEnd {
        JobEnd::Again(self.later(wait, self.job.attempts - 1, trouble, detail.into()))
    }

    pub fn never(&self, trouble: JobTrouble, detail: impl Into<String>) -> JobEnd {
        JobEnd::Never(Reason { trouble, detail: detail.into() })
    }

    pub(super) fn later(&self, wait: Micros, attempts: i64, trouble: JobTrouble, detail: String) -> Later {
        Later { wait, attempts, reason: Some(Reason { trouble, detail }) }
    }
}
