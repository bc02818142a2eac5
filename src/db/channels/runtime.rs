//! Channels and their files as a running connector sees them.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use super::Conn;
use super::channels::show_settings;
use crate::db::channels::{ChannelRuntime, DoorRow, HealthReport, RemoteFile};
use crate::db::schema::{attachments, channels, companies};
use crate::domain::channel::ChannelKind;
use crate::domain::ids::ChannelId;

/// The channel, deleted or not, and its company's locale.
pub async fn channel_runtime(c: &mut Conn, channel: ChannelId) -> QueryResult<Option<(ChannelRuntime, String)>> {
    channels::table
        .inner_join(companies::table.on(companies::id.eq(channels::company_id)))
        .filter(channels::id.eq(channel))
        .select((ChannelRuntime::as_select(), companies::locale))
        .first(c)
        .await
        .optional()
}

pub async fn live_channels(c: &mut Conn, kind: ChannelKind) -> QueryResult<Vec<ChannelId>> {
    channels::table
        .filter(channels::kind.eq(kind))
        .filter(channels::enabled.eq(true))
        .filter(channels::deleted_at.is_null())
        .order(channels::id)
        .select(channels::id)
        .load(c)
        .await
}

/// All that are not deleted, enabled or not.
pub async fn doors_of(c: &mut Conn, kind: ChannelKind) -> QueryResult<Vec<DoorRow>> {
    channels::table
        .filter(channels::kind.eq(kind))
        .filter(channels::deleted_at.is_null())
        .order(channels::id)
        .select(DoorRow::as_select())
        .load(c)
        .await
}

pub async fn report_health(c: &mut Conn, channel: ChannelId, report: HealthReport) -> QueryResult<()> {
    diesel::update(channels::table.find(channel))
        .set((
            channels::health_state.eq(report.state),
            channels::health_detail.eq(report.detail),
            channels::health_checked_at.eq(Some(report.checked_at)),
            channels::health_retry_at.eq(report.retry_at),
        ))
        .execute(c)
        .await
        .map(|_| ())
}

pub async fn save_provider_identity(
    c: &mut Conn,
    channel: ChannelId,
    provider_id: String,
    username: Option<String>,
) -> QueryResult<()> {
    diesel::update(channels::table.find(channel))
        .set((channels::provider_id.eq(Some(provider_id)), channels::username.eq(username)))
        .execute(c)
        .await
        .map(|_| ())
}

/// What the provider says of a number.
pub async fn note_number(c: &mut Conn, channel: ChannelId, display: Option<String>, facts: Value) -> QueryResult<()> {
    show_settings(c, channel, &json!({ "number": facts })).await?;
    diesel::update(channels::table.find(channel)).set(channels::username.eq(display)).execute(c).await.map(|_| ())
}

/// The channel of an account that is not deleted, enabled or not.
pub async fn channel_of_account(c: &mut Conn, kind: ChannelKind, account: String) -> QueryResult<Option<ChannelId>> {
    channels::table
        .filter(channels::kind.eq(kind))
        .filter(channels::provider_id.eq(account))
        .filter(channels::deleted_at.is_null())
        .select(channels::id)
        .first(c)
        .await
        .optional()
}

pub async fn save_poll_offset(c: &mut Conn, channel: ChannelId, offset: i64) -> QueryResult<()> {
    diesel::update(channels::table.find(channel)).set(channels::poll_offset.eq(offset)).execute(c).await.map(|_| ())
}

pub async fn note_channel_event(c: &mut Conn, channel: ChannelId, at: i64) -> QueryResult<()> {
    let row = channels::table.find(channel).filter(channels::last_event_at.is_null().or(channels::last_event_at.lt(at)));
    diesel::update(row).set(channels::last_event_at.eq(Some(at))).execute(c).await.map(|_| ())
}

pub async fn remote_file(c: &mut Conn, attachment: i64) -> QueryResult<Option<RemoteFile>> {
    attachments::table.find(attachment).select(RemoteFile::as_select()).first(c).await.optional()
}
