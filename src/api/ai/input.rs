//! What a company may set for its agents.
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use url::{Host, Url};

use crate::actions::change_ai::WantedAi;
use crate::api::extract::given;
use crate::clients::model_access::micros;
use crate::config::Secret;
use crate::db::agents::AiChange;
use crate::domain::agent::phone::is_region;
use crate::domain::agent::price::Prices;
use crate::domain::agent::tools::{CustomerField, check_customer_fields};
use crate::domain::flaw::Flaw;
use crate::domain::form::{BudgetForm, ModelForm, RegionForm, TextForm};
use crate::domain::text::one_line;
use crate::error::{Error, Result};

const LONGEST_CARD: usize = 20_000;
const DEAREST_DAY: f64 = 100_000.0;
const MOST_HOSTS: usize = 50;

/// What is missing stays; what is null falls back on the instance's.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ChangingAi")]
pub struct AiPatch {
    /// Owner only. Null takes it away, with base_url and the models.
    #[serde(default, deserialize_with = "given")]
    #[schemars(length(min = 1, max = 500))]
    api_key: Option<Option<String>>,
    /// Owner only. Needs a key of the company's own.
    #[serde(default, deserialize_with = "given")]
    base_url: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<ModelForm>")]
    model: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<ModelForm>")]
    transcribe_model: Option<Option<String>>,
    #[schemars(with = "Option<RegionForm>")]
    default_region: Option<String>,
    prices: Option<Prices>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<BudgetForm>")]
    daily_budget: Option<Option<f64>>,
    #[schemars(with = "Option<TextForm<20_000>>")]
    card: Option<String>,
    #[schemars(length(max = MOST_HOSTS))]
    allowed_hosts: Option<Vec<String>>,
    #[schemars(length(max = 50))]
    customer_fields: Option<Vec<CustomerField>>,
}

impl AiPatch {
    pub fn read(self) -> Result<WantedAi> {
        let change = AiChange {
            api_key: None,
            base_url: each(self.base_url, |text| base_url(&text))?,
            model: each(self.model, |text| model("model", &text))?,
            transcribe_model: each(self.transcribe_model, |text| model("transcribe_model", &text))?,
            default_region: self.default_region.map(|text| region(&text)).transpose()?,
            prices: self.prices.map(prices).transpose()?,
            daily_budget_micros: each(self.daily_budget, budget)?,
            card: self.card.map(card).transpose()?,
            allowed_hosts: self.allowed_hosts.map(hosts).transpose()?,
            customer_fields: self.customer_fields.map(fields).transpose()?,
        };
        Ok(WantedAi { api_key: each(self.api_key, |text| key(&text))?, change })
    }
}

/// Checks the value, where there is one.
fn each<T, U>(given: Option<Option<T>>, check: impl FnOnce(T) -> Result<U>) -> Result<Option<Option<U>>> {
    match given {
        None => Ok(None),
        Some(None) => Ok(Some(None)),
        Some(Some(value)) => check(value).map(|value| Some(Some(value))),
    }
}

fn key(text: &str) -> Result<Secret<String>> {
    let key = text.trim();
    // It travels in a header.
    if key.is_empty() || key.len() > 500 || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Error::field("api_key", Flaw::NotAKeyOfAModel));
    }
    Ok(Secret::new(key.to_owned()))
}

fn base_url(text: &str) -> Result<String> {
    let wrong = || Error::field("base_url", Flaw::NotAnAddressOfModels);
    let url = Url::parse(text.trim()).map_err(|_| wrong())?;
    if url.query().is_some() || url.fragment().is_some() || text.len() > 500 {
        return Err(wrong());
    }
    crate::clients::guarded::check_url(&url).map_err(|refused| Error::field("base_url", refused.flaw()))?;
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn model(field: &'static str, text: &str) -> Result<String> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Error::field(field, Flaw::NotAModel));
    }
    Ok(name.to_owned())
}

fn region(text: &str) -> Result<String> {
    let region = text.trim().to_ascii_uppercase();
    if is_region(&region) { Ok(region) } else { Err(Error::field("default_region", Flaw::NotACountry)) }
}

fn prices(prices: Prices) -> Result<serde_json::Value> {
    match prices.problem() {
        Some(flaw) => Err(Error::field("prices", flaw)),
        None => Ok(json!(prices)),
    }
}

fn budget(usd: f64) -> Result<i64> {
    if !(0.0..=DEAREST_DAY).contains(&usd) {
        return Err(Error::field("daily_budget", Flaw::Dollars { min: 0.0, max: DEAREST_DAY }));
    }
    Ok(micros(usd))
}

fn card(text: String) -> Result<String> {
    let is_text = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    if text.chars().count() > LONGEST_CARD || !text.chars().all(is_text) {
        return Err(Error::field("card", Flaw::TextUpTo { max: LONGEST_CARD }));
    }
    Ok(text.trim().to_owned())
}

fn fields(fields: Vec<CustomerField>) -> Result<serde_json::Value> {
    check_customer_fields(&fields).map_err(|problem| Error::field(problem.field, problem.flaw))?;
    Ok(json!(fields))
}

/// Names that links may lead to, each with everything under it.
fn hosts(given: Vec<String>) -> Result<serde_json::Value> {
    if given.len() > MOST_HOSTS {
        return Err(Error::field("allowed_hosts", Flaw::TooMany { max: MOST_HOSTS }));
    }
    let mut hosts: Vec<String> = given.iter().map(|text| host(text)).collect::<Result<_>>()?;
    hosts.sort_unstable();
    hosts.dedup();
    Ok(json!(hosts))
}

/// `site.kz`, however it was pasted.
fn host(text: &str) -> Result<String> {
    let bare = text.trim().trim_start_matches("*.");
    let bare = bare.split_once("://").map_or(bare, |(_, rest)| rest);
    let found = Url::parse(&format!("https://{bare}")).ok().and_then(|url| match url.host() {
        Some(Host::Domain(name)) => Some(name.trim_end_matches('.').to_owned()).filter(|name| name.contains('.')),
        _ => None,
    });
    found.ok_or_else(|| Error::field("allowed_hosts", Flaw::NotASite { given: one_line(text, 100) }))
}
