//! What both backends share: errors, and what a committed piece of work hands on.
use std::sync::Arc;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use tokio::sync::mpsc;

use super::fault::{self, Fault, SqlState};
use crate::domain::event::Event;

/// Where committed events go, in commit order: the sequencer of `hub/publisher.rs`.
pub type EventSink = mpsc::UnboundedSender<Vec<Arc<Event>>>;

/// How long a search, an export or a count may keep its asker waiting.
pub const COLD_WITHIN: std::time::Duration = std::time::Duration::from_secs(4);

/// The result of a write and the events it made; they are published after the COMMIT and not before.
pub struct Wrote<T> {
    pub value: T,
    pub events: Vec<Arc<Event>>,
}

impl<T> Wrote<T> {
    pub fn quiet(value: T) -> Self {
        Wrote { value, events: vec![] }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The database cannot be reached or cannot write (disk full): 503 while it lasts.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// Another transaction stood in the way, or time ran out: the same may succeed at once.
    #[error("database conflict: {0}")]
    Conflict(String),
    /// It failed and nobody knows why. It may pass; who comes with the same again and again is the reason, perhaps.
    #[error("database failed: {0}")]
    Failed(String),
    /// Too much is queued.
    #[error("database busy")]
    Busy,
    /// The rows cannot be stored, or the query itself says no.
    #[error(transparent)]
    Query(DieselError),
}

impl DbError {
    /// Tells whose fault it is; `code` is the SQLSTATE where the server said one.
    pub fn new(e: DieselError, code: Option<SqlState>) -> Self {
        let why = |e: &DieselError| code.map_or_else(|| e.to_string(), |code| format!("{code} {e}"));
        match fault::of(&e, code) {
            Fault::Data => DbError::Query(e),
            Fault::Away => DbError::Unavailable(why(&e)),
            Fault::Conflict => DbError::Conflict(why(&e)),
            Fault::Unknown => DbError::Failed(why(&e)),
        }
    }

    /// A unique constraint says no: somebody else was first.
    pub fn is_taken(&self) -> bool {
        matches!(self, DbError::Query(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
    }
}

impl From<DieselError> for DbError {
    fn from(e: DieselError) -> Self {
        DbError::new(e, None)
    }
}
