//! Units: what a step of a conversation proposes and the Writer commits, many conversations' in one transaction; and payloads
//! that no unit carries. What the hot path asks and writes for a batch stands in `bulk.rs` and in each backend's own.
use super::engine::DbError;
use super::store::{Store, ops};
use crate::domain::clock::Micros;
use crate::domain::conversation::Unit;
use crate::domain::ids::{ChannelId, MessageId};

/// What became of a proposed unit.
#[derive(Debug)]
pub enum UnitOutcome {
    /// Stored; ids and positions are filled in.
    Committed(Box<Unit>),
    /// These raw payloads are stored already: drop their inputs and step again with the rest.
    Duplicate { external_ids: Vec<String> },
    /// This `client_id` was used before by this sender.
    Repeated { client_id: String, message_id: MessageId, content_hash: Option<String> },
    /// The state it stands on has moved: reload and step again.
    Mismatch,
    /// It acts under a lease that another node holds by now: nothing of it is written.
    Fenced,
    /// A row of it cannot be stored.
    Refused(String),
}

impl Store {
    /// Commits the units of many conversations in one transaction. One unit that cannot be stored must not take the others
    /// with it: after an error that may lie in one of them, each is tried alone.
    pub async fn commit_units(&self, units: Vec<Unit>, now: Micros) -> Vec<Result<UnitOutcome, DbError>> {
        let count = units.len();
        // The copy is for the error's sake; a unit alone needs none.
        let copy = if count > 1 { units.clone() } else { vec![] };
        match self.commit_batch(units, now).await {
            Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
            Err(e) if count == 1 => vec![alone(e)],
            Err(e @ (DbError::Unavailable(_) | DbError::Busy)) => (0..count).map(|_| Err(again(&e))).collect(),
            Err(e) => {
                tracing::warn!(units = count, error = %e, "a batch was not committed: its units are tried one by one");
                self.commit_each(copy, now).await
            }
        }
    }

    async fn commit_each(&self, units: Vec<Unit>, now: Micros) -> Vec<Result<UnitOutcome, DbError>> {
        let mut outcomes = Vec::with_capacity(units.len());
        let mut trouble = Trouble::default();
        for unit in units {
            outcomes.push(match trouble.verdict() {
                Some(e) => Err(e),
                None => match self.commit_batch(vec![unit], now).await {
                    Ok(mut one) => {
                        trouble.nothing();
                        one.pop().ok_or(DbError::Busy)
                    }
                    Err(e) => {
                        trouble.note(&e);
                        alone(e)
                    }
                },
            });
        }
        outcomes
    }
}

/// How many units in a row may fail for a reason that is not their own before the rest is not tried any more: then it is the
/// database's, and each would wait in vain.
const IN_A_ROW: usize = 3;

#[derive(Default)]
struct Trouble {
    in_a_row: usize,
    last: Option<DbError>,
}

impl Trouble {
    fn nothing(&mut self) {
        self.in_a_row = 0;
    }

    fn note(&mut self, e: &DbError) {
        match e {
            DbError::Query(_) => self.in_a_row = 0,
            DbError::Unavailable(_) | DbError::Busy => self.in_a_row = IN_A_ROW,
            DbError::Conflict(_) | DbError::Failed(_) => self.in_a_row += 1,
        }
        self.last = Some(again(e));
    }

    /// What a unit that is not tried any more is told: it may come again and nothing is held against it.
    fn verdict(&self) -> Option<DbError> {
        self.last.as_ref().filter(|_| self.in_a_row >= IN_A_ROW).map(again)
    }
}

fn again(e: &DbError) -> DbError {
    if let DbError::Busy = e { DbError::Busy } else { DbError::Unavailable(e.to_string()) }
}

/// A unit alone that lost a race is a mismatch: another one's row stands where its own should. What else it cannot be stored
/// for is its own fault, if it is known to be.
fn alone(e: DbError) -> Result<UnitOutcome, DbError> {
    match e {
        DbError::Query(diesel::result::Error::RollbackTransaction) => Ok(UnitOutcome::Mismatch),
        e if e.is_taken() => Ok(UnitOutcome::Mismatch),
        DbError::Query(e) => Ok(UnitOutcome::Refused(e.to_string())),
        e => Err(e),
    }
}

ops! {
    commit units::commit_batch(units: Vec<Unit>, now: Micros) -> Vec<UnitOutcome>;
    write inbound_raw::store_unreadable(channel: ChannelId, external: String, raw: Vec<u8>, why: String, now: Micros) -> bool;
    write inbound_raw::note_attempt(channel: ChannelId, external: String, raw: Vec<u8>, why: String, limit: i64, now: Micros) -> bool;
    write inbound_raw::take_back_attempt(channel: ChannelId, external: String) -> ();
}
