//! How often someone may try: ten failures in a quarter of an hour for an account from one address, which leaves the same
//! account free elsewhere; and a wide fence around what anybody may call without signing in. An address is a household: of
//! IPv6, the /64.
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError, RwLock};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};

use crate::domain::clock::{MINUTE, Micros, SECOND};
use crate::domain::ids::CompanyId;
use crate::error::{Error, Result};
use crate::hub::recent::{Recent, household};

const FAILURES: usize = 10;
const WINDOW: Micros = 15 * MINUTE;
/// More than the passwords that one machine can check in a window: what is pushed out is not worth keeping.
const MOST_TRIES: usize = 100_000;
/// Calls a minute from one address to what is open to everybody.
const PUBLIC_CALLS: NonZeroU32 = NonZeroU32::new(600).unwrap();
/// Chat pages a minute that one address may open; an office or a carrier hides many people behind one.
const HELLOS: NonZeroU32 = NonZeroU32::new(600).unwrap();
/// Voice messages an hour from one address that nobody has signed in from.
const RECORDINGS: NonZeroU32 = NonZeroU32::new(60).unwrap();
const MOST_ADDRESSES: usize = 100_000;
/// Calls a minute that one company may have us make outside only to see whether something works: a key, a model, a token, an
/// address of its own.
const TRIALS: NonZeroU32 = NonZeroU32::new(30).unwrap();

pub struct RateLimits {
    /// Counted by account and address. A try counts from its start, so that parallel ones all do.
    tries: Mutex<Recent<(String, IpAddr)>>,
    public: AddressLimit,
    hellos: AddressLimit,
    recordings: DefaultKeyedRateLimiter<IpAddr>,
    /// By company: there are no more of them than rows.
    trials: DefaultKeyedRateLimiter<CompanyId>,
}

impl Default for RateLimits {
    fn default() -> Self {
        let tries = Mutex::new(Recent::new(WINDOW, MOST_TRIES));
        RateLimits {
            tries,
            public: AddressLimit::new(PUBLIC_CALLS),
            hellos: AddressLimit::new(HELLOS),
            recordings: RateLimiter::keyed(Quota::per_hour(RECORDINGS)),
            trials: RateLimiter::keyed(Quota::per_minute(TRIALS)),
        }
    }
}

/// Calls a minute by address, in memory that has an upper bound.
struct AddressLimit {
    per_minute: NonZeroU32,
    seen: RwLock<DefaultKeyedRateLimiter<IpAddr>>,
}

impl AddressLimit {
    fn new(per_minute: NonZeroU32) -> Self {
        AddressLimit { per_minute, seen: RwLock::new(RateLimiter::keyed(Quota::per_minute(per_minute))) }
    }

    fn pass(&self, address: IpAddr) -> Result<()> {
        if self.len() >= MOST_ADDRESSES {
            // So many at once come from somebody whom a limit by address does not hold: everybody begins anew.
            let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
            if seen.len() >= MOST_ADDRESSES {
                *seen = RateLimiter::keyed(Quota::per_minute(self.per_minute));
            }
        }
        self.seen.read().unwrap_or_else(PoisonError::into_inner).check_key(&household(address)).map_err(too_often)
    }

    fn len(&self) -> usize {
        self.seen.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn tidy(&self) {
        self.seen.read().unwrap_or_else(PoisonError::into_inner).retain_recent();
    }
}

impl RateLimits {
    /// Counts one sign-in try, or says how long to wait. [`RateLimits::succeeded`] takes all of them back.
    pub fn try_sign_in(&self, account: &str, address: IpAddr, now: Micros) -> Result<()> {
        let key = (account.to_owned(), household(address));
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.count(&key, now) >= FAILURES {
            return Err(Error::rate_limited((tries.wait(&key, now) / SECOND).max(1) as u32));
        }
        tries.add(key, now);
        Ok(())
    }

    pub fn succeeded(&self, account: &str, address: IpAddr) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.forget(&(account.to_owned(), household(address)));
    }

    /// For calls that cost much and need no sign-in.
    pub fn public_call(&self, address: IpAddr) -> Result<()> {
        self.public.pass(address)
    }

    /// For pages that open a chat: each may ask the database whose it is once. Loopback is the owner trying things out, or a
    /// proxy that hides everybody.
    pub fn hello(&self, address: IpAddr) -> Result<()> {
        if address.to_canonical().is_loopback() { Ok(()) } else { self.hellos.pass(address) }
    }

    /// For voice messages of visitors, which fill the disk; besides [`RateLimits::public_call`].
    pub fn recording(&self, address: IpAddr) -> Result<()> {
        self.recordings.check_key(&household(address)).map_err(too_often)
    }

    /// For each call that only tries what a company brings: nobody scans the world or guesses tokens with our hands.
    pub fn trial(&self, company: CompanyId) -> Result<()> {
        self.trials.check_key(&company).map_err(too_often)
    }

    /// Forgets addresses that have been quiet; called every minute.
    pub fn tidy(&self, now: Micros) {
        self.public.tidy();
        self.hellos.tidy();
        self.recordings.retain_recent();
        self.trials.retain_recent();
        self.tries.lock().unwrap_or_else(PoisonError::into_inner).tidy(now);
    }
}

fn too_often(until: NotUntil<<DefaultClock as Clock>::Instant>) -> Error {
    let wait = until.wait_time_from(DefaultClock::default().now());
    // Whoever comes again when they were told to is let in.
    Error::rate_limited(wait.as_millis().div_ceil(1000).max(1) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_guess_waits_and_the_owner_elsewhere_does_not() {
        let limits = RateLimits::default();
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
        let limits = RateLimits::default();
        let here = [127, 0, 0, 1].into();
        for _ in 0..50 {
            limits.try_sign_in("a@b.kz", here, 0).expect("never refused");
            limits.succeeded("a@b.kz", here);
        }
    }

    #[test]
    fn a_slash_64_is_one_thief() {
        let limits = RateLimits::default();
        let thief = |n: u16| IpAddr::from([0x2001, 0xdb8, 1, 2, 0, 0, 0, n]);
        for n in 0..10 {
            limits.try_sign_in("a@b.kz", thief(n), 0).expect("ten are free");
        }
        limits.try_sign_in("a@b.kz", thief(10), 0).expect_err("the same household");
        limits.try_sign_in("a@b.kz", IpAddr::from([0x2001, 0xdb8, 1, 3, 0, 0, 0, 0]), 0).expect("the neighbour");
        for _ in 0..600 {
            limits.public_call(thief(1)).expect("six hundred a minute");
        }
        limits.public_call(thief(2)).expect_err("the same household");
    }

    #[test]
    fn chat_pages_are_counted_apart_and_the_machine_itself_is_not() {
        let limits = RateLimits::default();
        let (crowd, here) = ([203, 0, 113, 9].into(), [127, 0, 0, 1].into());
        for _ in 0..600 {
            limits.hello(crowd).expect("six hundred a minute");
        }
        limits.hello(crowd).expect_err("one too many");
        limits.public_call(crowd).expect("signing in is something else");
        for _ in 0..1_000 {
            limits.hello(here).expect("never refused");
        }
    }

    #[test]
    fn strangers_do_not_fill_the_memory() {
        let limits = RateLimits::default();
        let strangers = 2 * MOST_ADDRESSES as u32;
        for n in 0..strangers {
            limits.public_call(IpAddr::from(n.to_be_bytes())).expect("each calls once");
            assert!(n % 10_000 > 0 || limits.public.len() <= MOST_ADDRESSES);
        }
        limits.tidy(0);
    }
}
