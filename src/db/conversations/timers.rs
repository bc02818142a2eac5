//! Timers: those that are due, and those of one conversation.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::db::conversations::DueTimer;
use crate::db::schema::timers;
use crate::domain::clock::Micros;
use crate::domain::conversation::{OpenTimer, TimerKind};
use crate::domain::ids::ConversationId;

/// Due timers, the longest due first, from `after` on. Kinds that only a newer version knows are left to it: they stay due
/// for ever here, and must not stand in front of the others.
pub async fn due_timers(c: &mut Conn, now: Micros, after: Option<(Micros, i64)>, limit: i64) -> QueryResult<Vec<DueTimer>> {
    let (at, id) = after.unwrap_or((Micros::MIN, 0));
    let behind = timers::due_at.gt(at).or(timers::id.gt(id));
    let known = TimerKind::ALL.iter().map(|kind| kind.as_str());
    let rows: Vec<(i64, ConversationId, String, Micros)> = timers::table
        .filter(timers::due_at.between(at, now))
        .filter(behind)
        .filter(timers::kind.eq_any(known))
        .order((timers::due_at, timers::id))
        .limit(limit)
        .select((timers::id, timers::conversation_id, timers::kind, timers::due_at))
        .load(c)
        .await?;
    let due = |(id, conversation_id, kind, due_at): (i64, ConversationId, String, Micros)| {
        Some(DueTimer { id, conversation_id, kind: TimerKind::parse(&kind)?, due_at })
    };
    Ok(rows.into_iter().filter_map(due).collect())
}

/// What a conversation waits for, in the order of the kinds.
pub(super) async fn set_timers(c: &mut Conn, conversation: ConversationId) -> QueryResult<Vec<OpenTimer>> {
    let rows: Vec<(i64, String, Micros)> = timers::table
        .filter(timers::conversation_id.eq(conversation))
        .select((timers::id, timers::kind, timers::due_at))
        .load(c)
        .await?;
    let known = |(id, kind, due_at): (i64, String, Micros)| Some(OpenTimer { id, kind: TimerKind::parse(&kind)?, due_at });
    let mut set: Vec<OpenTimer> = rows.into_iter().filter_map(known).collect();
    set.sort_unstable_by_key(|timer| timer.kind);
    Ok(set)
}
