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
use crate::domain::flaw::Flaw;
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
    #[serde(flatten)]
    number: Option<NumberHealth>,
}

/// What only WhatsApp numbers have: what Meta says of them, and what is to be entered there.
#[derive(Serialize, JsonSchema)]
struct NumberHealth {
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    quality: Option<String>,
    /// How many people may be written to first within a day, as `TIER_1K`.
    messaging_limit: Option<String>,
    webhook_url: String,
    verify_token_hint: Option<String>,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    #[schemars(with = "Option<TimeForm>")]
    last_inbound_at: Option<Micros>,
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
    number: Option<NumberSide>,
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

/// What only WhatsApp numbers have.
#[derive(Serialize, JsonSchema)]
struct NumberSide {
    phone_number_id: Option<String>,
    display_phone_number: Option<String>,
    verified_name: Option<String>,
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
    let (is_bot, is_number) = (row.kind.features().can_poll, row.kind.features().account.is_some());
    let told = |name: &str| row.settings.get("number")?.get(name)?.as_str().map(str::to_owned);
    let number = is_number.then(|| NumberSide {
        phone_number_id: row.provider_id.clone(),
        display_phone_number: row.username.clone(),
        verified_name: told("verified_name"),
        token_hint: row.token_hint.clone(),
    });
    let number_health = is_number.then(|| NumberHealth {
        quality: told("quality"),
        messaging_limit: told("messaging_limit"),
        webhook_url: webhook_url(&row, config),
        verify_token_hint: row.settings.get("verify_token_hint").and_then(Value::as_str).map(str::to_owned),
        last_inbound_at: row.last_event_at,
    });
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
            number: number_health,
        },
        number,
        bot: is_bot.then_some(BotSide { mode: row.mode, username: row.username, token_hint: row.token_hint }),
        chat: row.key.map(|key| ChatSide { chat_url: config.public_address(&format!("c/{key}")), key, allowed_origins }),
        created_at: row.created_at,
    }
}

/// Where Meta shall post. Channels without an app secret of their own share the instance's Meta app, and with it one address.
fn webhook_url(row: &ChannelRow, config: &Config) -> String {
    let own_app = row.settings.get("own_app").and_then(Value::as_bool).unwrap_or(false);
    let path = "api/whatsapp/webhook";
    if own_app { config.public_address(&format!("{path}/{}", row.id)) } else { config.public_address(path) }
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
    if let Some(credentials) = &wanted.credentials {
        let unsigned = credentials.account.is_some() && credentials.app_secret.is_none();
        if unsigned && config.whatsapp_app_secret.is_none() {
            return Err(Error::conflict(Flaw::AppSecretMissing).about("app_secret"));
        }
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
    if wanted.credentials.token.is_some() {
        limits.trial(who.company_id)?;
    }
    if !change_channel(&store, &vault, &lifecycle, &who, now, wanted, sessions.now()).await? {
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
