//! The agent as a company has set it up: its access to a model, the versions of its settings, what it spent, why it spoke.
use serde_json::{Value, json};

use super::agent_tools::ToolRow;
use super::store::ops;
use crate::domain::access::Scope;
use crate::domain::clock::Micros;
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, MessageId, UserId};
use crate::secrets::{OwnModel, SealedAt, Unsealable, Vault};

/// What a company has set for its agents. What is `None` falls back on the instance's own settings.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = super::schema::ai_settings)]
pub struct AiSettingsRow {
    /// Sealed, see [`crate::secrets::Place::ai_key`].
    pub api_key: Option<String>,
    pub key_hint: Option<String>,
    pub base_url: Option<String>,
    pub model: Option<String>,
    pub transcribe_model: Option<String>,
    pub default_region: String,
    pub prices: Value,
    pub daily_budget_micros: Option<i64>,
    pub card: String,
    pub allowed_hosts: Value,
    pub customer_fields: Value,
    pub error_code: Option<String>,
    pub error_detail: Option<String>,
    pub error_at: Option<Micros>,
}

/// A company that has set nothing.
impl Default for AiSettingsRow {
    fn default() -> Self {
        AiSettingsRow {
            api_key: None,
            key_hint: None,
            base_url: None,
            model: None,
            transcribe_model: None,
            default_region: "KZ".into(),
            prices: json!({}),
            daily_budget_micros: None,
            card: String::new(),
            allowed_hosts: json!([]),
            customer_fields: json!([]),
            error_code: None,
            error_detail: None,
            error_at: None,
        }
    }
}

impl AiSettingsRow {
    /// What the company brings of its own, with its key opened.
    pub fn own(&self, company: CompanyId, vault: &Vault) -> Result<OwnModel, Unsealable> {
        let open = |sealed: &String| vault.open(SealedAt::ai_key(company), sealed);
        Ok(OwnModel {
            api_key: self.api_key.as_ref().map(open).transpose()?,
            base_url: self.base_url.clone(),
            model: self.model.clone(),
            transcribe_model: self.transcribe_model.clone(),
            daily_budget_micros: self.daily_budget_micros,
            // Checked when they were stored.
            prices: serde_json::from_value(self.prices.clone()).unwrap_or_default(),
        })
    }
}

/// `None` leaves a thing as it is; `Some(None)` takes it away.
#[derive(Default)]
pub struct AiChange {
    pub api_key: Option<Option<SealedKey>>,
    pub base_url: Option<Option<String>>,
    pub model: Option<Option<String>>,
    pub transcribe_model: Option<Option<String>>,
    pub default_region: Option<String>,
    pub prices: Option<Value>,
    pub daily_budget_micros: Option<Option<i64>>,
    pub card: Option<String>,
    pub allowed_hosts: Option<Value>,
    pub customer_fields: Option<Value>,
}

pub struct SealedKey {
    pub sealed: String,
    pub hint: String,
}

/// A day of one channel's agent, in UTC days since 1970.
#[derive(Clone, Debug, Default, PartialEq, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = super::schema::ai_spend)]
pub struct SpendRow {
    pub day: i64,
    pub channel_id: ChannelId,
    pub runs: i64,
    pub tokens_in: i64,
    pub tokens_out: i64,
    pub recordings: i64,
    pub audio_ms: i64,
    pub cost_micros: i64,
}

/// One state of a channel's agent. It is never changed: a change is the next number.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = super::schema::agent_versions)]
pub struct AgentVersion {
    pub id: i64,
    pub number: i64,
    pub settings: Value,
    pub created_at: Micros,
    pub created_by: Option<UserId>,
}

/// A version with the name of who made it.
pub struct AgentVersionBy {
    pub version: AgentVersion,
    pub name: Option<String>,
}

/// All that a turn on one channel needs to know.
#[derive(Clone, Debug)]
pub struct AgentDesk {
    pub company_id: CompanyId,
    pub company_name: String,
    pub time_zone: String,
    /// The language of the company's own people.
    pub locale: String,
    /// The newest; none until somebody has saved one or a run needed one.
    pub version: Option<AgentVersion>,
    pub ai: Option<AiSettingsRow>,
    /// Those that are switched on.
    pub tools: Vec<ToolRow>,
    /// On all channels of the company.
    pub spent_today_micros: i64,
    pub spent_here_today_micros: i64,
}

/// One turn of the model, with where its conversation belongs: that decides who may read it.
#[derive(Clone, Debug)]
pub struct AgentRunRow {
    pub id: i64,
    pub conversation_id: ConversationId,
    pub scope: Scope,
    pub message_id: Option<MessageId>,
    pub agent_version: i64,
    pub model: String,
    pub state: String,
    pub reason: Option<String>,
    pub reply: String,
    pub function_called: Option<String>,
    /// The system message as it was sent; empty once the trace was purged.
    pub prompt: Value,
    pub trace: Value,
    pub tokens_in: i64,
    pub tokens_out: i64,
    pub cost_micros: i64,
    pub latency_ms: i64,
    pub started_at: Micros,
    pub ended_at: Option<Micros>,
}

ops! {
    read agents::agent_desk(channel: ChannelId, today: i64) -> Option<AgentDesk>;
    read agents::ai_settings(company: CompanyId) -> Option<AiSettingsRow>;
    write agents::change_ai_settings(company: CompanyId, by: UserId, change: AiChange, at: Micros) -> ();
    write agents::note_ai_error(company: CompanyId, code: String, detail: String, at: Micros) -> ();
    write agents::clear_ai_error(company: CompanyId) -> ();
    read agents::spend(company: CompanyId, from_day: i64) -> Vec<SpendRow>;
    read agents::names_of_channels(company: CompanyId, channels: Vec<ChannelId>) -> Vec<(ChannelId, String)>;
    read agent_runs::agent_run(company: CompanyId, id: i64) -> Option<AgentRunRow>;
    read agent_versions::current_agent(company: CompanyId, channel: ChannelId) -> Option<AgentVersion>;
    read agent_versions::agent_version(company: CompanyId, channel: ChannelId, number: i64) -> Option<AgentVersion>;
    read agent_versions::agent_versions(company: CompanyId, channel: ChannelId, before: Option<i64>, limit: i64) -> Vec<AgentVersionBy>;
    write agent_versions::add_agent_version(company: CompanyId, channel: ChannelId, settings: Value, user: UserId, at: Micros) -> Option<AgentVersion>;
    write agent_versions::ensure_agent_version(company: CompanyId, channel: ChannelId, settings: Value, at: Micros) -> Option<AgentVersion>;
}
