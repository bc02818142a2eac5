//! One's own notices: read, marked as read, and thrown away when they are old.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::db::notifications::NoticePage;
use crate::db::rows::NoticeRow;
use crate::db::schema::notifications::dsl as n;
use crate::domain::access::Principal;
use crate::domain::clock::Micros;
use crate::domain::ids::{ConversationId, UserId};

pub async fn notices_of(c: &mut Conn, who: Principal, before: i64, limit: i64) -> QueryResult<NoticePage> {
    let own = n::notifications.filter(n::user_id.eq(who.user_id).and(n::company_id.eq(who.company_id)));
    let page = own.filter(n::id.lt(before)).order(n::id.desc()).limit(limit).select(NoticeRow::as_select());
    let rows = page.load(c).await?;
    let unread = own.filter(n::read_at.is_null()).count().get_result(c).await?;
    Ok(NoticePage { rows, unread })
}

/// All, or those up to this one.
pub async fn read_notices(c: &mut Conn, who: Principal, up_to: Option<i64>, now: Micros) -> QueryResult<()> {
    let own = n::notifications.filter(n::user_id.eq(who.user_id).and(n::company_id.eq(who.company_id)));
    let unread = own.filter(n::read_at.is_null()).filter(n::id.le(up_to.unwrap_or(i64::MAX)));
    diesel::update(unread).set(n::read_at.eq(now)).execute(c).await.map(|_| ())
}

/// Whoever reads the conversation has seen what they were told of it.
pub(super) async fn read_of(c: &mut Conn, user: UserId, conversation: ConversationId, now: Micros) -> QueryResult<()> {
    let unread =
        n::notifications.filter(n::user_id.eq(user).and(n::conversation_id.eq(conversation))).filter(n::read_at.is_null());
    diesel::update(unread).set(n::read_at.eq(now)).execute(c).await.map(|_| ())
}

pub async fn purge_notices(c: &mut Conn, before: Micros, slice: i64) -> QueryResult<usize> {
    let old = n::notifications.filter(n::created_at.lt(before)).order(n::created_at);
    let ids: Vec<i64> = old.limit(slice).select(n::id).load(c).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    diesel::delete(n::notifications.filter(n::id.eq_any(ids))).execute(c).await
}
