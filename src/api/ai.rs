//! The model that a company's agents speak to: whose key, where, which, what it may cost, and what they may say about the
//! company. A key goes in and never comes out; it, its address and its model are tried before they are stored.
pub mod access;
mod input;
mod trial;

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::extract::{Body, Params};
use super::limits::RateLimits;
use crate::clients::model_access::ModelAccess;
use crate::clients::openai::Model;
use crate::config::Config;
use crate::db::Store;
use crate::db::agents::SpendRow;
use crate::domain::access::{Permission, Principal};
use crate::domain::agent::price::Prices;
use crate::domain::clock::{DAY, Micros, rfc3339};
use crate::domain::flaw::Flaw;
use crate::domain::ids::ChannelId;
use crate::error::{Error, Result};
use crate::secrets::Vault;
use crate::sessions::Sessions;
use access::AiAccess;
use input::AiPatch;
pub use trial::try_model;

pub type Models = web::Data<Arc<dyn Model>>;

/// Millionths of a US dollar, as the API shows money.
pub fn usd(micros: i64) -> f64 {
    micros as f64 / 1e6
}

/// Days are counted in UTC since 1970.
fn day_of(now: Micros) -> i64 {
    now.div_euclid(DAY)
}

/// `GET /api/ai`
pub async fn show(
    who: Principal,
    store: web::Data<Store>,
    config: web::Data<Config>,
    vault: web::Data<Vault>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    let ai = AiAccess::of(&store, &config, &vault, who.company_id).await?;
    let today = store.spend(who.company_id, day_of(sessions.now())).await?;
    let spent = today.iter().map(|day| day.cost_micros).sum();
    Ok(HttpResponse::Ok().json(view(&ai, spent)))
}

fn view(ai: &AiAccess, spent_micros: i64) -> Value {
    let row = &ai.row;
    let access = ai.access.as_ref();
    let source = access.map(|a| a.source.as_str()).or(ai.unreadable.then_some("company")).unwrap_or("none");
    json!({
        "ready": access.is_some(), "source": source, "key_hint": row.key_hint,
        "base_url": row.base_url, "model": row.model, "transcribe_model": row.transcribe_model,
        "model_in_use": access.map(|a| &a.model), "transcribe_model_in_use": access.map(|a| &a.transcribe_model),
        "default_region": row.default_region, "prices": row.prices, "list_prices": Prices::known(),
        "daily_budget": row.daily_budget_micros.map(usd), "card": row.card,
        "allowed_hosts": row.allowed_hosts, "customer_fields": row.customer_fields,
        "spent_today": usd(spent_micros), "budget_today": access.and_then(|a| a.budget_micros).map(usd),
        "last_error": last_error(ai),
    })
}

fn last_error(ai: &AiAccess) -> Value {
    if ai.unreadable {
        let detail = "The stored key cannot be opened any more: set it again";
        return json!({ "code": "key_unreadable", "detail": detail, "at": null });
    }
    let row = &ai.row;
    match &row.error_code {
        Some(code) => json!({ "code": code, "detail": row.error_detail, "at": row.error_at.map(rfc3339) }),
        None => Value::Null,
    }
}

/// `PATCH /api/ai`
pub async fn change(
    who: Principal,
    Body(body): Body<AiPatch>,
    store: web::Data<Store>,
    config: web::Data<Config>,
    vault: web::Data<Vault>,
    sessions: web::Data<Sessions>,
    limits: web::Data<RateLimits>,
    models: Models,
) -> Result<HttpResponse> {
    let company = who.company_id;
    let wanted = body.read()?;
    if wanted.moves_the_key() && !who.role.may(Permission::Own) {
        return Err(Error::forbidden(Flaw::OnlyOwnerKeys));
    }
    let ai = AiAccess::of(&store, &config, &vault, company).await?;
    let wanted = wanted.over(&ai.own)?;
    if wanted.is_to_be_tried(&ai.own)
        && let Some(access) = ModelAccess::of(&wanted.own, &config.openai)
    {
        limits.trial(company)?;
        trial::try_access(&models, &access, &wanted.own).await?;
    }
    store.change_ai_settings(company, who.user_id, wanted.sealed(company, &vault)?, sessions.now()).await?;
    show(who, store, config, vault, sessions).await
}

#[derive(Deserialize)]
pub struct SpendQuery {
    days: Option<u16>,
}

/// `GET /api/ai/spend`: each of the last days, also those on which nothing ran, and what each channel took of it.
pub async fn spend(
    who: Principal,
    Params(query): Params<SpendQuery>,
    store: web::Data<Store>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    let count = i64::from(query.days.unwrap_or(30));
    if !(1..=366).contains(&count) {
        return Err(Error::field("days", Flaw::WholeNumber { min: 1, max: 366 }));
    }
    let today = day_of(sessions.now());
    let rows = store.spend(who.company_id, today - count + 1).await?;
    let days: Vec<Value> = (today - count + 1..=today)
        .map(|day| figures(rows.iter().filter(|row| row.day == day), [("day", json!(&rfc3339(day * DAY)[..10]))]))
        .collect();
    let channels: BTreeSet<ChannelId> = rows.iter().map(|row| row.channel_id).collect();
    let names = store.names_of_channels(who.company_id, channels.into_iter().collect()).await?;
    let by_channel: Vec<Value> = names
        .into_iter()
        .map(|(id, name)| {
            figures(rows.iter().filter(|row| row.channel_id == id), [("channel_id", json!(id)), ("name", json!(name))])
        })
        .collect();
    Ok(HttpResponse::Ok().json(json!({ "days": days, "by_channel": by_channel })))
}

/// The sum of what was spent, under its name.
fn figures<'a, const N: usize>(rows: impl Iterator<Item = &'a SpendRow> + Clone, name: [(&str, Value); N]) -> Value {
    let sum = |figure: fn(&SpendRow) -> i64| rows.clone().map(figure).sum::<i64>();
    let mut view = json!({
        "runs": sum(|row| row.runs), "tokens_in": sum(|row| row.tokens_in), "tokens_out": sum(|row| row.tokens_out),
        "recordings": sum(|row| row.recordings), "audio_seconds": sum(|row| row.audio_ms) as f64 / 1e3,
        "cost": usd(sum(|row| row.cost_micros)),
    });
    for (key, value) in name {
        view[key] = value;
    }
    view
}
