//! What is to be done in each view, told to everybody who has a screen here: `counts.updated`.
//!
//! A change only marks its company. At most twice a second the newest open conversations of a marked company are read once, for
//! all of its people; what each of them has read is read when they come and then only where it changed. Counting is a walk over
//! memory, and only whose numbers changed gets a frame.
mod audience;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytestring::ByteString;
use futures_util::StreamExt;
use tokio::sync::Notify;

use super::frames::OperatorFrame;
use super::publisher::Publisher;
use crate::db::{DbError, Store};
use crate::domain::access::Principal;
use crate::domain::conversation::counts::ViewCounts;
use crate::domain::event::{Event, EventKind};
use crate::domain::ids::*;

use audience::{Audience, Found, Look};

/// Between two looks at the same company.
const PAUSE: Duration = Duration::from_millis(500);
/// Companies that are looked at at once: the other read connections are for requests.
const LOOKS_AT_ONCE: usize = 2;
/// People whose read states are read in one query.
const NEWCOMERS: usize = 50;

/// The handle; clones are the same counts.
#[derive(Clone, Default)]
pub struct Counts(Arc<Shared>);

#[derive(Default)]
struct Shared {
    companies: Mutex<HashMap<CompanyId, Audience>>,
    changed: Notify,
}

impl Counts {
    fn companies(&self) -> MutexGuard<'_, HashMap<CompanyId, Audience>> {
        self.0.companies.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// A screen has caught up with its feed: it is told the numbers as they are, and from then on when they change.
    pub fn came(&self, who: &Arc<Principal>, screen: u64) {
        self.companies().entry(who.company_id).or_default().came(who.clone(), screen);
        self.0.changed.notify_one();
    }

    pub fn left(&self, company: CompanyId, user: UserId, screen: u64) {
        let mut companies = self.companies();
        if companies.get_mut(&company).is_some_and(|audience| audience.left(user, screen)) {
            companies.remove(&company);
        }
    }

    /// Takes note of what these events may have changed.
    pub fn heard(&self, events: &[Arc<Event>]) {
        let mut companies = self.companies();
        let mut any = false;
        for event in events {
            let (Some(conversation), Some(audience)) = (event.conversation_id, companies.get_mut(&event.company_id)) else {
                continue;
            };
            match (event.kind, event.user_id) {
                (Some(EventKind::UnreadUpdated), Some(user)) => audience.has_read(conversation, user),
                _ => audience.has_changed(),
            }
            any = true;
        }
        drop(companies);
        if any {
            self.0.changed.notify_one();
        }
    }

    fn due(&self) -> Vec<(CompanyId, Look)> {
        self.companies().iter_mut().filter_map(|(company, audience)| Some((*company, audience.begin()?))).collect()
    }

    /// The frames of those whose numbers are not what they were told.
    fn frames(&self, company: CompanyId, look: Look, found: Result<Found, DbError>) -> HashMap<UserId, ByteString> {
        let mut companies = self.companies();
        let Some(audience) = companies.get_mut(&company) else { return HashMap::new() };
        match found {
            Ok(found) => audience.end(look, found).into_iter().map(|(user, counts)| (user, frame(&counts))).collect(),
            Err(e) => {
                tracing::warn!(company_id = company.get(), error = %e, "the counts could not be read: again soon");
                audience.give_back(look);
                self.0.changed.notify_one();
                HashMap::new()
            }
        }
    }
}

fn frame(counts: &ViewCounts) -> ByteString {
    OperatorFrame::CountsUpdated { counts: *counts }.text().into()
}

/// Runs as long as the process.
pub async fn run(store: Store, publisher: Publisher) {
    let counts = publisher.counts().clone();
    loop {
        counts.0.changed.notified().await;
        futures_util::stream::iter(counts.due())
            .for_each_concurrent(LOOKS_AT_ONCE, |(company, look)| {
                let (store, counts, publisher) = (&store, &counts, &publisher);
                async move {
                    let found = find(store, company, &look).await;
                    let frames = counts.frames(company, look, found);
                    if !frames.is_empty() {
                        publisher.personal(company, frames);
                    }
                }
            })
            .await;
        tokio::time::sleep(PAUSE).await;
    }
}

async fn find(store: &Store, company: CompanyId, look: &Look) -> Result<Found, DbError> {
    let newest = store.counted(company).await?;
    let ids: Vec<ConversationId> = newest.iter().map(|it| it.id).collect();
    let mut read = Vec::new();
    for people in look.newcomers.chunks(NEWCOMERS) {
        read.extend(store.read_counts(ids.clone(), Some(people.to_vec())).await?);
    }
    let entered: Vec<ConversationId> = ids.into_iter().filter(|id| !look.known.contains(id)).collect();
    read.extend(store.read_counts(entered, None).await?);
    let (of, by) = look.read.iter().copied().unzip();
    read.extend(store.read_counts(of, Some(by)).await?);
    Ok(Found { newest, read })
}
