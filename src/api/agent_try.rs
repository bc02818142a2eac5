//! Trying an agent out: a chat with it in the console. Nothing is stored or sent; a company's own tools are told that it is a
//! dry run.
use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::agent_runs::ToolUse;
use super::ai::usd;
use super::extract::{Body, Id};
use super::limits::RateLimits;
use crate::actions::refusal::NO_CHANNEL;
use crate::db::Store;
use crate::domain::access::Principal;
use crate::domain::agent::AgentSettings;
use crate::domain::agent::prompt::{HistoryLine, Who};
use crate::domain::cited::Cited;
use crate::domain::flaw::Flaw;
use crate::domain::ids::ChannelId;
use crate::domain::text::word_enum;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::hub::agent::budget::NoMoney;
use crate::hub::agent::{Agent, NoTrial, try_out};

const MOST_LINES: usize = 60;
const MOST_TEXT: usize = 4_000;

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "TryingAgent")]
pub struct AgentTrial {
    /// The last one is the customer's.
    #[schemars(length(min = 1, max = MOST_LINES))]
    messages: Vec<TranscriptLine>,
    /// What is in the form and not saved yet.
    settings: Option<AgentSettings>,
}

#[derive(Deserialize, JsonSchema)]
struct TranscriptLine {
    role: Speaker,
    #[schemars(length(max = MOST_TEXT))]
    text: String,
}

word_enum! { Speaker { Customer = "customer", Agent = "agent" } }
word_enum! { TrialEnd { Answer = "answer", Handoff = "handoff" } }

/// What an agent would have said and done.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AgentTrial")]
pub struct TrialView {
    text: String,
    ended: TrialEnd,
    /// Why it would hand over to people.
    reason: Option<&'static str>,
    #[schemars(with = "Vec<ToolUse>")]
    tool_calls: Vec<Value>,
    latency_ms: i64,
    tokens_in: i64,
    tokens_out: i64,
    cost: f64,
}

/// `POST /api/channels/{id}/agent/try`
pub async fn ask(
    who: Principal,
    Id(id): Id<ChannelId>,
    Body(body): Body<AgentTrial>,
    store: web::Data<Store>,
    hub: web::Data<Hub>,
    limits: web::Data<RateLimits>,
) -> Result<HttpResponse> {
    store.channel(who.company_id, id).await?.ok_or_else(|| Error::not_found(NO_CHANNEL))?;
    let lines = body.lines(hub.core.clock.now())?;
    let saved = hub.core.agents.of(id).await?.ok_or_else(crate::actions::say_for_customer::agent_off)?;
    if saved.is_spent_out() {
        // Else whoever may try could spend without end, perhaps from the instance's account.
        return Err(spent_out());
    }
    let mut agent: Agent = (*saved).clone();
    if let Some(settings) = body.settings {
        settings.validate().map_err(|problem| Error::field(problem.field, problem.flaw))?;
        agent.try_settings(settings);
    }
    limits.trial(who.company_id)?;
    let trial = try_out(&hub.core.agents, &agent, &lines).await;
    let trial = trial.map_err(|e| match e {
        NoTrial::Model(e) => Error::conflict(Flaw::ModelSays { words: e.detail }).about("model"),
        NoTrial::Money(NoMoney::Spent) => spent_out(),
        NoTrial::Money(NoMoney::Later) => Error::conflict(Flaw::BudgetBusy).about("model"),
        NoTrial::Money(NoMoney::Unknown(e)) => e.into(),
    })?;
    Ok(HttpResponse::Ok().json(TrialView {
        text: trial.text,
        ended: if trial.handed_over.is_some() { TrialEnd::Handoff } else { TrialEnd::Answer },
        reason: trial.handed_over,
        tool_calls: trial.tool_calls,
        latency_ms: trial.latency_ms,
        tokens_in: trial.tokens_in,
        tokens_out: trial.tokens_out,
        cost: usd(trial.cost_micros),
    }))
}

fn spent_out() -> Error {
    Error::conflict(Flaw::BudgetSpent).about("model")
}

impl AgentTrial {
    fn lines(&self, at: i64) -> Result<Vec<HistoryLine>> {
        let last = self.messages.last().map(|m| m.role);
        if !matches!(last, Some(Speaker::Customer)) {
            return Err(Error::conflict(Flaw::CustomerSpeaksLast).about("messages"));
        }
        if self.messages.len() > MOST_LINES || self.messages.iter().any(|m| m.text.chars().count() > MOST_TEXT) {
            return Err(Error::field("messages", Flaw::TryOutTooLarge { messages: MOST_LINES, max: MOST_TEXT }));
        }
        let who = |speaker| match speaker {
            Speaker::Customer => Who::Customer,
            Speaker::Agent => Who::Agent,
        };
        Ok(self
            .messages
            .iter()
            .map(|m| HistoryLine { who: who(m.role), text: m.text.clone(), files: vec![], cited: Cited::default(), at })
            .collect())
    }
}
