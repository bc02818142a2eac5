//! How many conversations one address may begin: three an hour.
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::recent::{Recent, household};
use crate::domain::clock::{MINUTE, Micros};

const AN_HOUR: Micros = 60 * MINUTE;
/// Loopback is the owner trying things out, or a proxy that hides everybody: it gets more room.
const PER_HOUR: usize = 3;
const PER_HOUR_LOOPBACK: usize = 10_000;
const MOST: usize = 100_000;

#[derive(Clone)]
pub struct Newcomers {
    begun: Arc<Mutex<Recent<IpAddr>>>,
}

impl Default for Newcomers {
    fn default() -> Self {
        Newcomers { begun: Arc::new(Mutex::new(Recent::new(AN_HOUR, MOST))) }
    }
}

impl Newcomers {
    /// Takes one of this address's places, if there is one. It is taken before the conversation begins, so that many at once
    /// do not all find the last one free.
    pub fn take_place(&self, address: IpAddr, now: Micros) -> bool {
        let limit = if address.to_canonical().is_loopback() { PER_HOUR_LOOPBACK } else { PER_HOUR };
        let household = household(address);
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let free = begun.count(&household, now) < limit;
        if free {
            begun.add(household, now);
        }
        free
    }

    /// No conversation began: whoever tries again is no other newcomer.
    pub fn give_back(&self, address: IpAddr) {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner).take_back(&household(address));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fourth_in_an_hour_waits() {
        let newcomers = Newcomers::default();
        let (here, there) = ([203, 0, 113, 9].into(), [203, 0, 113, 10].into());
        assert!((0..3).all(|now| newcomers.take_place(here, now)));
        assert!(!newcomers.take_place(here, 3));
        assert!(newcomers.take_place(there, 3));
        assert!(newcomers.take_place(here, AN_HOUR));
    }

    #[test]
    fn what_did_not_begin_does_not_count() {
        let newcomers = Newcomers::default();
        let here = [203, 0, 113, 9].into();
        for now in 0..50 {
            assert!(newcomers.take_place(here, now));
            newcomers.give_back(here);
        }
    }
}
