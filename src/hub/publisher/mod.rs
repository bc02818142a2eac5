//! From COMMIT to every screen that may see it: the sequencer puts a company's events into unbroken order, and one shard an
//! HTTP worker hands them to that worker's sessions. A batch crosses once per worker, then everything is local.
mod ring;
mod sequencer;
mod shard;
mod transient;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

use actix::prelude::Addr;

use crate::domain::event::Event;
use crate::domain::ids::*;

pub use sequencer::Sequencer;
pub use shard::{Behind, CatchUp, CaughtUp, FeedShard, Join, Leave, Recipients, Slice, VisitorJoin, VisitorLeave};
pub use transient::Transient;

/// A handle to all shards.
#[derive(Clone, Default)]
pub struct Publisher {
    shards: Arc<RwLock<Vec<Addr<FeedShard>>>>,
    presence: Arc<Mutex<HashMap<(CompanyId, UserId), usize>>>,
}

impl Publisher {
    /// Starts a shard on the calling thread's arbiter: each HTTP worker does so once, when it starts.
    pub fn start_shard(&self) -> Addr<FeedShard> {
        let shard = FeedShard::begin();
        self.shards.write().unwrap_or_else(|e| e.into_inner()).push(shard.clone());
        shard
    }

    /// Events in feed order. False when a shard's mailbox was full: it must be told of a later event, will notice the
    /// hole, and its sessions read the table.
    fn publish(&self, events: Vec<Arc<Event>>) -> bool {
        let batch: Slice = events.into();
        let shards = self.shards.read().unwrap_or_else(|e| e.into_inner());
        // Every shard is told, also after one that had no room.
        shards.iter().filter(|shard| shard.try_send(shard::Batch(batch.clone())).is_err()).count() == 0
    }

    /// Signs of life: never stored, dropped where there is no room.
    pub fn transient(&self, frame: Transient) {
        let frame = Arc::new(frame);
        for shard in self.shards.read().unwrap_or_else(|e| e.into_inner()).iter() {
            let _ = shard.try_send(shard::Pass(frame.clone()));
        }
    }

    /// A session of this user opened. The first one brings them online.
    pub fn came(&self, company: CompanyId, user: UserId) {
        let first = {
            let mut presence = self.presence.lock().unwrap_or_else(|e| e.into_inner());
            let n = presence.entry((company, user)).or_default();
            *n += 1;
            *n == 1
        };
        if first {
            self.transient(Transient::presence(company, user, true));
        }
    }

    /// A session of this user closed. The last one takes them offline.
    pub fn left(&self, company: CompanyId, user: UserId) {
        let last = {
            let mut presence = self.presence.lock().unwrap_or_else(|e| e.into_inner());
            match presence.get_mut(&(company, user)) {
                Some(n) if *n > 1 => {
                    *n -= 1;
                    false
                }
                Some(_) => presence.remove(&(company, user)).is_some(),
                None => false,
            }
        };
        if last {
            self.transient(Transient::presence(company, user, false));
        }
    }

    /// The users of a company with an open session on this node.
    pub fn online(&self, company: CompanyId) -> Vec<UserId> {
        let presence = self.presence.lock().unwrap_or_else(|e| e.into_inner());
        let mut users: Vec<UserId> = presence.keys().filter(|(c, _)| *c == company).map(|(_, u)| *u).collect();
        users.sort_unstable();
        users
    }

    /// Closes the sockets of the sessions that `which` names: logout, disabling, a changed password, a changed role.
    pub fn close(&self, which: Recipients) {
        for shard in self.shards.read().unwrap_or_else(|e| e.into_inner()).iter() {
            let _ = shard.try_send(shard::Close(which.clone()));
        }
    }

    /// Tells every socket that the process restarts (close code 1012).
    pub fn restart(&self) {
        self.close(Recipients::Everyone);
    }
}
