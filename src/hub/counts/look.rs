//! What one look at a company reads from the tables.
use std::collections::HashMap;
use std::sync::Arc;

use crate::db::{DbError, Store};
use crate::domain::conversation::counts::Counted;
use crate::domain::ids::*;

/// People whose read states are read in one query.
const PEOPLE: usize = 50;
/// Marks of somebody's reading that are followed in one query.
const MARKS: usize = 100;

/// What has to be read.
#[derive(Default)]
pub struct Look {
    /// Of them nothing is known.
    pub newcomers: Vec<UserId>,
    /// Their reading of what is `known`, in order, is known as well, but for what they have `read` since.
    pub others: Vec<UserId>,
    pub known: Arc<[ConversationId]>,
    pub read: Vec<(ConversationId, UserId)>,
}

#[derive(Default)]
pub struct Found {
    /// In the order of their ids.
    pub newest: Vec<Counted>,
    /// How much somebody has read, by the place of the conversation among these; what is not here is as it was known.
    pub read: HashMap<UserId, Vec<(usize, u32)>>,
}

impl Found {
    pub fn new(mut newest: Vec<Counted>) -> Self {
        newest.sort_unstable_by_key(|it| it.id);
        Found { newest, read: HashMap::new() }
    }

    pub fn add(&mut self, rows: impl IntoIterator<Item = (ConversationId, UserId, i64)>) {
        for (id, user, count) in rows {
            if let Ok(place) = self.newest.binary_search_by_key(&id, |it| it.id) {
                let count = u32::try_from(count.max(0)).unwrap_or(u32::MAX);
                self.read.entry(user).or_default().push((place, count));
            }
        }
    }
}

pub async fn find(store: &Store, company: CompanyId, look: &Look) -> Result<Found, DbError> {
    let mut found = Found::new(store.counted(company).await?);
    let ids: Vec<ConversationId> = found.newest.iter().map(|it| it.id).collect();
    for people in look.newcomers.chunks(PEOPLE) {
        found.add(store.read_counts(ids.clone(), people.to_vec()).await?);
    }
    let (stayed, entered): (Vec<_>, Vec<_>) = ids.into_iter().partition(|id| look.known.binary_search(id).is_ok());
    if !entered.is_empty() {
        for people in look.others.chunks(PEOPLE) {
            found.add(store.read_counts(entered.clone(), people.to_vec()).await?);
        }
    }
    let mut read: Vec<_> = look.read.iter().filter(|(id, _)| stayed.binary_search(id).is_ok()).copied().collect();
    // A person's marks stand together, so that a query names few people.
    read.sort_unstable_by_key(|(id, user)| (*user, *id));
    for marks in read.chunks(MARKS) {
        let (of, mut by): (Vec<_>, Vec<_>) = marks.iter().copied().unzip();
        by.dedup();
        found.add(store.read_counts(of, by).await?);
    }
    Ok(found)
}
