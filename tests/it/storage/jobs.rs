//! Work written down for later: who has it, in which order, how often it was tried, and that it goes when it is done.

use switchboard::db::jobs::*;
use switchboard::domain::channel::{InboundAttachment, InboundKind};
use switchboard::domain::clock::{HOUR, SECOND};
use switchboard::domain::conversation::Input;
use switchboard::domain::ids::CompanyId;
use switchboard::domain::job::{JobState, JobTrouble};

use super::shelf::*;
use crate::support::{Backend, on_both_databases};

const KIND: &str = "x";

pub fn wanted(free: usize, share: usize) -> Vec<JobRoom> {
    vec![JobRoom { kind: KIND, free, share, lease: HOUR }]
}

pub fn by(holder: &str) -> Claimer {
    Claimer { holder: holder.into(), ..Claimer::default() }
}

fn job(company: i64, key: &str, wait: i64) -> NewJob {
    NewJob {
        company_id: Some(CompanyId::new(company)),
        kind: KIND,
        key: Some(key.into()),
        payload: serde_json::json!({ "key": key }),
        wait,
    }
}

async fn queue(shelf: &Shelf, jobs: Vec<NewJob>) {
    shelf.store().queue_jobs(jobs, NOW).await.expect("queued");
}

async fn claim(shelf: &Shelf, holder: &str) -> Option<ClaimedJob> {
    shelf.store().claim_jobs(wanted(8, 8), by(holder), NOW).await.expect("jobs").pop()
}

fn hold(job: &ClaimedJob, holder: &str) -> Hold {
    Hold { job: job.id, holder: holder.into() }
}

fn later(wait: i64, attempts: i64) -> Later {
    Later { wait, attempts, reason: Some(Reason { trouble: JobTrouble::Busy, detail: "no\0".into() }) }
}

/// As if all the time had passed that anybody waits for.
async fn time_passes(shelf: &Shelf) {
    shelf.sql("UPDATE jobs SET run_at = 1, claimed_until = CASE WHEN claimed_until IS NULL THEN NULL ELSE 1 END").await;
}

async fn a_job_has_one_holder_and_counts_what_it_is_told(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    queue(&shelf, vec![job(1, "a", 0)]).await;
    let first = claim(&shelf, "a").await.expect("a job");
    assert_eq!((first.attempts, first.company_id, &first.payload["key"]), (1, Some(COMPANY), &serde_json::json!("a")));
    assert!(claim(&shelf, "b").await.is_none(), "it is held");
    let put_off = async |holder: &str, attempts| {
        shelf.store().put_job_off(hold(&first, holder), later(HOUR, attempts), NOW).await.expect("an answer")
    };
    assert!(!put_off("b", 1).await, "only the holder speaks for it");
    assert!(put_off("a", first.attempts - 1).await);
    assert!(claim(&shelf, "a").await.is_none(), "it waits");
    assert_eq!(shelf.count("SELECT COUNT(*) FROM jobs WHERE trouble = 'busy' AND error = 'no'").await, 1);
    time_passes(&shelf).await;
    assert_eq!(claim(&shelf, "a").await.expect("a job").attempts, 1, "trouble of our own was no attempt");
    assert!(put_off("a", 1).await);
    time_passes(&shelf).await;
    assert_eq!(claim(&shelf, "a").await.expect("a job").attempts, 2);
    time_passes(&shelf).await;
    assert_eq!(claim(&shelf, "b").await.expect("a job").attempts, 3, "a lease ends, and a crash counts");
    let store = shelf.store();
    assert!(!store.renew_job(hold(&first, "a"), HOUR, None, NOW).await.expect("an answer"), "the lease is lost");
    assert!(!store.finish_job(hold(&first, "a"), NOW).await.expect("an answer"));
    assert!(!store.give_job_up(hold(&first, "a"), later(0, 0).reason.expect("a reason")).await.expect("an answer"));
    assert!(!store.give_job_back(hold(&first, "a")).await.expect("an answer"));
    assert!(store.give_job_back(hold(&first, "b")).await.expect("an answer"));
    assert_eq!(claim(&shelf, "c").await.expect("a job").attempts, 3, "what is given back was not tried");
    assert!(store.finish_job(hold(&first, "c"), NOW).await.expect("an answer"));
    assert_eq!(shelf.count("SELECT COUNT(*) FROM jobs").await, 0, "what is done has no row");
}

async fn what_was_given_up_is_not_tried_again(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    queue(&shelf, vec![job(1, "a", 0)]).await;
    let given = claim(&shelf, "a").await.expect("a job");
    let reason = Reason { trouble: JobTrouble::Refused, detail: "never".into() };
    assert!(shelf.store().give_job_up(hold(&given, "a"), reason).await.expect("an answer"));
    time_passes(&shelf).await;
    assert!(claim(&shelf, "a").await.is_none());
    assert_eq!(shelf.count("SELECT COUNT(*) FROM jobs WHERE state = 'failed' AND error = 'never'").await, 1);
    queue(&shelf, vec![job(1, "a", 0)]).await;
    assert!(claim(&shelf, "a").await.is_some(), "a key is taken only while its job is open");
}

async fn one_companys_many_jobs_do_not_delay_anothers_one(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    queue(&shelf, (0..5_000).map(|n| job(1, &format!("many {n}"), 0)).collect()).await;
    shelf.sql("UPDATE jobs SET run_at = 1 + id").await;
    queue(&shelf, vec![job(2, "one", 0)]).await;
    let of = |jobs: &[ClaimedJob], company| jobs.iter().filter(|j| j.company_id == Some(CompanyId::new(company))).count();
    let first = shelf.store().claim_jobs(wanted(4, 3), by("a"), NOW).await.expect("jobs");
    assert_eq!((of(&first, 1), of(&first, 2)), (3, 1), "the last that came is among the first");
    let oldest: Vec<&str> = first.iter().filter_map(|j| j.payload["key"].as_str()).filter(|k| k.starts_with("many")).collect();
    assert_eq!(oldest, ["many 0", "many 1", "many 2"], "who has waited longest goes first");
    // Three of the first company still run: its share is used up, and the other's next has its turn.
    queue(&shelf, vec![job(2, "two", 0), job(2, "three", 0)]).await;
    let who = Claimer { busy: vec![(KIND, Some(COMPANY), 3)], running: first.iter().map(|j| j.id).collect(), ..by("a") };
    let second = shelf.store().claim_jobs(wanted(4, 3), who, NOW).await.expect("jobs");
    assert_eq!((of(&second, 1), of(&second, 2)), (0, 2));
    // With one slot it is the turn of whoever has fewer there.
    queue(&shelf, vec![job(2, "four", 0)]).await;
    let who = Claimer { busy: vec![(KIND, Some(COMPANY), 1), (KIND, Some(CompanyId::new(2)), 2)], ..by("a") };
    let third = shelf.store().claim_jobs(wanted(1, 3), who, NOW).await.expect("jobs");
    assert_eq!((of(&third, 1), of(&third, 2)), (1, 0));
}

async fn what_runs_here_is_not_claimed_again_though_its_lease_ran_out(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    queue(&shelf, vec![job(1, "a", 0)]).await;
    let slow = claim(&shelf, "a").await.expect("a job");
    time_passes(&shelf).await;
    let who = Claimer { running: vec![slow.id], ..by("a2") };
    assert!(shelf.store().claim_jobs(wanted(8, 8), who, NOW).await.expect("jobs").is_empty());
    assert!(shelf.store().renew_job(hold(&slow, "a"), HOUR, None, NOW).await.expect("an answer"), "nobody took it");
    assert!(claim(&shelf, "b").await.is_none(), "and now nobody may");
}

async fn asked_twice_is_done_once_and_no_later(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    queue(&shelf, vec![job(1, "a", HOUR)]).await;
    queue(&shelf, vec![job(1, "a", 2 * HOUR)]).await;
    assert_eq!(shelf.count("SELECT COUNT(*) FROM jobs").await, 1);
    let wait = shelf.count("SELECT run_at - created_at FROM jobs").await;
    assert!((wait - HOUR).abs() < SECOND, "not later: {wait}");
    assert!(claim(&shelf, "a").await.is_none());
    queue(&shelf, vec![job(1, "a", 0)]).await;
    let running = claim(&shelf, "a").await.expect("due at once");
    // What it looked at may have changed since: it is due once more, and once only.
    queue(&shelf, vec![job(1, "a", HOUR), job(1, "b", HOUR)]).await;
    queue(&shelf, vec![job(1, "a", HOUR)]).await;
    assert!(shelf.store().finish_job(hold(&running, "a"), NOW).await.expect("an answer"));
    let again = claim(&shelf, "b").await.expect("once more");
    assert_eq!((again.id, again.attempts), (running.id, 1));
    assert!(shelf.store().finish_job(hold(&again, "b"), NOW).await.expect("an answer"));
    assert_eq!(shelf.count("SELECT COUNT(*) FROM jobs").await, 1, "b waits");
    let recurring = NewJob { company_id: None, ..job(1, "house", HOUR) };
    for _ in 0..2 {
        shelf.store().ensure_jobs(vec![recurring.clone()], NOW).await.expect("a row");
    }
    assert_eq!(shelf.count("SELECT COUNT(*) FROM jobs WHERE company_id IS NULL").await, 1);
    assert!(claim(&shelf, "a").await.is_none());
    shelf.store().ensure_jobs(vec![NewJob { wait: 0, ..recurring }], NOW).await.expect("a row");
    assert_eq!(claim(&shelf, "a").await.expect("the house's").company_id, None);
}

/// A newer version's kinds are left to it, in a deploy that goes node by node.
async fn kinds_that_nobody_here_knows_stay_untouched(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let newer = "INSERT INTO jobs (company_id, kind, payload, state, claimed_by, claimed_until, run_at, created_at) VALUES \
                 (1, 'of tomorrow', '[1]', 'queued', NULL, NULL, 1, 1), (1, 'of tomorrow', '[2]', 'running', 'b', 1, 1, 1)";
    shelf.sql(newer).await;
    queue(&shelf, vec![job(1, "a", 0)]).await;
    let claimed = shelf.store().claim_jobs(wanted(8, 8), by("a"), NOW).await.expect("jobs");
    assert_eq!(claimed.len(), 1);
    assert_eq!(shelf.store().release_jobs(vec![KIND]).await.expect("an answer"), 1);
    let untouched = "SELECT COUNT(*) FROM jobs WHERE kind = 'of tomorrow' AND attempts = 0 AND \
                     (state = 'queued' OR (claimed_by = 'b' AND claimed_until = 1))";
    assert_eq!(shelf.count(untouched).await, 2);
}

async fn a_company_is_shown_its_own_and_how_far_they_are(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    queue(&shelf, vec![job(1, "a", 0), job(1, "b", HOUR), job(2, "c", HOUR)]).await;
    shelf.sql("INSERT INTO jobs (kind, payload, run_at, created_at) VALUES ('house', '{}', 1, 1)").await;
    let running = claim(&shelf, "a").await.expect("a job");
    let far = JobProgress { done: 3, total: Some(7), note: Some("third".into()) };
    assert!(shelf.store().renew_job(hold(&running, "a"), HOUR, Some(far), NOW).await.expect("an answer"));
    assert!(shelf.store().renew_job(hold(&running, "a"), HOUR, None, NOW).await.expect("an answer"), "nothing new");
    let page = async |state, kind: Option<&str>, below| {
        let filter = JobFilter { state, kind: kind.map(str::to_owned) };
        shelf.store().jobs_page(COMPANY, filter, below, 50).await.expect("a page")
    };
    let all = page(None, None, i64::MAX).await;
    assert_eq!(all.len(), 2, "neither another company's nor the house's");
    assert!(all[0].id > all[1].id);
    let at_work = page(Some(JobState::Running), Some(KIND), i64::MAX).await;
    assert_eq!((at_work[0].done, at_work[0].total, at_work[0].note.as_deref()), (3, Some(7), Some("third")));
    assert_eq!(at_work.len(), 1);
    assert!(page(Some(JobState::Failed), None, i64::MAX).await.is_empty());
    assert!(page(None, Some("y"), i64::MAX).await.is_empty());
    assert_eq!(page(None, None, all[0].id).await.len(), 1);
}

/// Nodes' clocks differ: what a unit queues is due when the database says it was stored, and one process has its own.
async fn a_file_to_fetch_is_due_by_the_databases_clock(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let mut message = says(TELEGRAM, "c1", "a photo");
    if let Input::Inbound(inbound) = &mut message
        && let InboundKind::Message(message) = &mut inbound.what
    {
        let named = || "photo.png".to_owned();
        let file = InboundAttachment {
            kind: "image".into(),
            name: named(),
            mime: "image/png".into(),
            size: 12,
            provider_file_id: named(),
            provider_unique_id: None,
        };
        message.attachments = vec![file];
    }
    // By this node's clock it is years ago.
    shelf.commit(TELEGRAM, "c1", &[message], NOW).await;
    let now = match backend {
        Backend::Sqlite => NOW.to_string(),
        Backend::Postgres => "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint".to_owned(),
    };
    let off = shelf.count(&format!("SELECT {now} - run_at FROM jobs WHERE kind = '{FETCH_MEDIA}'")).await;
    let since = shelf.count("SELECT run_at - created_at FROM jobs").await;
    assert!((0..HOUR).contains(&off), "{off} µs before the database's now");
    assert!(since.abs() < SECOND, "{since}");
}

on_both_databases!(
    a_file_to_fetch_is_due_by_the_databases_clock,
    a_job_has_one_holder_and_counts_what_it_is_told,
    what_was_given_up_is_not_tried_again,
    one_companys_many_jobs_do_not_delay_anothers_one,
    what_runs_here_is_not_claimed_again_though_its_lease_ran_out,
    asked_twice_is_done_once_and_no_later,
    kinds_that_nobody_here_knows_stay_untouched,
    a_company_is_shown_its_own_and_how_far_they_are,
);
