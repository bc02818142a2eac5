//! How many conversations one address may begin: three an hour.
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const AN_HOUR: Duration = Duration::from_secs(3600);
/// Loopback is the owner trying things out, or a proxy that hides everybody: it gets more room.
const PER_HOUR: usize = 3;
const PER_HOUR_LOOPBACK: usize = 10_000;
const MAX_ADDRESSES: usize = 50_000;

#[derive(Clone, Default)]
pub struct Newcomers {
    begun: Arc<Mutex<HashMap<String, Vec<Instant>>>>,
}

impl Newcomers {
    /// Counts one more conversation of this address, if it may begin one.
    pub fn allows(&self, address: &str) -> bool {
        let loopback = address.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let limit = if loopback { PER_HOUR_LOOPBACK } else { PER_HOUR };
        let mut begun = self.begun.lock().unwrap_or_else(|e| e.into_inner());
        if begun.len() > MAX_ADDRESSES {
            begun.retain(|_, times| times.iter().any(|t| t.elapsed() < AN_HOUR));
        }
        let times = begun.entry(address.to_owned()).or_default();
        times.retain(|t| t.elapsed() < AN_HOUR);
        if times.len() >= limit {
            return false;
        }
        times.push(Instant::now());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fourth_in_an_hour_waits() {
        let newcomers = Newcomers::default();
        assert!((0..3).all(|_| newcomers.allows("203.0.113.9")));
        assert!(!newcomers.allows("203.0.113.9"));
        assert!(newcomers.allows("203.0.113.10"));
    }
}
