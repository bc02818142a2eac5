//! Messages as they are read, with what belongs to them: attachments and reactions.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::db::rows::{AttachmentRow, MessageRow};
use crate::db::schema::{attachments, conversations, deliveries, identity_keys, messages, reactions};
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, MessageId};
use crate::domain::message::*;

pub async fn views_by_ids(c: &mut Conn, ids: Vec<MessageId>) -> QueryResult<Vec<MessageView>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let rows = messages::table.filter(messages::id.eq_any(ids)).select(MessageRow::as_select()).load(c).await?;
    with_parts(c, rows).await
}

/// Adds attachments and reactions to a page of messages: two queries, however long the page.
pub async fn with_parts(c: &mut Conn, rows: Vec<MessageRow>) -> QueryResult<Vec<MessageView>> {
    let ids: Vec<MessageId> = rows.iter().map(|r| r.id).collect();
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let files: Vec<AttachmentRow> = attachments::table
        .filter(attachments::message_id.eq_any(&ids))
        .order((attachments::message_id, attachments::position))
        .select(AttachmentRow::as_select())
        .load(c)
        .await?;
    let reacted: Vec<(MessageId, String, String)> = reactions::table
        .filter(reactions::message_id.eq_any(&ids))
        .order(reactions::created_at)
        .select((reactions::message_id, reactions::emoji, reactions::author))
        .load(c)
        .await?;
    let mut views: Vec<MessageView> = rows.iter().map(MessageRow::view).collect();
    for view in views.iter_mut().filter(|v| v.deleted_at.is_none()) {
        view.attachments = files.iter().filter(|f| f.message_id == Some(view.id)).map(AttachmentRow::view).collect();
        view.reactions = reacted
            .iter()
            .filter(|(id, _, _)| *id == view.id)
            .map(|(_, emoji, author)| ReactionView { emoji: emoji.clone(), author: author.clone() })
            .collect();
    }
    Ok(views)
}

/// A page of a conversation, newest first; `before` is the id of the last message of the page before.
pub async fn page_messages(
    c: &mut Conn,
    company: CompanyId,
    conversation: ConversationId,
    before: Option<MessageId>,
    limit: i64,
) -> QueryResult<Vec<MessageView>> {
    let mut query =
        messages::table.filter(messages::company_id.eq(company)).filter(messages::conversation_id.eq(conversation)).into_boxed();
    if let Some(before) = before {
        query = query.filter(messages::id.lt(before));
    }
    let rows = query.order(messages::id.desc()).limit(limit).select(MessageRow::as_select()).load(c).await?;
    with_parts(c, rows).await
}

/// The message this sender made with this key, and the hash of what was asked.
pub async fn sent_before(
    c: &mut Conn,
    company: CompanyId,
    sender: String,
    client_id: String,
) -> QueryResult<Option<(MessageId, Option<String>)>> {
    messages::table
        .filter(messages::company_id.eq(company))
        .filter(messages::sender.eq(sender))
        .filter(messages::client_id.eq(client_id))
        .select((messages::id, messages::content_hash))
        .first(c)
        .await
        .optional()
}

pub async fn message_by_id(c: &mut Conn, company: CompanyId, id: MessageId) -> QueryResult<Option<MessageView>> {
    let row: Option<MessageRow> = messages::table
        .filter(messages::company_id.eq(company))
        .filter(messages::id.eq(id))
        .select(MessageRow::as_select())
        .first(c)
        .await
        .optional()?;
    Ok(with_parts(c, row.into_iter().collect()).await?.pop())
}

/// Whether the conversation under this key has the message that the provider calls so.
pub async fn is_received(c: &mut Conn, channel: ChannelId, key: String, provider_id: String) -> QueryResult<bool> {
    let row = identity_keys::table
        .inner_join(conversations::table.on(conversations::identity_id.eq(identity_keys::identity_id)))
        .inner_join(messages::table.on(messages::conversation_id.eq(conversations::id)))
        .filter(identity_keys::channel_id.eq(channel))
        .filter(identity_keys::key.eq(key))
        .filter(messages::provider_id.eq(provider_id));
    diesel::select(diesel::dsl::exists(row)).get_result(c).await
}

/// The key of the place within `key` (`key:place`) in whose conversation a message or a part of one is called so. A provider
/// may tell of a message without the place that it stands in.
pub async fn key_within(c: &mut Conn, channel: ChannelId, key: String, provider_id: String) -> QueryResult<Option<String>> {
    // ';' is the character behind ':'.
    let places: Vec<(ConversationId, String)> = identity_keys::table
        .inner_join(conversations::table.on(conversations::identity_id.eq(identity_keys::identity_id)))
        .filter(identity_keys::channel_id.eq(channel))
        .filter(identity_keys::key.gt(format!("{key}:")))
        .filter(identity_keys::key.lt(format!("{key};")))
        .select((conversations::id, identity_keys::key))
        .load(c)
        .await?;
    if places.is_empty() {
        return Ok(None);
    }
    let ids: Vec<ConversationId> = places.iter().map(|(id, _)| *id).collect();
    let received: Option<ConversationId> = messages::table
        .filter(messages::conversation_id.eq_any(&ids))
        .filter(messages::provider_id.eq(&provider_id))
        .select(messages::conversation_id)
        .first(c)
        .await
        .optional()?;
    let found = match received {
        Some(id) => Some(id),
        None => deliveries::table
            .filter(deliveries::channel_id.eq(channel))
            .filter(deliveries::provider_id.eq(provider_id))
            .filter(deliveries::conversation_id.eq_any(ids))
            .select(deliveries::conversation_id)
            .first(c)
            .await
            .optional()?,
    };
    Ok(places.into_iter().find(|(id, _)| Some(*id) == found).map(|(_, key)| key))
}
