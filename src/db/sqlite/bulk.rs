//! The hot path, row by row: in one process a statement that is prepared already costs less than one that is longer each time.
use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

use super::Conn;
use super::queries::{conversations as states, feed};
use crate::db::bulk::{Asked, Batch, Known, Numbers};
use crate::db::cached::Cached;
use crate::db::schema::*;
use crate::domain::conversation::{CompanyNumbers, State};
use crate::domain::ids::{CompanyId, MessageId};

/// The one write connection is the lock.
pub async fn look(c: &mut Conn, asked: &Asked<'_>) -> QueryResult<Known> {
    let mut known = Known::default();
    for id in &asked.conversations {
        let version = conversations::table.find(id).select(conversations::version).first(c).await.optional()?;
        known.versions.extend(version.map(|version| (*id, version)));
    }
    for (channel, key) in &asked.keys {
        use identity_keys::dsl as k;
        let row = k::identity_keys.filter(k::channel_id.eq(channel)).filter(k::key.eq(key));
        let found: Option<i64> = row.select(k::identity_id).first(c).await.optional()?;
        known.keys.extend(found.map(|_| (*channel, (*key).to_owned())));
    }
    for (channel, external) in &asked.raws {
        use inbound_raw::dsl as r;
        let row = r::inbound_raw.filter(r::channel_id.eq(channel)).filter(r::external_id.eq(external));
        let found: Option<i64> = row.filter(r::state.ne("attempted")).select(r::id).first(c).await.optional()?;
        known.raws.extend(found.map(|_| (*channel, (*external).to_owned())));
    }
    for (company, sender, client) in &asked.clients {
        use messages::dsl as m;
        let row = m::messages.filter(m::company_id.eq(company)).filter(m::sender.eq(sender)).filter(m::client_id.eq(client));
        let found: Option<(MessageId, Option<String>)> = row.select((m::id, m::content_hash)).first(c).await.optional()?;
        known.clients.extend(found.map(|found| ((*company, (*sender).to_owned(), (*client).to_owned()), found)));
    }
    for id in &asked.deliveries {
        let state = deliveries::table.find(id).select(deliveries::state).first(c).await.optional()?;
        known.deliveries.extend(state.map(|state| (*id, state)));
    }
    Ok(known)
}

#[derive(QueryableByName)]
struct LastId {
    #[diesel(sql_type = BigInt)]
    last_id: i64,
}

/// Draws `n` rising ids from the one counter of unit ids.
pub async fn draw_ids(c: &mut Conn, n: usize) -> QueryResult<std::ops::RangeInclusive<i64>> {
    let n = n as i64;
    let draw = diesel::sql_query("UPDATE ids SET last_id = last_id + ? WHERE id = 1 RETURNING last_id").bind::<BigInt, _>(n);
    let row: LastId = Cached(draw).get_result(c).await?;
    Ok(row.last_id - n + 1..=row.last_id)
}

/// Reserves the companies' numbers, and rising ids.
pub async fn draw(c: &mut Conn, wanted: &BTreeMap<CompanyId, CompanyNumbers>, ids: usize) -> QueryResult<Numbers> {
    Ok(Numbers { first: feed::advance(c, wanted).await?, ids: draw_ids(c, ids).await?.collect() })
}

/// Writes the rows. False: one of them is not what the units stand on, and nothing may stay.
pub async fn write(c: &mut Conn, batch: &Batch, moved: &[(&State, i64)]) -> QueryResult<bool> {
    insert_all!(c, customers::table, batch.customers);
    insert_all!(c, identities::table, batch.identities);
    insert_all!(c, identity_keys::table, batch.keys);
    insert_all!(c, conversations::table, batch.conversations);
    insert_all!(c, episodes::table, batch.episodes);
    insert_all!(c, messages::table, batch.messages);
    insert_all!(c, attachments::table, batch.attachments);
    insert_all!(c, deliveries::table, batch.deliveries);
    insert_all!(c, events::table, batch.events);
    insert_all!(c, jobs::table, batch.jobs);
    let mut as_they_stood = insert_raws(c, batch).await?;
    for (state, version) in moved {
        as_they_stood &= states::update(c, state, state.id, *version).await? == 1;
    }
    for d in &batch.delivered {
        use deliveries::dsl as t;
        let change = diesel::update(t::deliveries.filter(t::id.eq(d.id)).filter(t::state.eq(d.from))).set((
            t::state.eq(d.state),
            t::retries.eq(d.retries),
            t::not_before.eq(d.not_before),
            t::uncertain_at.eq(d.uncertain_at),
            t::provider_id.eq(&d.provider_id),
            t::claimed_at.eq(d.claimed_at),
            t::error_code.eq(&d.error_code),
            t::error_detail.eq(&d.error_detail),
            t::updated_at.eq(d.updated_at),
        ));
        as_they_stood &= Cached(change).execute(c).await? == 1;
    }
    for s in &batch.shown {
        use messages::dsl as m;
        let row = m::messages.filter(m::id.eq(s.id)).filter(m::conversation_id.eq(s.conversation_id));
        let change = diesel::update(row).set((
            m::status.eq(s.status),
            m::error_code.eq(&s.error_code),
            m::error_detail.eq(&s.error_detail),
            s.provider_id.as_ref().map(|p| m::provider_id.eq(p)),
            m::seq.eq(s.seq),
        ));
        Cached(change).execute(c).await?;
    }
    Ok(as_they_stood)
}

/// A payload whose processing was attempted before has its row already: it becomes done.
async fn insert_raws(c: &mut Conn, batch: &Batch) -> QueryResult<bool> {
    use inbound_raw::dsl as r;
    let mut all = true;
    for raw in &batch.raws {
        let insert = diesel::insert_into(r::inbound_raw).values(raw).on_conflict((r::channel_id, r::external_id)).do_nothing();
        if insert.execute(c).await? == 0 {
            let row = r::inbound_raw.filter(r::channel_id.eq(raw.channel_id)).filter(r::external_id.eq(&raw.external_id));
            let done = diesel::update(row.filter(r::state.eq("attempted")))
                .set((r::state.eq("done"), r::conversation_id.eq(raw.conversation_id)));
            all &= Cached(done).execute(c).await? == 1;
        }
    }
    Ok(all)
}
