//! The rows of a unit, added to those of its batch.
use diesel::QueryResult;

use super::super::{Conn, conversations, feed, message_changes, new_messages};
use crate::db::bulk::{Batch, Delivered, Shown};
use crate::db::rows::*;
use crate::domain::clock::Micros;
use crate::domain::conversation::*;
use crate::domain::ids::MessageId;
use crate::domain::message::*;

/// The message whose status each of the unit's changes sets, if that is all they do: then one statement sets them for the
/// whole batch. A message that changes twice takes the long way, one change after the other.
pub(super) fn only_statuses(unit: &Unit) -> Option<Vec<MessageId>> {
    let mut ids = Vec::with_capacity(unit.changes.len());
    for change in &unit.changes {
        match (&change.target, &change.what) {
            (MessageTarget::Id(id), MessageChangeKind::Status { .. }) if !ids.contains(id) => ids.push(*id),
            _ => return None,
        }
    }
    Some(ids)
}

/// Where each delivery of the unit must be, and where it goes: of several steps the first says the one, the last the other.
pub(super) fn moves(unit: &Unit, now: Micros) -> Vec<Delivered> {
    let mut moves: Vec<Delivered> = Vec::with_capacity(unit.deliveries.len());
    for change in &unit.deliveries {
        let to = Delivered::new(change, now);
        match moves.iter_mut().find(|m| m.id == change.id) {
            Some(earlier) => *earlier = Delivered { from: earlier.from, ..to },
            None => moves.push(to),
        }
    }
    moves
}

fn statuses(unit: &Unit) -> impl Iterator<Item = Shown> {
    unit.changes.iter().filter_map(|change| {
        let (MessageTarget::Id(id), MessageChangeKind::Status { status, provider_id, error }) = (&change.target, &change.what)
        else {
            return None;
        };
        let (error_code, error_detail) = error.clone().unzip();
        Some(Shown {
            id: *id,
            conversation_id: unit.after.id,
            status: status.as_str(),
            error_code,
            error_detail,
            provider_id: provider_id.clone(),
            seq: change.seq,
        })
    })
}

pub(super) fn collect(batch: &mut Batch, unit: &Unit, raw_ids: Vec<i64>, timer_ids: Vec<i64>, now: Micros) {
    let state = &unit.after;
    batch.notifications.extend(unit.personal.iter().map(|told| {
        let params = unit.personal_params(told);
        NotificationRow {
            id: told.id,
            company_id: unit.company_id,
            user_id: told.user_id,
            code: told.code.as_str().into(),
            conversation_id: state.id,
            message_id: params.message_id,
            params: serde_json::json!(params),
            read_at: None,
            created_at: now,
        }
    }));
    if let Base::New(identity) = &unit.base {
        batch.customers.push(conversations::new_customer(unit, identity));
        batch.identities.push(conversations::new_identity(unit, identity));
        batch.keys.push(IdentityKeyRow {
            company_id: unit.company_id,
            channel_id: unit.channel_id,
            key: identity.key.clone(),
            identity_id: state.identity_id,
        });
        batch.conversations.push(ConversationRow::of(state));
    }
    batch.more_keys.extend(unit.new_keys.iter().map(|key| IdentityKeyRow {
        company_id: unit.company_id,
        channel_id: unit.channel_id,
        key: key.clone(),
        identity_id: state.identity_id,
    }));
    if unit.opens_episode.is_some() {
        let answered = unit.answered_episodes().any(|id| id == state.episode_id);
        batch.episodes.push(EpisodeRow {
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
        batch.messages.push(new_messages::row_of(unit, message, unit.episode_of(index)));
        for (position, attachment) in message.attachments.iter().enumerate() {
            if let NewAttachment::Remote { id, file } = attachment {
                batch.attachments.push(new_messages::remote_attachment(unit, message.id, position as i64, *id, file));
                batch.jobs.push(QueuedJob {
                    company_id: unit.company_id,
                    kind: crate::db::jobs::FETCH_MEDIA.into(),
                    key: id.to_string(),
                    payload: new_messages::fetching(unit, message.id, *id),
                    run_at: now,
                    created_at: now,
                });
            }
        }
    }
    for delivery in &unit.new_deliveries {
        let MessageRef::Id(message_id) = delivery.message else { continue };
        batch.deliveries.push(DeliveryRow {
            id: delivery.id,
            company_id: unit.company_id,
            conversation_id: state.id,
            message_id,
            channel_id: unit.channel_id,
            part: delivery.part,
            attempt: delivery.attempt,
            state: delivery.state.as_str().into(),
            claimed_at: (delivery.state == MessageStatus::Sending).then_some(now),
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
        batch.raws.push(RawRow {
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
    for timer in &unit.timers {
        if let TimerChange::Set { kind, due_at } = timer {
            let id = timer_ids.next().unwrap_or_default();
            batch.timers.push(TimerRow {
                id,
                company_id: unit.company_id,
                conversation_id: state.id,
                kind: kind.as_str().into(),
                due_at: *due_at,
                version: state.version,
            });
        }
    }
    batch.events.extend(unit.events.iter().map(|event| feed::row_of(unit, event)));
    batch.delivered.extend(moves(unit, now));
    if only_statuses(unit).is_some() {
        batch.shown.extend(statuses(unit));
    }
}

pub(super) async fn resolve_replies(c: &mut Conn, unit: &mut Unit, batch: &mut Batch) -> QueryResult<()> {
    for index in 0..unit.messages.len() {
        let ReplyTo::Provider(provider_id) = &unit.messages[index].reply_to else { continue };
        let target = message_changes::id_by_provider(c, unit, provider_id).await?;
        let message = &mut unit.messages[index];
        message.reply_to = target.map_or(ReplyTo::None, ReplyTo::Ours);
        if let Some(row) = batch.messages.iter_mut().rev().find(|r| r.id == message.id) {
            row.reply_to_id = target;
        }
    }
    Ok(())
}
