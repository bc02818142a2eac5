//! What a turn of the agent comes to. The model runs outside the core; how it ended is one input, and all that follows from
//! it (the reply, the lead, the hand-over) is one unit, so that nothing of it can happen alone.
//!
//! The fence: an end is taken only at the generation it was begun at, and while an answer is still owed. A newer word of the
//! customer or of a person has bumped the generation, and the whole turn is as if it had never been.
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::domain::agent::words::{self, HandOverWhy};
use crate::domain::agent::{AnswersFirst, Language, language, rules};
use crate::domain::channel::parts;
use crate::domain::clock::{DAY, Micros};
use crate::domain::event::Suggestion;
use crate::domain::ids::*;
use crate::domain::lead::LeadDraft;
use crate::domain::message::*;
use crate::domain::text::word_enum;

use super::input::{Answer, Refusal, TimerKind};
use super::state::*;
use super::step::UnitDraft;
use super::unit::*;

/// A lead that is younger than this is the one the customer still talks about; a request after it is another one.
const SAME_REQUEST: Micros = 14 * DAY;

word_enum! {
    /// How a turn ended. `answered`: a reply went out. `suggested`: it waits for a person. `fenced`: it came too late.
    RunState { Running = "running", Answered = "answered", Suggested = "suggested", HandedOver = "handed_over", Fenced = "fenced", Failed = "failed" }
}

/// What the model wanted to be done besides answering.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Acts {
    pub lead: Option<LeadDraft>,
    pub customer: Option<CustomerChange>,
    pub callback: Option<Callback>,
}

/// A call that the customer was promised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Callback {
    pub at: Micros,
    pub note: String,
}

/// The record of a turn: why it said what it said, and what it cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    pub agent_version_id: AgentVersionId,
    pub agent_name: String,
    pub model: String,
    /// What the model was told, by the hash of the prompt, what was known besides, and the ids of the messages it read; every
    /// call of a tool.
    pub trace: Value,
    /// Stored once for all runs that it serves. `None`: no model was asked.
    pub prompt: Option<Prompt>,
    pub reply: String,
    pub acts: Acts,
    pub reason: Option<String>,
    pub function_called: Option<String>,
    pub tokens_in: i64,
    pub tokens_out: i64,
    /// Millionths of a US dollar.
    pub cost_micros: i64,
    pub latency_ms: i64,
    pub started_at: Micros,
    /// What it has set aside of the day's budgets: settled in the unit that stores the run.
    pub reservation: Option<i64>,
}

/// What the model is told whatever the turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    pub hash: String,
    /// `None`: it is stored already.
    pub text: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AgentTurn {
    /// The conversation's generation that the turn was begun at.
    pub generation: i64,
    pub run: Run,
    pub end: TurnEnd,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TurnEnd {
    Reply {
        text: String,
    },
    /// The reply waits for a person.
    Suggest {
        text: String,
    },
    /// People go on. `to_customer` is one honest sentence, `note` tells the operators why and what it is about.
    HandOver {
        why: HandOverWhy,
        note: String,
        to_customer: String,
    },
}

/// A suggestion that a person sends: what the agent wanted to do along with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Approved {
    pub run_id: AgentRunId,
    pub acts: Acts,
}

/// After a customer's word: is an automatic answer owed now?
pub(super) fn customer_said(unit: &mut Unit, answers_first: AnswersFirst, text: &str, begins: bool, now: Micros) {
    if begins && unit.after.assignee.is_none() && unit.after.handler != Handler::Operator {
        unit.after.handler = if answers_first == AnswersFirst::Agent { Handler::Agent } else { Handler::Queue };
    }
    if unit.after.handler == Handler::Agent && answers_first != AnswersFirst::Agent {
        // Switched off meanwhile: people go on.
        unit.after.handler = Handler::Queue;
    }
    if answers_first != AnswersFirst::People {
        remember_language(unit, text);
    }
    let by_agent = unit.after.handler == Handler::Agent;
    if by_agent && rules::asks_for_person(text) {
        asked_for_person(unit, now);
    } else if by_agent || answers_first == AnswersFirst::Drafts {
        unit.after.turn_since = Some(now);
    }
}

/// What a customer has spoken counts as what they write, while an answer to it is owed.
pub(super) fn customer_heard(unit: &mut Unit, text: &str, now: Micros) {
    if unit.after.turn_since.is_none() {
        return;
    }
    remember_language(unit, text);
    if unit.after.handler == Handler::Agent && rules::asks_for_person(text) {
        asked_for_person(unit, now);
    }
}

/// By rule: no model is asked whether it agrees.
fn asked_for_person(unit: &mut Unit, now: Micros) {
    let (why, language) = (HandOverWhy::Asked, language_of(&unit.after));
    hand_over(unit, why, words::note(language, why, ""), words::handed_over(language, why), "", None, now);
}

/// The language that the customer writes in, whatever their app is set to.
fn remember_language(unit: &mut Unit, text: &str) {
    let Some(spoken) = language::of_text(text).map(|l| l.as_str().to_owned()) else { return };
    if unit.after.customer.language.as_ref() != Some(&spoken) {
        change_customer(unit, &CustomerChange { language: Some(spoken), ..CustomerChange::default() });
    }
}

/// A turn has ended.
pub(super) fn ended(draft: &mut UnitDraft, turn: &AgentTurn) -> Answer {
    let now = draft.now;
    let Some(state) = draft.state() else { return Answer::Refused(Refusal::NoConversation) };
    let owed = state.turn_since.is_some() && state.generation == turn.generation;
    let by_agent = state.handler == Handler::Agent;
    if !owed || (!by_agent && matches!(turn.end, TurnEnd::Reply { .. })) {
        return Answer::Refused(Refusal::Fenced);
    }
    let Some(unit) = draft.unit() else { return Answer::Refused(Refusal::NoConversation) };
    unit.after.turn_since = None;
    let (state, answer) = match &turn.end {
        TurnEnd::Reply { text } => {
            act(unit, &turn.run.acts, Some(THIS_RUN), now);
            let index = say(unit, text, &turn.run.agent_name, Some(THIS_RUN), now);
            (RunState::Answered, Some(index))
        }
        TurnEnd::Suggest { text } => {
            unit.after.suggestion = Some(Suggestion { run_id: THIS_RUN, text: text.clone() });
            (RunState::Suggested, None)
        }
        // People have it anyway: there is only no suggestion.
        TurnEnd::HandOver { .. } if !by_agent => (RunState::Failed, None),
        TurnEnd::HandOver { why, note, to_customer } => {
            act(unit, &turn.run.acts, Some(THIS_RUN), now);
            let run = (turn.run.agent_version_id > 0).then_some(THIS_RUN);
            let index = hand_over(unit, *why, note.clone(), to_customer, &turn.run.agent_name, run, now);
            (RunState::HandedOver, index)
        }
    };
    // Without a version nothing was asked of any model.
    unit.run = (turn.run.agent_version_id > 0).then(|| EndedRun {
        id: THIS_RUN,
        generation: turn.generation,
        state,
        run: turn.run.clone(),
        message: answer,
    });
    answer.map_or(Answer::Done, Answer::Message)
}

/// What an approval does: as if the agent had been let do it.
pub(super) fn act(unit: &mut Unit, acts: &Acts, run: Option<AgentRunId>, now: Micros) {
    if let Some(change) = &acts.customer {
        change_customer(unit, change);
    }
    if let Some(draft) = &acts.lead {
        register(unit, draft, run, now);
    }
    if let Some(callback) = &acts.callback {
        unit.set_timer(TimerKind::Callback, callback.at);
        event(
            unit,
            json!({ "event": "callback_scheduled", "at": crate::domain::clock::rfc3339(callback.at), "note": callback.note }),
            "",
        );
    }
}

/// One lead for a request, however often the model registers it: a repeat changes the lead that is there.
fn register(unit: &mut Unit, draft: &LeadDraft, run: Option<AgentRunId>, now: Micros) {
    let open = unit.after.lead.filter(|lead| now - lead.at < SAME_REQUEST);
    let is_new = open.is_none();
    unit.lead =
        Some(LeadChange { id: open.map_or(0, |l| l.id), number: 0, seq: 0, is_new, draft: draft.clone(), agent_run_id: run });
    use crate::domain::event::EventKind;
    unit.add_event(if is_new { EventKind::LeadCreated } else { EventKind::LeadUpdated }, Subject::Lead);
    let known = &unit.after.customer;
    let change = CustomerChange {
        name: Some(draft.name.clone()).filter(|n| !n.is_empty() && known.name.is_empty()),
        phone: Some(draft.phone.clone()).filter(|_| known.phone.is_none()),
        phone_e164: Some(draft.phone_e164.clone()),
        ..CustomerChange::default()
    };
    change_customer(unit, &change);
    if is_new {
        event(unit, json!({ "event": "lead_registered", "name": draft.name }), "");
    }
}

fn change_customer(unit: &mut Unit, change: &CustomerChange) {
    let customer = &mut unit.after.customer;
    if let Some(name) = &change.name {
        customer.name.clone_from(name);
    }
    if change.phone.is_some() {
        customer.phone.clone_from(&change.phone);
    }
    if change.language.is_some() {
        customer.language.clone_from(&change.language);
    }
    let told = unit.customer.get_or_insert_default();
    let CustomerChange { name, username, language, phone, phone_e164, email, fields } = change.clone();
    told.name = name.or(told.name.take());
    told.username = username.or(told.username.take());
    told.language = language.or(told.language.take());
    told.phone = phone.or(told.phone.take());
    told.phone_e164 = phone_e164.or(told.phone_e164.take());
    told.email = email.or(told.email.take());
    told.fields.extend(fields);
}

/// People go on from here. Returns the index of what the customer is told.
fn hand_over(
    unit: &mut Unit,
    why: HandOverWhy,
    note: String,
    to_customer: &str,
    agent: &str,
    run: Option<AgentRunId>,
    now: Micros,
) -> Option<usize> {
    unit.after.handler = Handler::Queue;
    unit.after.turn_since = None;
    unit.after.updated_at = now;
    let index = (!to_customer.is_empty()).then(|| say(unit, to_customer, agent, run, now));
    event(unit, json!({ "event": "handed_over", "why": why.as_str(), "note": note }), &note);
    index
}

/// An automatic message to the customer.
fn say(unit: &mut Unit, text: &str, name: &str, run: Option<AgentRunId>, now: Micros) -> usize {
    let kind = unit.after.channel_kind;
    let parts = if kind.has_provider() { parts(kind.limits(), text, &[]).len() } else { 0 };
    let generation = unit.after.generation;
    unit.after.updated_at = now;
    unit.add_message(NewMessage {
        author: Author { kind: AuthorType::Agent, id: None, name: name.to_owned() },
        status: if parts > 0 { MessageStatus::Queued } else { MessageStatus::Sent },
        sender: AuthorType::Agent.as_str().to_owned(),
        generation: Some(generation),
        agent_run_id: run,
        parts,
        ..NewMessage::plain(Direction::Out, text)
    })
}

/// Something that stands in the thread for the operators.
pub(super) fn event(unit: &mut Unit, payload: Value, text: &str) {
    unit.add_message(NewMessage { payload: Some(payload), ..NewMessage::plain(Direction::Event, text) });
}

/// A takeover takes back what the agent has said and what has not left yet.
pub(super) fn take_back(unit: &mut Unit) {
    let queued: Vec<MessageId> =
        unit.after.queue.iter().filter(|d| d.automatic && d.state == MessageStatus::Queued).map(|d| d.message_id).collect();
    for message_id in queued {
        super::operator::cancel_queued(unit, message_id);
    }
}

/// The customer's language as far as it is known, else the first of the house.
pub fn language_of(state: &State) -> Language {
    let told = state.customer.language.as_deref().and_then(|tag| tag.split(['-', '_']).next());
    told.and_then(Language::parse).unwrap_or(Language::Ru)
}
