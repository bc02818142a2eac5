//! How often someone may try: ten failures in a quarter of an hour for an account from one address, which leaves the same
//! account free elsewhere; and a wide fence around what anybody may call without signing in.
use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Mutex;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::domain::clock::{MINUTE, Micros, SECOND};
use crate::error::{Error, Result};

const FAILURES: usize = 10;
const WINDOW: Micros = 15 * MINUTE;
const MOST_PAIRS: usize = 100_000;
/// Calls a minute from one address to what is open to everybody.
const PUBLIC_CALLS: NonZeroU32 = NonZeroU32::new(600).unwrap();

pub struct Limits {
    /// Times of counted tries, by account and address. A try counts from its start, so that parallel ones all do.
    tries: Mutex<HashMap<(String, IpAddr), Vec<Micros>>>,
    public: DefaultKeyedRateLimiter<IpAddr>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { tries: Mutex::default(), public: RateLimiter::keyed(Quota::per_minute(PUBLIC_CALLS)) }
    }
}

impl Limits {
    /// Counts one sign-in try, or says how long to wait. [`Limits::succeeded`] takes all of them back.
    pub fn try_sign_in(&self, account: &str, address: IpAddr, now: Micros) -> Result<()> {
        let mut tries = self.tries.lock().unwrap_or_else(|e| e.into_inner());
        if tries.len() >= MOST_PAIRS {
            tries.retain(|_, times| times.last().is_some_and(|t| now - t < WINDOW));
        }
        let times = tries.entry((account.to_owned(), address)).or_default();
        times.retain(|t| now - t < WINDOW);
        if times.len() >= FAILURES {
            let wait = times.first().map_or(WINDOW, |first| first + WINDOW - now);
            return Err(Error::rate_limited((wait / SECOND).max(1) as u32));
        }
        times.push(now);
        Ok(())
    }

    pub fn succeeded(&self, account: &str, address: IpAddr) {
        self.tries.lock().unwrap_or_else(|e| e.into_inner()).remove(&(account.to_owned(), address));
    }

    /// For calls that cost much and need no sign-in.
    pub fn public_call(&self, address: IpAddr) -> Result<()> {
        self.public.check_key(&address).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now()).as_secs() as u32;
            Error::rate_limited(wait.max(1))
        })
    }

    /// Forgets addresses that have been quiet; the scheduler calls it now and then.
    pub fn tidy(&self, now: Micros) {
        self.public.retain_recent();
        let mut tries = self.tries.lock().unwrap_or_else(|e| e.into_inner());
        tries.retain(|_, times| times.last().is_some_and(|t| now - t < WINDOW));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_guess_waits_and_the_owner_elsewhere_does_not() {
        let limits = Limits::default();
        let (thief, owner) = ([203, 0, 113, 9].into(), [198, 51, 100, 1].into());
        for _ in 0..10 {
            limits.try_sign_in("a@b.kz", thief, 0).expect("ten are free");
        }
        let refused = limits.try_sign_in("a@b.kz", thief, MINUTE).unwrap_err();
        assert_eq!((refused.code, refused.retry_after), ("rate_limited", Some(14 * 60)));
        limits.try_sign_in("a@b.kz", owner, MINUTE).expect("another address");
        limits.try_sign_in("c@d.kz", thief, MINUTE).expect("another account");
        limits.try_sign_in("a@b.kz", thief, WINDOW).expect("the window has moved on");
    }

    #[test]
    fn success_takes_the_tries_back() {
        let limits = Limits::default();
        let here = [127, 0, 0, 1].into();
        for _ in 0..50 {
            limits.try_sign_in("a@b.kz", here, 0).expect("never refused");
            limits.succeeded("a@b.kz", here);
        }
    }
}
