//! Storage. Query files (`queries/`) are plain diesel-async, written once and compiled twice: as `pg::queries` and as
//! `sqlite::queries`, over each backend's own `Conn`. What truly differs stands in the two backend files.
//!
//! A query takes a connection and returns `QueryResult`; [`Store`] picks the backend once per unit of work. SQLite has one
//! write connection, on a thread of its own; whoever asked may go away, the work runs to its end. After every COMMIT the
//! events it made go to the [`EventSink`], in commit order. Searches, exports and counts are read on connections of their own
//! (`cold` in a list of operations), so that nobody who loads a conversation waits for them.
pub mod accounts;
pub mod agent_tools;
pub mod agents;
pub mod budgets;
mod bulk;
mod cached;
pub mod channels;
pub mod channels_runtime;
pub mod customers;
pub mod drafts;
mod engine;
mod fault;
pub mod files;
pub mod inbox;
pub mod jobs;
pub mod lead_notices;
pub mod leads;
pub mod leases;
pub mod notices;
pub mod outbox;
pub mod pg;
mod purge;
pub mod receipts;
pub mod rows;
pub mod runtime;
pub mod schema;
pub mod search;
pub mod sqlite;
mod store;
pub mod team;
pub mod timers;
pub mod turns;

pub use engine::{DbError, EventSink, Wrote};
pub use runtime::WebchatChannel;
pub(crate) use store::ops;
pub use store::{Store, unit_outcome::UnitOutcome};
