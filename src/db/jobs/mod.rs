//! The rows of work off the hot path: queued in the transaction that causes them, claimed under a lease, ended once.
//!
//! Leases and due times are the database's clock: PostgreSQL's own; on SQLite that of the one process, which is handed in as
//! `now` and is not looked at otherwise.
use diesel::prelude::*;
use serde_json::Value;

use super::schema::jobs;
use super::store::ops;
use crate::domain::clock::Micros;
use crate::domain::ids::CompanyId;
use crate::domain::job::{JobState, JobTrouble};

/// The kind of jobs that fetch customers' files.
pub const FETCH_MEDIA: &str = "fetch_media";

/// A job to be queued. Of those that are open, one has this `key` in its kind: asked for again, it is due no later than
/// asked, and one that is running is due once more when it ends.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// `None`: work of the whole house.
    pub company_id: Option<CompanyId>,
    pub kind: &'static str,
    pub key: Option<String>,
    pub payload: Value,
    /// How long it waits.
    pub wait: Micros,
}

/// A kind that has room for more.
#[derive(Clone, Copy, Debug)]
pub struct JobRoom {
    pub kind: &'static str,
    /// How many.
    pub free: usize,
    /// How many of one company may run here at once.
    pub share: usize,
    pub lease: Micros,
}

/// Who claims, and what already runs there.
#[derive(Clone, Debug, Default)]
pub struct Claimer {
    /// A name that no other claim bears: the fencing token of what is claimed.
    pub holder: String,
    /// How many run of a kind and a company.
    pub busy: Vec<(&'static str, Option<CompanyId>, usize)>,
    /// What runs is not claimed again, even if its lease has run out.
    pub running: Vec<i64>,
}

/// A job that a process holds until its lease ends.
#[derive(Clone, Debug, QueryableByName)]
#[diesel(table_name = jobs)]
pub struct ClaimedJob {
    pub id: i64,
    pub company_id: Option<CompanyId>,
    pub kind: String,
    pub payload: Value,
    /// This one included.
    pub attempts: i64,
    pub created_at: Micros,
}

/// Who holds which job. Every write about a held job asks whether it still is.
#[derive(Clone, Debug)]
pub struct Hold {
    pub job: i64,
    pub holder: String,
}

/// How far a job is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobProgress {
    pub done: i64,
    pub total: Option<i64>,
    pub note: Option<String>,
}

/// Why a job waits or was given up; `detail` is for the log and the database alone.
#[derive(Clone, Debug)]
pub struct Reason {
    pub trouble: JobTrouble,
    pub detail: String,
}

/// When a job is due again.
#[derive(Clone, Debug)]
pub struct Later {
    pub wait: Micros,
    /// Those that count against it.
    pub attempts: i64,
    pub reason: Option<Reason>,
}

#[derive(Clone, Debug, Default)]
pub struct JobFilter {
    pub state: Option<JobState>,
    pub kind: Option<String>,
}

/// A job as its company is shown it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct JobRow {
    pub id: i64,
    pub kind: String,
    pub state: JobState,
    pub attempts: i64,
    /// A word of `JobTrouble`, or of a newer process: it is only shown.
    pub trouble: Option<String>,
    pub done: i64,
    pub total: Option<i64>,
    pub note: Option<String>,
    pub run_at: Micros,
    pub created_at: Micros,
}

ops! {
    write jobs::queue_jobs(new: Vec<NewJob>, now: Micros) -> ();
    write jobs::ensure_jobs(recurring: Vec<NewJob>, now: Micros) -> ();
    write jobs::claim_jobs(wanted: Vec<JobRoom>, who: Claimer, now: Micros) -> Vec<ClaimedJob>;
    write jobs::release_jobs(kinds: Vec<&'static str>) -> usize;
    write jobs::renew_job(hold: Hold, lease: Micros, progress: Option<JobProgress>, now: Micros) -> bool;
    write jobs::finish_job(hold: Hold, now: Micros) -> bool;
    write jobs::put_job_off(hold: Hold, later: Later, now: Micros) -> bool;
    write jobs::give_job_up(hold: Hold, reason: Reason) -> bool;
    write jobs::give_job_back(hold: Hold) -> bool;
    read jobs::jobs_page(company: CompanyId, filter: JobFilter, below: i64, limit: i64) -> Vec<JobRow>;
}
