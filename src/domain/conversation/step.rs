//! One step: all waiting inputs together become one proposed unit.
use crate::domain::channel::Inbound;
use crate::domain::clock::Micros;
use crate::domain::event::{Assignee, EventKind};
use crate::domain::ids::*;
use crate::domain::message::{Direction, MessageStatus};

use super::input::*;
use super::rules::Rules;
use super::state::*;
use super::unit::*;
use super::{agent, delivery, inbound, operator};

/// What the actor does after the commit, and only then.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// The delivery is taken: hand it to the connector.
    Send { delivery_id: DeliveryId },
    /// The same for the one that the unit itself has made and taken.
    SendNew,
    /// New attachments wait at the provider.
    FetchMedia,
}

/// What [`step`] proposes. `answers` has one entry for each input, in order.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub unit: Option<Unit>,
    pub answers: Vec<Answer>,
    pub effects: Vec<Effect>,
}

/// Who has put the conversation into other hands, and the note that went along.
pub(super) struct HandedOver {
    pub by: Assignee,
    pub note: Option<usize>,
}

/// A unit in the making.
pub(super) struct UnitDraft<'a> {
    pub rules: &'a Rules,
    pub unit: Option<Unit>,
    pub effects: Vec<Effect>,
    pub base: Option<State>,
    /// The last time in this unit.
    pub handed_over: Option<HandedOver>,
    pub now: Micros,
}

impl UnitDraft<'_> {
    /// The state as it would be after what has been proposed so far.
    pub fn state(&self) -> Option<&State> {
        self.unit.as_ref().map(|u| &u.after).or(self.base.as_ref())
    }

    /// The unit to add to; begins one on the stored state. `None` while there is no conversation.
    pub fn unit(&mut self) -> Option<&mut Unit> {
        if self.unit.is_none() {
            let state = self.base.clone()?;
            let base = Base::At { id: state.id, version: state.version };
            let before = Some(state.scope());
            self.unit = Some(Unit::on(base, before, state, self.now));
        }
        self.unit.as_mut()
    }

    /// The unit, beginning a new customer, identity and conversation when the key is unknown.
    pub fn unit_for(&mut self, from: &Inbound) -> &mut Unit {
        if self.unit().is_none() {
            let source = match &from.what {
                crate::domain::channel::InboundKind::Started { source, .. } => source.clone(),
                _ => None,
            };
            let identity = NewIdentity { key: from.key.clone(), source };
            let mut unit = Unit::on(Base::New(Box::new(identity)), None, inbound::blank_state(from, self.now), self.now);
            unit.opens_episode = Some(0);
            unit.add_event(EventKind::ConversationCreated, Subject::Conversation);
            self.unit = Some(unit);
        }
        // Both branches above leave a unit behind.
        match &mut self.unit {
            Some(unit) => unit,
            None => unreachable!("a unit was just begun"),
        }
    }
}

/// Pure: the same rules, state, inputs and time give the same proposal.
pub fn step(rules: &Rules, state: Option<&State>, inputs: &[Input], now: Micros) -> Proposal {
    let mut draft = UnitDraft { rules, unit: None, effects: vec![], base: state.cloned(), handed_over: None, now };
    let answers = inputs.iter().map(|input| one(&mut draft, input)).collect();
    let UnitDraft { unit, effects, handed_over, .. } = draft;
    let unit = unit.and_then(|mut unit| {
        conversation_event(state, &mut unit);
        tell_the_holder(state, handed_over, &mut unit);
        let same_turn = state.is_some_and(|s| s.turn_since == unit.after.turn_since && s.generation == unit.after.generation);
        if unit.is_empty() && same_turn {
            return None;
        }
        if let Base::At { version, .. } = unit.base {
            unit.after.version = version + 1;
        }
        Some(unit)
    });
    Proposal { unit, answers, effects }
}

fn one(draft: &mut UnitDraft, input: &Input) -> Answer {
    match input {
        Input::Inbound(inbound) => inbound::receive(draft, inbound),
        Input::Command(command) => operator::command(draft, command),
        Input::Claim { delivery_id } => delivery::claim(draft, *delivery_id),
        Input::ClaimNew => delivery::claim_new(draft),
        Input::Outcome { delivery_id, outcome } => delivery::settle(draft, *delivery_id, outcome),
        Input::Moved { to } => match draft.unit() {
            Some(unit) => {
                inbound::moved(unit, to);
                Answer::Done
            }
            None => Answer::Refused(Refusal::NoConversation),
        },
        Input::Recover => delivery::recover(draft),
        Input::Timer { kind, id } => operator::timer(draft, *kind, *id),
        Input::Agent(turn) => agent::ended(draft, turn),
        Input::Heard { attachment_id, message_id, heard } => listened(draft, *attachment_id, *message_id, heard),
        Input::Media { attachment_id, message_id, result } => media(draft, *attachment_id, *message_id, result),
    }
}

fn media(draft: &mut UnitDraft, attachment_id: AttachmentId, message_id: MessageId, result: &MediaResult) -> Answer {
    let Some(unit) = draft.unit() else { return Answer::Refused(Refusal::NoConversation) };
    use crate::domain::message::AttachmentStatus as S;
    unit.media.push(match result {
        MediaResult::Ready { storage_key, size, mime } => MediaChange {
            attachment_id,
            status: S::Ready,
            storage_key: Some(storage_key.clone()),
            size: Some(*size),
            mime: Some(mime.clone()),
            error: None,
        },
        MediaResult::Failed { error } => MediaChange {
            attachment_id,
            status: S::Failed,
            storage_key: None,
            size: None,
            mime: None,
            error: Some(error.clone()),
        },
    });
    unit.change_message(MessageTarget::Id(message_id), MessageChangeKind::Touched);
    Answer::Changed(message_id)
}

fn listened(draft: &mut UnitDraft, attachment_id: AttachmentId, message_id: MessageId, heard: &Heard) -> Answer {
    let now = draft.now;
    let Some(unit) = draft.unit() else { return Answer::Refused(Refusal::NoConversation) };
    unit.heard.push(HeardChange { attachment_id, heard: heard.clone() });
    unit.change_message(MessageTarget::Id(message_id), MessageChangeKind::Touched);
    if heard.state == crate::domain::message::TranscriptState::Done
        && let Some(text) = &heard.text
    {
        agent::customer_heard(unit, text, now);
    }
    Answer::Changed(message_id)
}

/// A change of status, handler or assignee that no message event carries gets an event of its own;
/// a change of scope always does, because it decides who sees the conversation at all.
fn conversation_event(before: Option<&State>, unit: &mut Unit) {
    let Some(before) = before else { return };
    let after = &unit.after;
    let moved = before.scope() != after.scope();
    let shown = |s: &State| (s.status, s.handler, s.snoozed_until, s.suggestion.clone(), s.lead.map(|l| l.id));
    let changed = shown(before) != shown(after);
    let carried = unit.messages.iter().any(|m| m.direction != Direction::Event);
    if moved {
        unit.add_event(EventKind::ConversationAssigned, Subject::Conversation);
    } else if changed && !carried {
        unit.add_event(EventKind::ConversationUpdated, Subject::Conversation);
    }
    if unit.customer.is_some() {
        unit.add_event(EventKind::CustomerUpdated, Subject::Customer);
    }
}

/// Whoever has got the conversation from somebody else is told. Through whose hands it went within the unit is nobody's news:
/// they may not see it any more.
fn tell_the_holder(before: Option<&State>, handed_over: Option<HandedOver>, unit: &mut Unit) {
    let holder = |state: &State| state.assignee.as_ref().map(|holder| holder.id);
    let Some((to, HandedOver { by, note })) = holder(&unit.after).zip(handed_over) else { return };
    if note.is_some() || before.and_then(holder) != Some(to) {
        unit.tell(to, PersonalCode::Assigned, &by, note);
    }
}

/// Sets a message's status to that of its parts, if that is news.
pub(super) fn refresh_status(
    unit: &mut Unit,
    message_id: MessageId,
    was: Option<MessageStatus>,
    provider_id: Option<String>,
    error: Option<(String, String)>,
) {
    let status = unit.after.message_status(message_id);
    if let Some(status) = status.filter(|s| Some(*s) != was) {
        let what = MessageChangeKind::Status { status, provider_id, error };
        unit.change_message(MessageTarget::Id(message_id), what);
    }
}
