//! Messages with what belongs to them: attachments, reactions, revisions.
use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::db::cached::Cached;
use crate::db::rows::{AttachmentRow, MessageRow};
use crate::db::schema::{attachments, deliveries, events, message_revisions, messages, reactions};
use crate::domain::channel::{ChannelKind, InboundAttachment, OutFile};
use crate::domain::conversation::*;
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, MessageId};
use crate::domain::message::*;

pub(super) fn row_of(unit: &Unit, m: &NewMessage, episode_id: i64) -> MessageRow {
    MessageRow {
        id: m.id,
        company_id: unit.company_id,
        conversation_id: unit.after.id,
        episode_id,
        direction: m.direction,
        author_type: m.author.kind,
        author_id: m.author.id,
        author_name: m.author.name.clone(),
        kind: m.kind,
        text: m.text.clone(),
        payload: m.payload.clone(),
        status: m.status,
        error_code: None,
        error_detail: None,
        reply_to_id: if let ReplyTo::Ours(id) = m.reply_to { Some(id) } else { None },
        sender: m.sender.clone(),
        client_id: m.client_id.clone(),
        content_hash: m.content_hash.clone(),
        provider_id: m.provider_id.clone(),
        provider_at: m.provider_at,
        origin: if m.direction == Direction::In { "provider" } else { "hub" }.into(),
        generation: m.generation,
        agent_run_id: m.agent_run_id,
        edited_at: None,
        deleted_at: None,
        seq: m.seq,
        created_at: unit.at,
    }
}

pub(super) fn remote_attachment(unit: &Unit, m: &NewMessage, position: i64, id: i64, file: &InboundAttachment) -> AttachmentRow {
    AttachmentRow {
        id,
        company_id: unit.company_id,
        message_id: Some(m.id),
        uploaded_by: None,
        position,
        kind: file.kind.clone(),
        name: file.name.clone(),
        mime: file.mime.clone(),
        size: file.size,
        status: AttachmentStatus::Pending,
        storage_key: None,
        provider_file_id: Some(file.provider_file_id.clone()),
        provider_unique_id: file.provider_unique_id.clone(),
        error: None,
        created_at: unit.at,
        transcript: None,
        transcript_state: TranscriptState::None,
    }
}

/// The view of a message that was written just now, without reading it back.
pub(super) fn fresh_view(
    unit: &Unit,
    m: &NewMessage,
    remote: &[AttachmentRow],
    uploaded: &HashMap<i64, AttachmentView>,
) -> MessageView {
    let mut view = row_of(unit, m, unit.after.episode_id).view();
    view.attachments = m
        .attachments
        .iter()
        .filter_map(|a| match a {
            NewAttachment::Remote { id, .. } => remote.iter().find(|r| r.id == *id).map(AttachmentRow::view),
            NewAttachment::Uploaded { id } => uploaded.get(id).cloned(),
        })
        .collect();
    view
}

pub(super) async fn uploaded_views(c: &mut Conn, units: &[Unit]) -> QueryResult<HashMap<i64, AttachmentView>> {
    let ids: Vec<i64> = units
        .iter()
        .flat_map(|u| &u.messages)
        .flat_map(|m| &m.attachments)
        .filter_map(|a| if let NewAttachment::Uploaded { id } = a { Some(*id) } else { None })
        .collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<AttachmentRow> =
        attachments::table.filter(attachments::id.eq_any(ids)).select(AttachmentRow::as_select()).load(c).await?;
    Ok(rows.iter().map(|r| (r.id, r.view())).collect())
}

/// Ties uploads to the message that names them; an upload that another message took meanwhile undoes the unit.
pub(super) async fn use_uploads(c: &mut Conn, company: CompanyId, m: &NewMessage) -> QueryResult<()> {
    for (position, attachment) in m.attachments.iter().enumerate() {
        let NewAttachment::Uploaded { id } = attachment else { continue };
        let free = attachments::table
            .filter(attachments::id.eq(id))
            .filter(attachments::company_id.eq(company))
            .filter(attachments::message_id.is_null());
        let n = diesel::update(free)
            .set((attachments::message_id.eq(m.id), attachments::position.eq(position as i64)))
            .execute(c)
            .await?;
        if n == 0 {
            return Err(diesel::result::Error::NotFound);
        }
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
            MessageChangeKind::Edited { text, at } => {
                let older = messages::edited_at.is_null().or(messages::edited_at.le(at));
                let old: Option<String> = row.filter(older).select(messages::text).first(c).await.optional()?;
                let newer = match old {
                    Some(old) => {
                        keep_revision(c, unit.company_id, id, old, *at).await?;
                        Some((messages::text.eq(text), messages::edited_at.eq(at)))
                    }
                    None => None,
                };
                diesel::update(row).set((newer, messages::seq.eq(change.seq))).execute(c).await?;
            }
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

async fn keep_revision(c: &mut Conn, company: CompanyId, id: MessageId, old: String, at: i64) -> QueryResult<()> {
    let row = (
        message_revisions::company_id.eq(company),
        message_revisions::message_id.eq(id),
        message_revisions::text.eq(old),
        message_revisions::replaced_at.eq(at),
    );
    diesel::insert_into(message_revisions::table).values(row).execute(c).await.map(|_| ())
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

/// What a connector needs to send one part: text, files, address, the replied-to message's provider id, channel.
pub async fn outgoing(c: &mut Conn, delivery: i64) -> QueryResult<Option<OutgoingRow>> {
    let found: Option<(MessageId, ConversationId, ChannelId, i64)> = deliveries::table
        .find(delivery)
        .select((deliveries::message_id, deliveries::conversation_id, deliveries::channel_id, deliveries::part))
        .first(c)
        .await
        .optional()?;
    let Some((message_id, conversation_id, channel_id, part)) = found else { return Ok(None) };
    let row: MessageRow = messages::table.find(message_id).select(MessageRow::as_select()).first(c).await?;
    let files: Vec<AttachmentRow> = attachments::table
        .filter(attachments::message_id.eq(message_id))
        .order(attachments::position)
        .select(AttachmentRow::as_select())
        .load(c)
        .await?;
    let reply_to_provider_id: Option<String> = match row.reply_to_id {
        Some(id) => messages::table.find(id).select(messages::provider_id).first(c).await.optional()?.flatten(),
        None => None,
    };
    let (address, kind): (String, String) = {
        use crate::db::schema::{channels, conversations, identities};
        conversations::table
            .inner_join(identities::table.on(identities::id.eq(conversations::identity_id)))
            .inner_join(channels::table.on(channels::id.eq(conversations::channel_id)))
            .filter(conversations::id.eq(conversation_id))
            .select((identities::address, channels::kind))
            .first(c)
            .await?
    };
    let channel_kind = ChannelKind::parse(&kind).unwrap_or(ChannelKind::Api);
    let files = files
        .into_iter()
        .filter_map(|f| Some(OutFile { kind: f.kind, name: f.name, mime: f.mime, storage_key: f.storage_key? }))
        .collect();
    let buttons = buttons_of(row.payload.as_ref());
    let text = row.text;
    Ok(Some(OutgoingRow {
        message_id,
        conversation_id,
        channel_id,
        channel_kind,
        part,
        text,
        buttons,
        files,
        reply_to_provider_id,
        address,
    }))
}

use crate::db::messages::OutgoingRow;

/// The latest attempt of each part of a message that did not end well: what a resend sends again.
pub async fn parts_to_resend(c: &mut Conn, company: CompanyId, message: MessageId) -> QueryResult<Vec<(i64, i64)>> {
    let rows: Vec<(i64, i64, String)> = deliveries::table
        .filter(deliveries::company_id.eq(company))
        .filter(deliveries::message_id.eq(message))
        .order((deliveries::part, deliveries::attempt))
        .select((deliveries::part, deliveries::attempt, deliveries::state))
        .load(c)
        .await?;
    let mut latest: Vec<(i64, i64, String)> = vec![];
    for row in rows {
        match latest.last_mut() {
            Some(last) if last.0 == row.0 => *last = row,
            _ => latest.push(row),
        }
    }
    Ok(latest
        .into_iter()
        .filter(|(_, _, s)| matches!(s.as_str(), "failed" | "uncertain" | "cancelled"))
        .map(|(p, a, _)| (p, a))
        .collect())
}
