//! What signed-in people and timers do.
use serde_json::json;

use crate::domain::agent::AnswersFirst;
use crate::domain::channel::parts;
use crate::domain::clock::{Micros, rfc3339};
use crate::domain::event::Assignee;
use crate::domain::flaw::Flaw;
use crate::domain::ids::*;
use crate::domain::message::*;

use super::agent;
use super::inbound::wake;
use super::input::*;
use super::state::*;
use super::step::{HandedOver, UnitDraft, refresh_status};
use super::unit::*;

pub(super) fn command(draft: &mut UnitDraft, command: &Command) -> Answer {
    if draft.state().is_none() {
        return Answer::Refused(Refusal::NoConversation);
    }
    match command {
        Command::Send(send) => say(draft, send),
        Command::Assign { assignee, from, by, note } => {
            let Some(unit) = draft.unit() else { return Answer::Refused(Refusal::NoConversation) };
            let holder = unit.after.assignee.as_ref().map(|a| a.id);
            // Whoever has it already has what they asked for: a repeat is welcome, under whatever name they go by now.
            let is_other = holder != assignee.as_ref().map(|a| a.id);
            if is_other && from.is_some_and(|from| from != holder) {
                return Answer::Refused(Refusal::Taken(unit.after.assignee.clone()));
            }
            if is_other {
                unit.after.handler = if assignee.is_some() { Handler::Operator } else { Handler::Queue };
                unit.after.assignee = assignee.clone();
                // A takeover fences off automatic replies that are still being made, and takes back what has not left.
                unit.fence();
                agent::take_back(unit);
                handed(unit, assignee.as_ref(), by);
            } else if assignee.is_none() && unit.after.handler == Handler::Agent {
                // Nobody's, and not the agent's either: it waits for people.
                unit.after.handler = Handler::Queue;
                unit.fence();
                agent::take_back(unit);
                handed(unit, None, by);
            }
            // Whoever has it already may be given it with a word all the same.
            let note = write_along(draft, note.as_deref());
            if is_other || note.is_some() {
                draft.handed_over = Some(HandedOver { by: by.clone(), note });
            }
            Answer::Done
        }
        Command::AssignAgent { from, by, note } => assign_agent(draft, *from, by, note.as_deref()),
        Command::SetStatus { status, until, by } => set_status(draft, *status, *until, by),
        Command::Resend { message_id, parts } => resend(draft, *message_id, parts),
        Command::Cancel { message_id } => cancel(draft, *message_id),
    }
}

/// The thread tells who has the conversation now.
fn handed(unit: &mut Unit, to: Option<&Assignee>, by: &Assignee) {
    match to {
        Some(to) if to.id == by.id => unit.happened(by, json!({ "event": "taken" })),
        Some(to) => unit.happened(by, json!({ "event": "assigned", "to": to })),
        None => unit.happened(by, json!({ "event": "released" })),
    }
}

/// What goes along stands behind the line that tells where to. Its place in the unit.
fn write_along(draft: &mut UnitDraft, note: Option<&SendCommand>) -> Option<usize> {
    match say(draft, note?) {
        Answer::Message(index) => Some(index),
        _ => None,
    }
}

fn say(draft: &mut UnitDraft, send: &SendCommand) -> Answer {
    let now = draft.now;
    let sender = users_sender(send.author.id);
    let Some(state) = draft.state() else { return Answer::Refused(Refusal::NoConversation) };
    // What is said in the same unit has no position yet, but is newer than anything seen.
    let by_others =
        |m: &NewMessage| matches!(m.direction, Direction::In | Direction::Out) && public_author(&m.author, &m.sender) != sender;
    let said_now = draft.unit.as_ref().is_some_and(|u| u.messages.iter().any(by_others));
    if !send.note && send.seen_seq.is_some_and(|seen| said_now || state.newest_by_others(&sender) > seen) {
        return Answer::Refused(Refusal::ChangedSince);
    }
    // What the agent wanted to do along with a reply is done once, and only while the reply is still up to date.
    if send.approved.as_ref().is_some_and(|a| state.suggestion.as_ref().is_none_or(|s| s.run_id != a.run_id)) {
        return Answer::Refused(Refusal::ChangedSince);
    }
    let is_windowed = state.channel_kind.features().reply_window.is_some();
    if !send.note && is_windowed && state.window_expires_at.is_none_or(|end| end <= now) {
        return Answer::Refused(Refusal::WindowClosed);
    }
    let Some(unit) = draft.unit() else { return Answer::Refused(Refusal::NoConversation) };
    let channel = unit.after.channel_kind;
    let files: Vec<_> = send.files.iter().map(|(_, file)| file.clone()).collect();
    let part_count = if send.note || !channel.has_provider() { 0 } else { parts(channel.limits(), &send.text, &files).len() };
    if !send.note {
        if unit.after.status != ConversationStatus::Pending {
            wake(unit, now);
        }
        unit.after.updated_at = now;
        // A person's word ends the turn of bot and agent. Who has the conversation is another matter: taking it is an act.
        unit.after.handler = Handler::Operator;
        unit.fence();
        agent::take_back(unit);
        if let Some(approved) = &send.approved {
            agent::act(unit, &approved.acts, Some(approved.run_id), now);
        }
    }
    let kind = match files.first() {
        Some(file) => MessageKind::parse(&file.kind).unwrap_or(MessageKind::Document),
        None => MessageKind::Text,
    };
    let index = unit.add_message(NewMessage {
        id: MessageId::NONE,
        seq: 0,
        direction: if send.note { Direction::Note } else { Direction::Out },
        author: Author { kind: AuthorType::Operator, id: Some(send.author.id.get()), name: send.author.name.clone() },
        kind,
        text: send.text.clone(),
        payload: (!send.buttons.is_empty()).then(|| serde_json::json!({ "buttons": send.buttons })),
        status: if part_count > 0 { MessageStatus::Queued } else { MessageStatus::Sent },
        reply_to: send.reply_to.map_or(ReplyTo::None, ReplyTo::Ours),
        sender,
        client_id: send.client_id.clone(),
        content_hash: Some(send.content_hash.clone()),
        provider_id: None,
        provider_at: None,
        generation: None,
        agent_run_id: send.approved.as_ref().map(|a| a.run_id),
        attachments: send.files.iter().map(|(id, _)| NewAttachment::Uploaded { id: *id }).collect(),
        parts: part_count,
    });
    for user in send.mentions.iter().filter(|_| send.note) {
        unit.tell(*user, PersonalCode::Mentioned, &send.author, Some(index));
    }
    Answer::Message(index)
}

fn set_status(draft: &mut UnitDraft, status: ConversationStatus, until: Option<Micros>, by: &Assignee) -> Answer {
    let now = draft.now;
    let until = until.filter(|_| status == ConversationStatus::Snoozed);
    // Nothing of the unit may change before this: other inputs are committed with it.
    if status == ConversationStatus::Snoozed && until.is_none_or(|u| u <= now) {
        return Answer::Refused(Refusal::NotPossible(Flaw::SnoozeInThePast));
    }
    let Some(unit) = draft.unit() else { return Answer::Refused(Refusal::NoConversation) };
    let was = unit.after.status;
    if was == status && unit.after.snoozed_until == until {
        return Answer::Done;
    }
    if was == ConversationStatus::Snoozed && status != ConversationStatus::Snoozed {
        unit.clear_timer(TimerKind::Snooze);
    }
    if was == ConversationStatus::Closed {
        unit.open_episode();
    }
    if status == ConversationStatus::Closed {
        unit.close_episode();
        // Whatever the agent is about to say comes too late.
        unit.fence();
        agent::take_back(unit);
    }
    if let Some(due_at) = until {
        unit.set_timer(TimerKind::Snooze, due_at);
    }
    unit.after.snoozed_until = until;
    unit.after.status = status;
    let event = match status {
        ConversationStatus::Open => "reopened",
        ConversationStatus::Pending => "pending",
        ConversationStatus::Snoozed => "snoozed",
        ConversationStatus::Closed => "closed",
    };
    unit.happened(by, json!({ "event": event, "until": until.map(rfc3339) }));
    Answer::Done
}

/// Back to the agent: if the customer said the last word, an answer to it is owed.
fn assign_agent(draft: &mut UnitDraft, from: Option<Option<UserId>>, by: &Assignee, note: Option<&SendCommand>) -> Answer {
    let now = draft.now;
    if draft.rules.answers_first(now) != AnswersFirst::Agent {
        return Answer::Refused(Refusal::NotPossible(Flaw::AgentOffHere));
    }
    let Some(unit) = draft.unit() else { return Answer::Refused(Refusal::NoConversation) };
    if unit.after.handler != Handler::Agent {
        if from.is_some_and(|from| from != unit.after.assignee.as_ref().map(|a| a.id)) {
            return Answer::Refused(Refusal::Taken(unit.after.assignee.clone()));
        }
        unit.fence();
        unit.after.handler = Handler::Agent;
        unit.after.assignee = None;
        unit.after.turn_since = customer_spoke_last(unit).then_some(now);
        unit.happened(by, json!({ "event": "to_agent" }));
    }
    write_along(draft, note);
    Answer::Done
}

/// What is said in this very unit has no place in the state yet.
fn customer_spoke_last(unit: &Unit) -> bool {
    let said_now = unit.messages.iter().rev().find(|m| matches!(m.direction, Direction::In | Direction::Out));
    said_now.map_or(unit.after.public_author == "c", |m| m.direction == Direction::In)
}

/// It is due only while its row stands: one that was cleared, or set anew since somebody read it, fires nothing. What it
/// does and the end of its row are one unit, so it acts once.
pub(super) fn timer(draft: &mut UnitDraft, kind: TimerKind, id: TimerId) -> Answer {
    let (now, answers_first) = (draft.now, draft.rules.answers_first(draft.now));
    let Some(state) = draft.state() else { return Answer::Refused(Refusal::NoConversation) };
    if !state.timers.iter().any(|t| t.kind == kind && t.id == id && t.due_at <= now) {
        return Answer::Done;
    }
    let Some(unit) = draft.unit() else { return Answer::Refused(Refusal::NoConversation) };
    unit.clear_timer(kind);
    match kind {
        TimerKind::Snooze => snooze_ends(unit, answers_first),
        TimerKind::Callback => callback_due(unit),
    }
    Answer::Done
}

fn snooze_ends(unit: &mut Unit, answers_first: AnswersFirst) {
    let now = unit.at;
    if unit.after.status == ConversationStatus::Snoozed {
        unit.after.status = ConversationStatus::Open;
        unit.after.snoozed_until = None;
        // Comes back on top of the list.
        unit.after.updated_at = now;
        if unit.after.handler == Handler::Agent && answers_first != AnswersFirst::Agent {
            // Switched off meanwhile: it comes back to people.
            unit.after.handler = Handler::Queue;
            unit.fence();
        }
    }
}

/// The customer was promised a call for now: a person's job.
fn callback_due(unit: &mut Unit) {
    if unit.after.status != ConversationStatus::Pending {
        wake(unit, unit.at);
    }
    unit.after.updated_at = unit.at;
    if unit.after.handler == Handler::Agent {
        unit.after.handler = Handler::Queue;
        unit.fence();
    }
    agent::event(unit, serde_json::json!({ "event": "callback_due" }), "");
}

fn resend(draft: &mut UnitDraft, message_id: MessageId, parts: &[(i64, i64)]) -> Answer {
    let Some(unit) = draft.unit() else { return Answer::Refused(Refusal::NoConversation) };
    // A second click while the first resend is on its way, or in this very unit, adds nothing; nor does one on a part that
    // has turned out well meanwhile.
    let in_unit = unit.new_deliveries.iter().any(|d| d.message == MessageRef::Id(message_id));
    let well = |d: &OpenDelivery| {
        matches!(d.state, MessageStatus::Queued | MessageStatus::Sending)
            || d.state == MessageStatus::Sent && parts.iter().any(|(part, _)| *part == d.part)
    };
    if in_unit || parts.is_empty() || unit.after.queue.iter().any(|d| d.message_id == message_id && well(d)) {
        return Answer::Refused(Refusal::NotPossible(Flaw::NotToBeResent));
    }
    // What this unit itself has made fail goes along.
    let mut parts = parts.to_vec();
    for d in unit.after.queue.iter().filter(|d| d.message_id == message_id && d.state != MessageStatus::Sent) {
        if parts.iter().all(|(part, _)| *part != d.part) {
            parts.push((d.part, d.attempt));
        }
    }
    parts.sort_unstable();
    unit.after.queue.retain(|d| d.message_id != message_id || d.state == MessageStatus::Sent);
    for (part, attempt) in parts {
        unit.new_deliveries.push(NewDelivery::queued(MessageRef::Id(message_id), part, attempt + 1));
    }
    let what = MessageChangeKind::Status { status: MessageStatus::Queued, provider_id: None, error: None };
    unit.change_message(MessageTarget::Id(message_id), what);
    Answer::Changed(message_id)
}

fn cancel(draft: &mut UnitDraft, message_id: MessageId) -> Answer {
    let Some(unit) = draft.unit() else { return Answer::Refused(Refusal::NoConversation) };
    if cancel_queued(unit, message_id) {
        Answer::Changed(message_id)
    } else {
        Answer::Refused(Refusal::NotPossible(Flaw::NotToBeTakenBack))
    }
}

/// Takes back the parts of a message that have not left yet; false when there are none.
pub(super) fn cancel_queued(unit: &mut Unit, message_id: MessageId) -> bool {
    let was = unit.after.message_status(message_id);
    let mut cancelled = vec![];
    for d in unit.after.queue.iter_mut().filter(|d| d.message_id == message_id && d.state == MessageStatus::Queued) {
        d.state = MessageStatus::Cancelled;
        cancelled.push(DeliveryChange {
            id: d.id,
            from: MessageStatus::Queued,
            state: MessageStatus::Cancelled,
            retries: d.retries,
            not_before: None,
            uncertain_at: None,
            provider_id: None,
            error: None,
        });
    }
    if cancelled.is_empty() {
        return false;
    }
    unit.deliveries.extend(cancelled);
    refresh_status(unit, message_id, was, None, None);
    true
}
