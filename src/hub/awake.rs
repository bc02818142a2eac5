//! Which conversations are in memory, and where: whoever knows only an id finds a living one without asking the database.
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use super::supervisor::HomeKey;
use crate::domain::ids::ConversationId;

/// A hint, like all that is not a row: one that is missing here is looked up, one too many is woken and sleeps again.
#[derive(Default)]
pub struct Awake {
    homes: Mutex<HashMap<ConversationId, HomeKey>>,
}

impl Awake {
    pub(super) fn note(&self, id: ConversationId, home: &HomeKey) {
        self.homes().insert(id, home.clone());
    }

    pub(super) fn forget(&self, id: ConversationId) {
        self.homes().remove(&id);
    }

    /// The homes of those that live, and the ids of the others.
    pub(super) fn among(&self, ids: impl IntoIterator<Item = ConversationId>) -> (Vec<HomeKey>, Vec<ConversationId>) {
        let homes = self.homes();
        let (mut here, mut asleep) = (vec![], vec![]);
        for id in ids {
            match homes.get(&id) {
                Some(home) => here.push(home.clone()),
                None => asleep.push(id),
            }
        }
        (here, asleep)
    }

    fn homes(&self) -> MutexGuard<'_, HashMap<ConversationId, HomeKey>> {
        self.homes.lock().unwrap_or_else(|e| e.into_inner())
    }
}
