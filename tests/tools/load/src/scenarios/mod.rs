//! The scenarios. Each takes a running target and adds its figures.

pub mod agent;
pub mod cold;
pub mod fanout;
pub mod floors;
pub mod idle;
pub mod screen;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Every message of a run has its own number, over all scenarios.
pub fn next_number() -> u64 {
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

/// Nanoseconds since this process began to measure.
pub fn now() -> u64 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_nanos() as u64
}
