//! What a customer does.
use serde_json::json;

use crate::domain::agent::AnswersFirst;
use crate::domain::channel::*;
use crate::domain::clock::Micros;
use crate::domain::event::CustomerBrief;
use crate::domain::ids::{ConversationId, CustomerId, MessageId};
use crate::domain::message::*;
use crate::domain::text::one_line;

use super::agent;
use super::input::{Answer, TimerKind};
use super::state::*;
use super::step::{Effect, UnitDraft};
use super::unit::*;

/// Of a name, in characters.
const LONGEST_NAME: usize = 200;

pub(super) fn receive(draft: &mut UnitDraft, from: &Inbound) -> Answer {
    let now = draft.now;
    let is_new = draft.state().is_none();
    if is_new && !matches!(from.what, InboundKind::Message(_) | InboundKind::Started { .. } | InboundKind::Moved { .. }) {
        // Somebody we have never heard from blocks us, or touches a message from before our time: no conversation begins.
        return Answer::Done;
    }
    let unit = draft.unit_for(from);
    unit.raws.extend(from.raw.clone());
    learn(unit, &from.profile);
    // What comes late from where it was at first says nothing about where it is now.
    let from_first_home = from.key == unit.after.home_key && from.address == from.key;
    if !from_first_home && !matches!(from.what, InboundKind::Moved { .. }) {
        reach_at(unit, &from.address);
    }
    match &from.what {
        InboundKind::Message(message) => said(draft, from, message, now),
        InboundKind::Started { source, greeting, provider_id } => started(unit, is_new, source, greeting, provider_id, now),
        InboundKind::Edited { provider_id, text, at } => {
            unit.change_message(
                MessageTarget::Provider(provider_id.clone()),
                MessageChangeKind::Edited { text: text.clone(), at: *at },
            );
            Answer::Done
        }
        InboundKind::Deleted { provider_id, at } => {
            unit.change_message(MessageTarget::Provider(provider_id.clone()), MessageChangeKind::Deleted { at: *at });
            Answer::Done
        }
        InboundKind::Reacted { provider_id, emojis } => {
            unit.change_message(
                MessageTarget::Provider(provider_id.clone()),
                MessageChangeKind::Reacted { author: "customer".into(), emojis: emojis.clone() },
            );
            Answer::Done
        }
        InboundKind::Moved { to } => {
            if is_new {
                // Nobody has said anything: it is kept for who will, and opens no work.
                unit.after.status = ConversationStatus::Closed;
            }
            moved(unit, to);
            Answer::Done
        }
        InboundKind::Blocked { blocked } => {
            set_blocked(unit, *blocked);
            Answer::Done
        }
    }
}

fn said(draft: &mut UnitDraft, from: &Inbound, message: &InboundMessage, now: Micros) -> Answer {
    if !message.attachments.is_empty() && !draft.effects.contains(&Effect::FetchMedia) {
        draft.effects.push(Effect::FetchMedia);
    }
    // A group of people talks among itself.
    let answers_first = if from.is_group { AnswersFirst::People } else { draft.rules.answers_first(now) };
    let begins = draft.state().is_none_or(|s| s.inbound_count == 0 || s.status == ConversationStatus::Closed);
    let unit = draft.unit_for(from);
    wake(unit, now);
    set_blocked(unit, false);
    unit.after.inbound_count += 1;
    // A newer word of the customer fences off any automatic reply to the older ones.
    unit.fence();
    if let Some(window) = from.channel_kind.features().reply_window {
        let base = message.provider_at.unwrap_or(now).min(now);
        unit.after.window_expires_at = unit.after.window_expires_at.max(Some(base + window));
    }
    let customer = unit.after.customer.clone();
    let remote = message.attachments.iter().map(|file| NewAttachment::Remote { id: 0, file: file.clone() });
    let index = unit.add_message(NewMessage {
        id: MessageId::NONE,
        seq: 0,
        direction: Direction::In,
        author: Author { kind: AuthorType::Customer, id: Some(customer.id.get()).filter(|id| *id > 0), name: customer.name },
        kind: message.kind,
        text: message.text.clone(),
        payload: message.payload.clone(),
        status: MessageStatus::Received,
        reply_to: message.reply_to_provider_id.clone().map_or(ReplyTo::None, ReplyTo::Provider),
        sender: customers_sender(customer.id),
        client_id: message.client_id.clone(),
        content_hash: message.client_id.as_ref().map(|_| message.text.clone()),
        provider_id: message.provider_id.clone(),
        provider_at: message.provider_at,
        generation: None,
        agent_run_id: None,
        attachments: remote.chain(message.uploads.iter().map(|id| NewAttachment::Uploaded { id: *id })).collect(),
        parts: 0,
    });
    agent::customer_said(unit, answers_first, &message.text, begins, now);
    Answer::Message(index)
}

fn reach_at(unit: &mut Unit, address: &str) {
    if unit.after.address != address {
        unit.after.address = address.to_owned();
        unit.moved_to = Some(address.to_owned());
    }
}

/// The new address is another key of the identity: whatever comes under it is this conversation's.
pub(super) fn moved(unit: &mut Unit, to: &str) {
    reach_at(unit, to);
    if to != unit.after.home_key && !unit.new_keys.iter().any(|key| key == to) {
        unit.new_keys.push(to.to_owned());
    }
}

/// The identity's row follows: whoever writes to us has not blocked us.
fn set_blocked(unit: &mut Unit, blocked: bool) {
    if unit.after.blocked != blocked {
        unit.after.blocked = blocked;
        unit.blocked = Some(blocked);
    }
}

/// The customer's word opens what was pending, snoozed or closed; a closed conversation begins a new episode.
pub(super) fn wake(unit: &mut Unit, now: Micros) {
    if unit.after.status == ConversationStatus::Closed {
        unit.open_episode();
        // What they want now is another request.
        unit.after.lead = None;
        let state = &mut unit.after;
        if state.assignee.is_none() {
            state.handler = Handler::Queue;
        }
    }
    if unit.after.status == ConversationStatus::Snoozed {
        unit.after.snoozed_until = None;
        unit.clear_timer(TimerKind::Snooze);
    }
    unit.after.status = ConversationStatus::Open;
    unit.after.updated_at = now;
}

/// `/start` is no question: it stands in the thread as an event, and greets a customer we had not met.
fn started(
    unit: &mut Unit,
    is_new: bool,
    source: &Option<String>,
    greeting: &Option<String>,
    provider_id: &Option<String>,
    now: Micros,
) -> Answer {
    unit.after.updated_at = now;
    set_blocked(unit, false);
    let event = system_message(Direction::Event, AuthorType::System, "", MessageStatus::Received);
    let index = unit.add_message(NewMessage {
        payload: Some(json!({ "event": "started", "source": source })),
        provider_id: provider_id.clone(),
        ..event
    });
    if let Some(text) = greeting.as_ref().filter(|t| is_new && !t.is_empty()) {
        let greeting = system_message(Direction::Out, AuthorType::Bot, text, MessageStatus::Queued);
        let parts = parts(unit.after.channel_kind.limits(), text, &[]).len();
        unit.add_message(NewMessage { parts, ..greeting });
    }
    Answer::Message(index)
}

fn system_message(direction: Direction, kind: AuthorType, text: &str, status: MessageStatus) -> NewMessage {
    let author = Author { kind, id: None, name: String::new() };
    NewMessage { author, status, sender: kind.as_str().to_owned(), ..NewMessage::plain(direction, text) }
}

/// Keeps what the channel tells about the customer, where we knew nothing yet. A name is what can be seen of it: a blank one
/// is none, and none turns round what stands beside it.
fn learn(unit: &mut Unit, profile: &Profile) {
    let customer = &mut unit.after.customer;
    let mut change = CustomerChange::default();
    let name = one_line(&profile.name, LONGEST_NAME);
    if !name.is_empty() && one_line(&customer.name, LONGEST_NAME).is_empty() {
        customer.name.clone_from(&name);
        change.name = Some(name);
    }
    let fill = |have: &mut Option<String>, told: &Option<String>, out: &mut Option<String>| {
        if have.is_none() && told.is_some() {
            have.clone_from(told);
            out.clone_from(told);
        }
    };
    fill(&mut customer.username, &profile.username, &mut change.username);
    fill(&mut customer.language, &profile.language, &mut change.language);
    fill(&mut customer.phone, &profile.phone, &mut change.phone);
    if change != CustomerChange::default() && !matches!(unit.base, Base::New(_)) {
        // Another input of the same unit may have told something else.
        let told = unit.customer.get_or_insert_default();
        told.name = change.name.or(told.name.take());
        told.username = change.username.or(told.username.take());
        told.language = change.language.or(told.language.take());
        told.phone = change.phone.or(told.phone.take());
    }
}

pub(super) fn blank_state(from: &Inbound, now: Micros) -> State {
    State {
        id: ConversationId::NONE,
        company_id: from.company_id,
        channel_id: from.channel_id,
        channel_kind: from.channel_kind,
        identity_id: 0,
        home_key: from.key.clone(),
        address: from.address.clone(),
        blocked: false,
        customer: CustomerBrief { id: CustomerId::NONE, name: String::new(), phone: None, username: None, language: None },
        episode_id: 0,
        episode_number: 1,
        version: 1,
        generation: 0,
        status: ConversationStatus::Open,
        handler: Handler::Queue,
        assignee: None,
        department_id: None,
        inbound_count: 0,
        last_message_id: None,
        public_seq: 0,
        public_author: String::new(),
        other_seq: 0,
        snoozed_until: None,
        window_expires_at: None,
        seq: 0,
        created_at: now,
        updated_at: now,
        turn_since: None,
        suggestion: None,
        lead: None,
        queue: vec![],
        timers: vec![],
    }
}
