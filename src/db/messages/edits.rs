//! An edit, applied: the message says and shows what the provider tells of it now.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::{Conn, jobs, new_messages};
use crate::db::jobs::{FETCH_MEDIA, NewJob};
use crate::db::rows::AttachmentRow;
use crate::db::schema::{attachments, message_revisions, messages};
use crate::domain::channel::InboundAttachment;
use crate::domain::cited::with_what_stays;
use crate::domain::conversation::*;
use crate::domain::ids::{MessageId, Seq};
use crate::domain::message::{Direction, MessageKind};

/// An edit that is older than what the message shows, or of what no customer has said, changes nothing but its place in the
/// feed.
pub(super) async fn apply(
    c: &mut Conn,
    unit: &Unit,
    id: MessageId,
    seq: Seq,
    content: &EditedContent,
    at: i64,
) -> QueryResult<()> {
    let row = messages::table.filter(messages::id.eq(id)).filter(messages::conversation_id.eq(unit.after.id));
    let older = messages::edited_at.is_null().or(messages::edited_at.le(at)).and(messages::direction.eq(Direction::In));
    type Shown = (String, MessageKind, Option<Value>);
    let shown: Option<Shown> =
        row.filter(older).select((messages::text, messages::kind, messages::payload)).first(c).await.optional()?;
    let newer = match shown {
        Some((text, kind, payload)) => {
            // Where somebody is at the moment is written anew every few seconds.
            let is_on_the_move = kind == MessageKind::Location && content.kind == MessageKind::Location;
            if text != content.text && !is_on_the_move {
                keep_revision(c, unit, id, text, at).await?;
            }
            show_files(c, unit, id, content, kind).await?;
            Some((
                messages::text.eq(&content.text),
                messages::edited_at.eq(at),
                messages::kind.eq(content.kind),
                messages::payload.eq(with_what_stays(payload, content.payload.clone())),
            ))
        }
        None => None,
    };
    diesel::update(row).set((newer, messages::seq.eq(seq))).execute(c).await.map(|_| ())
}

async fn keep_revision(c: &mut Conn, unit: &Unit, id: MessageId, old: String, at: i64) -> QueryResult<()> {
    let row = (
        message_revisions::company_id.eq(unit.company_id),
        message_revisions::message_id.eq(id),
        message_revisions::text.eq(old),
        message_revisions::replaced_at.eq(at),
    );
    diesel::insert_into(message_revisions::table).values(row).execute(c).await.map(|_| ())
}

/// Files that the message has stay as they are, others are fetched, and those that it has no more go. An edit of the same kind
/// that tells of no file is one whose file could not be read.
async fn show_files(c: &mut Conn, unit: &Unit, id: MessageId, content: &EditedContent, was: MessageKind) -> QueryResult<()> {
    if content.files.is_empty() && content.kind == was {
        return Ok(());
    }
    let mut gone: Vec<AttachmentRow> =
        attachments::table.filter(attachments::message_id.eq(id)).select(AttachmentRow::as_select()).load(c).await?;
    for (position, file) in content.files.iter().enumerate() {
        let NewAttachment::Remote { id: attachment_id, file } = file else { continue };
        if let Some(at) = gone.iter().position(|row| is_same(row, file)) {
            gone.remove(at);
            continue;
        }
        let row = new_messages::remote_attachment(unit, id, position as i64, *attachment_id, file);
        diesel::insert_into(attachments::table).values(row).execute(c).await?;
        let job = NewJob {
            company_id: Some(unit.company_id),
            kind: FETCH_MEDIA,
            key: Some(attachment_id.to_string()),
            payload: new_messages::fetching(unit, id, *attachment_id),
            wait: 0,
        };
        jobs::enqueue(c, &[job], unit.at).await?;
    }
    // Their bytes are nobody's from now on, and swept away as such.
    for row in gone {
        diesel::delete(attachments::table.find(row.id)).execute(c).await?;
    }
    Ok(())
}

/// Telegram's ids of files change from message to message, its unique ids do not.
fn is_same(row: &AttachmentRow, file: &InboundAttachment) -> bool {
    match (&row.provider_unique_id, &file.provider_unique_id) {
        (Some(one), Some(other)) => one == other,
        _ => row.provider_file_id.as_deref() == Some(file.provider_file_id.as_str()),
    }
}
