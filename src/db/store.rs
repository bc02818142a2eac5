//! The handle that picks the backend.
use std::sync::Arc;

use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};

use super::engine::{DbError, EventSink};
use super::{pg, sqlite};
use crate::config::Database;
use crate::domain::clock::Micros;
use crate::domain::conversation::{State, Unit};
use crate::domain::event::Event;
use crate::domain::message::MessageView;

#[derive(Clone)]
pub enum Store {
    Sqlite(Arc<sqlite::Engine>),
    Pg(Arc<pg::Engine>),
}

/// Declares methods of [`Store`] that run the query of the same name on whichever backend this is.
///
/// `read` takes a read connection; `cold` one of those for searches, exports and counts, and says `Busy` when it takes long; `write` runs in a transaction; `publish` too, and the query returns `Wrote<T>`, whose
/// events are published after the COMMIT; `commit` is that for batches of units. The
/// declaration stands beside the aggregate it serves.
macro_rules! ops {
    ($($role:ident $module:ident :: $name:ident($($arg:ident: $ty:ty),* $(,)?) -> $ret:ty;)*) => {
        impl $crate::db::Store {
            $(pub async fn $name(&self, $($arg: $ty),*) -> Result<$ret, $crate::db::DbError> {
                match self {
                    $crate::db::Store::Pg(engine) =>
                        $crate::db::ops!(@run $role engine pg $module $name ($($arg),*)),
                    $crate::db::Store::Sqlite(engine) =>
                        $crate::db::ops!(@run $role engine sqlite $module $name ($($arg),*)),
                }
            })*
        }
    };
    (@run read $engine:ident $backend:ident $module:ident $name:ident ($($arg:ident),*)) => {
        $engine.read(move |c| Box::pin(async move { $crate::db::$backend::queries::$module::$name(c, $($arg),*).await })).await
    };
    (@run cold $engine:ident $backend:ident $module:ident $name:ident ($($arg:ident),*)) => {
        $engine.read_cold(move |c| Box::pin(async move { $crate::db::$backend::queries::$module::$name(c, $($arg),*).await })).await
    };
    (@run write $engine:ident $backend:ident $module:ident $name:ident ($($arg:ident),*)) => {
        $engine.write(move |c| Box::pin(async move {
            $crate::db::$backend::queries::$module::$name(c, $($arg),*).await.map($crate::db::Wrote::quiet)
        })).await
    };
    (@run publish $engine:ident $backend:ident $module:ident $name:ident ($($arg:ident),*)) => {
        $engine.write(move |c| Box::pin(async move { $crate::db::$backend::queries::$module::$name(c, $($arg),*).await })).await
    };
    (@run commit $engine:ident $backend:ident $module:ident $name:ident ($($arg:ident),*)) => {
        $engine.commit(move |c| Box::pin(async move { $crate::db::$backend::queries::$module::$name(c, $($arg),*).await })).await
    };
}
pub(crate) use ops;

pub mod unit_outcome {
    use crate::domain::conversation::Unit;

    /// What became of a proposed unit.
    #[derive(Debug)]
    pub enum UnitOutcome {
        /// Stored; ids and positions are filled in.
        Committed(Box<Unit>),
        /// These raw payloads are stored already: drop their inputs and step again with the rest.
        Duplicate { external_ids: Vec<String> },
        /// This `client_id` was used before by this sender.
        Repeated { client_id: String, message_id: i64, content_hash: Option<String> },
        /// The state it stands on has moved: reload and step again.
        Mismatch,
        /// It acts under a lease that another node holds by now: nothing of it is written.
        Fenced,
        /// A row of it cannot be stored.
        Refused(String),
    }
}
use unit_outcome::UnitOutcome;

pub mod outgoing_row {
    use crate::domain::channel::{ChannelKind, OutFile, Outbound, parts};
    use crate::domain::message::Button;

    /// A delivery with all that sending it takes.
    pub struct OutgoingRow {
        pub message_id: i64,
        pub conversation_id: i64,
        pub channel_id: i64,
        pub channel_kind: ChannelKind,
        pub part: i64,
        pub text: String,
        pub buttons: Vec<Button>,
        pub files: Vec<OutFile>,
        pub reply_to_provider_id: Option<String>,
        pub address: String,
    }

    impl OutgoingRow {
        /// `None` when the message has no such part (any more).
        pub fn outbound(self, delivery_id: i64) -> Option<Outbound> {
            let mut contents = parts(self.channel_kind.limits(), &self.text, &self.files);
            let is_last = self.part + 1 == contents.len() as i64;
            let content = contents.drain(..).nth(self.part as usize)?;
            Some(Outbound {
                delivery_id,
                message_id: self.message_id,
                conversation_id: self.conversation_id,
                channel_id: self.channel_id,
                address: self.address,
                // Only the first part quotes.
                reply_to_provider_id: self.reply_to_provider_id.filter(|_| self.part == 0),
                content,
                buttons: if is_last { self.buttons } else { vec![] },
            })
        }
    }
}
use outgoing_row::OutgoingRow;

impl Store {
    /// Opens the database and brings its schema up to date. Blocks: call it before the event loop runs.
    pub fn open(url: &str, sink: EventSink) -> Result<Self, String> {
        match Database::parse(url).map_err(|e| format!("DATABASE_URL: {e}"))? {
            Database::Sqlite(path) => Ok(Store::Sqlite(sqlite::Engine::open(&path, sink)?)),
            Database::Pg(url) => Ok(Store::Pg(pg::Engine::open(&url, sink)?)),
        }
    }

    /// As `/health` names it.
    pub fn name(&self) -> &'static str {
        match self {
            Store::Sqlite(_) => sqlite::backend::NAME,
            Store::Pg(_) => pg::backend::NAME,
        }
    }

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
    write inbound_raw::store_unreadable(channel: i64, external: String, raw: Vec<u8>, why: String, now: Micros) -> bool;
    write inbound_raw::note_attempt(channel: i64, external: String, raw: Vec<u8>, why: String, limit: i64, now: Micros) -> bool;
    write inbound_raw::take_back_attempt(channel: i64, external: String) -> ();
    read runtime::ping() -> ();
    read conversations::load_state(channel: i64, key: String) -> Option<State>;
    read conversations::state_by_id(id: i64) -> Option<State>;
    read conversations::home_of(company: Option<i64>, id: i64) -> Option<(i64, i64, String)>;
    read messages::page_messages(company: i64, conversation: i64, before: Option<i64>, limit: i64) -> Vec<MessageView>;
    read messages::message_by_id(company: i64, id: i64) -> Option<MessageView>;
    read messages::outgoing(delivery: i64) -> Option<OutgoingRow>;
    read messages::parts_to_resend(company: i64, message: i64) -> Vec<(i64, i64)>;
    read feed::feed_head(company: i64) -> i64;
    read feed::feed_heads() -> Vec<(i64, i64)>;
    read feed::feed_floor(company: i64) -> i64;
    read feed::events_after(company: i64, after: i64, limit: i64) -> Vec<Arc<Event>>;
    write feed::epoch(fresh: String) -> String;
}

/// Applies what is pending; refuses a database that a newer version has touched.
pub(super) fn migrate<C, DB>(conn: &mut C, migrations: EmbeddedMigrations) -> Result<(), String>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
    EmbeddedMigrations: MigrationSource<DB>,
{
    let ours: Vec<String> = MigrationSource::<DB>::migrations(&migrations)
        .map_err(|e| e.to_string())?
        .iter()
        .map(|m| m.as_ref().name().version().to_string())
        .collect();
    let applied = conn.applied_migrations().map_err(|e| format!("cannot read the schema's version: {e}"))?;
    if let Some(unknown) = applied.iter().map(ToString::to_string).find(|v| !ours.contains(v)) {
        return Err(format!(
            "this database was written by a newer Switchboard (migration {unknown} is unknown to {}): start that version instead",
            env!("CARGO_PKG_VERSION")
        ));
    }
    conn.run_pending_migrations(migrations).map(|_| ()).map_err(|e| format!("cannot bring the schema up to date: {e}"))
}
