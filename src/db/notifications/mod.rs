//! What one person in particular was told. The rows are made with the unit that causes them (`db/units`).
use super::rows::NotificationRow;
use super::store::ops;
use crate::domain::access::Principal;
use crate::domain::clock::Micros;

/// A page of one's own, newest first, with how many of all are unread.
pub struct OwnNotifications {
    pub rows: Vec<NotificationRow>,
    pub unread: i64,
}

ops! {
    read notifications::notifications_of(who: Principal, before: i64, limit: i64) -> OwnNotifications;
    publish notifications::read_notifications(who: Principal, up_to: Option<i64>, now: Micros) -> ();
    write notifications::purge_notifications(before: Micros, slice: i64) -> usize;
}
