//! Jobs: queued, claimed, renewed, ended. What a lost lease had in mind changes nothing: each write names the holder.
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

use super::{Conn, Db, backend, open};
use crate::db::jobs::*;
use crate::db::schema::jobs::dsl as t;
use crate::domain::clock::Micros;
use crate::domain::ids::CompanyId;
use crate::domain::job::JobState;

/// Asked for again: due no later than asked, and once more if it runs already.
const AGAIN: &str = "DO UPDATE SET run_at = CASE WHEN excluded.run_at < jobs.run_at THEN excluded.run_at ELSE jobs.run_at END, \
                     asked_again = (jobs.asked_again OR jobs.state = 'running')";
/// Due no later than asked; one that runs has its next time when it ends.
const SOONER: &str = "DO UPDATE SET run_at = CASE WHEN excluded.run_at < jobs.run_at THEN excluded.run_at ELSE jobs.run_at END";

/// Queues jobs, in the transaction that causes them.
pub async fn enqueue(c: &mut Conn, new: &[NewJob], now: Micros) -> QueryResult<()> {
    backend::put_jobs(c, new, now, AGAIN).await
}

/// The same, by itself.
pub async fn queue_jobs(c: &mut Conn, new: Vec<NewJob>, now: Micros) -> QueryResult<()> {
    enqueue(c, &new, now).await
}

/// The rows of recurring work.
pub async fn ensure_jobs(c: &mut Conn, recurring: Vec<NewJob>, now: Micros) -> QueryResult<()> {
    backend::put_jobs(c, &recurring, now, SOONER).await
}

/// Takes what is due, and what a dead process holds, as far as there is room: in each kind the companies with the fewest
/// running first, and of these who has waited longest. An attempt counts from here, so a crash counts too.
pub async fn claim_jobs(c: &mut Conn, wanted: Vec<JobRoom>, who: Claimer, now: Micros) -> QueryResult<Vec<ClaimedJob>> {
    backend::claim_jobs(c, &wanted, &who, now).await
}

/// Ends the leases of processes that are gone. Only for whoever is alone on the database.
pub async fn release_jobs(c: &mut Conn, kinds: Vec<&'static str>) -> QueryResult<usize> {
    let held = t::jobs.filter(t::kind.eq_any(kinds)).filter(open::job()).filter(t::state.eq(JobState::Running));
    diesel::update(held).set((t::state.eq(JobState::Queued), t::claimed_until.eq(None::<Micros>))).execute(c).await
}

/// The row, as long as it is the holder's.
macro_rules! held {
    ($hold:expr) => {
        t::jobs.filter(t::id.eq($hold.job)).filter(t::claimed_by.eq($hold.holder)).filter(t::state.eq(JobState::Running))
    };
}

/// Still at work. False: the lease was lost, and somebody else has the job now.
pub async fn renew_job(c: &mut Conn, hold: Hold, lease: Micros, progress: Option<JobProgress>, now: Micros) -> QueryResult<bool> {
    let until = sql::<BigInt>(&format!("{} + {lease}", backend::clock(now)));
    let progress = progress.map(|p| (t::done.eq(p.done), t::total.eq(p.total), t::note.eq(p.note)));
    let mine = held!(hold);
    diesel::update(mine).set((t::claimed_until.eq(until.nullable()), progress)).execute(c).await.map(|n| n > 0)
}

/// What is done needs no row, unless it was asked for again meanwhile. False: the lease was lost.
pub async fn finish_job(c: &mut Conn, hold: Hold, now: Micros) -> QueryResult<bool> {
    let mine = held!(hold.clone());
    if diesel::delete(mine.filter(t::asked_again.eq(false))).execute(c).await? > 0 {
        return Ok(true);
    }
    put_job_off(c, hold, Later { wait: 0, attempts: 0, reason: None }, now).await
}

/// The job waits. One that was asked for again while it ran is due at once.
pub async fn put_job_off(c: &mut Conn, hold: Hold, later: Later, now: Micros) -> QueryResult<bool> {
    let Later { wait, attempts, reason } = later;
    let clock = backend::clock(now);
    let run_at = sql::<BigInt>(&format!("CASE WHEN asked_again THEN {clock} ELSE {clock} + {wait} END"));
    let (trouble, error) = reason.map(|r| (r.trouble, storable(&r.detail))).unzip();
    let mine = held!(hold);
    let set = (
        t::state.eq(JobState::Queued),
        t::run_at.eq(run_at),
        t::attempts.eq(attempts),
        t::claimed_until.eq(None::<Micros>),
        t::trouble.eq(trouble),
        t::error.eq(error),
        t::asked_again.eq(false),
    );
    diesel::update(mine).set(set).execute(c).await.map(|n| n > 0)
}

/// Kept for people to see.
pub async fn give_job_up(c: &mut Conn, hold: Hold, reason: Reason) -> QueryResult<bool> {
    let mine = held!(hold);
    let set = (
        t::state.eq(JobState::Failed),
        t::claimed_until.eq(None::<Micros>),
        t::trouble.eq(Some(reason.trouble)),
        t::error.eq(Some(storable(&reason.detail))),
    );
    diesel::update(mine).set(set).execute(c).await.map(|n| n > 0)
}

/// The process stops: whoever is next takes it up at once, and nothing counts against it.
pub async fn give_job_back(c: &mut Conn, hold: Hold) -> QueryResult<bool> {
    let mine = held!(hold);
    let set = (t::state.eq(JobState::Queued), t::claimed_until.eq(None::<Micros>), t::attempts.eq(t::attempts - 1));
    diesel::update(mine).set(set).execute(c).await.map(|n| n > 0)
}

/// A company's jobs, newest first.
pub async fn jobs_page(c: &mut Conn, company: CompanyId, filter: JobFilter, below: i64, limit: i64) -> QueryResult<Vec<JobRow>> {
    let mut found = t::jobs.filter(t::company_id.eq(company)).filter(t::id.lt(below)).into_boxed::<Db>();
    if let Some(state) = filter.state {
        found = found.filter(t::state.eq(state));
    }
    if let Some(kind) = filter.kind {
        found = found.filter(t::kind.eq(kind));
    }
    found.order(t::id.desc()).limit(limit).select(JobRow::as_select()).load(c).await
}

/// PostgreSQL stores no NUL, and the words are somebody else's.
fn storable(detail: &str) -> String {
    detail.chars().filter(|c| *c != '\0').take(1000).collect()
}
