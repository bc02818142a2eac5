//! Work written down for later: who has it, how often it was tried, and that it goes when it is done.

use switchboard::db::channels_runtime::ClaimedJob;

use super::shelf::*;
use crate::support::{Backend, on_both_databases};

const JOB: &str = "INSERT INTO jobs (company_id, kind, payload, run_at, created_at) VALUES (1, 'x', '{}', 1, 1)";

async fn claim(shelf: &Shelf, holder: &str, now: i64) -> Option<ClaimedJob> {
    shelf.store().claim_jobs("x".into(), holder.into(), now, now + 10, 8).await.expect("jobs").pop()
}

async fn a_job_has_one_holder_and_counts_what_it_is_told(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    shelf.sql(JOB).await;
    let first = claim(&shelf, "a", 100).await.expect("a job");
    assert_eq!((first.attempts, first.created_at), (1, 1));
    assert!(claim(&shelf, "b", 105).await.is_none(), "it is held");
    let put_off = async |holder: &str, attempts| {
        shelf.store().put_job_off(first.id, holder.into(), 200, "no".into(), attempts).await.expect("an answer")
    };
    assert!(!put_off("b", 1).await, "only the holder speaks for it");
    assert!(put_off("a", first.attempts - 1).await);
    assert!(claim(&shelf, "a", 199).await.is_none(), "it waits");
    assert_eq!(claim(&shelf, "a", 200).await.expect("a job").attempts, 1, "trouble of our own was no attempt");
    assert!(put_off("a", 1).await);
    assert_eq!(claim(&shelf, "a", 200).await.expect("a job").attempts, 2);
    assert_eq!(claim(&shelf, "b", 211).await.expect("a job").attempts, 3, "a lease ends, and a crash counts");
    assert!(!shelf.store().finish_job(first.id, "a".into()).await.expect("an answer"));
    assert!(shelf.store().finish_job(first.id, "b".into()).await.expect("an answer"));
    assert_eq!(shelf.count("SELECT COUNT(*) FROM jobs").await, 0, "what is done has no row");
}

async fn what_was_given_up_is_not_tried_again(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    shelf.sql(JOB).await;
    let job = claim(&shelf, "a", 100).await.expect("a job");
    assert!(shelf.store().give_job_up(job.id, "a".into(), "never".into()).await.expect("an answer"));
    assert!(claim(&shelf, "a", 1_000).await.is_none());
    assert_eq!(shelf.count("SELECT COUNT(*) FROM jobs WHERE state = 'failed' AND error = 'never'").await, 1);
}

on_both_databases!(a_job_has_one_holder_and_counts_what_it_is_told, what_was_given_up_is_not_tried_again);
