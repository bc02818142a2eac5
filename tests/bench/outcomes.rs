//! `make bench`: how fast the outcomes of sends are stored that have piled up during an outage, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../it/storage/burst.rs"]
mod burst;
#[path = "../it/storage/shelf.rs"]
#[allow(dead_code)] // The store's tests use more of it.
mod shelf;
#[path = "../it/support/mod.rs"]
#[allow(dead_code, unused_imports, unused_macros)] // So do all tests.
mod support;

use std::time::{Duration, Instant};

use burst::*;
use shelf::*;
use support::{Backend, postgres};

const BURST: usize = 20_000;
/// A second, at least.
const BUDGET: f64 = 2_000.0;
const BLOCKS: usize = 3;
/// What of the Writer's queue goes into one transaction, at most.
const BATCH: usize = 512;

/// How many outcomes a second are stored, once that many lie there.
async fn drained_a_second(backend: Backend, burst: usize) -> f64 {
    let shelf = Shelf::open(backend).await;
    let mut units = vec![];
    for batch in claims(&shelf, burst).await.chunks(500) {
        let claimed = all_committed(shelf.store(), batch.to_vec(), NOW + 2).await;
        units.extend(outcomes(&claimed));
    }
    let started = Instant::now();
    let mut drained = 0;
    for batch in units.chunks(BATCH) {
        drained += all_committed(shelf.store(), batch.to_vec(), NOW + 3).await.len();
    }
    let rate = drained as f64 / started.elapsed().as_secs_f64();
    assert_eq!(shelf.count("SELECT COUNT(*) FROM deliveries WHERE state = 'sent'").await, burst as i64);
    rate
}

fn main() {
    let mut kept = true;
    support::run_for(Duration::from_secs(900), async {
        let backends = [Backend::Sqlite, Backend::Postgres];
        for backend in backends.into_iter().filter(|b| *b == Backend::Sqlite || postgres::wanted()) {
            let mut rates = vec![];
            for _ in 0..BLOCKS {
                rates.push(drained_a_second(backend, BURST).await);
            }
            rates.sort_by(f64::total_cmp);
            let rate = rates[BLOCKS / 2];
            let verdict = if rate >= BUDGET { "ok    " } else { "BROKEN" };
            println!(
                "{verdict} a burst of {BURST} outcomes on {backend:?}: {rate:.0}/s ≥ {BUDGET}/s (median of {BLOCKS}, {:.0} to {:.0})",
                rates[0],
                rates[BLOCKS - 1]
            );
            kept &= rate >= BUDGET;
        }
    });
    std::process::exit(i32::from(!kept));
}
