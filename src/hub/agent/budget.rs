//! Money for one call: set aside before it begins, settled when its end is stored, given back when it never ends. As long as
//! there is plenty it comes out of a purse in memory ([`super::purse`]); near a budget's end each call has a row of its own.
use std::sync::Arc;

use crate::db::turns::CallCost;
use crate::db::{DbError, Store};
use crate::domain::agent::price::{self, Spent};
use crate::domain::clock::{MINUTE, Micros};
use crate::domain::ids::{ChannelId, CompanyId};

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
    /// A call has begun: what it has cost, as far as anybody knows, and whom. It goes into the books even if nobody is there
    /// any more to hear its end.
    owed: Option<Owed>,
}

struct Owed {
    company_id: CompanyId,
    channel_id: ChannelId,
    spent: Spent,
    at: Micros,
}

pub(super) enum Funds {
    /// Without any budget there is nothing to count.
    Nothing,
    /// A row of its own: dropped, it is given back.
    Row(i64),
    /// Dropped without being paid, what it held is free again but for what is owed.
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

    /// The call was refused: dropped now, all of it is free again.
    pub fn owes_nothing(&mut self) {
        self.owed = None;
    }

    pub(super) fn new(store: &Store, kept: Funds) -> Money {
        Money { store: store.clone(), kept, owed: None }
    }

    /// From here on the model is asked, or has answered: whoever drops this now, because the customer goes on writing, has
    /// still spent so much.
    pub fn owes(&mut self, agent: &Agent, spent: Spent, at: Micros) {
        self.owed = Some(Owed { company_id: agent.company_id, channel_id: agent.channel_id, spent, at });
    }

    /// The row of its own, if it has one: whoever stores what was spent settles it along with that. Twice harms nobody.
    pub fn row(&self) -> Option<i64> {
        if let Funds::Row(id) = self.kept { Some(id) } else { None }
    }

    /// What a call has cost is stored.
    pub fn paid(mut self, cost: i64) {
        self.owed = None;
        if let Funds::Part { of, purse, micros } = std::mem::replace(&mut self.kept, Funds::Nothing) {
            of.paid(purse, micros, cost);
        }
    }

    /// Counts what a call outside of any conversation, or beside one, has cost.
    pub async fn settle(mut self, agent: &Agent, spent: Spent, now: Micros) -> Result<(), DbError> {
        let (row, cost, store) = (self.row(), spent.cost_micros, self.store.clone());
        let (company, channel) = (agent.company_id, agent.channel_id);
        // From here on it is booked here and nowhere else, also when nobody waits for it any more.
        self.owed = None;
        let booked = tokio::spawn(async move {
            let booked = store.add_spend(company, channel, spent, row, now).await;
            if booked.is_ok() {
                self.paid(cost);
            }
            booked
        });
        booked.await.unwrap_or_else(|e| Err(DbError::Unavailable(e.to_string())))
    }
}

impl Drop for Money {
    fn drop(&mut self) {
        let (kept, owed) = (std::mem::replace(&mut self.kept, Funds::Nothing), self.owed.take());
        let cost = owed.as_ref().map_or(0, |owed| owed.spent.cost_micros);
        let reservation = match kept {
            Funds::Part { of, purse, micros } => {
                of.paid(purse, micros, cost);
                None
            }
            Funds::Nothing => None,
            Funds::Row(id) => Some(id),
        };
        let store = self.store.clone();
        let booked = async move {
            match (owed, reservation) {
                (Some(Owed { company_id, channel_id, spent, at }), _) => {
                    store.add_spend(company_id, channel_id, spent, reservation, at).await
                }
                (None, Some(reservation)) => store.give_back(reservation).await,
                (None, None) => Ok(()),
            }
        };
        // Without a runtime the process is at its end, and time gives it back.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(e) = booked.await {
                    tracing::warn!(error = %e, "a call that was dropped is not in the books");
                }
            });
        }
    }
}

/// Bytes that make a token, at least: a word of Latin letters has more to it, one of Cyrillic letters twice as many.
const BYTES_A_TOKEN: usize = 3;

impl Agent {
    /// What a prompt of this many bytes has cost once the model has it, whatever becomes of the answer.
    pub fn prompt_cost(&self, prompt_bytes: usize) -> Spent {
        let tokens_in = prompt_bytes.div_ceil(BYTES_A_TOKEN) as i64;
        let cost_micros = price::cost_micros(&self.prices, &self.model, tokens_in, 0);
        Spent { tokens_in, cost_micros, ..Spent::default() }
    }

    /// What a turn with a prompt of this many bytes may cost: two rounds, because most that call a tool call one, and as many
    /// words as the model may say.
    pub fn estimate(&self, prompt_bytes: usize, most_tokens: u32) -> i64 {
        let tokens_in = 2 * prompt_bytes.div_ceil(BYTES_A_TOKEN) as i64;
        price::cost_micros(&self.prices, &self.model, tokens_in, i64::from(most_tokens))
    }
}
