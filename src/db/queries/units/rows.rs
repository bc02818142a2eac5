//! The rows that a batch of units inserts, collected so that each table takes one statement.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::super::{Conn, backend, conversations, feed, messages};
use crate::db::rows::*;
use crate::db::schema;
use crate::domain::clock::Micros;
use crate::domain::conversation::*;
use crate::domain::message::*;

#[derive(Default)]
pub(super) struct Rows {
    customers: Vec<CustomerRow>,
    identities: Vec<IdentityRow>,
    keys: Vec<IdentityKeyRow>,
    more_keys: Vec<IdentityKeyRow>,
    conversations: Vec<ConversationRow>,
    episodes: Vec<EpisodeRow>,
    messages: Vec<MessageRow>,
    pub attachments: Vec<AttachmentRow>,
    deliveries: Vec<DeliveryRow>,
    raws: Vec<RawRow>,
    events: Vec<EventRow>,
    jobs: Vec<NewJob>,
    pub timers: Vec<TimerRow>,
}

impl Rows {
    pub fn collect(&mut self, unit: &Unit, raw_ids: Vec<i64>, timer_ids: Vec<i64>, now: Micros) {
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
        self.more_keys.extend(unit.new_keys.iter().map(|key| IdentityKeyRow {
            company_id: unit.company_id,
            channel_id: unit.channel_id,
            key: key.clone(),
            identity_id: state.identity_id,
        }));
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

    pub async fn insert(&self, c: &mut Conn) -> QueryResult<()> {
        insert_all!(c, schema::customers::table, self.customers);
        insert_all!(c, schema::identities::table, self.identities);
        insert_all!(c, schema::identity_keys::table, self.keys);
        for row in &self.more_keys {
            use schema::identity_keys::dsl as k;
            let insert = diesel::insert_into(k::identity_keys).values(row).on_conflict((k::channel_id, k::key)).do_nothing();
            if insert.execute(c).await? == 0 {
                tracing::debug!(
                    channel_id = row.channel_id,
                    key = row.key,
                    "this key is somebody's already: told twice, or another identity's"
                );
            }
        }
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

pub(super) async fn resolve_replies(c: &mut Conn, unit: &mut Unit, rows: &mut Rows) -> QueryResult<()> {
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
