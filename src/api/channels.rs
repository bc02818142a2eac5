//! Channels. A token goes in and never comes out; after each change the connector is told and its first word awaited.
mod input;

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::extract::{Body, Id, Page};
use crate::actions::change_channel::{change_channel, check_channel};
use crate::actions::connect_channel::connect_channel;
use crate::actions::remove_channel::remove_channel;
use crate::config::Config;
use crate::db::Store;
use crate::db::channels::ChannelRow;
use crate::domain::access::Principal;
use crate::domain::channel::ChannelKind;
use crate::domain::clock::rfc3339;
use crate::domain::ids::ChannelId;
use crate::error::{Error, Result};
use crate::hub::lifecycle::ChannelLifecycle;
use crate::secrets::Vault;
use crate::sessions::Sessions;
use input::{ChannelPatch, CreateChannel};

type Lifecycle = web::Data<Arc<dyn ChannelLifecycle>>;

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
    let (wanted, vault, company) = (body.read()?, vault.into_inner(), who.company_id);
    let id = connect_channel(&store, vault, &lifecycle, company, who.user_id, wanted, sessions.now()).await?;
    let row = store.channel(company, id).await?.ok_or_else(missing)?;
    Ok(HttpResponse::Created().json(view(&row, &config, &who)))
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
