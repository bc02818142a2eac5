//! Who has something to leave, and whom an automatic answer is owed: read by pages in the order of conversations' ids, so that
//! a hundred thousand open deliveries cost no more at once than one page.
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use diesel_async::RunQueryDsl;

use super::{Conn, open};
use crate::db::deliveries::{Head, Leaving};
use crate::db::schema::{conversations, identities};
use crate::domain::ids::{ChannelId, ConversationId};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    conversation_id: ConversationId,
    #[diesel(sql_type = Nullable<BigInt>)]
    created_at: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    not_before: Option<i64>,
}

/// Steps from one conversation to the next in `deliveries_open`, `$2` times at most: one look a conversation, however much
/// waits in it. The literals are those of the index. The count stands in the recursion because PostgreSQL takes no LIMIT there.
const LEAVING: &str = "\
    WITH RECURSIVE walk(step, conversation_id) AS (\
      SELECT 1, (SELECT deliveries.conversation_id FROM deliveries WHERE deliveries.state IN ('queued','sending','uncertain') \
        AND deliveries.conversation_id > $1 ORDER BY deliveries.conversation_id LIMIT 1) \
      UNION ALL \
      SELECT walk.step + 1, \
        (SELECT deliveries.conversation_id FROM deliveries WHERE deliveries.state IN ('queued','sending','uncertain') \
        AND deliveries.conversation_id > walk.conversation_id ORDER BY deliveries.conversation_id LIMIT 1) \
      FROM walk WHERE walk.conversation_id IS NOT NULL AND walk.step < $2) \
    SELECT walk.conversation_id, head.created_at, head.not_before FROM walk LEFT JOIN deliveries head ON head.id = (\
      SELECT deliveries.id FROM deliveries WHERE deliveries.state IN ('queued','sending','uncertain') \
        AND deliveries.conversation_id = walk.conversation_id AND deliveries.state <> 'uncertain' \
        ORDER BY deliveries.id LIMIT 1) \
    WHERE walk.conversation_id IS NOT NULL";

/// Conversations above `after` that have open deliveries, in the order of their ids.
pub async fn leaving_after(c: &mut Conn, after: ConversationId, limit: i64) -> QueryResult<Vec<Leaving>> {
    let mut rows: Vec<Row> = diesel::sql_query(LEAVING).bind::<BigInt, _>(after).bind::<BigInt, _>(limit).load(c).await?;
    rows.sort_unstable_by_key(|row| row.conversation_id);
    let leaving = |row: Row| Leaving {
        conversation_id: row.conversation_id,
        head: row.created_at.map(|queued_at| Head { queued_at, not_before: row.not_before }),
    };
    Ok(rows.into_iter().map(leaving).collect())
}

/// Conversations above `after` to which an automatic answer is owed, in the order of their ids.
pub async fn owed_turns_after(c: &mut Conn, after: ConversationId, limit: i64) -> QueryResult<Vec<ConversationId>> {
    conversations::table
        .filter(open::turn())
        .filter(conversations::id.gt(after))
        .order(conversations::id)
        .limit(limit)
        .select(conversations::id)
        .load(c)
        .await
}

/// Where these conversations live: id, channel, home key.
pub async fn homes_of(c: &mut Conn, ids: Vec<ConversationId>) -> QueryResult<Vec<(ConversationId, ChannelId, String)>> {
    conversations::table
        .inner_join(identities::table.on(identities::id.eq(conversations::identity_id)))
        .filter(conversations::id.eq_any(ids))
        .select((conversations::id, conversations::channel_id, identities::home_key))
        .load(c)
        .await
}
