//! Money for one call: set aside before it begins, settled when its end is stored, given back when it never ends. As long as
//! there is plenty it comes out of a purse in memory ([`super::purse`]); near a budget's end each call has a row of its own.
use std::sync::Arc;

use crate::db::turns::CallCost;
use crate::db::{DbError, Store};
use crate::domain::agent::price::{self, Spent};
use crate::domain::clock::{MINUTE, Micros};

use super::purse::{self, Purse};
use super::{Agent, Agents};

/// Longer than any call and the commit of its end take. What somebody has set aside who died is given back then.
pub(super) const HELD_FOR: Micros = 3 * MINUTE;

/// Why no call may begin. Whoever does not know does not spend.
#[derive(Debug)]
pub enum NoMoney {
    /// Calls under way hold what is left: some of it may come free.
    Later,
    Spent,
    Unknown(DbError),
}

/// Set aside until it is settled.
pub struct Money {
    store: Store,
    kept: Funds,
}

pub(super) enum Funds {
    /// Without any budget there is nothing to count.
    Nothing,
    /// A row of its own: dropped, it is given back.
    Row(i64),
    /// Dropped without being paid, it counts as spent until the purse is filled again: the books know better then.
    Part { of: Arc<Purse>, purse: i64, micros: i64 },
}

impl Money {
    /// Sets `estimate` aside, in millionths of a US dollar.
    pub async fn set_aside(agents: &Agents, agent: &Agent, estimate: i64, now: Micros) -> Result<Money, NoMoney> {
        let budgets = agent.today.map(|today| today.budget);
        if budgets == [None, None] {
            return Ok(Money::new(&agents.store, Funds::Nothing));
        }
        let (company_id, channel_id) = (agent.company_id, agent.channel_id);
        let wanted = CallCost { company_id, channel_id, budgets, estimate, now, until: now + HELD_FOR };
        purse::take(agents, wanted).await
    }

    pub(super) fn new(store: &Store, kept: Funds) -> Money {
        Money { store: store.clone(), kept }
    }

    /// The row of its own, if it has one: whoever takes it settles it along with what was spent.
    pub fn take(&mut self) -> Option<i64> {
        let Funds::Row(id) = self.kept else { return None };
        self.kept = Funds::Nothing;
        Some(id)
    }

    /// What a call has cost is stored.
    pub fn paid(mut self, cost: i64) {
        if let Funds::Part { of, purse, micros } = std::mem::replace(&mut self.kept, Funds::Nothing) {
            of.paid(purse, micros, cost);
        }
    }

    /// Counts what a call outside of any conversation, or beside one, has cost.
    pub async fn settle(mut self, agent: &Agent, spent: Spent, now: Micros) -> Result<(), DbError> {
        let (reservation, cost) = (self.take(), spent.cost_micros);
        self.store.add_spend(agent.company_id, agent.channel_id, spent, reservation, now).await?;
        self.paid(cost);
        Ok(())
    }
}

impl Drop for Money {
    fn drop(&mut self) {
        let reservation = match std::mem::replace(&mut self.kept, Funds::Nothing) {
            Funds::Nothing => return,
            Funds::Part { of, purse, micros } => return of.paid(purse, micros, micros),
            Funds::Row(id) => id,
        };
        let store = self.store.clone();
        // Without a runtime the process is at its end, and time gives it back.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(e) = store.give_back(reservation).await {
                    tracing::warn!(error = %e, "money that was set aside is given back by time");
                }
            });
        }
    }
}

/// Bytes that make a token, at least: a word of Latin letters has more to it, one of Cyrillic letters twice as many.
const BYTES_A_TOKEN: usize = 3;

impl Agent {
    /// What a turn with a prompt of this many bytes may cost: two rounds, because most that call a tool call one, and as many
    /// words as the model may say.
    pub fn estimate(&self, prompt_bytes: usize, most_tokens: u32) -> i64 {
        let tokens_in = 2 * prompt_bytes.div_ceil(BYTES_A_TOKEN) as i64;
        price::cost_micros(&self.prices, &self.model, tokens_in, i64::from(most_tokens))
    }
}
