//! What nodes tell each other: where feeds stand, signs of life, who is online, which channel's settings have changed.
//!
//! Everything here is a hint, and may be lost: feeds are looked at every second in any case, and what is only shown for a
//! moment is not missed for long. Redis carries it where it can. Where there is none, or it does not answer, a table does,
//! which every node reads several times a second while there is more than one: polling needs no connection of its own, works
//! behind every pooler, and unlike NOTIFY takes no lock that all commits share. Changed settings always go through the table,
//! because nothing else would make them good.
mod redis;
mod table;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, watch};

use super::leases::{Leases, Nodes};
use super::publisher::{Publisher, Transient};
use crate::db::Store;
use crate::domain::access::Scope;
use crate::domain::ids::*;
use crate::telemetry::metrics;

const QUEUE: usize = 4096;
/// Signals that leave together.
const AT_ONCE: usize = 256;
const BETWEEN_WRITES: Duration = Duration::from_millis(150);
const TRIES: u32 = 60;
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// How often each node says again who is online there: news of it may have been lost.
const ONLINE_AGAIN: Duration = Duration::from_secs(20);

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Signal {
    /// The company's feed stands at least here.
    Feed { company: CompanyId, seq: Seq },
    /// A sign of life for the screens that may see it.
    Frame {
        company: CompanyId,
        /// Department and assignee of the conversation it is about.
        scope: Option<(Option<DepartmentId>, Option<UserId>)>,
        frame: String,
        to_visitors: Option<(ConversationId, String)>,
    },
    /// A user has, or no longer has, a screen on the node that says so.
    Online { company: CompanyId, user: UserId, on: bool },
    /// All who have a screen on the node that says so.
    AllOnline { users: Vec<(CompanyId, UserId)> },
    /// A channel was made, changed or removed: read its row.
    Channel { channel: ChannelId },
}

impl Signal {
    pub fn frame(frame: &Transient) -> Self {
        Signal::Frame {
            company: frame.company_id,
            scope: frame.scope.map(|scope| (scope.department_id, scope.assignee_id)),
            frame: frame.frame.to_string(),
            to_visitors: frame.to_visitors.as_ref().map(|(conversation, text)| (*conversation, text.to_string())),
        }
    }
}

/// A signal and the node it comes from, as it travels.
#[derive(Serialize, Deserialize)]
struct Letter {
    node: String,
    signal: Signal,
}

/// The handle; on SQLite everything said is dropped.
#[derive(Clone, Default)]
pub struct Relay {
    ways: Option<Ways>,
}

#[derive(Clone)]
struct Ways {
    queue: mpsc::Sender<Signal>,
    table: table::Table,
}

impl Relay {
    /// There may be somebody to tell.
    pub fn is_heard(&self) -> bool {
        self.ways.is_some()
    }

    /// Tells the other nodes; dropped where there is no room.
    pub fn tell(&self, signal: Signal) {
        if let Some(ways) = &self.ways {
            let _ = ways.queue.try_send(signal);
        }
    }

    /// Tells what nothing else would make good, also to whoever starts in this moment: by the table, as often as it takes.
    pub fn tell_surely(&self, signal: Signal) {
        let Some(Ways { table, .. }) = self.ways.clone() else { return };
        tokio::spawn(async move {
            for _ in 0..TRIES {
                if table.say(std::slice::from_ref(&signal)).await {
                    return;
                }
                tokio::time::sleep(TRY_AGAIN).await;
            }
            metrics().signals_lost.inc();
        });
    }
}

/// Where what others say goes.
pub struct Ears {
    pub publisher: Publisher,
    pub feeds: mpsc::Sender<(CompanyId, Seq)>,
    pub channels: mpsc::Sender<ChannelId>,
}

impl Ears {
    fn hear(&self, letter: Letter) {
        let Letter { node, signal } = letter;
        match signal {
            Signal::Feed { company, seq } => drop(self.feeds.try_send((company, seq))),
            Signal::Frame { company, scope, frame, to_visitors } => self.publisher.pass(Transient {
                company_id: company,
                scope: scope.map(|(department_id, assignee_id)| Scope { department_id, assignee_id }),
                from_session: None,
                frame: frame.into(),
                to_visitors: to_visitors.map(|(conversation, text)| (conversation, text.into())),
            }),
            Signal::Online { company, user, on } => self.publisher.is_elsewhere(&node, company, user, on),
            Signal::AllOnline { users } => self.publisher.are_elsewhere(&node, users),
            Signal::Channel { channel } => drop(self.channels.try_send(channel)),
        }
    }
}

/// Begins to tell and to hear. On SQLite there is nobody to tell. `installation` keeps apart those that share a Redis.
pub async fn start(store: &Store, leases: &Leases, client: Option<::redis::Client>, installation: &str, ears: Ears) -> Relay {
    let (Some(node), Some(nodes)) = (leases.node(), leases.nodes()) else { return Relay::default() };
    let (queue, signals) = mpsc::channel(QUEUE);
    let ears = Arc::new(ears);
    let name = format!("switchboard:{installation}:signals");
    let table = table::Table::open(store.clone(), node.to_owned()).await;
    let relay = Relay { ways: Some(Ways { queue, table: table.clone() }) };
    tokio::spawn(say_who_is_online(ears.publisher.clone(), relay.clone(), nodes.clone()));
    if let Some(client) = &client {
        tokio::spawn(redis::listen(client.clone(), name.clone(), node.to_owned(), ears.clone()));
    }
    tokio::spawn(table.clone().listen(nodes.clone(), ears));
    tokio::spawn(speak(client.map(|client| redis::RedisSpeaker::new(client, name)), table, nodes, signals));
    relay
}

async fn speak(
    mut line: Option<redis::RedisSpeaker>,
    table: table::Table,
    nodes: watch::Receiver<Nodes>,
    mut signals: mpsc::Receiver<Signal>,
) {
    let mut some = Vec::with_capacity(AT_ONCE);
    while signals.recv_many(&mut some, AT_ONCE).await > 0 {
        let alone = nodes.borrow().len() < 2;
        let mut feeds: HashMap<CompanyId, Seq> = HashMap::new();
        let mut fleeting = vec![];
        for signal in some.drain(..) {
            match signal {
                _ if alone => {}
                Signal::Feed { company, seq } => drop(feeds.insert(company, seq)),
                signal => fleeting.push(signal),
            }
        }
        let feeds: Vec<Signal> = feeds.into_iter().map(|(company, seq)| Signal::Feed { company, seq }).collect();
        let by_redis = match &mut line {
            Some(line) => line.say(table.node(), feeds.iter().chain(&fleeting)).await,
            None => false,
        };
        // Feeds are looked at in any case.
        if by_redis || fleeting.is_empty() {
            continue;
        }
        if !table.say(&fleeting).await {
            metrics().signals_lost.inc_by(fleeting.len() as u64);
        }
        // Rows cost more than messages: they are gathered, and what then finds no room is dropped.
        tokio::time::sleep(BETWEEN_WRITES).await;
    }
}

/// Newcomers must be told all; nodes that have gone take their people with them.
async fn say_who_is_online(publisher: Publisher, relay: Relay, mut nodes: watch::Receiver<Nodes>) {
    loop {
        let alive = nodes.borrow_and_update().clone();
        publisher.only_these_live(&alive);
        if alive.len() > 1 {
            publisher.tell_who_is_here(&relay);
        }
        tokio::select! {
            changed = nodes.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(ONLINE_AGAIN) => {}
        }
    }
}
