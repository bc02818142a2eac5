//! What a unit changes of messages that are stored: status, text, reactions, files.
use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::messages::views_by_ids;
use super::{Conn, edits};
use crate::db::cached::Cached;
use crate::db::schema::{attachments, deliveries, events, messages, reactions};
use crate::domain::conversation::*;
use crate::domain::ids::{CompanyId, ConversationId, MessageId};
use crate::domain::message::*;

/// Reactions to what is not known here become messages, before the unit gets its numbers.
pub(super) async fn settle_reactions(c: &mut Conn, unit: &mut Unit) -> QueryResult<()> {
    for index in 0..unit.changes.len() {
        let MessageChange { target: MessageTarget::Provider(id), what: MessageChangeKind::Reacted { .. }, .. } =
            &unit.changes[index]
        else {
            continue;
        };
        let comes_along = unit.messages.iter().any(|m| m.provider_id.as_ref() == Some(id));
        if !comes_along && id_by_provider(c, unit, id).await?.is_none() {
            unit.stand_alone(index);
        }
    }
    Ok(())
}

/// Applies a unit's changes of stored messages and collects the changed messages, by (conversation, index of the change).
pub(super) async fn apply_changes(
    c: &mut Conn,
    unit: &Unit,
    changed: &mut HashMap<(ConversationId, usize), MessageView>,
) -> QueryResult<()> {
    for (index, change) in unit.changes.iter().enumerate() {
        let target = match &change.target {
            MessageTarget::Id(id) => Some(*id),
            MessageTarget::Provider(provider_id) => id_by_provider(c, unit, provider_id).await?,
        };
        let Some(id) = target else { continue };
        let row = messages::table.filter(messages::id.eq(id)).filter(messages::conversation_id.eq(unit.after.id));
        match &change.what {
            MessageChangeKind::Status { status, provider_id, error } => {
                diesel::update(row)
                    .set((
                        messages::status.eq(*status),
                        messages::error_code.eq(error.as_ref().map(|e| &e.0)),
                        messages::error_detail.eq(error.as_ref().map(|e| &e.1)),
                        provider_id.as_ref().map(|p| messages::provider_id.eq(p)),
                        messages::seq.eq(change.seq),
                    ))
                    .execute(c)
                    .await?;
            }
            MessageChangeKind::Edited { at, content } => edits::apply(c, unit, id, change.seq, content, *at).await?,
            MessageChangeKind::Deleted { at } => {
                diesel::update(row).set((messages::deleted_at.eq(at), messages::seq.eq(change.seq))).execute(c).await?;
            }
            MessageChangeKind::Reacted { author, emojis } => {
                react(c, unit, id, author, emojis).await?;
                diesel::update(row).set(messages::seq.eq(change.seq)).execute(c).await?;
            }
            MessageChangeKind::Touched => {
                diesel::update(row).set(messages::seq.eq(change.seq)).execute(c).await?;
            }
        }
        if let MessageTarget::Provider(_) = change.target {
            let event = events::table.find((unit.company_id, change.seq));
            Cached(diesel::update(event).set(events::message_id.eq(id))).execute(c).await?;
        }
        if let Some(view) = views_by_ids(c, vec![id]).await?.pop() {
            changed.insert((unit.after.id, index), view);
        }
    }
    Ok(())
}

async fn react(c: &mut Conn, unit: &Unit, message_id: MessageId, author: &str, emojis: &[String]) -> QueryResult<()> {
    let old = reactions::table.filter(reactions::message_id.eq(message_id)).filter(reactions::author.eq(author));
    diesel::delete(old).execute(c).await?;
    for emoji in emojis {
        let row = (
            reactions::company_id.eq(unit.company_id),
            reactions::message_id.eq(message_id),
            reactions::author.eq(author),
            reactions::emoji.eq(emoji),
            reactions::created_at.eq(unit.at),
        );
        diesel::insert_into(reactions::table).values(row).on_conflict_do_nothing().execute(c).await?;
    }
    Ok(())
}

pub(super) async fn update_media(c: &mut Conn, company: CompanyId, m: &MediaChange) -> QueryResult<()> {
    let row = attachments::table.filter(attachments::id.eq(m.attachment_id)).filter(attachments::company_id.eq(company));
    diesel::update(row)
        .set((
            attachments::status.eq(m.status),
            m.storage_key.as_ref().map(|k| attachments::storage_key.eq(k)),
            m.size.map(|s| attachments::size.eq(s)),
            m.mime.as_ref().map(|t| attachments::mime.eq(t)),
            attachments::error.eq(&m.error),
        ))
        .execute(c)
        .await
        .map(|_| ())
}

/// The message that the provider calls so, by its own id or by that of one of its parts.
pub(super) async fn id_by_provider(c: &mut Conn, unit: &Unit, provider_id: &str) -> QueryResult<Option<MessageId>> {
    let message: Option<MessageId> = messages::table
        .filter(messages::conversation_id.eq(unit.after.id))
        .filter(messages::provider_id.eq(provider_id))
        // A group that has moved counts its messages anew: the newest of that name is meant.
        .order(messages::id.desc())
        .select(messages::id)
        .first(c)
        .await
        .optional()?;
    if message.is_some() {
        return Ok(message);
    }
    deliveries::table
        .filter(deliveries::channel_id.eq(unit.channel_id))
        .filter(deliveries::provider_id.eq(provider_id))
        .filter(deliveries::conversation_id.eq(unit.after.id))
        .select(deliveries::message_id)
        .first(c)
        .await
        .optional()
}
