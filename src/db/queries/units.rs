//! The hot path: many conversations' units in one transaction.
//!
//! The order never varies, so two nodes cannot deadlock: conversations by id, then raw payloads, then the companies' feeds,
//! then everything else. Whether a unit stands is decided for all of it before any of it is written.
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::{Conn, backend, conversations, feed, leads, messages, turns};
use crate::db::UnitOutcome;
use crate::db::engine::Wrote;
use crate::db::rows::*;
use crate::db::schema;
use crate::domain::clock::Micros;
use crate::domain::conversation::*;
use crate::domain::event::*;
use crate::domain::message::*;

pub async fn commit_batch(c: &mut Conn, units: Vec<Unit>, now: Micros) -> QueryResult<Wrote<Vec<UnitOutcome>>> {
    let mut verdicts: Vec<Option<UnitOutcome>> = judge(c, &units).await?;
    let mut standing: Vec<Unit> = Vec::with_capacity(units.len());
    for (unit, verdict) in units.into_iter().zip(&verdicts) {
        if verdict.is_none() {
            standing.push(unit);
        }
    }
    let events = write(c, &mut standing, now).await?;
    let mut committed = standing.into_iter();
    let outcomes = verdicts
        .iter_mut()
        .map(|v| match v.take() {
            Some(refused) => refused,
            None => committed.next().map_or(UnitOutcome::Mismatch, |u| UnitOutcome::Committed(Box::new(u))),
        })
        .collect();
    Ok(Wrote { value: outcomes, events })
}

/// Locks, then decides each unit as a whole. `None` means it stands.
async fn judge(c: &mut Conn, units: &[Unit]) -> QueryResult<Vec<Option<UnitOutcome>>> {
    let versions = lock(c, units).await?;
    let taken_keys = keys_taken(c, units).await?;
    let stored_raws = raws_stored(c, units).await?;
    let repeated = clients_used(c, units).await?;
    let mut seen_keys: HashSet<(i64, &str)> = HashSet::new();
    let mut seen_raws: HashSet<(i64, &str)> = HashSet::new();
    let mut seen_conversations: HashSet<i64> = HashSet::new();
    let mut verdicts = Vec::with_capacity(units.len());
    for unit in units {
        let channel = unit.channel_id;
        let stands = match &unit.base {
            Base::New(identity) => {
                !taken_keys.contains(&(channel, identity.key.clone())) && seen_keys.insert((channel, &identity.key))
            }
            Base::At { id, version } => versions.get(id) == Some(version) && seen_conversations.insert(*id),
        };
        let doubled: Vec<String> = unit
            .raws
            .iter()
            .filter(|r| {
                stored_raws.contains(&(channel, r.external_id.clone())) || seen_raws.contains(&(channel, r.external_id.as_str()))
            })
            .map(|r| r.external_id.clone())
            .collect();
        let verdict = if !stands {
            Some(UnitOutcome::Mismatch)
        } else if !doubled.is_empty() {
            Some(UnitOutcome::Duplicate { external_ids: doubled })
        } else {
            unit.messages.iter().find_map(|m| {
                let client_id = m.client_id.as_ref()?;
                let (message_id, content_hash) = repeated.get(&(unit.company_id, m.sender.clone(), client_id.clone()))?;
                Some(UnitOutcome::Repeated {
                    client_id: client_id.clone(),
                    message_id: *message_id,
                    content_hash: content_hash.clone(),
                })
            })
        };
        if verdict.is_none() {
            seen_raws.extend(unit.raws.iter().map(|r| (channel, r.external_id.as_str())));
        }
        verdicts.push(verdict);
    }
    Ok(verdicts)
}

async fn lock(c: &mut Conn, units: &[Unit]) -> QueryResult<HashMap<i64, i64>> {
    let stored = |u: &Unit| if let Base::At { id, .. } = u.base { Some(id) } else { None };
    conversations::lock(c, units.iter().filter_map(stored).collect()).await
}

async fn keys_taken(c: &mut Conn, units: &[Unit]) -> QueryResult<HashSet<(i64, String)>> {
    use schema::identity_keys::dsl as k;
    let mut by_channel: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
    for unit in units {
        if let Base::New(identity) = &unit.base {
            by_channel.entry(unit.channel_id).or_default().push(&identity.key);
        }
    }
    let mut taken = HashSet::new();
    for (channel, keys) in by_channel {
        let rows: Vec<String> =
            k::identity_keys.filter(k::channel_id.eq(channel)).filter(k::key.eq_any(keys)).select(k::key).load(c).await?;
        taken.extend(rows.into_iter().map(|key| (channel, key)));
    }
    Ok(taken)
}

async fn raws_stored(c: &mut Conn, units: &[Unit]) -> QueryResult<HashSet<(i64, String)>> {
    use schema::inbound_raw::dsl as r;
    let mut by_channel: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
    for unit in units {
        by_channel.entry(unit.channel_id).or_default().extend(unit.raws.iter().map(|raw| raw.external_id.as_str()));
    }
    let mut stored = HashSet::new();
    for (channel, ids) in by_channel.into_iter().filter(|(_, ids)| !ids.is_empty()) {
        let rows: Vec<String> = r::inbound_raw
            .filter(r::channel_id.eq(channel))
            .filter(r::external_id.eq_any(ids))
            .filter(r::state.ne("attempted"))
            .select(r::external_id)
            .load(c)
            .await?;
        stored.extend(rows.into_iter().map(|id| (channel, id)));
    }
    Ok(stored)
}

type Used = HashMap<(i64, String, String), (i64, Option<String>)>;

async fn clients_used(c: &mut Conn, units: &[Unit]) -> QueryResult<Used> {
    use schema::messages::dsl as m;
    let mut used = HashMap::new();
    for unit in units {
        for message in &unit.messages {
            let Some(client_id) = &message.client_id else { continue };
            let row: Option<(i64, Option<String>)> = m::messages
                .filter(m::company_id.eq(unit.company_id))
                .filter(m::sender.eq(&message.sender))
                .filter(m::client_id.eq(client_id))
                .select((m::id, m::content_hash))
                .first(c)
                .await
                .optional()?;
            if let Some(row) = row {
                used.insert((unit.company_id, message.sender.clone(), client_id.clone()), row);
            }
        }
    }
    Ok(used)
}

/// Writes the units that stand and returns their events, in feed order for each company.
async fn write(c: &mut Conn, units: &mut [Unit], now: Micros) -> QueryResult<Vec<Arc<Event>>> {
    if units.is_empty() {
        return Ok(vec![]);
    }
    let mut wanted: BTreeMap<i64, i64> = BTreeMap::new();
    for unit in units.iter_mut() {
        messages::settle_reactions(c, unit).await?;
        *wanted.entry(unit.company_id).or_default() += unit.events.len() as i64;
    }
    let mut next_seq = feed::advance(c, &wanted).await?;
    let mut ids = backend::draw_ids(c, units.iter().map(Unit::id_count).sum()).await?;
    let mut rows = Rows::default();
    for unit in units.iter_mut() {
        let seq = next_seq.entry(unit.company_id).or_insert(1);
        let first = *seq;
        *seq += unit.events.len() as i64;
        let (raw_ids, timer_ids) = unit.assign(first, || ids.next().unwrap_or_default());
        rows.collect(unit, raw_ids, timer_ids, now);
        resolve_replies(c, unit, &mut rows).await?;
    }
    rows.insert(c).await?;
    let moved: Vec<(&State, i64)> = units
        .iter()
        .filter_map(|u| if let Base::At { version, .. } = u.base { Some((&u.after, version)) } else { None })
        .collect();
    if backend::update_conversations(c, &moved).await? != moved.len() {
        return Err(diesel::result::Error::RollbackTransaction);
    }
    let mut changed = HashMap::new();
    for unit in units.iter() {
        rows_that_change(c, unit, now).await?;
        messages::apply_changes(c, unit, &mut changed).await?;
    }
    // After the old timers of the same kind are gone.
    insert_all!(c, schema::timers::table, rows.timers);
    build_events(c, units, &rows, changed).await
}

#[derive(Default)]
struct Rows {
    customers: Vec<CustomerRow>,
    identities: Vec<IdentityRow>,
    keys: Vec<IdentityKeyRow>,
    conversations: Vec<ConversationRow>,
    episodes: Vec<EpisodeRow>,
    messages: Vec<MessageRow>,
    attachments: Vec<AttachmentRow>,
    deliveries: Vec<DeliveryRow>,
    raws: Vec<RawRow>,
    events: Vec<EventRow>,
    jobs: Vec<NewJob>,
    timers: Vec<TimerRow>,
}

impl Rows {
    fn collect(&mut self, unit: &Unit, raw_ids: Vec<i64>, timer_ids: Vec<i64>, now: Micros) {
        let state = &unit.after;
        if let Base::New(identity) = &unit.base {
            self.customers.push(conversations::new_customer(unit, identity));
            self.identities.push(conversations::new_identity(unit, identity));
            self.keys.push(IdentityKeyRow {
                company_id: unit.company_id,
                channel_id: unit.channel_id,
                key: identity.key.clone(),
                identity_id: state.identity_id,
            });
            self.conversations.push(conversations::row_of(state));
        }
        if unit.opens_episode.is_some() {
            let answered = unit.answered_episodes().any(|id| id == state.episode_id);
            self.episodes.push(EpisodeRow {
                id: state.episode_id,
                company_id: unit.company_id,
                conversation_id: state.id,
                number: state.episode_number,
                opened_at: now,
                first_reply_at: answered.then_some(now),
                closed_at: (state.status == ConversationStatus::Closed).then_some(now),
            });
        }
        for (index, message) in unit.messages.iter().enumerate() {
            self.messages.push(messages::row_of(unit, message, unit.episode_of(index)));
            for (position, attachment) in message.attachments.iter().enumerate() {
                if let NewAttachment::Remote { id, file } = attachment {
                    self.attachments.push(messages::remote_attachment(unit, message, position as i64, *id, file));
                    self.jobs.push(NewJob {
                        company_id: unit.company_id,
                        kind: "fetch_media".into(),
                        payload: json!({ "attachment_id": id, "message_id": message.id, "conversation_id": state.id, "channel_id": unit.channel_id }),
                        run_at: now,
                        created_at: now,
                    });
                }
            }
        }
        for delivery in &unit.new_deliveries {
            let MessageRef::Id(message_id) = delivery.message else { continue };
            self.deliveries.push(DeliveryRow {
                id: delivery.id,
                company_id: unit.company_id,
                conversation_id: state.id,
                message_id,
                channel_id: unit.channel_id,
                part: delivery.part,
                attempt: delivery.attempt,
                state: MessageStatus::Queued.as_str().into(),
                retries: 0,
                not_before: None,
                provider_id: None,
                uncertain_at: None,
                error_code: None,
                error_detail: None,
                created_at: now,
                updated_at: now,
            });
        }
        for (raw, id) in unit.raws.iter().zip(raw_ids) {
            self.raws.push(RawRow {
                id,
                channel_id: unit.channel_id,
                external_id: raw.external_id.clone(),
                conversation_id: Some(state.id),
                body: raw.body.to_vec(),
                state: "done".into(),
                attempts: 0,
                error: None,
                received_at: now,
            });
        }
        let mut timer_ids = timer_ids.into_iter();
        for (i, timer) in unit.timers.iter().enumerate() {
            if let TimerChange::Set { kind, due_at } = timer {
                let id = timer_ids.next().unwrap_or_default();
                // Of several changes of a kind in a unit the last one counts.
                let is_kind =
                    |t: &TimerChange| matches!(t, TimerChange::Set { kind: k, .. } | TimerChange::Clear { kind: k } if k == kind);
                if unit.timers[i + 1..].iter().any(is_kind) {
                    continue;
                }
                self.timers.push(TimerRow {
                    id,
                    company_id: unit.company_id,
                    conversation_id: state.id,
                    kind: kind.as_str().into(),
                    due_at: *due_at,
                    version: state.version,
                });
            }
        }
        self.events.extend(unit.events.iter().map(|event| feed::row_of(unit, event)));
    }

    async fn insert(&self, c: &mut Conn) -> QueryResult<()> {
        insert_all!(c, schema::customers::table, self.customers);
        insert_all!(c, schema::identities::table, self.identities);
        insert_all!(c, schema::identity_keys::table, self.keys);
        insert_all!(c, schema::conversations::table, self.conversations);
        insert_all!(c, schema::episodes::table, self.episodes);
        insert_all!(c, schema::messages::table, self.messages);
        insert_all!(c, schema::attachments::table, self.attachments);
        insert_all!(c, schema::deliveries::table, self.deliveries);
        insert_all!(c, schema::events::table, self.events);
        insert_all!(c, schema::jobs::table, self.jobs);
        self.insert_raws(c).await
    }

    /// A payload whose processing was attempted before has its row already: it becomes done.
    async fn insert_raws(&self, c: &mut Conn) -> QueryResult<()> {
        use schema::inbound_raw::dsl as r;
        if self.raws.is_empty() || backend::insert_raws(c, &self.raws).await? == self.raws.len() {
            return Ok(());
        }
        for raw in &self.raws {
            let row = r::inbound_raw.filter(r::channel_id.eq(raw.channel_id)).filter(r::external_id.eq(&raw.external_id));
            let stored: i64 = row.select(r::id).first(c).await?;
            if stored == raw.id {
                continue;
            }
            let attempted = diesel::update(row.filter(r::state.eq("attempted")))
                .set((r::state.eq("done"), r::conversation_id.eq(raw.conversation_id)))
                .execute(c)
                .await?;
            if attempted == 0 {
                // Another node stored it between our look and our insert: undo everything, each unit is tried alone.
                return Err(diesel::result::Error::RollbackTransaction);
            }
        }
        Ok(())
    }
}

async fn resolve_replies(c: &mut Conn, unit: &mut Unit, rows: &mut Rows) -> QueryResult<()> {
    for index in 0..unit.messages.len() {
        let ReplyTo::Provider(provider_id) = &unit.messages[index].reply_to else { continue };
        let target = messages::id_by_provider(c, unit, provider_id).await?;
        let message = &mut unit.messages[index];
        message.reply_to = target.map_or(ReplyTo::None, ReplyTo::Ours);
        if let Some(row) = rows.messages.iter_mut().rev().find(|r| r.id == message.id) {
            row.reply_to_id = target;
        }
    }
    Ok(())
}

/// Updates of rows that exist: the conversation itself, its episode, timers, deliveries, media, identity, customer.
async fn rows_that_change(c: &mut Conn, unit: &Unit, now: Micros) -> QueryResult<()> {
    let state = &unit.after;
    change_episodes(c, unit, now).await?;
    for timer in &unit.timers {
        use schema::timers::dsl as t;
        let (TimerChange::Set { kind, .. } | TimerChange::Clear { kind }) = timer;
        diesel::delete(t::timers.filter(t::conversation_id.eq(state.id)).filter(t::kind.eq(kind.as_str()))).execute(c).await?;
    }
    for d in &unit.deliveries {
        use schema::deliveries::dsl as t;
        let claimed_at = (d.state == MessageStatus::Sending).then_some(now);
        let row = t::deliveries.filter(t::id.eq(d.id)).filter(t::state.eq(d.from.as_str()));
        let n = diesel::update(row)
            .set((
                t::state.eq(d.state.as_str()),
                t::retries.eq(d.retries),
                t::not_before.eq(d.not_before),
                t::uncertain_at.eq(d.uncertain_at),
                t::provider_id.eq(&d.provider_id),
                t::claimed_at.eq(claimed_at),
                t::error_code.eq(d.error.as_ref().map(|e| &e.0)),
                t::error_detail.eq(d.error.as_ref().map(|e| &e.1)),
                t::updated_at.eq(now),
            ))
            .execute(c)
            .await?;
        if n == 0 {
            return Err(diesel::result::Error::RollbackTransaction);
        }
    }
    for m in &unit.media {
        messages::update_media(c, unit.company_id, m).await?;
    }
    for m in &unit.messages {
        messages::use_uploads(c, unit.company_id, m).await?;
    }
    if let Some(blocked) = unit.blocked {
        use schema::identities::dsl as i;
        diesel::update(i::identities.find(state.identity_id)).set(i::blocked_at.eq(blocked.then_some(now))).execute(c).await?;
    }
    if let Some(address) = &unit.moved_to {
        use schema::identities::dsl as i;
        diesel::update(i::identities.find(state.identity_id)).set(i::address.eq(address)).execute(c).await?;
    }
    if let Some(change) = &unit.customer {
        conversations::update_customer(c, state, change, now).await?;
    }
    turns::write(c, unit, now).await
}

/// A new episode's row is written whole; this is about the one the unit has found.
async fn change_episodes(c: &mut Conn, unit: &Unit, now: Micros) -> QueryResult<()> {
    use schema::episodes::dsl as e;
    let found = e::episodes.find(unit.episode_before);
    if unit.answered_episodes().any(|id| id == unit.episode_before) {
        diesel::update(found.filter(e::first_reply_at.is_null())).set(e::first_reply_at.eq(now)).execute(c).await?;
    }
    if unit.closes_episode {
        diesel::update(found).set(e::closed_at.eq(now)).execute(c).await?;
    }
    Ok(())
}

async fn build_events(
    c: &mut Conn,
    units: &[Unit],
    rows: &Rows,
    mut changed: HashMap<(i64, usize), MessageView>,
) -> QueryResult<Vec<Arc<Event>>> {
    let uploaded = messages::uploaded_views(c, units).await?;
    let fresh = |unit: &Unit, m: &NewMessage| messages::fresh_view(unit, m, &rows.attachments, &uploaded);
    let mut last_needed: Vec<i64> = vec![];
    for unit in units {
        let shows_conversation = unit.events.iter().any(|e| matches!(e.subject, Subject::Conversation));
        if let Some(id) = unit.after.last_message_id.filter(|id| shows_conversation && !unit.messages.iter().any(|m| m.id == *id))
        {
            last_needed.push(id);
        }
    }
    let last: HashMap<i64, MessageView> = messages::views_by_ids(c, last_needed).await?.into_iter().map(|v| (v.id, v)).collect();
    let mut events = Vec::new();
    for unit in units {
        let state = &unit.after;
        for draft in &unit.events {
            let (message_id, body) = match draft.subject {
                Subject::Message(i) => {
                    let view = fresh(unit, &unit.messages[i]);
                    (Some(view.id), EventBody::Message { message: Box::new(view), conversation: Box::new(state.summary()) })
                }
                Subject::Change(i) => match changed.remove(&(state.id, i)) {
                    Some(view) => {
                        (Some(view.id), EventBody::Message { message: Box::new(view), conversation: Box::new(state.summary()) })
                    }
                    None => (None, EventBody::Gone),
                },
                Subject::Conversation => {
                    let last_message = state.last_message_id.and_then(|id| {
                        unit.messages.iter().find(|m| m.id == id).map(|m| fresh(unit, m)).or_else(|| last.get(&id).cloned())
                    });
                    (None, EventBody::Conversation(Box::new(conversations::view_of_state(state, last_message))))
                }
                Subject::Lead => {
                    let id = unit.lead.as_ref().map(|l| l.id).unwrap_or_default();
                    let view = leads::views_by_ids(c, vec![id]).await?.pop();
                    (None, view.as_ref().map_or(EventBody::Gone, leads::body_of))
                }
                Subject::Customer => (None, EventBody::Other(conversations::customer_json(c, state.customer.id).await?)),
            };
            events.push(Event::new(EventParts {
                company_id: unit.company_id,
                seq: draft.seq,
                at: unit.at,
                kind: draft.kind,
                conversation_id: Some(state.id),
                message_id,
                customer_id: Some(state.customer.id),
                user_id: None,
                scope: state.scope(),
                before: unit.before,
                body,
            }));
        }
    }
    Ok(events)
}

/// A payload that no unit can be made of: kept alone, answered 200.
pub async fn store_unreadable(
    c: &mut Conn,
    channel: i64,
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
    channel: i64,
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
pub async fn take_back_attempt(c: &mut Conn, channel: i64, external: String) -> QueryResult<()> {
    use schema::inbound_raw::dsl as r;
    let row = r::inbound_raw.filter(r::channel_id.eq(channel)).filter(r::external_id.eq(external));
    let counted = row.filter(r::state.eq("attempted")).filter(r::attempts.gt(0));
    diesel::update(counted).set(r::attempts.eq(r::attempts - 1)).execute(c).await.map(|_| ())
}

/// `SELECT 1`, for `/api/health`.
pub async fn ping(c: &mut Conn) -> QueryResult<()> {
    diesel::select(diesel::dsl::sql::<Text>("'1'")).execute(c).await.map(|_| ())
}
