//! The task that counts: it alone has the people and what they were told.
//!
//! Looks at several companies are under way at once, and none waits for another's: neither a company that is slow to read nor
//! one that cannot be read holds up the others' numbers.
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytestring::ByteString;
use futures_util::StreamExt;
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::FuturesUnordered;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::Counts;
use super::audience::{Audience, SLICE};
use super::look::{self, Found};
use crate::db::{DbError, Store};
use crate::domain::conversation::counts::ViewCounts;
use crate::domain::ids::*;
use crate::hub::frames::OperatorFrame;
use crate::hub::publisher::Publisher;

/// Between two looks at the same company.
const PAUSE: Duration = Duration::from_millis(500);
/// As long as its looks fail, up to this; and between two warnings.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Companies that are looked at at once; more would only wait for each other in front of the database.
const LOOKS_AT_ONCE: usize = 2;
/// Those whose last look failed wait for each other, and not the others for them.
const TROUBLED_LOOKS_AT_ONCE: usize = 1;

pub struct Counting {
    store: Store,
    publisher: Publisher,
    counts: Counts,
    companies: HashMap<CompanyId, CompanyCounts>,
    looks: FuturesUnordered<BoxFuture<'static, (CompanyId, Result<Found, DbError>)>>,
    turns: Arc<Semaphore>,
    troubled_turns: Arc<Semaphore>,
    /// What failed last, until it was told.
    trouble: Option<DbError>,
    warned: Option<Instant>,
}

#[derive(Default)]
struct CompanyCounts {
    audience: Audience,
    is_looking: bool,
    /// Looks that failed, one after the other.
    failures: u32,
    rests_until: Option<Instant>,
}

impl Counting {
    pub fn new(store: Store, publisher: Publisher) -> Self {
        Counting {
            counts: publisher.counts().clone(),
            store,
            publisher,
            companies: HashMap::new(),
            looks: FuturesUnordered::new(),
            turns: Arc::new(Semaphore::new(LOOKS_AT_ONCE)),
            troubled_turns: Arc::new(Semaphore::new(TROUBLED_LOOKS_AT_ONCE)),
            trouble: None,
            warned: None,
        }
    }

    pub async fn run(mut self) {
        let counts = self.counts.clone();
        let mut next = Instant::now();
        loop {
            let round = async {
                tokio::time::sleep_until(next).await;
                counts.0.changed.notified().await;
            };
            tokio::select! {
                Some((company, found)) = self.looks.next() => self.end(company, found).await,
                () = round => {
                    self.begin(Instant::now());
                    next = Instant::now() + PAUSE;
                }
            }
        }
    }

    /// Begins a look at each company that is due, but for those that are looked at and those that rest.
    fn begin(&mut self, now: Instant) {
        self.warn(now);
        let may = |company| self.companies.get(&company).is_none_or(|it| it.may_look(now));
        for (company, news) in self.counts.take(may) {
            let Some(news) = news else {
                self.companies.remove(&company);
                continue;
            };
            let it = self.companies.entry(company).or_default();
            it.is_looking = true;
            let look = it.audience.begin(news);
            let turns = if it.failures == 0 { &self.turns } else { &self.troubled_turns };
            let (store, turns) = (self.store.clone(), turns.clone());
            let found = async move {
                let _turn = turns.acquire().await;
                (company, look::find(&store, company, &look).await)
            };
            self.looks.push(found.boxed());
        }
    }

    async fn end(&mut self, company: CompanyId, found: Result<Found, DbError>) {
        let Some(it) = self.companies.get_mut(&company) else { return };
        it.is_looking = false;
        match found {
            Ok(found) => {
                it.failures = 0;
                let news = it.audience.end(found).await;
                let told: Vec<UserId> = news.iter().map(|(user, _)| *user).collect();
                if !told.is_empty() && !self.publisher.personal(company, frames(&news).await) {
                    it.audience.forget(told);
                    self.counts.again(company);
                }
            }
            Err(e) => {
                it.has_failed(Instant::now());
                self.trouble = Some(e);
                self.counts.again(company);
            }
        }
    }

    /// One warning, however many companies it is about.
    fn warn(&mut self, now: Instant) {
        if self.warned.is_some_and(|warned| now < warned + LONGEST_PAUSE) {
            return;
        }
        let companies = self.companies.values().filter(|it| it.failures > 0).count();
        // What went well since is nobody's trouble any more.
        if let Some(error) = self.trouble.take().filter(|_| companies > 0) {
            tracing::warn!(companies, %error, "counts could not be read: again soon");
            self.warned = Some(now);
        }
    }
}

impl CompanyCounts {
    fn may_look(&self, now: Instant) -> bool {
        !self.is_looking && self.rests_until.is_none_or(|until| now >= until)
    }

    /// Twice as long each time.
    fn has_failed(&mut self, now: Instant) {
        self.failures = self.failures.saturating_add(1);
        let pause = PAUSE.saturating_mul(1_u32.checked_shl(self.failures).unwrap_or(u32::MAX));
        self.rests_until = Some(now + pause.min(LONGEST_PAUSE));
    }
}

/// Gives way as the counting does.
async fn frames(news: &[(UserId, ViewCounts)]) -> HashMap<UserId, ByteString> {
    let mut frames = HashMap::with_capacity(news.len());
    for slice in news.chunks(SLICE) {
        frames.extend(slice.iter().map(|(user, counts)| (*user, OperatorFrame::CountsUpdated { counts: *counts }.text().into())));
        tokio::task::yield_now().await;
    }
    frames
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_fails_rests_longer_each_time_but_not_for_ever() {
        let (mut it, begun) = (CompanyCounts::default(), Instant::now());
        assert!(it.may_look(begun));
        let mut rests = vec![];
        for _ in 0..40 {
            it.has_failed(begun);
            let until = it.rests_until.expect("it rests");
            assert!(it.may_look(until) && !it.may_look(until - Duration::from_millis(1)));
            rests.push((until - begun).as_secs());
        }
        assert_eq!((&rests[..4], rests[39]), (&[1, 2, 4, 5][..], 5));
        it.is_looking = true;
        assert!(!it.may_look(begun + LONGEST_PAUSE), "one look at a time");
    }
}
