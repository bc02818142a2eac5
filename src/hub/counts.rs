//! What is to be done in each view, told to everybody who has a screen here: `counts.updated`.
//!
//! A change only marks its company ([`marks`]). At most twice a second the newest open conversations of a marked company are
//! read once, for all of its people; what each of them has read is read when they come and then only where it changed
//! ([`look`]). Counting is a walk over memory ([`audience`]) which only its own task touches, and only whose numbers changed
//! gets a frame.
mod audience;
mod counting;
pub mod look;
mod marks;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;

use super::publisher::Publisher;
use crate::db::Store;
use crate::domain::access::Principal;
use crate::domain::event::Event;
use crate::domain::ids::*;

use marks::{Marks, News};

/// The handle; clones are the same counts.
#[derive(Clone, Default)]
pub struct Counts(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// Every published event waits for it: nobody counts, reads or writes frames while they hold it.
    marks: Mutex<Marks>,
    changed: Notify,
}

impl Counts {
    fn marks(&self) -> MutexGuard<'_, Marks> {
        self.0.marks.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// A screen has caught up with its feed: it is told the numbers as they are, and from then on when they change.
    pub fn came(&self, who: &Arc<Principal>, screen: u64) {
        self.marks().came(who.clone(), screen);
        self.0.changed.notify_one();
    }

    pub fn left(&self, company: CompanyId, user: UserId, screen: u64) {
        if self.marks().left(company, user, screen) {
            self.0.changed.notify_one();
        }
    }

    /// Takes note of what these events may have changed.
    pub fn heard(&self, events: &[Arc<Event>]) {
        if self.marks().heard(events) {
            self.0.changed.notify_one();
        }
    }

    /// This company has to be looked at once more.
    fn again(&self, company: CompanyId) {
        self.marks().is_due(company);
        self.0.changed.notify_one();
    }

    /// What is new in those companies that `may` be looked at now; `None`: nobody has a screen there any more.
    fn take(&self, may: impl Fn(CompanyId) -> bool) -> Vec<(CompanyId, Option<News>)> {
        let (taken, are_left) = self.marks().take(may);
        if are_left {
            self.0.changed.notify_one();
        }
        taken
    }
}

/// Runs as long as the process.
pub async fn run(store: Store, publisher: Publisher) {
    counting::Counting::new(store, publisher).run().await
}
