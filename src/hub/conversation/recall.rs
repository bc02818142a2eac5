//! What was said last, held by the actor that commits it, so that a turn of the agent reads nothing. The database remains the
//! truth: whatever is not certain to be the same is forgotten, and the next turn reads it again.
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::domain::conversation::{Base, Handler, MessageChange, MessageChangeKind, NewMessage, State, Unit};
use crate::domain::ids::MessageId;
use crate::domain::message::Direction;
use crate::hub::agent::{READ_BACK, Said};

/// Bytes. More than this of one conversation is not kept in memory.
const MOST: usize = 32 << 10;
/// Bytes. More than this of all conversations of the process is not kept: the next turns read.
const MOST_OF_ALL: usize = 64 << 20;
static OF_ALL: AtomicUsize = AtomicUsize::new(0);

#[derive(Default)]
pub(super) struct Recall {
    /// Newest first: all of it, or the last [`READ_BACK`]. `None`: not known.
    said: Option<VecDeque<Arc<Said>>>,
    /// What it counts for among [`OF_ALL`].
    bytes: usize,
}

impl Recall {
    pub fn known(&self) -> Option<Vec<Arc<Said>>> {
        self.said.as_ref().map(|said| said.iter().cloned().collect())
    }

    pub fn forget(&mut self) {
        self.said = None;
        self.weigh();
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
        self.weigh();
        if self.bytes > MOST || OF_ALL.load(Ordering::Relaxed) > MOST_OF_ALL {
            self.forget();
        }
    }

    fn weigh(&mut self) {
        let bytes = self.said.iter().flatten().map(|m| m.size()).sum();
        OF_ALL.fetch_add(bytes, Ordering::Relaxed);
        OF_ALL.fetch_sub(std::mem::replace(&mut self.bytes, bytes), Ordering::Relaxed);
    }
}

impl Drop for Recall {
    fn drop(&mut self) {
        OF_ALL.fetch_sub(self.bytes, Ordering::Relaxed);
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
