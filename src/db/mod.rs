//! Storage: a folder for each aggregate. Its `mod.rs` holds what the house sees of it — the rows, and the operations of
//! [`Store`] — and the other files beside it are the SQL: plain diesel-async, written once and compiled twice, as `pg::queries`
//! and as `sqlite::queries` (`queries.rs` lists them), over each backend's own `Conn`. What truly differs stands in `pg/` and
//! `sqlite/`.
//!
//! A query takes a connection and returns `QueryResult`; [`Store`] picks the backend once per unit of work. SQLite has one
//! write connection, on a thread of its own; whoever asked may go away, the work runs to its end. After every COMMIT the
//! events it made go to the [`EventSink`], in commit order. Searches, exports and counts are read on connections of their own
//! (`cold` in a list of operations), so that nobody who loads a conversation waits for them.
pub mod accounts;
pub mod agent_tools;
pub mod agents;
mod bulk;
mod cached;
pub mod channels;
pub mod conversations;
pub mod customers;
pub mod deliveries;
mod engine;
mod fault;
mod feed;
pub mod files;
mod ids;
pub mod jobs;
pub mod leads;
pub mod leases;
mod messages;
pub mod notices;
pub mod notifications;
pub mod pg;
mod purge;
pub mod rows;
pub mod runtime;
pub mod schema;
pub mod search;
pub mod sqlite;
mod store;
pub mod team;
pub mod turns;
mod units;
mod words;

pub use engine::{DbError, EventSink, Wrote};
pub use runtime::WebchatChannel;
pub use store::Store;
pub(crate) use store::ops;
pub use units::UnitOutcome;
