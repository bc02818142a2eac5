//! The model that a company's agents speak to: whose key, where, which, what it may cost, and what they may say about the
//! company. A key goes in and never comes out; it, its address and its model are tried before they are stored.
mod input;

use std::collections::BTreeSet;

use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::extract::{Body, Params};
use super::limits::RateLimits;
use crate::actions::change_ai::change_ai;
use crate::db::Store;
use crate::db::agents::SpendRow;
use crate::domain::access::Principal;
use crate::domain::agent::price::Prices;
use crate::domain::agent::tools::CustomerField;
use crate::domain::clock::{self, DAY, Micros, rfc3339};
use crate::domain::flaw::Flaw;
use crate::domain::form::{DayForm, TimeForm};
use crate::domain::ids::ChannelId;
use crate::domain::text::word_enum;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::hub::agent::AiAccess;
use crate::sessions::Sessions;
pub use input::AiPatch;

/// Millionths of a US dollar, as the API shows money.
pub fn usd(micros: i64) -> f64 {
    micros as f64 / 1e6
}

/// Days are counted in UTC since 1970.
fn day_of(now: Micros) -> i64 {
    now.div_euclid(DAY)
}

/// `GET /api/ai`
pub async fn show(who: Principal, store: web::Data<Store>, hub: web::Data<Hub>) -> Result<HttpResponse> {
    let ai = hub.core.agents.access_of(who.company_id).await?;
    let today = store.spend(who.company_id, day_of(hub.core.clock.now())).await?;
    let spent = today.iter().map(|day| day.cost_micros).sum();
    Ok(HttpResponse::Ok().json(view(ai, spent)))
}

/// What a company's agents run on. What is the company's own is null where the instance's stands in for it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Ai")]
pub struct AiView {
    /// Without it conversations go to people.
    ready: bool,
    /// Whose key it is.
    #[schemars(with = "KeySource")]
    source: &'static str,
    key_hint: Option<String>,
    base_url: Option<String>,
    model: Option<String>,
    transcribe_model: Option<String>,
    model_in_use: Option<String>,
    transcribe_model_in_use: Option<String>,
    /// Country of phone numbers without a country code.
    default_region: String,
    /// The company's own, before list_prices; US dollars for a million tokens.
    #[schemars(with = "Prices")]
    prices: Value,
    /// US dollars for a million tokens, by model.
    list_prices: Prices,
    /// US dollars; null: no limit but the instance's.
    daily_budget: Option<f64>,
    /// What agents may say about the company.
    card: String,
    /// Where links in replies may lead, each with everything under it.
    #[schemars(with = "Vec<String>")]
    allowed_hosts: Value,
    #[schemars(with = "Vec<CustomerField>")]
    customer_fields: Value,
    spent_today: f64,
    budget_today: Option<f64>,
    last_error: Option<AiErrorView>,
}

word_enum! { KeySource { Company = "company", Instance = "instance", None = "none" } }

/// Why the model could not be used.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AiError")]
pub struct AiErrorView {
    code: String,
    detail: String,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    #[schemars(with = "Option<TimeForm>")]
    at: Option<Micros>,
}

fn view(ai: AiAccess, spent_micros: i64) -> AiView {
    let last_error = last_error(&ai);
    let access = ai.access.as_ref();
    let row = ai.row;
    AiView {
        ready: access.is_some(),
        source: access.map(|a| a.source.as_str()).or(ai.unreadable.then_some("company")).unwrap_or("none"),
        key_hint: row.key_hint,
        base_url: row.base_url,
        model: row.model,
        transcribe_model: row.transcribe_model,
        model_in_use: access.map(|a| a.model.clone()),
        transcribe_model_in_use: access.map(|a| a.transcribe_model.clone()),
        default_region: row.default_region,
        prices: row.prices,
        list_prices: Prices::known(),
        daily_budget: row.daily_budget_micros.map(usd),
        card: row.card,
        allowed_hosts: row.allowed_hosts,
        customer_fields: row.customer_fields,
        spent_today: usd(spent_micros),
        budget_today: access.and_then(|a| a.budget_micros).map(usd),
        last_error,
    }
}

fn last_error(ai: &AiAccess) -> Option<AiErrorView> {
    if ai.unreadable {
        let detail = "The stored key cannot be opened any more: set it again".to_owned();
        return Some(AiErrorView { code: "key_unreadable".into(), detail, at: None });
    }
    let (row, code) = (&ai.row, ai.row.error_code.clone()?);
    Some(AiErrorView { code, detail: row.error_detail.clone().unwrap_or_default(), at: row.error_at })
}

/// `PATCH /api/ai`
pub async fn change(
    who: Principal,
    Body(body): Body<AiPatch>,
    store: web::Data<Store>,
    hub: web::Data<Hub>,
    limits: web::Data<RateLimits>,
) -> Result<HttpResponse> {
    let may_try = || limits.trial(who.company_id);
    change_ai(&store, &hub.core.agents, &who, body.read()?, may_try, hub.core.clock.now()).await?;
    show(who, store, hub).await
}

#[derive(Deserialize, JsonSchema)]
pub struct SpendQuery {
    #[schemars(range(min = 1, max = 366), extend("default" = 30))]
    days: Option<u16>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Spend")]
pub struct SpendView {
    days: Vec<SpendDay>,
    by_channel: Vec<SpendChannel>,
}

#[derive(Serialize, JsonSchema)]
pub struct SpendDay {
    #[schemars(with = "DayForm")]
    day: String,
    #[serde(flatten)]
    spent: SpentFigures,
}

#[derive(Serialize, JsonSchema)]
pub struct SpendChannel {
    channel_id: ChannelId,
    name: String,
    #[serde(flatten)]
    spent: SpentFigures,
}

#[derive(Serialize, JsonSchema)]
struct SpentFigures {
    runs: i64,
    tokens_in: i64,
    tokens_out: i64,
    recordings: i64,
    audio_seconds: f64,
    /// US dollars.
    cost: f64,
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
    let of_day = |day: i64| SpendDay {
        day: rfc3339(day * DAY)[..10].to_owned(),
        spent: figures(rows.iter().filter(|row| row.day == day)),
    };
    let days = (today - count + 1..=today).map(of_day).collect();
    let channels: BTreeSet<ChannelId> = rows.iter().map(|row| row.channel_id).collect();
    let names = store.names_of_channels(who.company_id, channels.into_iter().collect()).await?;
    let of_channel = |(channel_id, name)| SpendChannel {
        channel_id,
        name,
        spent: figures(rows.iter().filter(|row| row.channel_id == channel_id)),
    };
    let by_channel = names.into_iter().map(of_channel).collect();
    Ok(HttpResponse::Ok().json(SpendView { days, by_channel }))
}

/// The sum of what was spent.
fn figures<'a>(rows: impl Iterator<Item = &'a SpendRow> + Clone) -> SpentFigures {
    let sum = |figure: fn(&SpendRow) -> i64| rows.clone().map(figure).sum::<i64>();
    SpentFigures {
        runs: sum(|row| row.runs),
        tokens_in: sum(|row| row.tokens_in),
        tokens_out: sum(|row| row.tokens_out),
        recordings: sum(|row| row.recordings),
        audio_seconds: sum(|row| row.audio_ms) as f64 / 1e3,
        cost: usd(sum(|row| row.cost_micros)),
    }
}
