//! The runner, with work that the test makes up: each due run once, whoever dies; leases renewed, lost, taken over.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use switchboard::db::DbError;
use switchboard::db::jobs::{Claimer, JobRoom, NewJob};
use switchboard::domain::clock::SECOND;
use switchboard::jobs::{Job, JobEnd, JobRun, Nothing, Runner};

use super::house::{House, in_a_house, run};
use crate::storage::shelf::*;
use crate::support::{Backend, PATIENCE, eventually};

const KIND: &str = "test";

/// Does what its payload says, and remembers it.
#[derive(Clone, Default)]
struct Deeds {
    begun: Arc<AtomicUsize>,
    done: Arc<AtomicUsize>,
    /// Let go by dropping.
    gate: Arc<tokio::sync::Notify>,
}

impl Job for Deeds {
    const KIND: &'static str = KIND;
    const LEASE: Duration = Duration::from_secs(2);
    const AT_ONCE: usize = 4;

    type Payload = Value;

    async fn run(&self, run: &JobRun, payload: Value) -> Result<JobEnd, DbError> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        match payload["do"].as_str() {
            Some("panic") if run.attempts() == 1 => panic!("on purpose"),
            Some("wait") => {
                run.progress(3, Some(10), Some("waiting".into()));
                self.gate.notified().await;
            }
            Some("last") => tokio::time::sleep(Duration::from_millis(payload["ms"].as_u64().expect("a time"))).await,
            _ => {}
        }
        self.done.fetch_add(1, Ordering::SeqCst);
        Ok(JobEnd::Done)
    }
}

async fn queue(house: &House, payload: Value) {
    let job = NewJob { company_id: Some(COMPANY), kind: KIND, key: None, payload, wait: 0 };
    let core = &house.hub.core;
    core.store.queue_jobs(vec![job], core.clock.now()).await.expect("queued");
    core.jobs.notify_one();
}

async fn until(what: &str, count: &AtomicUsize, n: usize) {
    eventually(what, || async { (count.load(Ordering::SeqCst) >= n).then_some(()) }).await;
}

async fn rows(house: &House, condition: &str) -> i64 {
    house.shelf.count(&format!("SELECT COUNT(*) FROM jobs WHERE kind = 'test' AND {condition}")).await
}

async fn a_panic_costs_one_try_and_progress_is_seen(backend: Backend) {
    let house = House::open(backend).await;
    let deeds = Deeds::default();
    let jobs = Runner::new(house.hub.core.clone()).with(deeds.clone()).start();
    queue(&house, json!({ "do": "wait" })).await;
    let seen = "state = 'running' AND done = 3 AND total = 10 AND note = 'waiting'";
    eventually("its progress", || async { (rows(&house, seen).await == 1).then_some(()) }).await;
    queue(&house, json!({ "do": "panic" })).await;
    eventually("a panic", || async { (rows(&house, "trouble = 'interrupted'").await == 1).then_some(()) }).await;
    eventually("another try", || async { (rows(&house, "payload IS NOT NULL").await == 1).then_some(()) }).await;
    deeds.gate.notify_one();
    eventually("an end", || async { (rows(&house, "TRUE").await == 0).then_some(()) }).await;
    assert_eq!((deeds.begun.load(Ordering::SeqCst), deeds.done.load(Ordering::SeqCst)), (3, 2));
    // What cannot be read is no work for anybody.
    house
        .shelf
        .sql("INSERT INTO jobs (company_id, kind, payload, run_at, created_at) VALUES (1, 'of tomorrow', '{}', 1, 1)")
        .await;
    queue(&house, json!({ "do": "wait" })).await;
    until("work", &deeds.begun, 4).await;
    jobs.drain(PATIENCE).await;
    assert_eq!(rows(&house, "state = 'queued' AND attempts = 0 AND claimed_until IS NULL").await, 1, "given back");
    assert_eq!(house.shelf.count("SELECT COUNT(*) FROM jobs WHERE kind = 'of tomorrow' AND attempts = 0").await, 1);
}

/// Whoever lost the lease changes nothing any more, and is stopped.
async fn a_lost_lease_ends_nothing(backend: Backend) {
    let house = House::open(backend).await;
    let deeds = Deeds::default();
    let _jobs = Runner::new(house.hub.core.clone()).with(deeds.clone()).start();
    queue(&house, json!({ "do": "wait" })).await;
    until("work", &deeds.begun, 1).await;
    house.shelf.sql("UPDATE jobs SET claimed_by = 'another', claimed_until = 9000000000000000 WHERE kind = 'test'").await;
    deeds.gate.notify_one();
    queue(&house, json!({})).await;
    eventually("the next has no row", || async { (rows(&house, "TRUE").await == 1).then_some(()) }).await;
    assert_eq!(rows(&house, "claimed_by = 'another' AND state = 'running'").await, 1, "still the other's");
}

/// A process died with it: on SQLite the next one has it at once, on PostgreSQL when the lease ends.
async fn a_dead_processs_job_is_taken_over(backend: Backend) {
    let house = House::open(backend).await;
    queue(&house, json!({})).await;
    let core = &house.hub.core;
    let wanted = vec![JobRoom {
        kind: KIND,
        free: 1,
        share: 1,
        lease: if backend == Backend::Sqlite { i64::MAX / 4 } else { 3 * SECOND },
    }];
    let dead = Claimer { holder: "dead/1".into(), ..Claimer::default() };
    assert_eq!(core.store.claim_jobs(wanted, dead, core.clock.now()).await.expect("jobs").len(), 1);
    let deeds = Deeds::default();
    let _jobs = Runner::new(core.clone()).with(deeds.clone()).start();
    if backend == Backend::Postgres {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(deeds.begun.load(Ordering::SeqCst), 0, "it is the other's as long as its lease lasts");
    }
    eventually("an end", || async { (rows(&house, "TRUE").await == 0).then_some(()) }).await;
    assert_eq!(deeds.done.load(Ordering::SeqCst), 1);
}

/// Longer than its lease, and still once: whoever works renews.
async fn long_work_keeps_its_lease_beside_another_process(backend: Backend) {
    let house = House::open(backend).await;
    let other = house.beside().await;
    let deeds = Deeds::default();
    let start = |house: &House| Runner::new(house.hub.core.clone()).with(deeds.clone()).start();
    let _both = (start(&house), start(&other));
    queue(&house, json!({ "do": "last", "ms": 6_000 })).await;
    for _ in 0..20 {
        queue(&house, json!({})).await;
    }
    eventually("an end", || async { (rows(&house, "TRUE").await == 0).then_some(()) }).await;
    assert_eq!((deeds.begun.load(Ordering::SeqCst), deeds.done.load(Ordering::SeqCst)), (21, 21));
}

/// When each of its runs began and ended.
#[derive(Clone, Default)]
struct Tick {
    runs: Arc<Mutex<Vec<(Instant, Instant)>>>,
}

impl Job for Tick {
    const KIND: &'static str = "tick";
    const LEASE: Duration = Duration::from_secs(5);
    const AT_ONCE: usize = 1;
    const EVERY: Option<Duration> = Some(Duration::from_millis(500));

    type Payload = Nothing;

    async fn run(&self, _: &JobRun, _: Nothing) -> Result<JobEnd, DbError> {
        let began = Instant::now();
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.runs.lock().expect("the runs").push((began, Instant::now()));
        Ok(JobEnd::Done)
    }
}

/// Of several processes one does it, each time.
async fn recurring_work_is_done_once_each_time(backend: Backend) {
    let house = House::open(backend).await;
    let other = house.beside().await;
    let ticks = [Tick::default(), Tick::default()];
    let start = |house: &House, tick: &Tick| Runner::new(house.hub.core.clone()).with(tick.clone()).start();
    let first = start(&house, &ticks[0]);
    let _second = start(&other, &ticks[1]);
    let all = || ticks.iter().flat_map(|tick| tick.runs.lock().expect("the runs").clone()).collect::<Vec<_>>();
    eventually("six runs", || async { (all().len() >= 6).then_some(()) }).await;
    let mut runs = all();
    runs.sort();
    for pair in runs.windows(2) {
        let between = pair[1].0.duration_since(pair[0].1);
        assert!(between >= Duration::from_millis(450), "two runs {between:?} apart: one time was used twice");
    }
    assert_eq!(house.shelf.count("SELECT COUNT(*) FROM jobs WHERE kind = 'tick' AND company_id IS NULL").await, 1);
    // One of them goes; the other does all of it.
    first.drain(PATIENCE).await;
    let before = ticks[1].runs.lock().expect("the runs").len();
    eventually("the other's run", || async { (ticks[1].runs.lock().expect("the runs").len() >= before + 2).then_some(()) }).await;
}

in_a_house!(a_panic_costs_one_try_and_progress_is_seen, a_lost_lease_ends_nothing, a_dead_processs_job_is_taken_over);

#[test]
fn postgres_long_work_keeps_its_lease_beside_another_process() {
    run(Backend::Postgres, long_work_keeps_its_lease_beside_another_process);
}

#[test]
fn postgres_recurring_work_is_done_once_each_time() {
    run(Backend::Postgres, recurring_work_is_done_once_each_time);
}
