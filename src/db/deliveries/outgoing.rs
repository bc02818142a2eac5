//! A delivery with all that sending it takes, and which parts of a message a resend would send.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::db::deliveries::OutgoingRow;
use crate::db::rows::{AttachmentRow, MessageRow};
use crate::db::schema::{attachments, deliveries, messages};
use crate::domain::channel::{ChannelKind, OutFile};
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, MessageId};
use crate::domain::message::*;

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
    let (address, channel_kind): (String, ChannelKind) = {
        use crate::db::schema::{channels, conversations, identities};
        conversations::table
            .inner_join(identities::table.on(identities::id.eq(conversations::identity_id)))
            .inner_join(channels::table.on(channels::id.eq(conversations::channel_id)))
            .filter(conversations::id.eq(conversation_id))
            .select((identities::address, channels::kind))
            .first(c)
            .await?
    };
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
