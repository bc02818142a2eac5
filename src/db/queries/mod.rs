//! The queries, named after the question. Compiled once for each backend: `Conn`, `Db`, `backend` and the macro
//! `insert_all!` are the backend's own.
pub(super) use super::{Conn, Db, backend};

pub mod accounts;
pub mod agent_runs;
pub mod agent_tools;
pub mod agent_versions;
pub mod agents;
pub mod audit;
pub mod channels;
pub mod channels_runtime;
pub mod conversation_views;
pub mod conversations;
pub mod customers;
pub mod drafts;
pub mod feed;
pub mod files;
pub mod inbound_raw;
pub mod inbox;
pub mod lead_notices;
pub mod leads;
mod leads_feed;
mod leads_found;
pub mod leads_write;
mod like;
pub mod messages;
pub mod notices;
mod open;
pub mod presses;
pub mod purge;
pub mod runtime;
pub mod search;
pub mod search_index;
pub mod sessions;
mod sight;
pub mod team;
pub mod turns;
pub mod units;
