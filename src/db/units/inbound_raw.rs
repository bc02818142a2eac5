//! Payloads as they came, where no unit carries them: what nobody can read, and what keeps breaking its actor.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, backend};
use crate::db::rows::RawRow;
use crate::db::schema;
use crate::domain::clock::Micros;
use crate::domain::ids::ChannelId;

/// A payload that no unit can be made of: kept alone, answered 200.
pub async fn store_unreadable(
    c: &mut Conn,
    channel: ChannelId,
    external: String,
    raw: Vec<u8>,
    why: String,
    now: Micros,
) -> QueryResult<bool> {
    use schema::inbound_raw::dsl as r;
    let id = backend::draw_ids(c, 1).await?.next().unwrap_or_default();
    let row = RawRow {
        id,
        channel_id: channel,
        external_id: external,
        conversation_id: None,
        body: raw,
        state: "unreadable".into(),
        attempts: 0,
        error: Some(why),
        received_at: now,
    };
    let n = diesel::insert_into(r::inbound_raw)
        .values(row)
        .on_conflict((r::channel_id, r::external_id))
        .do_nothing()
        .execute(c)
        .await?;
    Ok(n > 0)
}

/// Counts one more attempt at a payload that keeps breaking its actor; quarantines it at `limit`. True = quarantined.
pub async fn note_attempt(
    c: &mut Conn,
    channel: ChannelId,
    external: String,
    raw: Vec<u8>,
    why: String,
    limit: i64,
    now: Micros,
) -> QueryResult<bool> {
    use schema::inbound_raw::dsl as r;
    let id = backend::draw_ids(c, 1).await?.next().unwrap_or_default();
    let row = RawRow {
        id,
        channel_id: channel,
        external_id: external.clone(),
        conversation_id: None,
        body: raw,
        state: "attempted".into(),
        attempts: 0,
        error: Some(why),
        received_at: now,
    };
    diesel::insert_into(r::inbound_raw).values(row).on_conflict((r::channel_id, r::external_id)).do_nothing().execute(c).await?;
    let row =
        r::inbound_raw.filter(r::channel_id.eq(channel)).filter(r::external_id.eq(&external)).filter(r::state.eq("attempted"));
    let attempts: Option<i64> =
        diesel::update(row).set(r::attempts.eq(r::attempts + 1)).returning(r::attempts).get_result(c).await.optional()?;
    let quarantined = attempts.is_some_and(|n| n >= limit);
    if quarantined {
        let row = r::inbound_raw.filter(r::channel_id.eq(channel)).filter(r::external_id.eq(external));
        diesel::update(row).set(r::state.eq("quarantined")).execute(c).await?;
    }
    Ok(quarantined)
}

/// Uncounts an attempt that failed for a reason of our own.
pub async fn take_back_attempt(c: &mut Conn, channel: ChannelId, external: String) -> QueryResult<()> {
    use schema::inbound_raw::dsl as r;
    let row = r::inbound_raw.filter(r::channel_id.eq(channel)).filter(r::external_id.eq(external));
    let counted = row.filter(r::state.eq("attempted")).filter(r::attempts.gt(0));
    diesel::update(counted).set(r::attempts.eq(r::attempts - 1)).execute(c).await.map(|_| ())
}
