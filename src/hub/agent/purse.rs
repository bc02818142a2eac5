//! A channel's money in memory: set aside in the database for many calls at once, so that most turns touch no budget.
//!
//! What a purse holds is reserved there until it is settled or its time is over; what a call takes out of it was set aside
//! before. Filled anew, it keeps what calls under way hold and gives the rest back first. A process that dies loses nothing
//! but time: its row counts as set aside for three minutes more, what was paid out of it stands in the books.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Agents;
use super::budget::{Funds, Money, NoMoney};
use crate::db::turns::{CallCost, Filled, SetAside};
use crate::db::{DbError, Store};
use crate::domain::clock::{DAY, MINUTE, Micros};
use crate::domain::ids::*;

/// Nothing is taken out of a purse that was filled longer ago, so that its row outlives every call it pays for.
const FRESH: Micros = MINUTE;
const _: () = assert!(2 * FRESH < super::budget::HELD_FOR);

/// The purses of this process.
#[derive(Default)]
pub(super) struct Purses {
    all: Mutex<HashMap<(CompanyId, ChannelId), Arc<Purse>>>,
}

#[derive(Default)]
pub struct Purse {
    inside: Mutex<Inside>,
    /// One at a time asks the database.
    filling: tokio::sync::Mutex<()>,
}

/// In millionths of a US dollar.
#[derive(Default)]
struct Inside {
    /// The row that stands for it.
    id: Option<i64>,
    free: i64,
    /// By calls under way.
    held: i64,
    filled_at: Micros,
    /// It was filled for these: others are asked for anew.
    budgets: [Option<i64>; 2],
}

impl Purses {
    fn of(&self, company: CompanyId, channel: ChannelId) -> Arc<Purse> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).entry((company, channel)).or_default().clone()
    }

    /// Of the company's other channels.
    fn others(&self, wanted: &CallCost) -> Vec<Arc<Purse>> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let other = |(company, channel): &(CompanyId, ChannelId)| *company == wanted.company_id && *channel != wanted.channel_id;
        all.iter().filter(|(of, _)| other(of)).map(|(_, purse)| purse.clone()).collect()
    }
}

impl Purse {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes out what a call may cost, if it is there.
    fn draw(self: &Arc<Self>, wanted: &CallCost) -> Option<Funds> {
        let mut inside = self.inside();
        let id = inside.id?;
        let is_fresh = wanted.now - inside.filled_at < FRESH && wanted.now.div_euclid(DAY) == inside.filled_at.div_euclid(DAY);
        if !is_fresh || inside.budgets != wanted.budgets || inside.free < wanted.estimate {
            return None;
        }
        inside.free -= wanted.estimate;
        inside.held += wanted.estimate;
        Some(Funds::Part { of: self.clone(), purse: id, micros: wanted.estimate })
    }

    /// A call that held `micros` is over, and its cost stands in the books.
    pub(super) fn paid(&self, purse: i64, micros: i64, cost: i64) {
        let mut inside = self.inside();
        if inside.id == Some(purse) {
            inside.held -= micros;
            inside.free += micros - cost;
        }
    }

    /// Nobody draws from it any more, and something lies in it.
    fn is_idle(&self, now: Micros) -> bool {
        let inside = self.inside();
        inside.free > 0 && now - inside.filled_at >= FRESH
    }

    /// From now on nothing is free, until it is filled. The row that stands for it, and how much of it is held.
    fn close(&self) -> Option<(i64, i64)> {
        let mut inside = self.inside();
        inside.free = 0;
        inside.id.map(|id| (id, inside.held))
    }

    fn filled(&self, wanted: &CallCost, id: i64, free: i64) {
        let mut inside = self.inside();
        if inside.id != Some(id) {
            *inside = Inside { id: Some(id), ..Inside::default() };
        }
        inside.free += free;
        (inside.filled_at, inside.budgets) = (wanted.now, wanted.budgets);
    }
}

pub(super) async fn take(agents: &Agents, wanted: CallCost) -> Result<Money, NoMoney> {
    let purse = agents.purses.of(wanted.company_id, wanted.channel_id);
    if let Some(part) = purse.draw(&wanted) {
        return Ok(Money::new(&agents.store, part));
    }
    // Whoever asked may be gone before the database has answered; what it said is not lost with them.
    let filling = tokio::spawn(fill(agents.store.clone(), agents.purses.clone(), purse, wanted));
    filling.await.unwrap_or_else(|e| Err(NoMoney::Unknown(DbError::Unavailable(e.to_string()))))
}

async fn fill(store: Store, purses: Arc<Purses>, purse: Arc<Purse>, wanted: CallCost) -> Result<Money, NoMoney> {
    let _one = purse.filling.lock().await;
    if let Some(part) = purse.draw(&wanted) {
        return Ok(Money::new(&store, part));
    }
    let mut filled = store.fill_purse(wanted, purse.close()).await.map_err(NoMoney::Unknown)?;
    if filled == Filled::One(SetAside::Later) && give_up_others(&store, &purses, &wanted).await {
        filled = store.fill_purse(wanted, purse.close()).await.map_err(NoMoney::Unknown)?;
    }
    match filled {
        Filled::Purse { id, free } => {
            purse.filled(&wanted, id, free);
            purse.draw(&wanted).map(|part| Money::new(&store, part)).ok_or(NoMoney::Later)
        }
        Filled::One(SetAside::Done(id)) => Ok(Money::new(&store, Funds::Row(id))),
        Filled::One(SetAside::Later) => Err(NoMoney::Later),
        Filled::One(SetAside::Spent) => Err(NoMoney::Spent),
    }
}

/// What lies idle in the company's other purses is given back before anybody waits.
async fn give_up_others(store: &Store, purses: &Purses, wanted: &CallCost) -> bool {
    let mut gave = false;
    for other in purses.others(wanted) {
        gave |= give_up(store, &other).await;
    }
    gave
}

/// What nobody draws from any more is given back: other channels and other processes may need it. `all`: this process ends.
pub(super) async fn give_up_idle(agents: &Agents, all: bool) {
    let now = agents.clock.now();
    let purses: Vec<_> = agents.purses.all.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
    for purse in purses.iter().filter(|purse| all || purse.is_idle(now)) {
        give_up(&agents.store, purse).await;
    }
}

/// True: something is free that was not.
async fn give_up(store: &Store, purse: &Purse) -> bool {
    // One that is being filled is in use.
    let Ok(_one) = purse.filling.try_lock() else { return false };
    if purse.inside().free <= 0 {
        return false;
    }
    let Some((id, held)) = purse.close() else { return false };
    match store.keep_in_purse(id, held).await {
        Ok(()) => true,
        Err(e) => {
            tracing::warn!(error = %e, "money that lies idle is given back by time");
            false
        }
    }
}
