//! One turn: what is owed → the model → its tools → how it ends. It always ends, by an answer or by a hand-over.
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Agent;
use super::budget::{Money, NoMoney};
use super::request::{self, About, Hearing, Said};
use super::rounds::{self, End, Exchange};
use super::tools::Hands;
use crate::clients::openai::{ErrorKind, ModelError, OnText};
use crate::domain::agent::price::{self, Spent};
use crate::domain::agent::words::{self, HandOverWhy};
use crate::domain::agent::{Language, prompt};
use crate::domain::clock::{Micros, SECOND};
use crate::domain::conversation::agent::language_of;
use crate::domain::conversation::{AgentTurn, Prompt, Run, State, TurnEnd};
use crate::domain::ids::MessageId;
use crate::hub::Core;

/// Answer or hand-over: the customer waits no longer than half a minute, debounce, listening and commit included.
const THINK_WITHIN: Duration = Duration::from_secs(25);
const TURN_WITHIN: Micros = 28 * SECOND;
/// A voice message that is not understood by then goes to a person.
const LISTEN_WITHIN: Micros = 20 * SECOND;
/// A database that does not say within this time what is left of a budget keeps it closed.
const DATABASE_WITHIN: Micros = 5 * SECOND;
/// Other turns hold what is left of a budget: look again.
const MONEY_AGAIN: Duration = Duration::from_millis(300);
/// What is left for thinking after long listening, and in a turn that was owed while the process or the database was away.
const THINK_AT_LEAST: Duration = Duration::from_secs(8);

/// What a turn begins with.
pub struct Begin {
    /// `None`: the key or the agent was taken away after the turn was owed.
    pub agent: Option<Arc<Agent>>,
    pub state: State,
    /// What was said last, newest first.
    pub said: Vec<Arc<Said>>,
    pub on_text: OnText,
}

pub enum Outcome {
    /// With what it has spent of its company's purse, to be kept until the end is stored.
    End(Box<AgentTurn>, Option<Money>),
    /// A voice message is still being listened to.
    Listening,
    /// Storage is away: look again after this.
    Later(Duration),
}

pub async fn run(core: Arc<Core>, begin: Begin) -> Outcome {
    let Begin { agent, state, said: recent, on_text } = begin;
    let started = (core.clock.now(), Instant::now());
    let Some(agent) = agent.filter(|agent| agent.version_id > 0) else {
        let run = Run { started_at: started.0, ..Run::default() };
        return Outcome::End(Box::new(hand_over(&state, run, HandOverWhy::ModelUnavailable, "", None)), None);
    };
    let mut run = Run {
        agent_version_id: agent.version_id,
        agent_name: agent.settings.name.clone(),
        model: agent.model.clone(),
        started_at: started.0,
        ..Run::default()
    };
    let waited = started.0 - state.turn_since.unwrap_or(started.0);
    // Without money nobody listens either.
    let stopped = match request::hearing(&recent) {
        _ if agent.is_spent_out() => Some(HandOverWhy::OverBudget),
        Hearing::Listening if waited < LISTEN_WITHIN => return Outcome::Listening,
        Hearing::Listening | Hearing::Unclear => Some(HandOverWhy::Voice),
        Hearing::Clear if request::is_loop(&recent, started.0) => Some(HandOverWhy::Loop),
        Hearing::Clear => None,
    };
    if let Some(why) = stopped {
        return Outcome::End(Box::new(hand_over(&state, run, why, "", Some(&agent))), None);
    }
    let message_id = recent.first().map(|m| m.id);
    tracing::info!(message_id = message_id.map(MessageId::get), conversation_id = state.id.get(), channel = %state.channel_kind, "a customer has written");
    tracing::info!(
        conversation_id = state.id.get(),
        company_id = agent.company_id.get(),
        company = agent.company_name,
        "whose company it is"
    );
    tracing::info!(conversation_id = state.id.get(), customer_id = state.customer.id.get(), "who the customer is");
    tracing::info!(conversation_id = state.id.get(), model = agent.model, "asking the model");
    let about = About::of(&state);
    let system = request::system(&agent, &about, started.0);
    let history = prompt::history(&request::lines(&recent));
    let message_ids: Vec<MessageId> = recent.iter().rev().map(|m| m.id).collect();
    // The model may think for long, and a thousand turns at once: nothing is kept meanwhile that is not needed any more.
    drop(recent);
    let hands = Hands::new(&agent, &core.agents.outside, &about, false);
    let patience = patience(&state, started.0);
    let messages = rounds::messages(system.whole(), history);
    let estimate = agent.estimate(rounds::bytes(&messages) + rounds::bytes(&agent.schemas), rounds::MAX_TOKENS);
    let mut money = match set_aside(&core, &agent, &state, estimate, started.0).await {
        Ok(money) => money,
        // A moment later it may be there, or the database may say.
        Err(NoMoney::Later) if waited < LISTEN_WITHIN => return Outcome::Later(MONEY_AGAIN),
        Err(NoMoney::Unknown(e)) if waited < DATABASE_WITHIN => {
            tracing::warn!(conversation_id = state.id.get(), error = %e, "a turn waits to hear what is left of the budget");
            return Outcome::Later(Duration::from_secs(1));
        }
        Err(no) => {
            let why = match no {
                NoMoney::Later | NoMoney::Spent => HandOverWhy::OverBudget,
                NoMoney::Unknown(_) => HandOverWhy::BudgetUnknown,
            };
            return Outcome::End(Box::new(hand_over(&state, run, why, "", Some(&agent))), None);
        }
    };
    let mut asked = Exchange {
        model: core.agents.outside.model.clone(),
        deadline: started.1 + patience,
        now: started.0,
        on_text,
        thinker: core.agents.thinkers.of(&agent.access, &agent.model),
        messages,
        hands,
        usage: Default::default(),
        rounds: 0,
        was_cut: false,
    };
    // The deadline of each call is the turn's; this is for whatever does not keep to it.
    let end =
        match tokio::time::timeout(patience + Duration::from_secs(1), rounds::converse(&agent, &mut asked, &mut money)).await {
            Ok(end) => end,
            Err(_) => End::Failed(ModelError::new(ErrorKind::Timeout, "The model took too long.")),
        };
    // It was asked, and nobody has told what for.
    if matches!(&end, End::Failed(e) if e.kind == ErrorKind::Timeout) {
        asked.usage.tokens_in += agent.prompt_cost(rounds::bytes(&asked.messages) + rounds::bytes(&agent.schemas)).tokens_in;
    }
    run.tokens_in = asked.usage.tokens_in;
    run.tokens_out = asked.usage.tokens_out;
    run.cost_micros = price::cost_micros(&agent.prices, &agent.model, run.tokens_in, run.tokens_out);
    run.reservation = money.row();
    let (tokens_in, tokens_out, cost_micros) = (run.tokens_in, run.tokens_out, run.cost_micros);
    money.owes(&agent, Spent { tokens_in, tokens_out, cost_micros, ..Spent::default() }, started.0);
    run.latency_ms = started.1.elapsed().as_millis() as i64;
    run.function_called = asked.hands.last_called.take();
    run.acts = std::mem::take(&mut asked.hands.acts);
    let hash = crate::secrets::token_hash(&system.body);
    let is_stored = core.agents.has_told(agent.company_id, &hash);
    let prompt = Prompt { hash, text: (!is_stored).then_some(system.body) };
    run.trace = json!({
        "prompt": prompt.hash,
        "facts": system.facts,
        "at": system.at,
        "messages": message_ids,
        "tool_calls": asked.hands.trace,
        "rounds": asked.rounds,
    });
    run.prompt = Some(prompt);
    tracing::info!(
        message_id = message_id.map(MessageId::get),
        conversation_id = state.id.get(),
        latency_ms = run.latency_ms,
        function = run.function_called,
        tokens = run.tokens_in + run.tokens_out,
        "the model has answered"
    );
    Outcome::End(Box::new(settle(&core, &agent, &state, run, end).await), Some(money))
}

/// How long the model and its tools may take.
fn patience(state: &State, now: Micros) -> Duration {
    let waited = now - state.turn_since.unwrap_or(now);
    let left = Duration::from_micros((TURN_WITHIN - waited).max(0) as u64);
    left.clamp(THINK_AT_LEAST, THINK_WITHIN)
}

/// From what the model came to, to what happens.
async fn settle(core: &Core, agent: &Agent, state: &State, mut run: Run, end: End) -> AgentTurn {
    let generation = state.generation;
    if agent.is_in_trouble && !matches!(end, End::Failed(_)) {
        forget_error(core, agent).await;
    }
    match end {
        End::Text(text) if agent.suggests(state) => {
            run.reply.clone_from(&text);
            AgentTurn { generation, run, end: TurnEnd::Suggest { text } }
        }
        End::Text(text) => {
            run.reply.clone_from(&text);
            AgentTurn { generation, run, end: TurnEnd::Reply { text } }
        }
        End::HandOff { reason, summary, text } => {
            let mut turn = hand_over(state, run, HandOverWhy::AgentDecided, &format!("{reason}\n{summary}"), Some(agent));
            if let (TurnEnd::HandOver { to_customer, .. }, false) = (&mut turn.end, text.is_empty()) {
                *to_customer = text;
            }
            turn
        }
        End::Stuck(why) => hand_over(state, run, why, "", Some(agent)),
        End::Failed(error) => {
            note_error(core, agent, &error).await;
            let why = match error.kind {
                ErrorKind::NoMoney => HandOverWhy::NoMoney,
                ErrorKind::BadKey | ErrorKind::UnknownModel => HandOverWhy::BadKey,
                ErrorKind::Timeout => HandOverWhy::Timeout,
                ErrorKind::Nonsense => HandOverWhy::Nonsense,
                ErrorKind::Refused => HandOverWhy::Refused,
                ErrorKind::RateLimited | ErrorKind::Unavailable | ErrorKind::CircuitOpen => HandOverWhy::ModelUnavailable,
            };
            hand_over(state, run, why, &error.in_full(), Some(agent))
        }
    }
}

/// People go on: they are told why, the customer gets one honest sentence. Where a person has the conversation anyway there
/// is nothing to hand over: the turn ends without a word.
fn hand_over(state: &State, mut run: Run, why: HandOverWhy, detail: &str, agent: Option<&Agent>) -> AgentTurn {
    run.reason = Some(why.as_str().to_owned());
    let locale = agent.and_then(|a| Language::parse(&a.locale)).unwrap_or_else(|| language_of(state));
    let suggests = agent.is_some_and(|a| a.suggests(state));
    let to_customer = if suggests { "" } else { words::handed_over(language_of(state), why) };
    let note = words::note(locale, why, detail);
    AgentTurn { generation: state.generation, run, end: TurnEnd::HandOver { why, note, to_customer: to_customer.to_owned() } }
}

/// The same end in our own words alone.
pub fn bare_hand_over(state: &State, turn: &AgentTurn, why: HandOverWhy) -> AgentTurn {
    let run = Run {
        agent_version_id: turn.run.agent_version_id,
        model: turn.run.model.clone(),
        trace: Value::Null,
        tokens_in: turn.run.tokens_in,
        tokens_out: turn.run.tokens_out,
        cost_micros: turn.run.cost_micros,
        latency_ms: turn.run.latency_ms,
        reservation: turn.run.reservation,
        started_at: turn.run.started_at,
        ..Run::default()
    };
    AgentTurn { generation: turn.generation, ..hand_over(state, run, why, "", None) }
}

/// Of the conversation's own budget and of the day's. A conversation has one turn at a time, so nobody else spends its budget
/// meanwhile; the day's are shared.
async fn set_aside(core: &Core, agent: &Agent, state: &State, estimate: i64, now: Micros) -> Result<Money, NoMoney> {
    if let Some(budget) = agent.settings.budget_per_conversation {
        let spent = core.store.spent_on(state.id).await.map_err(NoMoney::Unknown)?;
        if spent as f64 >= budget * 1e6 {
            return Err(NoMoney::Spent);
        }
    }
    Money::set_aside(&core.agents, agent, estimate, now).await
}

/// What only the company's owner can mend is kept where they see it.
async fn note_error(core: &Core, agent: &Agent, error: &ModelError) {
    tracing::warn!(company_id = agent.company_id.get(), error = %error, kind = %error.kind, "the model gave no answer");
    if matches!(error.kind, ErrorKind::NoMoney | ErrorKind::BadKey | ErrorKind::UnknownModel) {
        let (code, detail) = (error.kind.as_str().to_owned(), error.detail.clone());
        let now = core.clock.now();
        if let Err(e) = core.store.note_ai_error(agent.company_id, code.clone(), detail.clone(), now).await {
            tracing::warn!(company_id = agent.company_id.get(), error = %e, "the model's error was not kept");
        }
        if let Err(e) = core.store.notify_company(agent.channel_id, format!("ai_{code}"), detail, now).await {
            tracing::warn!(company_id = agent.company_id.get(), error = %e, "the owner was not told of the model's error");
        }
    }
}

/// It works again: what the owner was told is no news any more.
async fn forget_error(core: &Core, agent: &Agent) {
    if let Err(e) = core.store.clear_ai_error(agent.company_id).await {
        tracing::warn!(company_id = agent.company_id.get(), error = %e, "the model's old error stays");
    }
}
