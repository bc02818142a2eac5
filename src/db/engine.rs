//! What both backends share: errors, and what a committed piece of work hands on.
use std::sync::Arc;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use tokio::sync::mpsc;

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
    /// Too much is queued.
    #[error("database busy")]
    Busy,
    #[error(transparent)]
    Query(DieselError),
}

impl DbError {
    /// A unique constraint says no: somebody else was first.
    pub fn is_taken(&self) -> bool {
        use diesel::result::{DatabaseErrorKind, Error};
        matches!(self, DbError::Query(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
    }
}

impl From<DieselError> for DbError {
    fn from(e: DieselError) -> Self {
        if is_unavailable(&e) { DbError::Unavailable(e.to_string()) } else { DbError::Query(e) }
    }
}

/// Told apart by kind where diesel knows it, by the backend's own words where it does not.
pub fn is_unavailable(e: &DieselError) -> bool {
    match e {
        DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, _) => true,
        DieselError::DatabaseError(_, info) => {
            let text = info.message();
            [
                "disk is full",
                "disk I/O error",
                "readonly database",
                "unable to open",
                "No space left",
                "database is locked",
                "lock timeout",
            ]
            .iter()
            .chain(&[
                "shutting down",
                "starting up",
                "recovery mode",
                "terminating connection",
                "connection closed",
                "could not extend file",
            ])
            .any(|words| text.contains(words))
        }
        DieselError::BrokenTransactionManager => true,
        _ => false,
    }
}
