//! A company's numbered events.
use std::sync::Arc;

use super::store::ops;
use crate::domain::event::Event;
use crate::domain::ids::CompanyId;

ops! {
    read feed::feed_head(company: CompanyId) -> i64;
    read feed::feed_heads() -> Vec<(CompanyId, i64)>;
    read feed::feed_floor(company: CompanyId) -> i64;
    read feed::events_after(company: CompanyId, after: i64, limit: i64) -> Vec<Arc<Event>>;
    write feed::epoch(fresh: String) -> String;
}
