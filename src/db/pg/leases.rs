//! Leases in PostgreSQL's words. Every time is the database's own, read in the statement that needs it.
//!
//! Whoever acts locks its slot's row `FOR KEY SHARE` and compares the token. Renewing does not wait for that lock and is not
//! waited for; taking a slot over locks `FOR UPDATE`, which waits for acts under way or passes the row over.
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Text};
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::db::leases::{Kept, LEASE};
use crate::domain::clock::{MINUTE, Micros};
use crate::domain::lease::{Fence, Slot};

pub(super) const NOW: &str = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
/// Nodes that were not heard of for this long are forgotten.
const FORGET_AFTER: Micros = 10 * MINUTE;

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    token: i64,
}

#[derive(QueryableByName)]
struct Seen {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    alive: bool,
    #[diesel(sql_type = Bool)]
    lately: bool,
}

fn names(slots: &[Slot]) -> Vec<String> {
    slots.iter().map(|slot| slot.name()).collect()
}

pub async fn enter(c: &mut Conn, node: &str, place: &str) -> QueryResult<bool> {
    let all: Vec<Slot> = Slot::all().collect();
    diesel::sql_query(
        "INSERT INTO leases (name, holder, token, until) SELECT name, '', 0, 0 FROM unnest($1) AS name ORDER BY name \
         ON CONFLICT DO NOTHING",
    )
    .bind::<Array<Text>, _>(names(&all))
    .execute(c)
    .await?;
    let gone: Vec<Name> = diesel::sql_query("DELETE FROM nodes WHERE place = $1 AND id <> $2 RETURNING id AS name")
        .bind::<Text, _>(place)
        .bind::<Text, _>(node)
        .load(c)
        .await?;
    for dead in &gone {
        give_up(c, &dead.name, None).await?;
    }
    Ok(!gone.is_empty())
}

pub async fn keep(c: &mut Conn, node: &str, place: &str, alone_after: Micros) -> QueryResult<Kept> {
    diesel::sql_query(format!(
        "INSERT INTO nodes (id, place, until) VALUES ($1, $2, {NOW} + {LEASE}) ON CONFLICT (id) DO UPDATE SET until = excluded.until"
    ))
    .bind::<Text, _>(node)
    .bind::<Text, _>(place)
    .execute(c)
    .await?;
    let mut held = changed(
        c,
        format!("UPDATE leases SET until = {NOW} + {LEASE} WHERE holder = $1 AND name = ANY($2) RETURNING name, token"),
        node,
        &Slot::all().collect::<Vec<_>>(),
    )
    .await?;
    let nodes: Vec<Seen> = diesel::sql_query(format!(
        "SELECT id AS name, until > {NOW} AS alive, until - {LEASE} > {NOW} - $1 AS lately FROM nodes ORDER BY id"
    ))
    .bind::<BigInt, _>(alone_after)
    .load(c)
    .await?;
    diesel::sql_query(format!("DELETE FROM nodes WHERE until < {NOW} - {FORGET_AFTER}")).execute(c).await?;
    diesel::sql_query(format!("DELETE FROM signals WHERE at < {NOW} - {MINUTE}")).execute(c).await?;
    let others_lately = nodes.iter().any(|n| n.name != node && (n.alive || n.lately));
    let alive: Vec<String> = nodes.into_iter().filter(|n| n.alive).map(|n| n.name).collect();
    let ours: Vec<Slot> = Slot::all()
        .filter(|slot| slot.home(alive.iter().map(String::as_str)) == Some(node))
        .filter(|slot| !held.iter().any(|(has, _)| has == slot))
        .collect();
    if !ours.is_empty() {
        let taken = changed(
            c,
            format!(
                "UPDATE leases SET holder = $1, token = token + 1, until = {NOW} + {LEASE} WHERE name IN (SELECT name FROM leases \
                 WHERE name = ANY($2) AND (holder = '' OR until <= {NOW}) ORDER BY name FOR UPDATE SKIP LOCKED) RETURNING name, token"
            ),
            node,
            &ours,
        )
        .await?;
        held.extend(taken);
    }
    Ok(Kept { held, alive, others_lately })
}

async fn changed(c: &mut Conn, update: String, node: &str, slots: &[Slot]) -> QueryResult<Vec<(Slot, i64)>> {
    let rows: Vec<Held> = diesel::sql_query(update).bind::<Text, _>(node).bind::<Array<Text>, _>(names(slots)).load(c).await?;
    Ok(rows.into_iter().filter_map(|row| Some((Slot::parse(&row.name)?, row.token))).collect())
}

pub async fn release(c: &mut Conn, node: &str, slots: &[Slot]) -> QueryResult<()> {
    give_up(c, node, Some(slots)).await
}

pub async fn leave(c: &mut Conn, node: &str) -> QueryResult<()> {
    give_up(c, node, None).await?;
    diesel::sql_query("DELETE FROM nodes WHERE id = $1").bind::<Text, _>(node).execute(c).await.map(|_| ())
}

/// The token grows with it: what the old holder began is fenced off before anybody else has the slot.
async fn give_up(c: &mut Conn, node: &str, slots: Option<&[Slot]>) -> QueryResult<()> {
    let all: Vec<Slot> = Slot::all().collect();
    diesel::sql_query("UPDATE leases SET holder = '', token = token + 1, until = 0 WHERE holder = $1 AND name = ANY($2)")
        .bind::<Text, _>(node)
        .bind::<Array<Text>, _>(names(slots.unwrap_or(&all)))
        .execute(c)
        .await
        .map(|_| ())
}

/// Which of these fences no longer stand. Those that do cannot fall before this transaction ends.
pub async fn fallen(c: &mut Conn, fences: &[Fence]) -> QueryResult<Vec<Fence>> {
    let mut slots: Vec<Slot> = fences.iter().map(|fence| fence.slot).collect();
    slots.sort_unstable();
    slots.dedup();
    let rows: Vec<Held> = diesel::sql_query("SELECT name, token FROM leases WHERE name = ANY($1) ORDER BY name FOR KEY SHARE")
        .bind::<Array<Text>, _>(names(&slots))
        .load(c)
        .await?;
    let stands = |fence: &&Fence| rows.iter().any(|row| row.token == fence.token && row.name == fence.slot.name());
    Ok(fences.iter().filter(|fence| !stands(fence)).copied().collect())
}
