//! Money for one call: set aside before it begins, settled in the unit that stores its end, given back when it never ends.
use crate::db::turns::{CallCost, SetAside};
use crate::db::{DbError, Store};
use crate::domain::agent::price::{self, Spent};
use crate::domain::clock::{MINUTE, Micros};

use super::Agent;

/// Longer than any call and the commit of its end take. What somebody has set aside who died is given back then.
const HELD_FOR: Micros = 3 * MINUTE;

/// Why no call may begin. Whoever does not know does not spend.
#[derive(Debug)]
pub enum NoMoney {
    /// Calls under way hold what is left: some of it may come free.
    Later,
    Spent,
    Unknown(DbError),
}

/// Set aside until it is settled; dropped before that, it is given back.
pub struct Money {
    store: Store,
    reservation: Option<i64>,
}

impl Money {
    /// Sets `estimate` aside, in millionths of a US dollar. Without any budget there is nothing to count.
    pub async fn set_aside(store: &Store, agent: &Agent, estimate: i64, now: Micros) -> Result<Money, NoMoney> {
        let budgets = agent.today.map(|today| today.budget);
        if budgets == [None, None] {
            return Ok(Money { store: store.clone(), reservation: None });
        }
        let (company_id, channel_id) = (agent.company_id, agent.channel_id);
        let wanted = CallCost { company_id, channel_id, budgets, estimate, now, until: now + HELD_FOR };
        match store.set_aside(wanted).await {
            Ok(SetAside::Done(id)) => Ok(Money { store: store.clone(), reservation: Some(id) }),
            Ok(SetAside::Later) => Err(NoMoney::Later),
            Ok(SetAside::Spent) => Err(NoMoney::Spent),
            Err(e) => Err(NoMoney::Unknown(e)),
        }
    }

    /// Whoever takes it settles it along with what was spent.
    pub fn take(mut self) -> Option<i64> {
        self.reservation.take()
    }

    /// Counts what a call outside of any conversation, or beside one, has cost.
    pub async fn settle(mut self, agent: &Agent, spent: Spent, now: Micros) -> Result<(), DbError> {
        let reservation = self.reservation.take();
        self.store.add_spend(agent.company_id, agent.channel_id, spent, reservation, now).await
    }
}

impl Drop for Money {
    fn drop(&mut self) {
        let Some(reservation) = self.reservation.take() else { return };
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
