//! From COMMIT to every screen that may see it: the sequencer puts a company's events into unbroken order, and one shard an
//! HTTP worker hands them to that worker's sessions. A batch crosses once per worker, then everything is local.
mod presence;
mod ring;
mod sequencer;
mod shard;
mod transient;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, RwLock};

use actix::prelude::{Addr, SendError};
use bytestring::ByteString;

use crate::domain::event::Event;
use crate::domain::ids::*;
use crate::hub::counts::Counts;
use crate::hub::relay::{Relay, Signal};

use presence::Presence;
pub use sequencer::{Listeners, Sequencer};
pub use shard::{Behind, CatchUp, CaughtUp, FeedShard, Join, Leave, Recipients, Slice, VisitorJoin, VisitorLeave};
pub use transient::Transient;

/// A handle to all shards.
#[derive(Clone, Default)]
pub struct Publisher {
    shards: Arc<RwLock<Vec<Addr<FeedShard>>>>,
    presence: Arc<Mutex<Presence>>,
    /// Set once, at the start: what is only shown here for a moment other nodes show too.
    relay: Arc<OnceLock<Relay>>,
    counts: Counts,
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
        self.counts.heard(&events);
        let batch: Slice = events.into();
        let shards = self.shards.read().unwrap_or_else(|e| e.into_inner());
        // Every shard is told, also after one that had no room.
        shards.iter().filter(|shard| shard.try_send(shard::FeedBatch(batch.clone())).is_err()).count() == 0
    }

    /// Signs of life, on every node: never stored, dropped where there is no room.
    pub fn transient(&self, frame: Transient) {
        self.tell(|| Signal::frame(&frame));
        self.pass(frame);
    }

    /// Where there are other nodes, they hear of what is shown here.
    pub fn relay_to(&self, relay: Relay) {
        let _ = self.relay.set(relay);
    }

    fn tell(&self, signal: impl FnOnce() -> Signal) {
        if let Some(relay) = self.relay.get() {
            relay.tell(signal());
        }
    }

    /// A sign of life for the screens of this node.
    pub fn pass(&self, frame: Transient) {
        let frame = Arc::new(frame);
        for shard in self.shards.read().unwrap_or_else(|e| e.into_inner()).iter() {
            let _ = shard.try_send(shard::PassOn(frame.clone()));
        }
    }

    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// A frame for each of these people, on the screens that they have here. Whose screen has no room catches up, and is then
    /// told anew. False when a shard's mailbox was full: its screens must be told again.
    pub fn personal(&self, company: CompanyId, frames: HashMap<UserId, ByteString>) -> bool {
        let frames = Arc::new(frames);
        let shards = self.shards.read().unwrap_or_else(|e| e.into_inner());
        let told = shards.iter().map(|shard| shard.try_send(shard::Personal { company, frames: frames.clone() }));
        // Every shard is told, also after one that had no room. Those that have ended have no screens.
        told.filter(|told| matches!(told, Err(SendError::Full(_)))).count() == 0
    }

    /// A session of this user opened. The first one brings them online.
    pub fn came(&self, company: CompanyId, user: UserId) {
        let (first_here, first) = self.presence().came((company, user));
        self.moved(company, user, true, first_here, first);
    }

    /// A session of this user closed. The last one takes them offline.
    pub fn left(&self, company: CompanyId, user: UserId) {
        let (last_here, last) = self.presence().left((company, user));
        self.moved(company, user, false, last_here, last);
    }

    /// Each node tells its own screens: it alone knows what they have been told before.
    fn moved(&self, company: CompanyId, user: UserId, on: bool, here: bool, anywhere: bool) {
        if here {
            self.tell(|| Signal::Online { company, user, on });
        }
        if anywhere {
            self.pass(Transient::presence(company, user, on));
        }
    }

    /// Another node says that a user has, or no longer has, a screen there.
    pub fn is_elsewhere(&self, node: &str, company: CompanyId, user: UserId, on: bool) {
        let changes = self.presence().elsewhere(node, (company, user), on);
        self.moved(company, user, on, false, changes);
    }

    /// Another node says who all have a screen there.
    pub fn are_elsewhere(&self, node: &str, users: Vec<(CompanyId, UserId)>) {
        let changes = self.presence().all_elsewhere(node, users.into_iter().collect());
        self.show_all(changes);
    }

    /// What nodes that are gone have said no longer counts.
    pub fn only_these_live(&self, nodes: &[String]) {
        let changes = self.presence().only(nodes);
        self.show_all(changes);
    }

    fn show_all(&self, changes: Vec<((CompanyId, UserId), bool)>) {
        for ((company, user), on) in changes {
            self.moved(company, user, on, false, true);
        }
    }

    /// Says which users have an open session on this node. Nobody comes or goes between the look and the word.
    pub fn tell_who_is_here(&self, relay: &Relay) {
        let presence = self.presence();
        relay.tell(Signal::AllOnline { users: presence.here() });
    }

    /// The users of a company with an open session on any node.
    pub fn online(&self, company: CompanyId) -> Vec<UserId> {
        self.presence().online(company)
    }

    fn presence(&self) -> MutexGuard<'_, Presence> {
        self.presence.lock().unwrap_or_else(|e| e.into_inner())
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
