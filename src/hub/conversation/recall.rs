//! What was said last, held by the actor that commits it, so that a turn of the agent reads nothing. The database remains the
//! truth: whatever is not certain to be the same is forgotten, and the next turn reads it again.
use std::collections::VecDeque;
use std::sync::Arc;

use crate::domain::conversation::{Base, Handler, MessageChange, MessageChangeKind, NewMessage, State, Unit};
use crate::domain::ids::MessageId;
use crate::domain::message::Direction;
use crate::hub::agent::{READ_BACK, Said};

/// Bytes. More than this of one conversation is not kept in memory.
const MOST: usize = 32 << 10;

#[derive(Default)]
pub(super) struct Recall {
    /// Newest first: all of it, or the last [`READ_BACK`]. `None`: not known.
    said: Option<VecDeque<Arc<Said>>>,
}

impl Recall {
    pub fn known(&self) -> Option<Vec<Arc<Said>>> {
        self.said.as_ref().map(|said| said.iter().cloned().collect())
    }

    pub fn forget(&mut self) {
        self.said = None;
    }

    /// What the database says, newest first.
    pub fn learn(&mut self, newest_first: &[Arc<Said>]) {
        self.said = Some(newest_first.iter().cloned().collect());
        self.keep_small();
    }

    /// This was committed.
    pub fn follow(&mut self, unit: &Unit) {
        let State { turn_since, handler, suggestion, .. } = &unit.after;
        let by_agent = turn_since.is_some() || suggestion.is_some() || *handler == Handler::Agent;
        if !by_agent || unit.messages.iter().any(has_files) || unit.changes.iter().any(rewrites) || touches_files(unit) {
            return self.forget();
        }
        if let Base::New(_) = unit.base {
            self.said = Some(VecDeque::new());
        }
        let Some(said) = &mut self.said else { return };
        // What was read while the unit was being committed may have it already.
        let newest = said.front().map_or(MessageId::NONE, |m| m.id);
        let spoken = unit.messages.iter().filter(|m| m.id > newest && matches!(m.direction, Direction::In | Direction::Out));
        for message in spoken {
            said.push_front(Arc::new(Said::plain(message, unit.at)));
        }
        said.truncate(READ_BACK as usize);
        self.keep_small();
    }

    fn keep_small(&mut self) {
        if self.said.as_ref().is_some_and(|said| said.iter().map(|m| m.size()).sum::<usize>() > MOST) {
            self.forget();
        }
    }
}

fn has_files(message: &NewMessage) -> bool {
    !message.attachments.is_empty()
}

fn touches_files(unit: &Unit) -> bool {
    !unit.media.is_empty() || !unit.heard.is_empty()
}

/// A stored message says something else now.
fn rewrites(change: &MessageChange) -> bool {
    !matches!(change.what, MessageChangeKind::Status { .. } | MessageChangeKind::Reacted { .. })
}
