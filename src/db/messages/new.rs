//! The rows of messages that a unit brings, and their views, which need not be read back.
use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use super::Conn;
use crate::db::rows::{AttachmentRow, MessageRow};
use crate::db::schema::attachments;
use crate::domain::channel::InboundAttachment;
use crate::domain::conversation::*;
use crate::domain::ids::{CompanyId, MessageId};
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

pub(super) fn remote_attachment(
    unit: &Unit,
    message_id: MessageId,
    position: i64,
    id: i64,
    file: &InboundAttachment,
) -> AttachmentRow {
    AttachmentRow {
        id,
        company_id: unit.company_id,
        message_id: Some(message_id),
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

/// What the job needs that fetches a file.
pub(super) fn fetching(unit: &Unit, message_id: MessageId, attachment_id: i64) -> Value {
    json!({
        "attachment_id": attachment_id, "message_id": message_id, "conversation_id": unit.after.id,
        "channel_id": unit.channel_id,
    })
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
