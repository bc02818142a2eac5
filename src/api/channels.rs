//! Channels. A token goes in and never comes out; after each change the connector is told and its first word awaited.
mod input;

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::extract::{Body, Id, Page, page_of};
use super::limits::RateLimits;
use crate::actions::change_channel::{change_channel, check_channel};
use crate::actions::connect_channel::connect_channel;
use crate::actions::refusal::NO_CHANNEL;
use crate::actions::remove_channel::remove_channel;
use crate::config::Config;
use crate::db::Store;
use crate::db::channels::ChannelRow;
use crate::domain::access::Principal;
use crate::domain::channel::{ChannelKind, HealthState, UpdateMode};
use crate::domain::clock::{self, Micros};
use crate::domain::form::TimeForm;
use crate::domain::ids::ChannelId;
use crate::domain::text::word_enum;
use crate::error::{Error, Result};
use crate::hub::lifecycle::ChannelLifecycle;
use crate::secrets::Vault;
use crate::sessions::Sessions;
pub use input::{ChannelPatch, CreateChannel};

type Lifecycle = web::Data<Arc<dyn ChannelLifecycle>>;

fn missing() -> Error {
    Error::not_found(NO_CHANNEL)
}

word_enum! { ChannelStatus { Active = "active", Disabled = "disabled", Error = "error" } }

/// How well a channel works.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChannelHealth")]
pub struct ChannelHealthView {
    state: HealthState,
    /// For managers and owners: it may hold the provider's own words. Empty for operators.
    detail: String,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    #[schemars(with = "Option<TimeForm>")]
    checked_at: Option<Micros>,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    #[schemars(with = "Option<TimeForm>")]
    last_event_at: Option<Micros>,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    #[schemars(with = "Option<TimeForm>")]
    retry_at: Option<Micros>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Channel")]
pub struct ChannelView {
    id: ChannelId,
    kind: ChannelKind,
    name: String,
    status: ChannelStatus,
    enabled: bool,
    health: ChannelHealthView,
    #[serde(flatten)]
    bot: Option<BotSide>,
    #[serde(flatten)]
    chat: Option<ChatSide>,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    created_at: Micros,
}

/// What only channels of a bot have.
#[derive(Serialize, JsonSchema)]
struct BotSide {
    mode: UpdateMode,
    username: Option<String>,
    token_hint: Option<String>,
}

/// What only hosted chats have.
#[derive(Serialize, JsonSchema)]
struct ChatSide {
    key: String,
    chat_url: String,
    #[schemars(with = "Vec<String>")]
    allowed_origins: Value,
}

page_of!(ChannelsPage as "Channels", channels: ChannelView);

fn view(row: ChannelRow, config: &Config, who: &Principal) -> ChannelView {
    let status = match row.health_state {
        _ if !row.enabled => ChannelStatus::Disabled,
        HealthState::Unauthorized => ChannelStatus::Error,
        _ => ChannelStatus::Active,
    };
    let has_token = row.kind.features().token.is_some();
    let allowed_origins = row.settings.get("allowed_origins").cloned().unwrap_or_else(|| Value::Array(vec![]));
    ChannelView {
        id: row.id,
        kind: row.kind,
        name: row.name,
        status,
        enabled: row.enabled,
        health: ChannelHealthView {
            state: row.health_state,
            detail: if who.reads_providers() { row.health_detail } else { String::new() },
            checked_at: row.health_checked_at,
            last_event_at: row.last_event_at,
            retry_at: row.health_retry_at,
        },
        bot: has_token.then_some(BotSide { mode: row.mode, username: row.username, token_hint: row.token_hint }),
        chat: row.key.map(|key| ChatSide { chat_url: config.public_address(&format!("c/{key}")), key, allowed_origins }),
        created_at: row.created_at,
    }
}

/// `GET /api/channels`
pub async fn list(who: Principal, page: Page, store: web::Data<Store>, config: web::Data<Config>) -> Result<HttpResponse> {
    let rows = store.channels_of(who.company_id, page.after_one().unwrap_or(0), page.limit).await?;
    let next_cursor = rows.last().filter(|_| rows.len() as i64 == page.limit).map(|r| Page::cursor(&[r.id.get()]));
    let channels = rows.into_iter().map(|row| view(row, &config, &who)).collect();
    Ok(HttpResponse::Ok().json(ChannelsPage { channels, next_cursor }))
}

/// `GET /api/channels/{id}`
pub async fn show(
    who: Principal,
    Id(id): Id<ChannelId>,
    store: web::Data<Store>,
    config: web::Data<Config>,
) -> Result<HttpResponse> {
    let row = store.channel(who.company_id, id).await?.ok_or_else(missing)?;
    Ok(HttpResponse::Ok().json(view(row, &config, &who)))
}

/// `POST /api/channels`
pub async fn create(
    who: Principal,
    Body(body): Body<CreateChannel>,
    store: web::Data<Store>,
    config: web::Data<Config>,
    vault: web::Data<Vault>,
    sessions: web::Data<Sessions>,
    limits: web::Data<RateLimits>,
    lifecycle: Lifecycle,
) -> Result<HttpResponse> {
    let (wanted, vault, company) = (body.read()?, vault.into_inner(), who.company_id);
    if wanted.token.is_some() {
        // Its provider is asked about it.
        limits.trial(company)?;
    }
    let id = connect_channel(&store, vault, &lifecycle, company, who.user_id, wanted, sessions.now()).await?;
    let row = store.channel(company, id).await?.ok_or_else(missing)?;
    Ok(HttpResponse::Created().json(view(row, &config, &who)))
}

/// `PATCH /api/channels/{id}`
pub async fn change(
    who: Principal,
    Id(id): Id<ChannelId>,
    Body(body): Body<ChannelPatch>,
    store: web::Data<Store>,
    config: web::Data<Config>,
    vault: web::Data<Vault>,
    sessions: web::Data<Sessions>,
    limits: web::Data<RateLimits>,
    lifecycle: Lifecycle,
) -> Result<HttpResponse> {
    let now = store.channel(who.company_id, id).await?.ok_or_else(missing)?;
    let wanted = body.read(&now)?;
    if wanted.token.is_some() {
        limits.trial(who.company_id)?;
    }
    if !change_channel(&store, &vault, &lifecycle, &who, id, wanted, sessions.now()).await? {
        return Err(missing());
    }
    show(who, Id(id), store, config).await
}

/// `DELETE /api/channels/{id}`: its conversations stay readable.
pub async fn remove(
    who: Principal,
    Id(id): Id<ChannelId>,
    store: web::Data<Store>,
    sessions: web::Data<Sessions>,
    lifecycle: Lifecycle,
) -> Result<HttpResponse> {
    if !remove_channel(&store, &lifecycle, &who, id, sessions.now()).await? {
        return Err(missing());
    }
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /api/channels/{id}/check`
pub async fn check(
    who: Principal,
    Id(id): Id<ChannelId>,
    store: web::Data<Store>,
    config: web::Data<Config>,
    lifecycle: Lifecycle,
) -> Result<HttpResponse> {
    if !check_channel(&store, &lifecycle, &who, id).await? {
        return Err(missing());
    }
    show(who, Id(id), store, config).await
}
