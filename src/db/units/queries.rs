//! The hot path: many conversations' units in one transaction.
//!
//! The order never varies, so two nodes cannot deadlock: conversations by id, then the companies' feeds, then everything else.
//! Whether a unit stands is decided for all of it before any of it is written. However many units: one look at what they stand
//! on, one draw of numbers, one write of what most units bring; only what is rare takes statements of its own.
mod judge;
mod rows;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, backend, conversation_views, conversations, feed, leads, message_changes, messages, new_messages, receipts, turn_unit,
};
use crate::db::UnitOutcome;
use crate::db::bulk::{Batch, Numbers};
use crate::db::cached::Cached;
use crate::db::engine::Wrote;
use crate::db::schema;
use crate::domain::clock::Micros;
use crate::domain::conversation::*;
use crate::domain::event::*;
use crate::domain::ids::{CompanyId, ConversationId, MessageId};
use crate::domain::message::*;

use judge::judge;
use rows::{collect, only_statuses, resolve_replies};

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

/// Writes the units that stand and returns their events, in feed order for each company.
async fn write(c: &mut Conn, units: &mut [Unit], now: Micros) -> QueryResult<Vec<Arc<Event>>> {
    if units.is_empty() {
        return Ok(vec![]);
    }
    let mut wanted: BTreeMap<CompanyId, CompanyNumbers> = BTreeMap::new();
    for unit in units.iter_mut() {
        message_changes::settle_reactions(c, unit).await?;
        *wanted.entry(unit.company_id).or_default() += unit.counted();
    }
    let Numbers { first: mut next, ids } = backend::draw(c, &wanted, units.iter().map(Unit::id_count).sum()).await?;
    let mut ids = ids.into_iter();
    let mut batch = Batch::default();
    for unit in units.iter_mut() {
        let next = next.entry(unit.company_id).or_default();
        let first = *next;
        *next += unit.counted();
        let (raw_ids, timer_ids) = unit.assign(first, || ids.next().unwrap_or_default());
        collect(&mut batch, unit, raw_ids, timer_ids, now);
        resolve_replies(c, unit, &mut batch).await?;
    }
    let moved: Vec<(&State, i64)> = units
        .iter()
        .filter_map(|u| if let Base::At { version, .. } = u.base { Some((&u.after, version)) } else { None })
        .collect();
    if !backend::write(c, &batch, &moved).await? {
        return Err(diesel::result::Error::RollbackTransaction);
    }
    insert_more_keys(c, &batch).await?;
    turn_unit::lock_budgets(c, units, now).await?;
    let mut changed = HashMap::new();
    for unit in units.iter() {
        rows_that_change(c, unit, now).await?;
        if only_statuses(unit).is_none() {
            message_changes::apply_changes(c, unit, &mut changed).await?;
        }
    }
    changed_statuses(c, units, &mut changed).await?;
    // After the old timers of the same kind are gone.
    insert_all!(c, schema::timers::table, batch.timers);
    insert_all!(c, schema::notifications::table, batch.notifications);
    let mut events = build_events(c, units, &batch, changed).await?;
    events.extend(receipts::join_orphans(c, units, now).await?);
    Ok(events)
}

/// Further keys of identities that are there.
async fn insert_more_keys(c: &mut Conn, batch: &Batch) -> QueryResult<()> {
    for row in &batch.more_keys {
        use schema::identity_keys::dsl as k;
        let insert = diesel::insert_into(k::identity_keys).values(row).on_conflict((k::channel_id, k::key)).do_nothing();
        if insert.execute(c).await? == 0 {
            tracing::debug!(
                channel_id = row.channel_id.get(),
                key = row.key,
                "this key is somebody's already: told twice, or another identity's"
            );
        }
    }
    Ok(())
}

/// The messages whose status the batch has set, as they are now.
async fn changed_statuses(
    c: &mut Conn,
    units: &[Unit],
    changed: &mut HashMap<(ConversationId, usize), MessageView>,
) -> QueryResult<()> {
    let places: HashMap<MessageId, (ConversationId, usize)> = units
        .iter()
        .flat_map(|unit| {
            let ids = only_statuses(unit).unwrap_or_default();
            ids.into_iter().enumerate().map(|(index, message)| (message, (unit.after.id, index)))
        })
        .collect();
    for view in messages::views_by_ids(c, places.keys().copied().collect()).await? {
        changed.extend(places.get(&view.id).map(|place| (*place, view)));
    }
    Ok(())
}

/// Updates of rows that exist: the episode, timers, media, identity, customer.
async fn rows_that_change(c: &mut Conn, unit: &Unit, now: Micros) -> QueryResult<()> {
    let state = &unit.after;
    change_episodes(c, unit, now).await?;
    for timer in &unit.timers {
        use schema::timers::dsl as t;
        // By its id: a timer of the same kind that was set meanwhile is another row.
        if let TimerChange::Clear { id } = timer {
            diesel::delete(t::timers.find(id)).execute(c).await?;
        }
    }
    for m in &unit.media {
        message_changes::update_media(c, unit.company_id, m).await?;
    }
    for m in &unit.messages {
        new_messages::use_uploads(c, unit.company_id, m).await?;
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
    turn_unit::write(c, unit, now).await
}

/// A new episode's row is written whole; this is about the one the unit has found.
async fn change_episodes(c: &mut Conn, unit: &Unit, now: Micros) -> QueryResult<()> {
    use schema::episodes::dsl as e;
    let found = e::episodes.find(unit.episode_before);
    if unit.answered_episodes().any(|id| id == unit.episode_before) {
        Cached(diesel::update(found.filter(e::first_reply_at.is_null())).set(e::first_reply_at.eq(now))).execute(c).await?;
    }
    if unit.closes_episode {
        diesel::update(found).set(e::closed_at.eq(now)).execute(c).await?;
    }
    Ok(())
}

async fn build_events(
    c: &mut Conn,
    units: &[Unit],
    batch: &Batch,
    mut changed: HashMap<(ConversationId, usize), MessageView>,
) -> QueryResult<Vec<Arc<Event>>> {
    let uploaded = new_messages::uploaded_views(c, units).await?;
    let fresh = |unit: &Unit, m: &NewMessage| new_messages::fresh_view(unit, m, &batch.attachments, &uploaded);
    let mut last_needed: Vec<MessageId> = vec![];
    for unit in units {
        let shows_conversation = unit.events.iter().any(|e| matches!(e.subject, Subject::Conversation));
        if let Some(id) = unit.after.last_message_id.filter(|id| shows_conversation && !unit.messages.iter().any(|m| m.id == *id))
        {
            last_needed.push(id);
        }
    }
    let last: HashMap<MessageId, MessageView> =
        messages::views_by_ids(c, last_needed).await?.into_iter().map(|v| (v.id, v)).collect();
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
                    (None, EventBody::Conversation(Box::new(conversation_views::view_of_state(state, last_message))))
                }
                Subject::Lead => {
                    let id = unit.lead.as_ref().map(|l| l.id).unwrap_or_default();
                    let view = leads::views_by_ids(c, vec![id]).await?.pop();
                    (None, view.as_ref().map_or(EventBody::Gone, leads::body_of))
                }
                Subject::Personal(i) => {
                    let view = feed::personal_view(unit, &unit.personal[i]);
                    let message_id = view.params.as_ref().and_then(|params| params.message_id);
                    (message_id, EventBody::Notification(Notification::new(&view)))
                }
                Subject::Customer => {
                    let view = conversation_views::customer_view(c, state.customer.id).await?;
                    (None, EventBody::Other(serde_json::json!(view)))
                }
            };
            events.push(Event::new(EventParts {
                company_id: unit.company_id,
                seq: draft.seq,
                at: unit.at,
                kind: draft.kind,
                conversation_id: Some(state.id),
                message_id,
                customer_id: Some(state.customer.id),
                user_id: if let Subject::Personal(i) = draft.subject { Some(unit.personal[i].user_id) } else { None },
                scope: state.scope(),
                before: unit.before,
                body,
            }));
        }
    }
    Ok(events)
}
