//! What an actor's turn is about beside the unit itself: repeats, resends, the next delivery, what came of the last.
use switchboard::domain::channel::SendOutcome;
use switchboard::domain::conversation::*;
use switchboard::domain::message::MessageStatus;

use super::actor::{Asker, Request};
use super::boundary::Bug;
use super::operators;
use super::store::{Duplicate, Wrong};
use super::world::{Sending, World};

impl World {
    /// What a resend means is read from the rows, at the version that the actor stands on.
    pub(super) fn read_resends(&mut self, n: usize, c: usize) {
        let is_resend = |(input, _): &Request| matches!(input, Input::Command(Command::Resend { .. }));
        if !self.actor(n, c).waiting.iter().any(is_resend) {
            return;
        }
        let (fresh, chat) = (self.load(c), &self.chats[c]);
        let Some(thread) = self.store.find(chat.channel_id, chat.key) else { return };
        let Some(actor) = self.nodes[n].actors[c].as_mut() else { return };
        actor.state = fresh;
        for (input, _) in &mut actor.waiting {
            if let Input::Command(Command::Resend { message_id, parts }) = input {
                *parts = operators::stuck_parts(thread, *message_id);
            }
        }
    }

    /// Repeats of what is stored are answered as the first was; a repeat inside the unit waits until the first is stored.
    pub(super) fn drop_duplicates(
        &mut self,
        n: usize,
        c: usize,
        inputs: Vec<Input>,
        askers: Vec<Asker>,
        answers: &[Answer],
        found: &[Duplicate],
    ) -> Result<(), Wrong> {
        let (mut again, mut later, mut raw) = (vec![], vec![], 0);
        for ((input, asker), answer) in inputs.into_iter().zip(askers).zip(answers) {
            let is_raw = matches!(&input, Input::Inbound(i) if i.raw.is_some());
            let mine = found.iter().find(|d| match (d, &input, answer) {
                (Duplicate::Raw { index, .. }, ..) => is_raw && *index == raw,
                (Duplicate::Client { index, .. }, _, Answer::Message(i)) => index == i,
                _ => false,
            });
            raw += usize::from(is_raw);
            match mine {
                None if matches!(input, Input::ClaimNew) => self.actor(n, c).claiming = false,
                None => again.push((input, asker)),
                Some(Duplicate::Raw { stored: true, .. }) => self.answer(c, asker, &Answer::Done, None)?,
                Some(Duplicate::Client { stored: Some(id), .. }) => self.answer(c, asker, &Answer::Message(0), Some(*id))?,
                Some(Duplicate::Raw { .. } | Duplicate::Client { .. }) => later.push((input, asker)),
            }
        }
        let actor = self.actor(n, c);
        actor.later.append(&mut later);
        if again.is_empty() {
            again.append(&mut actor.later);
        }
        actor.waiting.splice(0..0, again);
        Ok(())
    }

    /// The head's turn: take it before a byte leaves.
    pub fn pump(&mut self, n: usize, c: usize) {
        let (now, owner, bug) = (self.now, self.store.leases[c] == n, self.bug);
        let Some(actor) = self.nodes[n].actors[c].as_mut().filter(|a| owner && a.flight.is_none() && !a.claiming) else { return };
        let head = actor.state.as_ref().and_then(|s| s.head(now));
        let Some(head) = head.filter(|d| d.state == MessageStatus::Queued && d.not_before.is_none_or(|t| t <= now)) else {
            return;
        };
        let delivery_id = head.id;
        actor.claiming = true;
        if bug == Some(Bug::NoClaimBeforeSend) {
            self.nodes[n].sends.push(Sending { chat: c, delivery_id, claimed_at: now });
        } else {
            actor.waiting.push((Input::Claim { delivery_id }, Asker::Hub));
        }
    }

    /// The connector is asked before the step whether it has room for what is about to be said.
    pub(super) fn has_room_ahead(&mut self, n: usize, c: usize) -> bool {
        let (now, owner, provider) = (self.now, self.store.leases[c] == n, self.has_provider(c));
        let planted = self.bug == Some(Bug::NoClaimBeforeSend);
        let Some(actor) = self.nodes[n].actors[c].as_ref().filter(|a| owner && provider && !planted && !a.claiming) else {
            return false;
        };
        actor.state.as_ref().is_some_and(|s| s.head(now).is_none()) && self.dice.percent(60)
    }

    pub fn hand_outcome(&mut self, n: usize, send: Sending, outcome: SendOutcome) {
        let delivery_id = send.delivery_id;
        let late_claim = self.bug == Some(Bug::NoClaimBeforeSend);
        let actor = self.actor(n, send.chat);
        if late_claim {
            actor.waiting.push((Input::Claim { delivery_id }, Asker::Hub));
        }
        actor.waiting.push((Input::Outcome { delivery_id, outcome }, Asker::Hub));
    }
}
