//! Channels. A token goes in and never comes out; after each change the connector is told and its first word awaited.
mod input;

use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::extract::{Body, Id, Page};
use crate::config::Config;
use crate::db::channels::{ChannelChange, ChannelRow, NewChannel, Seal, Sealed};
use crate::db::{DbError, Store};
use crate::domain::access::Principal;
use crate::domain::channel::ChannelKind;
use crate::domain::clock::rfc3339;
use crate::domain::ids::{ChannelId, CompanyId};
use crate::error::{Error, Result};
use crate::hub::lifecycle::ChannelLifecycle;
use crate::secrets::{SealedAt, Vault, hint, random_token, token_hash};
use crate::sessions::Sessions;
use input::{ChannelPatch, CheckedChannel, CreateChannel};

type Lifecycle = web::Data<Arc<dyn ChannelLifecycle>>;

/// How long an answer waits for a provider's word.
const PATIENCE: Duration = Duration::from_secs(8);

fn missing() -> Error {
    Error::not_found("Channel not found")
}

/// What went wrong is told in the provider's words, which are for managers.
fn view(row: &ChannelRow, config: &Config, who: &Principal) -> Value {
    let status = match row.health_state.as_str() {
        _ if !row.enabled => "disabled",
        "unauthorized" => "error",
        _ => "active",
    };
    let detail = if who.reads_providers() { row.health_detail.as_str() } else { "" };
    let mut shown = json!({
        "id": row.id, "kind": row.kind, "name": row.name, "status": status, "enabled": row.enabled,
        "health": {
            "state": row.health_state, "detail": detail, "checked_at": row.health_checked_at.map(rfc3339),
            "last_event_at": row.last_event_at.map(rfc3339), "retry_at": row.health_retry_at.map(rfc3339),
        },
        "created_at": rfc3339(row.created_at),
    });
    if ChannelKind::parse(&row.kind).is_some_and(|kind| kind.features().token.is_some()) {
        shown["mode"] = json!(row.mode);
        shown["username"] = json!(row.username);
        shown["token_hint"] = json!(row.token_hint);
    }
    if let Some(key) = &row.key {
        shown["key"] = json!(key);
        shown["chat_url"] = json!(config.public_address(&format!("c/{key}")));
        shown["allowed_origins"] = row.settings.get("allowed_origins").cloned().unwrap_or_else(|| json!([]));
    }
    shown
}

/// `GET /api/channels`
pub async fn list(who: Principal, page: Page, store: web::Data<Store>, config: web::Data<Config>) -> Result<HttpResponse> {
    let rows = store.channels_of(who.company_id, page.after_one().unwrap_or(0), page.limit).await?;
    let next = rows.last().filter(|_| rows.len() as i64 == page.limit).map(|r| Page::cursor(&[r.id.get()]));
    let shown: Vec<Value> = rows.iter().map(|r| view(r, &config, &who)).collect();
    Ok(HttpResponse::Ok().json(json!({ "channels": shown, "next_cursor": next })))
}

/// `GET /api/channels/{id}`
pub async fn show(
    who: Principal,
    Id(id): Id<ChannelId>,
    store: web::Data<Store>,
    config: web::Data<Config>,
) -> Result<HttpResponse> {
    let row = store.channel(who.company_id, id).await?.ok_or_else(missing)?;
    Ok(HttpResponse::Ok().json(view(&row, &config, &who)))
}

/// `POST /api/channels`
pub async fn create(
    who: Principal,
    Body(body): Body<CreateChannel>,
    store: web::Data<Store>,
    config: web::Data<Config>,
    vault: web::Data<Vault>,
    sessions: web::Data<Sessions>,
    lifecycle: Lifecycle,
) -> Result<HttpResponse> {
    let CheckedChannel { kind, name, mode, token, settings } = body.read()?;
    let company_id = who.company_id;
    let seal = token.map(|token| -> Seal { Box::new(move |channel_id| sealed(&vault, company_id, channel_id, &token)) });
    let new = NewChannel {
        company_id,
        created_by: who.user_id,
        kind,
        name,
        mode,
        key: (kind == "webchat").then(random_token),
        settings,
        seal,
        at: sessions.now(),
    };
    let id = store.create_channel(new).await.map_err(connected_already)?;
    tell(&lifecycle, id).await;
    let row = store.channel(company_id, id).await?.ok_or_else(missing)?;
    Ok(HttpResponse::Created().json(view(&row, &config, &who)))
}

/// The token and a fresh webhook secret, sealed for one channel.
pub fn sealed(vault: &Vault, company_id: CompanyId, channel_id: ChannelId, token: &str) -> Result<Sealed, String> {
    let secret = random_token();
    let seal = |field, plain: &str| vault.seal(SealedAt { company_id, channel_id, field }, plain).map_err(|e| e.to_string());
    Ok(Sealed {
        token: seal("token", token)?,
        token_hint: hint(token),
        secret: seal("secret", &secret)?,
        secret_hash: token_hash(&secret),
        provider_id: token.split_once(':').map(|(bot, _)| bot.to_owned()),
    })
}

fn connected_already(e: DbError) -> Error {
    if e.is_taken() {
        Error::conflict("This bot is connected already, here or in another company.").about("token")
    } else {
        e.into()
    }
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
    lifecycle: Lifecycle,
) -> Result<HttpResponse> {
    let now = store.channel(who.company_id, id).await?.ok_or_else(missing)?;
    let wanted = body.read(&now)?;
    let fresh = wanted.token.map(|token| sealed(&vault, who.company_id, id, &token)).transpose().map_err(Error::internal)?;
    let change =
        ChannelChange { name: wanted.name, mode: wanted.mode, enabled: wanted.enabled, settings: wanted.settings, sealed: fresh };
    let changed = store.change_channel(who.company_id, who.user_id, id, change, sessions.now()).await;
    if !changed.map_err(connected_already)? {
        return Err(missing());
    }
    tell(&lifecycle, id).await;
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
    if !store.remove_channel(who.company_id, who.user_id, id, sessions.now()).await? {
        return Err(missing());
    }
    tell(&lifecycle, id).await;
    store.wipe_credentials(who.company_id, id).await?;
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
    if !store.mark_checking(who.company_id, id).await? {
        return Err(missing());
    }
    tell(&lifecycle, id).await;
    show(who, Id(id), store, config).await
}

/// Waits a while for the connector; what takes longer goes on without the one who asked.
async fn tell(lifecycle: &Lifecycle, id: ChannelId) {
    let lifecycle = lifecycle.clone();
    let told = actix_web::rt::spawn(async move { lifecycle.changed(id).await });
    if tokio::time::timeout(PATIENCE, told).await.is_err() {
        tracing::info!(channel_id = id.get(), "the check goes on");
    }
}
