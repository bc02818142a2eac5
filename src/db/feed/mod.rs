//! A company's numbered events.
use std::sync::Arc;

use super::store::ops;
use crate::domain::event::Event;

ops! {
    read feed::feed_head(company: i64) -> i64;
    read feed::feed_heads() -> Vec<(i64, i64)>;
    read feed::feed_floor(company: i64) -> i64;
    read feed::events_after(company: i64, after: i64, limit: i64) -> Vec<Arc<Event>>;
    write feed::epoch(fresh: String) -> String;
}
