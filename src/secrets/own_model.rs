//! What a company brings of its own to reach a model, opened.
use crate::config::Secret;
use crate::domain::agent::price::Prices;

/// Everything is optional: what is missing is the instance's.
#[derive(Clone, Debug, Default)]
pub struct OwnModel {
    pub api_key: Option<Secret<String>>,
    pub base_url: Option<String>,
    pub model: Option<String>,
    pub transcribe_model: Option<String>,
    /// Millionths of a US dollar a day.
    pub daily_budget_micros: Option<i64>,
    pub prices: Prices,
}
