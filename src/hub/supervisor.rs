//! Who holds a conversation: one shard an arbiter, chosen by hash of the home key, alone holds its actors' addresses.
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::prelude::{Actor, Addr, Arbiter, AsyncContext, Context, Handler, Message, SendError};
use tokio::sync::oneshot;

use super::conversation::{Conversation, Typing};
use super::{Core, Done, HubError};
use crate::domain::conversation::Input;
use crate::domain::ids::ChannelId;

/// A shard takes this many messages before it says "busy".
const MAILBOX: usize = 2048;

/// Names a conversation before it exists: its channel and the customer's key there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HomeKey {
    pub channel_id: ChannelId,
    pub key: Arc<str>,
}

impl HomeKey {
    pub fn new(channel_id: ChannelId, key: &str) -> Self {
        HomeKey { channel_id, key: key.into() }
    }

    fn shard(&self, of: usize) -> usize {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        (hasher.finish() % of as u64) as usize
    }
}

pub type ReplyToInput = oneshot::Sender<Result<Done, HubError>>;

pub enum Work {
    Input {
        input: Box<Input>,
        reply: ReplyToInput,
    },
    Typing(Typing),
    /// Tell when no automatic answer is owed any more.
    AwaitTurn(oneshot::Sender<()>),
    /// Just be there: something is to be done, at this version or a newer one (0: not known).
    Wake {
        version: i64,
    },
    /// Another node has brought the conversation to this version. Nobody comes to life for it.
    Nudge {
        version: i64,
    },
}

#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Route {
    pub key: HomeKey,
    pub work: Work,
}

/// The long-lived addresses: a clone per call would never report a full mailbox.
#[derive(Clone)]
pub struct Supervisor {
    shards: Arc<[Addr<Shard>]>,
}

impl Supervisor {
    pub fn start(core: Arc<Core>, shards: usize) -> Self {
        let shards = (0..shards.max(1))
            .map(|_| {
                let core = core.clone();
                Shard::start_in_arbiter(&Arbiter::new().handle(), move |ctx| {
                    ctx.set_mailbox_capacity(MAILBOX);
                    Shard { core, conversations: HashMap::new() }
                })
            })
            .collect();
        Supervisor { shards }
    }

    pub fn send(&self, key: HomeKey, work: Work) -> Result<(), HubError> {
        let shard = &self.shards[key.shard(self.shards.len())];
        shard.try_send(Route { key, work }).map_err(|_| HubError::Busy)
    }
}

pub(super) struct Shard {
    core: Arc<Core>,
    conversations: HashMap<HomeKey, Entry>,
}

struct Entry {
    addr: Addr<Conversation>,
    /// How many messages were sent to this actor: it may only sleep when it has handled them all.
    sent: u64,
    used: Instant,
}

impl Actor for Shard {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        // One sweep a shard, no timer an actor.
        let every = (self.core.sleep_after / 4).clamp(Duration::from_millis(200), Duration::from_secs(30));
        ctx.run_interval(every, |shard, _| shard.sweep());
    }
}

impl Shard {
    fn sweep(&mut self) {
        let idle = self.core.sleep_after;
        for entry in self.conversations.values().filter(|e| e.used.elapsed() >= idle) {
            let _ = entry.addr.try_send(AskSleep);
        }
    }

    fn entry(&mut self, key: &HomeKey, me: Addr<Shard>) -> &mut Entry {
        let core = &self.core;
        self.conversations.entry(key.clone()).or_insert_with(|| Entry {
            addr: Conversation::awaken(core.clone(), key.clone(), me),
            sent: 0,
            used: Instant::now(),
        })
    }
}

impl Handler<Route> for Shard {
    type Result = ();

    fn handle(&mut self, route: Route, ctx: &mut Context<Self>) {
        if matches!(route.work, Work::Nudge { .. }) && !self.conversations.contains_key(&route.key) {
            return;
        }
        let entry = self.entry(&route.key, ctx.address());
        entry.used = Instant::now();
        match entry.addr.try_send(route.work.into_message()) {
            Ok(()) => entry.sent += 1,
            Err(SendError::Full(m)) => m.refuse(),
            Err(SendError::Closed(m)) => {
                // It died and its notice has not reached us yet: begin anew.
                self.conversations.remove(&route.key);
                let entry = self.entry(&route.key, ctx.address());
                match entry.addr.try_send(m) {
                    Ok(()) => entry.sent += 1,
                    Err(SendError::Full(m) | SendError::Closed(m)) => m.refuse(),
                }
            }
        }
    }
}

/// What reaches a Conversation.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct ToConversation(pub Work);

impl Work {
    fn into_message(self) -> ToConversation {
        ToConversation(self)
    }
}

impl ToConversation {
    fn refuse(self) {
        if let Work::Input { reply, .. } = self.0 {
            let _ = reply.send(Err(HubError::Busy));
        }
    }
}

/// "Have you anything left to do?"
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct AskSleep;

/// "You may stop": by now nobody can reach the actor any more.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Sleep;

/// An idle actor asks to sleep; it has handled `handled` messages.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct MaySleep {
    pub key: HomeKey,
    pub handled: u64,
}

impl Handler<MaySleep> for Shard {
    type Result = ();

    fn handle(&mut self, ask: MaySleep, _: &mut Context<Self>) {
        if self.conversations.get(&ask.key).is_some_and(|e| e.sent == ask.handled)
            && let Some(entry) = self.conversations.remove(&ask.key)
        {
            entry.addr.do_send(Sleep);
        }
    }
}

/// The actor stopped without being asked: it panicked. The next message builds it anew from the database.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Died {
    pub key: HomeKey,
}

impl Handler<Died> for Shard {
    type Result = ();

    fn handle(&mut self, died: Died, _: &mut Context<Self>) {
        if self.conversations.get(&died.key).is_some_and(|e| !e.addr.connected()) {
            self.conversations.remove(&died.key);
        }
    }
}
