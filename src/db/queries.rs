//! The queries, named after the question; the files stand beside what they serve. Compiled once for each backend: `Conn`,
//! `Db`, `backend` and the macro `insert_all!` are the backend's own.
pub(super) use super::{Conn, Db, backend};

#[path = "accounts/queries.rs"]
pub mod accounts;
#[path = "agents/runs.rs"]
pub mod agent_runs;
#[path = "agent_tools/queries.rs"]
pub mod agent_tools;
#[path = "agents/versions.rs"]
pub mod agent_versions;
#[path = "agents/queries.rs"]
pub mod agents;
#[path = "accounts/audit.rs"]
pub mod audit;
#[path = "turns/budgets.rs"]
pub mod budgets;
#[path = "channels/queries.rs"]
pub mod channels;
#[path = "channels/runtime.rs"]
pub mod channels_runtime;
#[path = "conversations/views.rs"]
pub mod conversation_views;
#[path = "conversations/state.rs"]
pub mod conversations;
#[path = "conversations/counts.rs"]
pub mod counts;
#[path = "customers/queries.rs"]
pub mod customers;
#[path = "conversations/drafts.rs"]
pub mod drafts;
#[path = "messages/edits.rs"]
mod edits;
#[path = "feed/queries.rs"]
pub mod feed;
#[path = "files/queries.rs"]
pub mod files;
#[path = "units/inbound_raw.rs"]
pub mod inbound_raw;
#[path = "conversations/inbox.rs"]
pub mod inbox;
#[path = "jobs/queries.rs"]
pub mod jobs;
#[path = "leads/notices.rs"]
pub mod lead_notices;
#[path = "leads/queries.rs"]
pub mod leads;
#[path = "leads/feed.rs"]
mod leads_feed;
#[path = "leads/found.rs"]
mod leads_found;
#[path = "leads/write.rs"]
pub mod leads_write;
#[path = "search/like.rs"]
mod like;
#[path = "messages/changes.rs"]
mod message_changes;
#[path = "messages/queries.rs"]
pub mod messages;
#[path = "messages/new.rs"]
mod new_messages;
#[path = "notices/queries.rs"]
pub mod notices;
#[path = "notifications/queries.rs"]
pub mod notifications;
#[path = "open.rs"]
mod open;
#[path = "deliveries/outbox.rs"]
pub mod outbox;
#[path = "deliveries/outgoing.rs"]
pub mod outgoing;
#[path = "leads/presses.rs"]
pub mod presses;
#[path = "purge/queries.rs"]
pub mod purge;
#[path = "turns/purses.rs"]
pub mod purses;
#[path = "deliveries/receipts.rs"]
pub mod receipts;
#[path = "runtime/queries.rs"]
pub mod runtime;
#[path = "search/queries.rs"]
pub mod search;
#[path = "search/index.rs"]
pub mod search_index;
#[path = "accounts/sessions.rs"]
pub mod sessions;
#[path = "conversations/sight.rs"]
mod sight;
#[path = "team/queries.rs"]
pub mod team;
#[path = "conversations/timers.rs"]
pub mod timers;
#[path = "turns/runs.rs"]
pub mod turn_runs;
#[path = "turns/unit.rs"]
pub mod turn_unit;
#[path = "turns/queries.rs"]
pub mod turns;
#[path = "units/queries.rs"]
pub mod units;
