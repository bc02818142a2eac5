//! Channels: as the API keeps them, and as their connectors read and write them while they run.
use super::schema::*;
use crate::domain::channel::{ChannelKind, HealthState, UpdateMode};
use crate::domain::clock::Micros;
use crate::domain::ids::{ChannelId, CompanyId, UserId};
use crate::domain::message::AttachmentStatus;
use diesel::prelude::*;
use serde_json::Value;

#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = super::schema::channels)]
pub struct ChannelRow {
    pub id: ChannelId,
    pub company_id: CompanyId,
    pub kind: ChannelKind,
    pub name: String,
    pub mode: UpdateMode,
    pub enabled: bool,
    /// Public address of a hosted chat.
    pub key: Option<String>,
    /// Sealed; only a connector opens it.
    pub token: Option<String>,
    pub token_hint: Option<String>,
    /// Sealed: what the provider must show us with each webhook.
    pub secret: Option<String>,
    pub secret_hash: Option<String>,
    pub provider_id: Option<String>,
    pub username: Option<String>,
    pub settings: Value,
    pub health_state: HealthState,
    pub health_detail: String,
    pub health_checked_at: Option<Micros>,
    pub health_retry_at: Option<Micros>,
    pub last_event_at: Option<Micros>,
    pub poll_offset: i64,
    pub created_at: Micros,
    pub deleted_at: Option<Micros>,
}

/// A value sealed for a channel, which needs the channel's id: it is made inside the transaction that draws the id.
pub type Seal = Box<dyn FnOnce(ChannelId) -> Result<Sealed, String> + Send>;

/// What is stored of a channel's credentials.
pub struct Sealed {
    pub token: String,
    pub token_hint: String,
    pub secret: String,
    pub secret_hash: String,
    /// The account's own id (a bot's, as its token begins): one account, one live channel.
    pub provider_id: Option<String>,
    /// What may be shown of the secrets, to be merged into the settings.
    pub shown: Value,
}

pub struct NewChannel {
    pub company_id: CompanyId,
    pub created_by: UserId,
    pub kind: ChannelKind,
    pub name: String,
    pub mode: UpdateMode,
    pub key: Option<String>,
    pub settings: Value,
    pub seal: Option<Seal>,
    pub at: Micros,
}

#[derive(Default)]
pub struct ChannelChange {
    pub name: Option<String>,
    pub mode: Option<UpdateMode>,
    pub enabled: Option<bool>,
    pub settings: Option<Value>,
    /// Another token may be another bot: what is known of the old one goes.
    pub sealed: Option<Sealed>,
}

/// A channel as its connector needs it. `token` and `secret` are still sealed.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = channels)]
pub struct ChannelRuntime {
    pub id: ChannelId,
    pub company_id: CompanyId,
    pub kind: ChannelKind,
    pub mode: UpdateMode,
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
    pub id: ChannelId,
    pub secret_hash: Option<String>,
    pub enabled: bool,
    pub last_event_at: Option<Micros>,
}

/// What a health check found.
#[derive(Clone, Debug, PartialEq)]
pub struct HealthReport {
    pub state: HealthState,
    pub detail: String,
    pub checked_at: Micros,
    pub retry_at: Option<Micros>,
}

/// An attachment whose bytes are still at the provider.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = attachments)]
pub struct RemoteFile {
    pub id: i64,
    pub company_id: CompanyId,
    pub kind: String,
    pub name: String,
    pub mime: String,
    pub size: i64,
    pub status: AttachmentStatus,
    pub provider_file_id: Option<String>,
}

super::ops! {
    read channels::channels_by_health() -> Vec<(String, i64)>;
    read channels::channels_of(company: CompanyId, after: i64, limit: i64) -> Vec<ChannelRow>;
    read channels::channel(company: CompanyId, id: ChannelId) -> Option<ChannelRow>;
    write channels::create_channel(new: NewChannel) -> ChannelId;
    write channels::change_channel(company: CompanyId, by: UserId, id: ChannelId, change: ChannelChange, at: Micros) -> bool;
    write channels::mark_checking(company: CompanyId, id: ChannelId) -> bool;
    write channels::remove_channel(company: CompanyId, by: UserId, id: ChannelId, at: Micros) -> bool;
    write channels::wipe_credentials(company: CompanyId, id: ChannelId) -> ();
    read channels_runtime::channel_runtime(channel: ChannelId) -> Option<(ChannelRuntime, String)>;
    read channels_runtime::live_channels(kind: ChannelKind) -> Vec<ChannelId>;
    read channels_runtime::doors_of(kind: ChannelKind) -> Vec<DoorRow>;
    read channels_runtime::remote_file(attachment: i64) -> Option<RemoteFile>;
    write channels_runtime::report_health(channel: ChannelId, report: HealthReport) -> ();
    write channels_runtime::save_provider_identity(channel: ChannelId, provider_id: String, username: Option<String>) -> ();
    write channels_runtime::note_number(channel: ChannelId, display: Option<String>, facts: Value) -> ();
    read channels_runtime::channel_of_account(kind: ChannelKind, account: String) -> Option<ChannelId>;
    write channels_runtime::save_poll_offset(channel: ChannelId, offset: i64) -> ();
    write channels_runtime::note_channel_event(channel: ChannelId, at: Micros) -> ();
}
