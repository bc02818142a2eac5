//! Uploaded files, and how far a company has come.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, backend};
use crate::db::files::{NewFile, SetupProgress};
use crate::db::rows::AttachmentRow;
use crate::db::schema::*;
use crate::domain::access::{Principal, Scope};
use crate::domain::channel::ChannelKind;
use crate::domain::clock::Micros;
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, MessageId, UserId};
use crate::domain::message::{AttachmentStatus, Direction, TranscriptState};

#[allow(clippy::useless_conversion)] // the other backend draws a Vec
pub async fn add_file(c: &mut Conn, new: NewFile) -> QueryResult<AttachmentRow> {
    let id = backend::draw_ids(c, 1).await?.next().ok_or(diesel::result::Error::NotFound)?;
    let row = AttachmentRow {
        id,
        company_id: new.company_id,
        message_id: None,
        uploaded_by: new.uploaded_by,
        position: 0,
        kind: new.kind.into(),
        name: new.name,
        mime: new.mime,
        size: new.size,
        status: AttachmentStatus::Ready,
        storage_key: Some(new.storage_key),
        provider_file_id: None,
        provider_unique_id: None,
        error: None,
        created_at: new.at,
        transcript: None,
        transcript_state: TranscriptState::None,
    };
    diesel::insert_into(attachments::table).values(&row).execute(c).await?;
    Ok(row)
}

/// What the company's files weigh together.
pub async fn bytes_stored(c: &mut Conn, company: CompanyId) -> QueryResult<i64> {
    // PostgreSQL sums to a type of its own.
    let sum = diesel::dsl::sql::<diesel::sql_types::BigInt>("CAST(COALESCE(SUM(size), 0) AS BIGINT)");
    attachments::table
        .filter(attachments::company_id.eq(company))
        .filter(attachments::storage_key.is_not_null())
        .select(sum)
        .first(c)
        .await
}

/// A file of the company, with where its conversation belongs; no scope while no message names it.
pub async fn file(c: &mut Conn, who: Principal, id: i64) -> QueryResult<Option<(AttachmentRow, Option<Scope>)>> {
    let row: Option<AttachmentRow> = attachments::table
        .filter(attachments::company_id.eq(who.company_id))
        .filter(attachments::id.eq(id))
        .select(AttachmentRow::as_select())
        .first(c)
        .await
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let Some(message) = row.message_id else { return Ok(Some((row, None))) };
    let scope: Option<(Option<i64>, Option<UserId>)> = messages::table
        .inner_join(conversations::table.on(conversations::id.eq(messages::conversation_id)))
        .filter(messages::company_id.eq(who.company_id))
        .filter(messages::id.eq(message))
        .filter(messages::deleted_at.is_null())
        .select((conversations::department_id, conversations::assignee_id))
        .first(c)
        .await
        .optional()?;
    // The message is gone, and so is what it brought.
    Ok(scope.map(|(department_id, assignee_id)| (row, Some(Scope { department_id, assignee_id }))))
}

/// A file that stands in a web chat of the visitor with this key; what is in notes is not theirs.
pub async fn visitors_file(c: &mut Conn, key: String, id: i64) -> QueryResult<Option<AttachmentRow>> {
    let row: Option<AttachmentRow> =
        attachments::table.filter(attachments::id.eq(id)).select(AttachmentRow::as_select()).first(c).await.optional()?;
    let Some(row) = row else { return Ok(None) };
    let Some(message) = row.message_id else { return Ok(None) };
    let found: Option<MessageId> = messages::table
        .inner_join(conversations::table.on(conversations::id.eq(messages::conversation_id)))
        .inner_join(channels::table.on(channels::id.eq(conversations::channel_id)))
        .inner_join(identity_keys::table.on(identity_keys::identity_id.eq(conversations::identity_id)))
        .filter(messages::id.eq(message))
        .filter(messages::direction.eq_any([Direction::In, Direction::Out]))
        .filter(messages::deleted_at.is_null())
        .filter(channels::kind.eq(ChannelKind::Webchat).and(channels::deleted_at.is_null()))
        .filter(identity_keys::key.eq(key))
        .select(messages::id)
        .first(c)
        .await
        .optional()?;
    Ok(found.map(|_| row))
}

/// Uploads that nobody named in time.
pub async fn unused_files(c: &mut Conn, before: Micros, limit: i64) -> QueryResult<Vec<(i64, Option<String>)>> {
    attachments::table
        .filter(attachments::message_id.is_null())
        .filter(attachments::created_at.lt(before))
        .order(attachments::created_at)
        .limit(limit)
        .select((attachments::id, attachments::storage_key))
        .load(c)
        .await
}

/// Those of the keys that a row names.
pub async fn stored_keys(c: &mut Conn, keys: Vec<String>) -> QueryResult<Vec<String>> {
    let found: Vec<Option<String>> = attachments::table
        .filter(attachments::storage_key.eq_any(keys))
        .select(attachments::storage_key)
        .distinct()
        .load(c)
        .await?;
    Ok(found.into_iter().flatten().collect())
}

/// Takes the row of an unused upload away; false when a message has named it meanwhile.
pub async fn forget_file(c: &mut Conn, id: i64) -> QueryResult<bool> {
    let unused = attachments::table.filter(attachments::id.eq(id)).filter(attachments::message_id.is_null());
    diesel::delete(unused).execute(c).await.map(|n| n > 0)
}

pub async fn progress(c: &mut Conn, company: CompanyId) -> QueryResult<SetupProgress> {
    let webchat_key: Option<Option<String>> = channels::table
        .filter(channels::company_id.eq(company))
        .filter(channels::kind.eq(ChannelKind::Webchat))
        .filter(channels::deleted_at.is_null())
        .order(channels::id)
        .select(channels::key)
        .first(c)
        .await
        .optional()?;
    let connected: Option<ChannelId> = channels::table
        .filter(channels::company_id.eq(company))
        .filter(channels::kind.eq_any(ChannelKind::words(|kind| kind.has_provider)))
        .filter(channels::deleted_at.is_null())
        .select(channels::id)
        .first(c)
        .await
        .optional()?;
    let members: i64 = memberships::table.filter(memberships::company_id.eq(company)).count().get_result(c).await?;
    let invite: Option<i64> =
        invites::table.filter(invites::company_id.eq(company)).select(invites::id).first(c).await.optional()?;
    let written: Option<ConversationId> = conversations::table
        .filter(conversations::company_id.eq(company))
        .filter(conversations::inbound_count.gt(0))
        .select(conversations::id)
        .first(c)
        .await
        .optional()?;
    let answered: Option<MessageId> = messages::table
        .filter(messages::company_id.eq(company))
        .filter(messages::direction.eq(Direction::Out))
        .select(messages::id)
        .first(c)
        .await
        .optional()?;
    Ok(SetupProgress {
        webchat_key: webchat_key.flatten(),
        channels: connected.is_some(),
        invited: members > 1 || invite.is_some(),
        first_message: written.is_some(),
        first_answer: answered.is_some(),
    })
}
