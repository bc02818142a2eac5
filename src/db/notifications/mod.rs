//! What one person in particular was told. The rows are made with the unit that causes them (`db/units`).
use super::rows::NoticeRow;
use super::store::ops;
use crate::domain::access::Principal;
use crate::domain::clock::Micros;

/// A page of one's own, newest first, with how many of all are unread.
pub struct NoticePage {
    pub rows: Vec<NoticeRow>,
    pub unread: i64,
}

ops! {
    read notifications::notices_of(who: Principal, before: i64, limit: i64) -> NoticePage;
    write notifications::read_notices(who: Principal, up_to: Option<i64>, now: Micros) -> ();
    write notifications::purge_notices(before: Micros, slice: i64) -> usize;
}
