//! What becomes of a send: taken, sent, paced, refused or unclear.
use crate::domain::channel::SendOutcome;
use crate::domain::clock::{MINUTE, Micros, SECOND};
use crate::domain::ids::*;
use crate::domain::message::MessageStatus;

use super::input::{Answer, Refusal};
use super::state::{OpenDelivery, uncertain_passed};
use super::step::{Effect, UnitDraft, refresh_status};
use super::unit::*;

/// Safe retries (nothing was accepted) before a send is given up; with the back-off about a quarter of an hour.
pub const MAX_RETRIES: i64 = 20;

/// 1 s, 2 s, 4 s … 60 s.
pub fn back_off(retries: i64) -> Micros {
    (SECOND << retries.clamp(0, 6)).min(MINUTE)
}

/// Takes the head before a byte leaves. Not the head, or not queued any more: somebody else was faster.
pub(super) fn claim(draft: &mut UnitDraft, delivery_id: DeliveryId) -> Answer {
    let now = draft.now;
    let is_head = draft
        .state()
        .and_then(|s| s.head(now))
        .is_some_and(|d| d.id == delivery_id && d.state == MessageStatus::Queued && d.not_before.is_none_or(|t| t <= now));
    if !is_head {
        return Answer::Refused(Refusal::OutOfTurn("This delivery is not next."));
    }
    change(draft, delivery_id, MessageStatus::Sending, |_| {});
    draft.effects.push(Effect::Send { delivery_id });
    Answer::Done
}

/// Takes what this unit makes, in the unit itself. Only where it is next: what waits goes first.
pub(super) fn claim_new(draft: &mut UnitDraft) -> Answer {
    let now = draft.now;
    let is_free = draft.state().is_some_and(|s| s.head(now).is_none());
    match draft.unit.as_mut().and_then(|unit| unit.new_deliveries.first_mut()) {
        Some(first) if is_free => {
            first.state = MessageStatus::Sending;
            draft.effects.push(Effect::SendNew);
            Answer::Done
        }
        _ => Answer::Refused(Refusal::OutOfTurn("Nothing new is next.")),
    }
}

pub(super) fn settle(draft: &mut UnitDraft, delivery_id: DeliveryId, outcome: &SendOutcome) -> Answer {
    let now = draft.now;
    let Some(current) = draft.state().and_then(|s| s.queue.iter().find(|d| d.id == delivery_id)).cloned() else {
        return Answer::Refused(Refusal::OutOfTurn("No such delivery is open."));
    };
    if !matches!(current.state, MessageStatus::Sending | MessageStatus::Uncertain) {
        return Answer::Refused(Refusal::OutOfTurn("This delivery is not being sent."));
    }
    // What was unclear becomes clear by a late answer. Only within its hold may it still go back into the queue: later others
    // have passed. A second "unclear" is no news and must not begin the hold anew.
    let clear = matches!(outcome, SendOutcome::Sent { .. } | SendOutcome::Failed { .. });
    let unclear_again = matches!(outcome, SendOutcome::Uncertain { .. });
    if current.state == MessageStatus::Uncertain && !clear && (unclear_again || uncertain_passed(&current, now)) {
        return Answer::Done;
    }
    // Nothing of it has left and the rest was taken back meanwhile: this part stays here too.
    let same = |d: &OpenDelivery| d.message_id == current.message_id && d.state == MessageStatus::Cancelled;
    let taken_back = draft.state().is_some_and(|s| s.queue.iter().any(same));
    match outcome {
        SendOutcome::Paced { .. } | SendOutcome::Retry { .. } if taken_back => {
            change(draft, delivery_id, MessageStatus::Cancelled, |_| {});
        }
        SendOutcome::Sent { provider_id } => {
            change(draft, delivery_id, MessageStatus::Sent, |d| d.provider_id.clone_from(provider_id));
        }
        SendOutcome::Paced { after } => {
            change(draft, delivery_id, MessageStatus::Queued, |d| d.not_before = Some(now + after));
        }
        SendOutcome::Retry { .. } if current.retries < MAX_RETRIES => {
            change(draft, delivery_id, MessageStatus::Queued, |d| {
                d.retries = current.retries + 1;
                d.not_before = Some(now + back_off(current.retries));
            });
        }
        SendOutcome::Retry { detail } => fail(draft, delivery_id, "provider_refused", detail),
        SendOutcome::Failed { code, detail } => fail(draft, delivery_id, code, detail),
        SendOutcome::Uncertain { detail } => unclear(draft, delivery_id, detail),
    }
    Answer::Done
}

/// After a crash nobody knows what became of a send that was taken.
pub(super) fn recover(draft: &mut UnitDraft) -> Answer {
    let Some(state) = draft.state() else { return Answer::Refused(Refusal::NoConversation) };
    let sending = |d: &&OpenDelivery| d.state == MessageStatus::Sending;
    // What this very unit takes is no leftover: its send is yet to begin.
    let left: Vec<DeliveryId> = draft.base.iter().flat_map(|s| &s.queue).filter(sending).map(|d| d.id).collect();
    let open: Vec<DeliveryId> = state.queue.iter().filter(sending).map(|d| d.id).filter(|id| left.contains(id)).collect();
    for id in open {
        unclear(draft, id, "The server stopped while this message was being sent.");
    }
    Answer::Done
}

fn unclear(draft: &mut UnitDraft, delivery_id: DeliveryId, detail: &str) {
    let now = draft.now;
    change(draft, delivery_id, MessageStatus::Uncertain, |d| {
        d.uncertain_at = Some(now);
        d.error = Some(("uncertain".to_owned(), detail.to_owned()));
    });
}

/// A failed part fails its message: the parts that have not left stay here.
fn fail(draft: &mut UnitDraft, delivery_id: DeliveryId, code: &str, detail: &str) {
    let Some(message_id) = draft.state().and_then(|s| s.queue.iter().find(|d| d.id == delivery_id)).map(|d| d.message_id) else {
        return;
    };
    let behind: Vec<DeliveryId> = draft
        .state()
        .map(|s| {
            s.queue.iter().filter(|d| d.message_id == message_id && d.state == MessageStatus::Queued).map(|d| d.id).collect()
        })
        .unwrap_or_default();
    change(draft, delivery_id, MessageStatus::Failed, |d| d.error = Some((code.to_owned(), detail.to_owned())));
    for id in behind {
        change(draft, id, MessageStatus::Cancelled, |_| {});
    }
}

fn change(draft: &mut UnitDraft, id: DeliveryId, state: MessageStatus, with: impl FnOnce(&mut DeliveryChange)) {
    let Some(unit) = draft.unit() else { return };
    let Some(at) = unit.after.queue.iter().position(|d| d.id == id) else { return };
    let message_id = unit.after.queue[at].message_id;
    let was = unit.after.message_status(message_id);
    let open = &mut unit.after.queue[at];
    let mut change = DeliveryChange {
        id,
        from: open.state,
        state,
        retries: open.retries,
        not_before: None,
        uncertain_at: None,
        provider_id: None,
        error: None,
    };
    with(&mut change);
    open.state = state;
    open.retries = change.retries;
    open.not_before = change.not_before;
    open.uncertain_at = change.uncertain_at;
    let (provider_id, error) = (change.provider_id.clone(), change.error.clone());
    unit.deliveries.push(change);
    refresh_status(unit, message_id, was, provider_id, error);
}
