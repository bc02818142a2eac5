//! What a customer does.
use serde_json::json;

use crate::domain::agent::AnswersFirst;
use crate::domain::channel::*;
use crate::domain::clock::Micros;
use crate::domain::event::CustomerBrief;
use crate::domain::ids::{ConversationId, CustomerId, MessageId};
use crate::domain::message::*;

use super::agent;
use super::input::{Answer, TimerKind};
use super::learn::{learn, rename};
use super::state::*;
use super::step::{Effect, UnitDraft};
use super::unit::*;

pub(super) fn receive(draft: &mut UnitDraft, from: &Inbound) -> Answer {
    let now = draft.now;
    let is_new = draft.state().is_none();
    let begins = matches!(
        from.what,
        InboundKind::Message(_) | InboundKind::Edited { .. } | InboundKind::Started { .. } | InboundKind::Moved { .. }
    );
    if is_new && !begins {
        // Somebody we have never heard from blocks us, or touches a message from before our time: no conversation begins.
        return Answer::Done;
    }
    let unit = draft.unit_for(from);
    unit.raws.extend(from.raw.clone());
    learn(unit, &from.profile);
    from.also.iter().for_each(|key| known_by(unit, key));
    // What comes late from where it was at first says nothing about where it is now.
    let home = &unit.after.home_key;
    let is_late = from.key == *home && is_within(&from.address, home) && !is_within(&unit.after.address, home);
    if !is_late && says_where_they_are(from, home) {
        reach_at(unit, &from.address);
    }
    match &from.what {
        // Nobody has received anything of them yet: this is the message.
        InboundKind::Edited { message, .. } if is_new => said(draft, from, message, now),
        InboundKind::Message(message) => said(draft, from, message, now),
        InboundKind::Started { source, greeting, provider_id } => started(unit, is_new, source, greeting, provider_id, now),
        InboundKind::Edited { at, message } => edited(draft, from, message, *at),
        InboundKind::Happened { event, provider_id, new_name } => {
            let happened = system_message(Direction::Event, AuthorType::System, "", MessageStatus::Received);
            let payload = Some(event.clone());
            let index = unit.add_message(NewMessage { payload, provider_id: provider_id.clone(), ..happened });
            if let Some(name) = new_name {
                rename(unit, name);
            }
            Answer::Message(index)
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
        // A group that has moved is left behind: that is no news of where it is now.
        InboundKind::Blocked { blocked: true } if is_late => Answer::Done,
        InboundKind::Blocked { blocked } => {
            set_blocked(unit, *blocked);
            Answer::Done
        }
    }
}

/// A reaction and a blocking are told without the place within a chat that they belong to.
fn says_where_they_are(from: &Inbound, home: &str) -> bool {
    match from.what {
        InboundKind::Message(_) | InboundKind::Started { .. } => true,
        InboundKind::Moved { .. } => false,
        _ => from.address != home,
    }
}

/// An address is a key, or a place within what that key names: `-1001` or `-1001:7`.
fn is_within(address: &str, key: &str) -> bool {
    address.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

fn edited(draft: &mut UnitDraft, from: &Inbound, message: &InboundMessage, at: Micros) -> Answer {
    let Some(provider_id) = &message.provider_id else { return Answer::Done };
    fetch_media(draft, message);
    let files = message.attachments.iter().map(|file| NewAttachment::Remote { id: 0, file: file.clone() }).collect();
    let content = EditedContent { text: message.text.clone(), kind: message.kind, payload: message.payload.clone(), files };
    let what = MessageChangeKind::Edited { at, content: Box::new(content) };
    draft.unit_for(from).change_message(MessageTarget::Provider(provider_id.clone()), what);
    Answer::Done
}

fn fetch_media(draft: &mut UnitDraft, message: &InboundMessage) {
    if !message.attachments.is_empty() && !draft.effects.contains(&Effect::FetchMedia) {
        draft.effects.push(Effect::FetchMedia);
    }
}

fn said(draft: &mut UnitDraft, from: &Inbound, message: &InboundMessage, now: Micros) -> Answer {
    fetch_media(draft, message);
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
    // Told again, by the other chat or by a late send, a move brings nobody out of their topic.
    if !is_within(&unit.after.address, to) {
        // Whoever was shut out was so of the place left behind, which may tell it before the move is told.
        set_blocked(unit, false);
        reach_at(unit, to);
    }
    known_by(unit, to);
}

fn known_by(unit: &mut Unit, key: &str) {
    if key != unit.after.home_key && !unit.new_keys.iter().any(|known| known == key) {
        unit.new_keys.push(key.to_owned());
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
        customer: CustomerBrief {
            id: CustomerId::NONE,
            number: 0,
            name: String::new(),
            phone: None,
            username: None,
            language: None,
        },
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
