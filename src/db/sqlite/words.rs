//! The index of words in SQLite: FTS5, whose rows are messages by their ids. It hands them out newest first as it finds them.
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::Conn;
use crate::db::search::{IndexEntry, Lookup};
use crate::domain::ids::{CompanyId, MessageId};

#[derive(QueryableByName)]
struct Hit {
    #[diesel(sql_type = BigInt)]
    id: MessageId,
}

pub async fn put_words(c: &mut Conn, _company: CompanyId, entries: &[IndexEntry]) -> QueryResult<()> {
    let (gone, said): (Vec<&IndexEntry>, Vec<&IndexEntry>) = entries.iter().partition(|entry| entry.terms.is_empty());
    if !gone.is_empty() {
        let ids: Vec<MessageId> = gone.iter().map(|entry| entry.message_id).collect();
        diesel::sql_query("DELETE FROM message_words WHERE rowid IN (SELECT value FROM json_each(?))")
            .bind::<Text, _>(json!(ids).to_string())
            .execute(c)
            .await?;
    }
    if !said.is_empty() {
        let mut rows: Vec<(MessageId, String)> = said.iter().map(|entry| (entry.message_id, entry.terms.join(" "))).collect();
        // FTS5 ends its buffer whenever an id is smaller than the one before.
        rows.sort_unstable();
        let insert = "INSERT OR REPLACE INTO message_words (rowid, words) SELECT value->>0, value->>1 FROM json_each(?)";
        diesel::sql_query(insert).bind::<Text, _>(json!(rows).to_string()).execute(c).await?;
    }
    Ok(())
}

/// Messages below this id that hold all the terms, newest first.
pub async fn find_words(c: &mut Conn, lookup: &Lookup, below: MessageId, limit: i64) -> QueryResult<Vec<MessageId>> {
    let sql = "SELECT rowid AS id FROM message_words WHERE message_words MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?";
    let hits: Vec<Hit> = diesel::sql_query(sql)
        .bind::<Text, _>(expression(lookup))
        .bind::<BigInt, _>(below)
        .bind::<BigInt, _>(limit)
        .load(c)
        .await?;
    Ok(hits.into_iter().map(|hit| hit.id).collect())
}

/// Terms are letters and digits behind the company's sign: between quotes nothing in them means anything.
fn expression(lookup: &Lookup) -> String {
    lookup.written(|term| format!("\"{term}\""), |term| format!("\"{term}\" *"), " AND ", " OR ")
}
