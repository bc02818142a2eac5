//! One's own notifications: read, marked as read, and thrown away when they are old.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::{Conn, feed};
use crate::db::engine::Wrote;
use crate::db::notifications::OwnNotifications;
use crate::db::rows::{EventRow, NotificationRow};
use crate::db::schema::notifications::dsl as n;
use crate::domain::access::Principal;
use crate::domain::clock::Micros;
use crate::domain::event::{EventBody, EventKind, NotificationsRead};
use crate::domain::ids::{ConversationId, MessageId, UserId};

pub async fn notifications_of(c: &mut Conn, who: Principal, before: i64, limit: i64) -> QueryResult<OwnNotifications> {
    let own = n::notifications.filter(n::user_id.eq(who.user_id).and(n::company_id.eq(who.company_id)));
    let page = own.filter(n::id.lt(before)).order(n::id.desc()).limit(limit).select(NotificationRow::as_select());
    let rows = page.load(c).await?;
    let unread = own.filter(n::read_at.is_null()).count().get_result(c).await?;
    Ok(OwnNotifications { rows, unread })
}

/// All, or those up to this one; how many that were. This person's other screens hear of it.
pub async fn read_notifications(c: &mut Conn, who: Principal, up_to: Option<i64>, now: Micros) -> QueryResult<Wrote<()>> {
    let own = n::notifications.filter(n::user_id.eq(who.user_id).and(n::company_id.eq(who.company_id)));
    let unread = own.filter(n::read_at.is_null()).filter(n::id.le(up_to.unwrap_or(i64::MAX)));
    // What comes meanwhile is not read: it is behind this one, in the feed too.
    let newest: Option<i64> = unread.select(diesel::dsl::max(n::id)).first(c).await?;
    let Some(up_to) = newest else { return Ok(Wrote::quiet(())) };
    let read = diesel::update(unread.filter(n::id.le(up_to))).set(n::read_at.eq(now)).execute(c).await?;
    if read == 0 {
        return Ok(Wrote::quiet(()));
    }
    let body = json!(NotificationsRead { up_to });
    let row = EventRow {
        user_id: Some(who.user_id),
        diff: Some(body.clone()),
        ..EventRow::of(who.company_id, EventKind::NotificationsRead, now)
    };
    let row = feed::append(c, row).await?;
    let event = feed::event_of(row, EventKind::NotificationsRead, EventBody::Other(body));
    Ok(Wrote { value: (), events: vec![event] })
}

/// Whoever reads the conversation up to this message has seen what they were told of it until there; how many that were.
pub(super) async fn read_of(
    c: &mut Conn,
    user: UserId,
    conversation: ConversationId,
    up_to: MessageId,
    now: Micros,
) -> QueryResult<usize> {
    let of = n::notifications.filter(n::user_id.eq(user).and(n::conversation_id.eq(conversation)));
    // A conversation that was given to them is no message of it.
    let unread = of.filter(n::read_at.is_null()).filter(n::message_id.is_null().or(n::message_id.le(up_to)));
    diesel::update(unread).set(n::read_at.eq(now)).execute(c).await
}

pub async fn purge_notifications(c: &mut Conn, before: Micros, slice: i64) -> QueryResult<usize> {
    let old = n::notifications.filter(n::created_at.lt(before)).order(n::created_at);
    let ids: Vec<i64> = old.limit(slice).select(n::id).load(c).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    diesel::delete(n::notifications.filter(n::id.eq_any(ids))).execute(c).await
}
