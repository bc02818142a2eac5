//! What nodes tell each other where Redis does not carry it.
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;

use super::Conn;
use super::leases::NOW;

/// More are read with the next look.
const AT_ONCE: i64 = 1_000;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    node: String,
    #[diesel(sql_type = Text)]
    body: String,
}

#[derive(QueryableByName)]
struct Last {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

pub async fn last(c: &mut Conn) -> QueryResult<i64> {
    let row: Last = diesel::sql_query("SELECT coalesce(max(id), 0) AS id FROM signals").get_result(c).await?;
    Ok(row.id)
}

pub async fn put(c: &mut Conn, node: &str, bodies: &[String]) -> QueryResult<()> {
    diesel::sql_query(format!("INSERT INTO signals (node, body, at) SELECT $1, body, {NOW} FROM unnest($2) AS body"))
        .bind::<Text, _>(node)
        .bind::<Array<Text>, _>(bodies)
        .execute(c)
        .await
        .map(|_| ())
}

/// What others have said after `after`, oldest first.
pub async fn after(c: &mut Conn, after: i64, node: &str) -> QueryResult<Vec<(i64, String, String)>> {
    let rows: Vec<Row> =
        diesel::sql_query("SELECT id, node, body FROM signals WHERE id > $1 AND node <> $2 ORDER BY id LIMIT $3")
            .bind::<BigInt, _>(after)
            .bind::<Text, _>(node)
            .bind::<BigInt, _>(AT_ONCE)
            .load(c)
            .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.node, row.body)).collect())
}
