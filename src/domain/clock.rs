//! Microseconds since 1970 UTC, and how they look outside.
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serializer;

/// Microseconds since 1970 UTC.
pub type Micros = i64;

pub const MILLI: Micros = 1_000;
pub const SECOND: Micros = 1_000_000;
pub const MINUTE: Micros = 60 * SECOND;
pub const HOUR: Micros = 60 * MINUTE;
pub const DAY: Micros = 24 * HOUR;

/// Where "now" comes from. Tests and the simulation move a [`Clock::manual`] one by hand.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    #[default]
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    pub fn manual(at: Micros) -> Self {
        Clock::Manual(Arc::new(AtomicI64::new(at)))
    }

    pub fn now(&self) -> Micros {
        match self {
            Clock::System => Utc::now().timestamp_micros(),
            Clock::Manual(at) => at.load(Ordering::SeqCst),
        }
    }

    /// Moves a manual clock; the system's clock is not ours to move.
    pub fn advance(&self, by: Micros) {
        if let Clock::Manual(at) = self {
            at.fetch_add(by, Ordering::SeqCst);
        }
    }
}

/// `2026-01-28T15:30:00.123456Z`
pub fn rfc3339(at: Micros) -> String {
    DateTime::<Utc>::from_timestamp_micros(at).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Reads any RFC 3339 time; `None` when it is none.
pub fn parse_rfc3339(text: &str) -> Option<Micros> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.timestamp_micros())
}

/// `#[serde(serialize_with = "clock::as_rfc3339")]`
pub fn as_rfc3339<S: Serializer>(at: &Micros, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&rfc3339(*at))
}

/// `#[serde(serialize_with = "clock::as_rfc3339_opt")]`
pub fn as_rfc3339_opt<S: Serializer>(at: &Option<Micros>, out: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => as_rfc3339(at, out),
        None => out.serialize_none(),
    }
}
