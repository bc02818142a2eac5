//! The index of words in PostgreSQL: a `tsvector` a message under a GIN index. Words come folded, so no dictionary is asked.
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::db::search::{IndexEntry, Lookup};
use crate::domain::ids::{CompanyId, MessageId};

/// Messages that are read one by one, newest first, before the index is asked: so many a hit that is wanted, and at least so
/// many. The index cannot give the newest hits only, and a common word stands in a few of these.
const NEWEST_A_HIT: i64 = 100;
const NEWEST: i64 = 5_000;

#[derive(QueryableByName)]
struct Hit {
    #[diesel(sql_type = BigInt)]
    message_id: MessageId,
}

pub async fn put_words(c: &mut Conn, company: CompanyId, entries: &[IndexEntry]) -> QueryResult<()> {
    let (gone, said): (Vec<&IndexEntry>, Vec<&IndexEntry>) = entries.iter().partition(|entry| entry.terms.is_empty());
    if !gone.is_empty() {
        let ids: Vec<MessageId> = gone.iter().map(|entry| entry.message_id).collect();
        diesel::sql_query("DELETE FROM message_words WHERE company_id = $1 AND message_id = ANY($2)")
            .bind::<BigInt, _>(company)
            .bind::<Array<BigInt>, _>(ids)
            .execute(c)
            .await?;
    }
    if !said.is_empty() {
        let (ids, words): (Vec<MessageId>, Vec<String>) =
            said.iter().map(|entry| (entry.message_id, entry.terms.join(" "))).unzip();
        diesel::sql_query(
            "INSERT INTO message_words (company_id, message_id, words) \
             SELECT $1, m.id, array_to_tsvector(string_to_array(m.words, ' ')) FROM unnest($2, $3) AS m(id, words) \
             ON CONFLICT (company_id, message_id) DO UPDATE SET words = EXCLUDED.words",
        )
        .bind::<BigInt, _>(company)
        .bind::<Array<BigInt>, _>(ids)
        .bind::<Array<Text>, _>(words)
        .execute(c)
        .await?;
    }
    Ok(())
}

/// Messages below this id that hold all the terms, newest first.
pub async fn find_words(c: &mut Conn, lookup: &Lookup, below: MessageId, limit: i64) -> QueryResult<Vec<MessageId>> {
    let newest = "SELECT message_id FROM (SELECT message_id, words FROM message_words \
                  WHERE company_id = $1 AND message_id < $2 ORDER BY message_id DESC LIMIT $5) newest \
                  WHERE words @@ $3::tsquery ORDER BY message_id DESC LIMIT $4";
    // All hits first, then the newest of them: the planner must not look for them along the ids.
    let rest = "WITH hits AS MATERIALIZED (SELECT message_id FROM message_words \
                WHERE words @@ $3::tsquery AND company_id = $1 AND message_id < $2) \
                SELECT message_id FROM hits ORDER BY message_id DESC LIMIT $4";
    let expression = expression(lookup);
    let ask = |sql: &'static str, below: MessageId, limit: i64| {
        diesel::sql_query(sql)
            .bind::<BigInt, _>(lookup.company_id)
            .bind::<BigInt, _>(below)
            .bind::<Text, _>(expression.clone())
            .bind::<BigInt, _>(limit)
    };
    let mut hits: Vec<Hit> = Vec::new();
    if !lookup.in_one {
        hits = ask(newest, below, limit).bind::<BigInt, _>(NEWEST.max(limit * NEWEST_A_HIT)).load(c).await?;
    }
    let missing = limit - hits.len() as i64;
    if missing > 0 {
        let below = hits.last().map_or(below, |hit| hit.message_id);
        let older: Vec<Hit> = ask(rest, below, missing).load(c).await?;
        hits.extend(older);
    }
    Ok(hits.into_iter().map(|hit| hit.message_id).collect())
}

/// Terms are letters and digits behind the company's sign: between quotes nothing in them means anything.
fn expression(lookup: &Lookup) -> String {
    lookup.written(|term| format!("'{term}'"), |term| format!("'{term}':*"), " & ", " | ")
}
