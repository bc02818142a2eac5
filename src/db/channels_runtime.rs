//! What a connector reads and writes while it runs: its channel's row, its health, its place in the provider's queue,
//! and the files that are still there.
use diesel::prelude::*;
use serde_json::Value;

use super::schema::*;
use crate::domain::clock::Micros;

/// A channel as its connector needs it. `token` and `secret` are still sealed.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = channels)]
pub struct ChannelRuntime {
    pub id: i64,
    pub company_id: i64,
    pub kind: String,
    pub mode: String,
    pub enabled: bool,
    pub token: Option<String>,
    pub secret: Option<String>,
    pub secret_hash: Option<String>,
    pub provider_id: Option<String>,
    pub settings: Value,
    pub last_event_at: Option<Micros>,
    pub poll_offset: i64,
    pub deleted_at: Option<Micros>,
}

impl ChannelRuntime {
    pub fn door(&self) -> DoorRow {
        let ChannelRuntime { id, enabled, last_event_at, .. } = *self;
        DoorRow { id, enabled, last_event_at, secret_hash: self.secret_hash.clone() }
    }

    pub fn is_live(&self) -> bool {
        self.enabled && self.deleted_at.is_none()
    }
}

/// What opens a channel to its provider.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = channels)]
pub struct DoorRow {
    pub id: i64,
    pub secret_hash: Option<String>,
    pub enabled: bool,
    pub last_event_at: Option<Micros>,
}

/// What a health check found.
#[derive(Clone, Debug, PartialEq)]
pub struct HealthReport {
    pub state: crate::domain::channel::HealthState,
    pub detail: String,
    pub checked_at: Micros,
    pub retry_at: Option<Micros>,
}

/// An attachment whose bytes are still at the provider.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = attachments)]
pub struct RemoteFile {
    pub id: i64,
    pub company_id: i64,
    pub kind: String,
    pub name: String,
    pub mime: String,
    pub size: i64,
    pub status: String,
    pub provider_file_id: Option<String>,
}

super::ops! {
    read channels_runtime::channel_runtime(channel: i64) -> Option<(ChannelRuntime, String)>;
    read channels_runtime::live_channels(kind: String) -> Vec<i64>;
    read channels_runtime::doors_of(kind: String) -> Vec<DoorRow>;
    read channels_runtime::remote_file(attachment: i64) -> Option<RemoteFile>;
    write channels_runtime::report_health(channel: i64, report: HealthReport) -> ();
    write channels_runtime::save_provider_identity(channel: i64, provider_id: String, username: Option<String>) -> ();
    write channels_runtime::save_poll_offset(channel: i64, offset: i64) -> ();
    write channels_runtime::note_channel_event(channel: i64, at: Micros) -> ();
}
