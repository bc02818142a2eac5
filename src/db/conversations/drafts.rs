//! One row a user and conversation, gone when both modes are empty.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::db::conversations::{Draft, DraftChange};
use crate::db::schema::drafts::dsl as d;
use crate::domain::access::Principal;
use crate::domain::clock::Micros;
use crate::domain::ids::ConversationId;

pub async fn drafts_of(c: &mut Conn, who: Principal, after: i64, limit: i64) -> QueryResult<Vec<Draft>> {
    d::drafts
        .filter(d::user_id.eq(who.user_id).and(d::company_id.eq(who.company_id)))
        .filter(d::conversation_id.gt(after))
        .order(d::conversation_id)
        .limit(limit)
        .select((d::conversation_id, d::reply, d::note, d::updated_at))
        .load(c)
        .await
}

pub async fn keep_draft(
    c: &mut Conn,
    who: Principal,
    conversation: ConversationId,
    change: DraftChange,
    at: Micros,
) -> QueryResult<()> {
    let row = d::drafts.find((who.user_id, conversation));
    let had: Option<(String, String)> = row.select((d::reply, d::note)).first(c).await.optional()?;
    let (reply, note) = had.unwrap_or_default();
    let (reply, note) = (change.reply.unwrap_or(reply), change.note.unwrap_or(note));
    if reply.is_empty() && note.is_empty() {
        return diesel::delete(row).execute(c).await.map(|_| ());
    }
    let set = (d::reply.eq(&reply), d::note.eq(&note), d::updated_at.eq(at));
    diesel::insert_into(d::drafts)
        .values((d::company_id.eq(who.company_id), d::user_id.eq(who.user_id), d::conversation_id.eq(conversation), set))
        .on_conflict((d::user_id, d::conversation_id))
        .do_update()
        .set(set)
        .execute(c)
        .await
        .map(|_| ())
}
