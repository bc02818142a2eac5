//! How often something happened lately, by key, in memory that has an upper bound.
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use crate::domain::clock::Micros;

/// Who is behind an address: a provider gives each IPv6 customer a whole /64 to choose from.
pub fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
        v4 => v4,
    }
}

/// What happened within a window. Every call costs the same, however much there is: each entry is written once and dropped
/// once, either because it is old or because there are more than `most`.
pub struct Recent<K> {
    window: Micros,
    most: usize,
    entries: u64,
    /// Oldest first, with what may have been taken back since.
    log: VecDeque<(Micros, u64, Arc<K>)>,
    by_key: HashMap<Arc<K>, VecDeque<(Micros, u64)>>,
}

impl<K: Eq + Hash> Recent<K> {
    pub fn new(window: Micros, most: usize) -> Self {
        Recent { window, most, entries: 0, log: VecDeque::new(), by_key: HashMap::new() }
    }

    pub fn count(&mut self, key: &K, now: Micros) -> usize {
        self.tidy(now);
        self.by_key.get(key).map_or(0, VecDeque::len)
    }

    /// Until the oldest entry of this key is forgotten.
    pub fn wait(&self, key: &K, now: Micros) -> Micros {
        let oldest = self.by_key.get(key).and_then(VecDeque::front);
        oldest.map_or(0, |(at, _)| (at + self.window - now).max(0))
    }

    pub fn add(&mut self, key: K, now: Micros) {
        if self.log.len() >= self.most {
            self.drop_oldest();
        }
        let key = Arc::new(key);
        self.entries += 1;
        self.log.push_back((now, self.entries, key.clone()));
        self.by_key.entry(key).or_default().push_back((now, self.entries));
    }

    /// Takes the latest entry of this key back.
    pub fn take_back(&mut self, key: &K) {
        if let Some(entries) = self.by_key.get_mut(key) {
            entries.pop_back();
            if entries.is_empty() {
                self.by_key.remove(key);
            }
        }
    }

    pub fn forget(&mut self, key: &K) {
        self.by_key.remove(key);
    }

    pub fn tidy(&mut self, now: Micros) {
        while self.log.front().is_some_and(|(at, ..)| now - at >= self.window) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let Some((_, number, key)) = self.log.pop_front() else { return };
        // What was taken back is in the log only.
        let Some(entries) = self.by_key.get_mut(&key).filter(|e| e.front().is_some_and(|(_, n)| *n == number)) else { return };
        entries.pop_front();
        if entries.is_empty() {
            self.by_key.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_old_or_taken_back_does_not_count() {
        let mut recent = Recent::new(100, 10);
        for at in [0, 10, 20] {
            recent.add("a", at);
        }
        assert_eq!((recent.count(&"a", 99), recent.wait(&"a", 99)), (3, 1));
        assert_eq!((recent.count(&"a", 100), recent.count(&"b", 100)), (2, 0));
        recent.take_back(&"a");
        assert_eq!(recent.count(&"a", 100), 1);
        recent.forget(&"a");
        recent.add("a", 105);
        assert_eq!(recent.count(&"a", 120), 1, "what was forgotten takes nothing newer with it");
        assert_eq!(recent.count(&"a", 205), 0);
        assert!(recent.by_key.is_empty() && recent.log.is_empty());
    }

    #[test]
    fn there_is_never_more_than_fits() {
        let mut recent = Recent::new(1_000_000, 1_000);
        for n in 0..50_000 {
            recent.add(n % 7_000, n);
        }
        assert_eq!(recent.log.len(), 1_000);
        assert!(recent.by_key.len() <= 1_000);
        for n in 0..5_000 {
            recent.add(0, n);
            recent.forget(&0);
        }
        assert!(recent.log.len() <= 1_000 && recent.by_key.is_empty(), "forgetting leaves nothing behind");
    }

    #[test]
    fn a_household_is_one_address_or_one_slash_64() {
        let same = |a: &str, b: &str| household(a.parse().expect("ip")) == household(b.parse().expect("ip"));
        assert!(same("2001:db8:1:2::1", "2001:db8:1:2:ffff::9") && !same("2001:db8:1:2::1", "2001:db8:1:3::1"));
        assert!(same("::ffff:203.0.113.9", "203.0.113.9") && !same("203.0.113.9", "203.0.113.10"));
    }
}
