//! One channel's agent, put together from what the company, the channel and the instance have set.
use url::Url;

use super::Outside;
use crate::clients::openai::Access;
use crate::config::Secret;
use crate::db::agent_tools::ToolRow;
use crate::db::agents::{AgentDesk, AiSettingsRow};
use crate::domain::agent::price::Prices;
use crate::domain::agent::tools::{CompanyTool, CustomerField};
use crate::domain::agent::{AgentSettings, AnswersFirst, Language, effective, words};
use crate::domain::clock::Micros;
use crate::domain::conversation::{Handler, State};
use crate::domain::ids::*;
use crate::secrets::Place;

/// The official address, for a key of one's own without an address.
const OFFICIAL: &str = "https://api.openai.com/v1";

/// All that a turn on a channel needs.
pub struct Agent {
    pub channel_id: ChannelId,
    pub company_id: CompanyId,
    pub company_name: String,
    pub time_zone: String,
    /// The language of the company's own people.
    pub locale: String,
    pub version_id: AgentVersionId,
    pub version: i64,
    pub settings: AgentSettings,
    pub access: Access,
    pub model: String,
    pub transcribe_model: String,
    pub prices: Prices,
    pub card: String,
    pub allowed_hosts: Vec<String>,
    pub customer_fields: Vec<CustomerField>,
    pub tools: Vec<ToolRow>,
    pub default_region: String,
    /// Millionths of a US dollar; `None` = as much as it takes.
    pub budget_today: Option<i64>,
    pub spent_today: i64,
}

impl Agent {
    /// `None` without a key.
    pub(super) fn at(channel_id: ChannelId, desk: AgentDesk, outside: &Outside) -> Option<Self> {
        let (access, own_key) = access(desk.company_id, desk.ai.as_ref(), outside)?;
        let AgentDesk { company_id, company_name, time_zone, locale, version, ai, tools, spent_today_micros } = desk;
        let saved = version.as_ref().map(|v| &v.settings);
        let settings = effective(saved, true);
        let ours = &outside.openai;
        let text = |pick: fn(&AiSettingsRow) -> Option<String>| ai.as_ref().and_then(pick);
        let shared_budget = (!own_key).then(|| micros(ours.daily_budget));
        let own_budget = ai.as_ref().and_then(|ai| ai.daily_budget_micros);
        let channel_budget = settings.budget_per_day.map(micros);
        Some(Agent {
            channel_id,
            company_id,
            company_name,
            time_zone,
            locale,
            version_id: version.as_ref().map_or(0, |v| v.id),
            version: version.as_ref().map_or(0, |v| v.number),
            model: settings.model.clone().or(text(|ai| ai.model.clone())).unwrap_or_else(|| ours.model.clone()),
            transcribe_model: text(|ai| ai.transcribe_model.clone()).unwrap_or_else(|| ours.transcribe_model.clone()),
            settings,
            access,
            prices: list(ai.as_ref().map(|ai| &ai.prices)),
            card: text(|ai| Some(ai.card.clone())).unwrap_or_default(),
            allowed_hosts: list(ai.as_ref().map(|ai| &ai.allowed_hosts)),
            customer_fields: list(ai.as_ref().map(|ai| &ai.customer_fields)),
            tools,
            default_region: text(|ai| Some(ai.default_region.clone())).unwrap_or_else(|| "KZ".to_owned()),
            budget_today: [shared_budget, own_budget, channel_budget].into_iter().flatten().min(),
            spent_today: spent_today_micros,
        })
    }

    pub fn answers_first(&self, now: Micros) -> AnswersFirst {
        if self.settings.answers_at(now, &self.time_zone) { self.settings.answers_first } else { AnswersFirst::People }
    }

    /// What a customer is greeted with: the agent's own words, else the channel's; and that an AI answers.
    pub fn greeting(&self, language: Option<&str>, of_channel: &str) -> String {
        let told = language.and_then(|tag| tag.split(['-', '_']).next()).and_then(Language::parse);
        let language = told.or(Language::parse(&self.locale)).unwrap_or(Language::Ru);
        let own = self.settings.greeting.get(language.as_str()).filter(|text| !text.trim().is_empty());
        let text = own.map_or(of_channel, String::as_str);
        if self.settings.disclose { format!("{text}\n\n{}", words::disclosure(language)) } else { text.to_owned() }
    }

    /// Does its reply wait for a person?
    pub fn suggests(&self, state: &State) -> bool {
        self.settings.answers_first == AnswersFirst::Drafts || state.handler != Handler::Agent
    }

    /// The company's own tools as the model sees them.
    pub fn company_tools(&self) -> Vec<CompanyTool> {
        let parameters = |tool: &ToolRow| serde_json::from_value(tool.parameters.clone()).unwrap_or_default();
        let tool = |t: &ToolRow| CompanyTool { name: t.name.clone(), description: t.description.clone(), parameters: parameters(t) };
        self.tools.iter().map(tool).collect()
    }
}

/// The company's own key, else the instance's; and whether it is the company's own.
pub(crate) fn access(company_id: CompanyId, ai: Option<&AiSettingsRow>, outside: &Outside) -> Option<(Access, bool)> {
    let ours = &outside.openai;
    let own_key = ai.and_then(|ai| ai.api_key.as_ref()).and_then(|sealed| {
        let opened = outside.vault.open(Place::ai_key(company_id), sealed);
        opened.inspect_err(|e| tracing::error!(company_id, error = %e, "the company's AI key does not open")).ok()
    });
    let own_url = ai.and_then(|ai| ai.base_url.as_deref()).and_then(|url| Url::parse(url).ok());
    let is_own = own_key.is_some();
    // The instance's key never goes to an address that a company has set.
    let (api_key, base_url, trusted): (Secret<String>, Option<Url>, bool) = match (own_key, own_url) {
        (Some(key), Some(url)) => (key, Some(url), false),
        (Some(key), None) => (key, ours.base_url.clone(), true),
        (None, _) => (ours.api_key.clone()?, ours.base_url.clone(), true),
    };
    let base_url = base_url.or_else(|| Url::parse(OFFICIAL).ok())?;
    Some((Access { base_url, api_key, trusted }, is_own))
}

fn list<T: serde::de::DeserializeOwned + Default>(value: Option<&serde_json::Value>) -> T {
    value.and_then(|v| serde_json::from_value(v.clone()).ok()).unwrap_or_default()
}

/// Millionths of a US dollar.
fn micros(dollars: f64) -> i64 {
    (dollars * 1e6) as i64
}
