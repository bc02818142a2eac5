//! Leases, the nodes that live, and what nodes tell each other through the database. PostgreSQL only: on SQLite there is one
//! process, and nothing here is read or written.
use futures_util::FutureExt;

use super::pg::{leases as pg, signals};
use super::{DbError, Store, Wrote};
use crate::domain::clock::Micros;
use crate::domain::ids::{ChannelId, ConversationId};
use crate::domain::lease::Slot;

/// How long a lease, and a node's sign of life, lasts without being renewed. By the database's clock.
pub const LEASE: Micros = 6_000_000;

/// What a node has after it has renewed its leases and taken those that are its own and free.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Slots with their tokens.
    pub held: Vec<(Slot, i64)>,
    /// All nodes that live, this one included.
    pub alive: Vec<String>,
    /// Another node lives, or was last seen so lately that what it began may not have ended.
    pub others_lately: bool,
}

/// Runs a query of `pg::leases` or `pg::signals` in a transaction on this lane of the engine; `$otherwise` on SQLite.
macro_rules! on_pg {
    ($store:expr, $lane:ident, $otherwise:expr, |$c:ident| $work:expr) => {
        match $store {
            Store::Sqlite(_) => Ok($otherwise),
            Store::Pg(engine) => engine.$lane(move |$c| async move { $work.await.map(Wrote::quiet) }.boxed()).await,
        }
    };
}

impl Store {
    /// Makes this process known. True: the one that listened here before did not leave by itself; its leases are free now.
    pub async fn enter(&self, node: String, place: String) -> Result<bool, DbError> {
        on_pg!(self, keep, false, |c| pg::enter(c, &node, &place))
    }

    /// A sign of life: renews what the node holds and takes what is its own and free. `alone_after`: how long ago, in
    /// microseconds, another node must have been seen to count no more.
    pub async fn keep_leases(&self, node: String, place: String, alone_after: Micros) -> Result<Kept, DbError> {
        on_pg!(self, keep, Kept::default(), |c| pg::keep(c, &node, &place, alone_after))
    }

    /// Gives slots up: whoever should have them takes them.
    pub async fn release_leases(&self, node: String, slots: Vec<Slot>) -> Result<(), DbError> {
        on_pg!(self, keep, (), |c| pg::release(c, &node, &slots))
    }

    /// The newest signal there is.
    pub async fn last_signal(&self) -> Result<i64, DbError> {
        on_pg!(self, write, 0, |c| signals::last(c))
    }

    /// Tells the other nodes.
    pub async fn put_signals(&self, node: String, bodies: Vec<String>) -> Result<(), DbError> {
        on_pg!(self, write, (), |c| signals::put(c, &node, &bodies))
    }

    /// What other nodes have said after `after`: number, node, words.
    pub async fn signals_after(&self, after: i64, node: String) -> Result<Vec<(i64, String, String)>, DbError> {
        match self {
            Store::Sqlite(_) => Ok(vec![]),
            Store::Pg(engine) => engine.read(move |c| async move { signals::after(c, after, &node).await }.boxed()).await,
        }
    }

    /// The node stops: it holds nothing any more and is forgotten.
    pub async fn leave(&self, node: String) -> Result<(), DbError> {
        on_pg!(self, keep, (), |c| pg::leave(c, &node))
    }
}

/// Where a conversation stands after another node has changed it.
pub struct Standing {
    pub id: ConversationId,
    pub version: i64,
    pub channel_id: ChannelId,
    pub home_key: String,
    /// A turn of the agent, or a delivery.
    pub is_owed_something: bool,
}

super::ops! {
    read conversations::standing_of(ids: Vec<ConversationId>) -> Vec<Standing>;
}
