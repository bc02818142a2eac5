//! Channels as the API keeps them.
use serde_json::Value;

use super::store::ops;
use crate::domain::clock::Micros;

#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = super::schema::channels)]
pub struct ChannelRow {
    pub id: i64,
    pub company_id: i64,
    pub kind: String,
    pub name: String,
    pub mode: String,
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
    pub health_state: String,
    pub health_detail: String,
    pub health_checked_at: Option<Micros>,
    pub health_retry_at: Option<Micros>,
    pub last_event_at: Option<Micros>,
    pub poll_offset: i64,
    pub created_at: Micros,
    pub deleted_at: Option<Micros>,
}

/// A value sealed for a channel, which needs the channel's id: it is made inside the transaction that draws the id.
pub type Seal = Box<dyn FnOnce(i64) -> Result<Sealed, String> + Send>;

/// What is stored of a channel's credentials.
pub struct Sealed {
    pub token: String,
    pub token_hint: String,
    pub secret: String,
    pub secret_hash: String,
    /// The bot's own id, as its token begins: one bot, one live channel.
    pub provider_id: Option<String>,
}

pub struct NewChannel {
    pub company_id: i64,
    pub created_by: i64,
    pub kind: &'static str,
    pub name: String,
    pub mode: &'static str,
    pub key: Option<String>,
    pub settings: Value,
    pub seal: Option<Seal>,
    pub at: Micros,
}

#[derive(Default)]
pub struct ChannelChange {
    pub name: Option<String>,
    pub mode: Option<&'static str>,
    pub enabled: Option<bool>,
    pub settings: Option<Value>,
    /// Another token may be another bot: what is known of the old one goes.
    pub sealed: Option<Sealed>,
}

ops! {
    read channels::channels_by_health() -> Vec<(String, i64)>;
    read channels::channels_of(company: i64, after: i64, limit: i64) -> Vec<ChannelRow>;
    read channels::channel(company: i64, id: i64) -> Option<ChannelRow>;
    write channels::create_channel(new: NewChannel) -> i64;
    write channels::change_channel(company: i64, by: i64, id: i64, change: ChannelChange, at: Micros) -> bool;
    write channels::mark_checking(company: i64, id: i64) -> bool;
    write channels::remove_channel(company: i64, by: i64, id: i64, at: Micros) -> bool;
    write channels::wipe_credentials(company: i64, id: i64) -> ();
}
