//! From exec to the first accepted webhook, with little and with much in the store.

use std::sync::Arc;
use std::time::Instant;

use super::{next_number, now};
use crate::figures::{Figures, percentile};
use crate::net::Http;
use crate::target::Target;

pub async fn run(target: &mut Target, figures: &mut Figures, what: &str) {
    let mut times = Vec::new();
    for _ in 0..3 {
        target.stop();
        let start = Instant::now();
        target.start().await;
        let mut http = Http::connect(&target.address).await.expect("a connection");
        assert!(target.post(&mut http, next_number(), now()).await, "the first webhook was refused");
        times.push(start.elapsed().as_micros() as u64);
    }
    figures.add(&format!("cold start, {what} store, ms"), target.name, percentile(&mut times, 0.5) / 1e3);
}

/// Fills the store by the only way there is: as customers.
pub async fn fill(target: &Arc<Target>, messages: u64) {
    let left = Arc::new(std::sync::atomic::AtomicI64::new(messages as i64));
    let workers: Vec<_> = (0..256)
        .map(|_| {
            let (target, left) = (target.clone(), left.clone());
            tokio::spawn(async move {
                let mut http = Http::connect(&target.address).await.expect("a connection");
                while left.fetch_sub(1, std::sync::atomic::Ordering::Relaxed) > 0 {
                    target.post(&mut http, next_number(), now()).await;
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.expect("a worker");
    }
}
