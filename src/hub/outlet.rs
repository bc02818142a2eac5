//! How the hub reaches a provider without knowing one: each channel's connector registers a `Recipient`.
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, RwLock};

use actix::{Message, Recipient};
use tokio::sync::oneshot;

use crate::domain::channel::{Outbound, SendLane, SendReport};
use crate::domain::clock::Micros;
use crate::domain::ids::ChannelId;
use crate::domain::notice::Notice;

/// What is told to who asked whether it may send.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Turn {
    Now,
    /// There is no room to wait in: ask again then, and not before.
    Later {
        after: Micros,
    },
}

/// What a Conversation asks of a channel's connector. Answers go through the oneshot; a dropped one counts as "no answer".
#[derive(Message)]
#[rtype(result = "()")]
pub enum ToProvider {
    /// Answered when the provider's limits allow the next send to this address. Nothing has been taken yet.
    Ready { address: String, lane: SendLane, reply: oneshot::Sender<Turn> },
    /// Send this now: the delivery is taken.
    Deliver { outbound: Box<Outbound>, reply: oneshot::Sender<SendReport> },
    /// An operator is typing; best effort.
    Typing { address: String },
    /// Tell the company's own people something, now. Ask `Ready` first, as for a delivery.
    Notice { notice: Box<Notice>, reply: oneshot::Sender<SendReport> },
}

/// The instance's own bot and the chat it writes to: for the first company, as long as it has connected none.
#[derive(Clone)]
pub struct House {
    pub outlet: Recipient<ToProvider>,
    pub chat_id: String,
}

/// The connectors that are running, by channel.
#[derive(Clone, Default)]
pub struct Outlets {
    by_channel: Arc<RwLock<HashMap<ChannelId, Recipient<ToProvider>>>>,
    house: Arc<OnceLock<House>>,
}

impl Outlets {
    pub fn register(&self, channel: ChannelId, outlet: Recipient<ToProvider>) {
        self.lock_write().insert(channel, outlet);
    }

    pub fn remove(&self, channel: ChannelId) {
        self.lock_write().remove(&channel);
    }

    pub fn get(&self, channel: ChannelId) -> Option<Recipient<ToProvider>> {
        self.by_channel.read().unwrap_or_else(|e| e.into_inner()).get(&channel).cloned()
    }

    /// Set once, at the start.
    pub fn open_house(&self, house: House) {
        let _ = self.house.set(house);
    }

    pub fn house(&self) -> Option<&House> {
        self.house.get()
    }

    fn lock_write(&self) -> std::sync::RwLockWriteGuard<'_, HashMap<ChannelId, Recipient<ToProvider>>> {
        self.by_channel.write().unwrap_or_else(|e| e.into_inner())
    }
}
