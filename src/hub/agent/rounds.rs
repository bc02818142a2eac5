//! The model and its tools, back and forth, until there is something to say or nobody to say it.
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};

use super::Agent;
use super::budget::Money;
use super::thinkers::Thinker;
use super::tools::Hands;
use crate::clients::openai::{Call, ChatRequest, Model, ModelError, OnText, Usage};
use crate::domain::agent::markup::{self, Offered, Spoken, WrittenCall};
use crate::domain::agent::price::{self, Spent};
use crate::domain::agent::words::{self, HandOverWhy};
use crate::domain::agent::{prompt, safety};
use crate::domain::clock::Micros;

/// A model that still calls tools after so many rounds does not come to an end.
const ROUNDS: usize = 6;
pub const MAX_TOKENS: u32 = 1_000;

/// A turn in the making.
pub struct Exchange<'a> {
    pub model: Arc<dyn Model>,
    pub deadline: Instant,
    pub now: Micros,
    pub on_text: OnText,
    pub thinker: Thinker,
    /// Shared with the call under way, which may last long: there are many at once.
    pub messages: Arc<Vec<Value>>,
    pub hands: Hands<'a>,
    pub usage: Usage,
    pub rounds: usize,
    /// An answer was cut off, and a shorter one asked for.
    pub was_cut: bool,
}

/// What the model came to.
#[derive(Debug)]
pub enum End {
    Text(String),
    /// It wants a person to go on; `text` is what it says to the customer, if anything.
    HandOff {
        reason: String,
        summary: String,
        text: String,
    },
    Stuck(HandOverWhy),
    Failed(ModelError),
}

/// The prompt, and what was said so far.
pub fn messages(system: String, history: Vec<Value>) -> Arc<Vec<Value>> {
    Arc::new(std::iter::once(json!({ "role": "system", "content": system })).chain(history).collect())
}

/// How long this is as the model gets it.
pub fn bytes(values: &[Value]) -> usize {
    values.iter().map(|value| value.to_string().len()).sum()
}

/// Whoever drops this in the middle has paid for what was asked until then: `money` knows of it.
pub async fn converse(agent: &Agent, asked: &mut Exchange<'_>, money: &mut Money) -> End {
    let offered = Offered::of(&agent.schemas);
    let on_text = asked.thinker.watched(asked.on_text.clone());
    while asked.rounds < ROUNDS {
        asked.rounds += 1;
        money.owes(agent, so_far(agent, asked), asked.now);
        let request = ChatRequest {
            model: agent.model.clone(),
            messages: asked.messages.clone(),
            tools: agent.schemas.clone(),
            temperature: agent.settings.temperature,
            max_tokens: MAX_TOKENS,
            deadline: asked.deadline,
        };
        let mut answer = match asked.model.chat(&agent.access, request, on_text.clone()).await {
            Ok(answer) => answer,
            Err(e) => return End::Failed(e),
        };
        asked.usage.tokens_in += answer.usage.tokens_in;
        asked.usage.tokens_out += answer.usage.tokens_out;
        if answer.refusal.is_some() || answer.is_filtered() {
            return End::Stuck(HandOverWhy::Refused);
        }
        asked.thinker.learn(&answer.text);
        let Spoken { text, calls, is_garbled } = markup::read(&answer.text, &offered);
        let text = safety::clean_reply(&text, &agent.allowed_hosts);
        // Cleaning may have put together what reads as a call.
        let again = markup::read(&text, &offered);
        let is_unclean = is_garbled || again.is_garbled || !again.calls.is_empty();
        if answer.tool_calls.is_empty() {
            // What was cut off is neither an answer nor a call, whatever it reads like.
            if answer.is_cut() && !asked.was_cut {
                asked.was_cut = true;
                let cut = if is_unclean { "" } else { &text };
                asked.messages = Arc::new(once_more_shorter(&asked.messages, cut));
                continue;
            }
            if answer.is_cut() {
                return if text.is_empty() { nothing_said(asked) } else { End::Stuck(HandOverWhy::CutShort) };
            }
            if is_garbled || (calls.is_empty() && is_unclean) {
                return End::Stuck(HandOverWhy::Nonsense);
            }
            answer.tool_calls = calls.into_iter().enumerate().map(written).collect();
        }
        if answer.tool_calls.is_empty() {
            return if text.is_empty() { nothing_said(asked) } else { End::Text(text) };
        }
        let text = if is_unclean { String::new() } else { text };
        let messages = Arc::make_mut(&mut asked.messages);
        messages.push(answer.repeated(&text));
        for call in &answer.tool_calls {
            let result = asked.hands.call(call, asked.now).await;
            messages.push(json!({ "role": "tool", "tool_call_id": call.id, "content": prompt::tool_result(&result) }));
        }
        if let Some((reason, summary)) = asked.hands.hand_off.take() {
            return End::HandOff { reason, summary, text };
        }
        if asked.hands.is_lost() {
            return End::Stuck(HandOverWhy::Nonsense);
        }
    }
    nothing_said(asked)
}

/// A call that stood in the text, as if the server had read it.
fn written((at, call): (usize, WrittenCall)) -> Call {
    let id = format!("call_{at}_{:08x}", rand::random::<u32>());
    Call { id, name: call.name, arguments: call.arguments, ..Call::default() }
}

const SHORTER: &str =
    "Your answer was cut off because it was too long, and nobody has seen it. Answer again in at most three short sentences.";

/// The same question, and what was wrong with the answer. Roles go on in turns: some templates refuse two of one in a row.
fn once_more_shorter(messages: &[Value], cut: &str) -> Vec<Value> {
    let mut messages = messages.to_vec();
    if !cut.is_empty() {
        messages.push(json!({ "role": "assistant", "content": cut }));
    }
    match messages.last_mut() {
        Some(last) if last["role"] == "user" && last["content"].is_string() => {
            let said = last["content"].as_str().unwrap_or_default();
            last["content"] = json!(format!("{said}\n\n({SHORTER})"));
        }
        _ => messages.push(json!({ "role": "user", "content": format!("({SHORTER})") })),
    }
    messages
}

/// What the rounds before have used, and the prompt of the one that begins.
fn so_far(agent: &Agent, asked: &Exchange<'_>) -> Spent {
    let prompt = agent.prompt_cost(bytes(&asked.messages) + bytes(&agent.schemas));
    let (tokens_in, tokens_out) = (asked.usage.tokens_in + prompt.tokens_in, asked.usage.tokens_out);
    let cost_micros = price::cost_micros(&agent.prices, &agent.model, tokens_in, tokens_out);
    Spent { tokens_in, tokens_out, cost_micros, ..Spent::default() }
}

/// No words, but perhaps a lead: then the customer is thanked in ours.
fn nothing_said(asked: &Exchange<'_>) -> End {
    match &asked.hands.acts.lead {
        Some(lead) => End::Text(words::lead_closing(asked.hands.language(), &lead.name, &lead.phone)),
        None => End::Stuck(HandOverWhy::Empty),
    }
}
