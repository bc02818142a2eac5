//! One channel's agent, put together from what the company, the channel and the instance have set.
use std::sync::Arc;

use serde_json::Value;

use super::Outside;
use crate::clients::model_access::{ModelAccess, micros};
use crate::clients::openai::Access;
use crate::db::agent_tools::ToolRow;
use crate::db::agents::AgentDesk;
use crate::domain::agent::price::Prices;
use crate::domain::agent::tools::{CompanyTool, CustomerField, schemas};
use crate::domain::agent::{AgentSettings, AnswersFirst, Language, effective};
use crate::domain::conversation::{Handler, Rules, State};
use crate::domain::ids::*;

/// In millionths of a US dollar; no budget = as much as it takes.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    pub budget: Option<i64>,
    pub spent: i64,
}

/// All that a turn on a channel needs.
#[derive(Clone)]
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
    /// What conversations need to know of them.
    pub rules: Arc<Rules>,
    pub access: Access,
    pub model: String,
    pub transcribe_model: String,
    pub prices: Prices,
    pub card: String,
    pub allowed_hosts: Vec<String>,
    pub customer_fields: Vec<CustomerField>,
    pub tools: Vec<ToolRow>,
    /// All tools as the model is told of them: made once, for they are larger than most conversations.
    pub schemas: Arc<Vec<Value>>,
    pub default_region: String,
    /// What the company may spend today on all its channels, and what this channel may.
    pub today: [Allowance; 2],
    /// The last call failed for a reason that the owner was told.
    pub is_in_trouble: bool,
}

impl Agent {
    /// `None` without a key.
    pub(super) fn at(channel_id: ChannelId, desk: AgentDesk, outside: &Outside) -> Option<Self> {
        let ai = desk.ai.clone().unwrap_or_default();
        let own = ai.own(desk.company_id, &outside.vault);
        // A key that does not open is no reason to spend the instance's.
        let own = own.inspect_err(
            |e| tracing::error!(company_id = desk.company_id.get(), error = %e, "the company's AI key does not open"),
        );
        let access = ModelAccess::of(&own.ok()?, &outside.openai)?;
        let AgentDesk { company_id, company_name, time_zone, locale, version, tools, .. } = desk;
        let saved = version.as_ref().map(|v| &v.settings);
        let settings = effective(saved, true);
        let today = [
            Allowance { budget: access.budget_micros, spent: desk.spent_today_micros },
            Allowance { budget: settings.budget_per_day.map(micros), spent: desk.spent_here_today_micros },
        ];
        let customer_fields: Vec<CustomerField> = list(&ai.customer_fields);
        let schemas = Arc::new(schemas(&settings, &customer_fields, &for_model(&tools)));
        let version_id = version.as_ref().map_or(0, |v| v.id);
        let rules = Arc::new(Rules::new(version_id, settings.answers_first, settings.hours.clone(), &time_zone));
        Some(Agent {
            channel_id,
            company_id,
            company_name,
            time_zone,
            locale,
            version_id,
            version: version.as_ref().map_or(0, |v| v.number),
            model: settings.model.clone().unwrap_or(access.model),
            transcribe_model: access.transcribe_model,
            settings,
            rules,
            access: access.access,
            prices: access.prices,
            card: ai.card,
            allowed_hosts: list(&ai.allowed_hosts),
            customer_fields,
            tools,
            schemas,
            default_region: ai.default_region,
            today,
            is_in_trouble: ai.error_code.is_some(),
        })
    }

    /// Nothing more may be spent today.
    pub fn is_spent_out(&self) -> bool {
        self.today.iter().any(|it| it.budget.is_some_and(|budget| it.spent >= budget))
    }

    /// The same agent with settings that are not saved.
    pub fn try_settings(&mut self, settings: AgentSettings) {
        if let Some(model) = &settings.model {
            self.model.clone_from(model);
        }
        self.settings = settings;
        self.schemas = Arc::new(schemas(&self.settings, &self.customer_fields, &self.company_tools()));
    }

    /// The agent's own greeting in the visitor's language.
    pub fn greeting(&self, language: Option<&str>) -> Option<&str> {
        let told = language.and_then(|tag| tag.split(['-', '_']).next()).and_then(Language::parse);
        self.settings.greeting_in(Some(self.settings.speaks(told)))
    }

    /// Does its reply wait for a person?
    pub fn suggests(&self, state: &State) -> bool {
        self.settings.answers_first == AnswersFirst::Drafts || state.handler != Handler::Agent
    }

    /// The company's own tools as the model sees them.
    pub fn company_tools(&self) -> Vec<CompanyTool> {
        for_model(&self.tools)
    }
}

fn for_model(tools: &[ToolRow]) -> Vec<CompanyTool> {
    tools.iter().map(ToolRow::for_model).collect()
}

/// Checked when it was stored.
fn list<T: serde::de::DeserializeOwned + Default>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_default()
}
