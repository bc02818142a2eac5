//! Trying an agent out in the console: the same prompt, model and tools as a turn, and nothing is stored or sent. What it
//! costs is counted all the same.
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::budget::{Money, NoMoney};
use super::request::{self, About};
use super::rounds::{self, End, Exchange};
use super::tools::Hands;
use super::{Agent, Agents};
use crate::clients::openai::ModelError;
use crate::domain::agent::price::{self, Spent};
use crate::domain::agent::prompt::{self, HistoryLine};
use crate::domain::agent::words;

const WITHIN: Duration = Duration::from_secs(25);

/// What the agent would have done.
pub struct Trial {
    pub text: String,
    /// Why it would hand over to people; `None` when it answered.
    pub handed_over: Option<&'static str>,
    pub tool_calls: Vec<Value>,
    pub latency_ms: i64,
    pub tokens_in: i64,
    pub tokens_out: i64,
    pub cost_micros: i64,
}

/// Why there is none.
pub enum NoTrial {
    Money(NoMoney),
    Model(ModelError),
}

impl From<NoMoney> for NoTrial {
    fn from(e: NoMoney) -> Self {
        NoTrial::Money(e)
    }
}

pub async fn try_out(agents: &Agents, agent: &Agent, lines: &[HistoryLine]) -> Result<Trial, NoTrial> {
    let begun = Instant::now();
    let now = agents.clock.now();
    let about = About::nobody();
    let system = request::system(agent, &about, now);
    let mut asked = Exchange {
        model: agents.outside.model.clone(),
        deadline: begun + WITHIN,
        now,
        on_text: Arc::new(|_| {}),
        thinker: agents.thinkers.of(&agent.access, &agent.model),
        messages: rounds::messages(system.whole(), prompt::history(lines)),
        hands: Hands::new(agent, &agents.outside, &about, true),
        usage: Default::default(),
        rounds: 0,
        was_cut: false,
    };
    let bytes = rounds::bytes(&asked.messages) + rounds::bytes(&agent.schemas);
    let mut money = Money::set_aside(agents, agent, agent.estimate(bytes, rounds::MAX_TOKENS), now).await?;
    let end = rounds::converse(agent, &mut asked, &mut money).await;
    let (tokens_in, tokens_out) = (asked.usage.tokens_in, asked.usage.tokens_out);
    let cost_micros = price::cost_micros(&agent.prices, &agent.model, tokens_in, tokens_out);
    let spent = Spent { runs: 1, tokens_in, tokens_out, cost_micros, ..Spent::default() };
    if let Err(e) = money.settle(agent, spent, now).await {
        tracing::warn!(company_id = agent.company_id.get(), error = %e, "what a try-out has cost was not counted");
    }
    let language = asked.hands.language();
    let (text, handed_over) = match end {
        End::Text(text) => (text, None),
        End::HandOff { text, .. } if !text.is_empty() => (text, Some(words::HandOverWhy::AgentDecided)),
        End::HandOff { .. } => {
            let why = words::HandOverWhy::AgentDecided;
            (words::handed_over(language, why).to_owned(), Some(why))
        }
        End::Stuck(why) => (words::handed_over(language, why).to_owned(), Some(why)),
        End::Failed(e) => return Err(NoTrial::Model(e)),
    };
    Ok(Trial {
        text,
        handed_over: handed_over.map(words::HandOverWhy::as_str),
        tool_calls: std::mem::take(&mut asked.hands.trace),
        latency_ms: begun.elapsed().as_millis() as i64,
        tokens_in,
        tokens_out,
        cost_micros,
    })
}
