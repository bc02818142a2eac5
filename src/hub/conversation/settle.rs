//! What became of a unit: committed, known already, overtaken, refused, or nobody knows. Answers and effects come after the
//! commit, and only then.
use std::collections::VecDeque;

use actix::prelude::Context;

use super::{Conversation, MAX_FAILURES, MAX_RELOADS, Memory, STORAGE_RETRY, Waiting, check, client_key};
use crate::db::UnitOutcome;
use crate::domain::conversation::step::Effect;
use crate::domain::conversation::{Answer, Input, NewDelivery, Refusal, Unit};
use crate::domain::ids::MessageId;
use crate::domain::message::MessageStatus;
use crate::hub::{Done, HubError};
use crate::telemetry::metrics;

impl Conversation {
    pub(super) fn settled(&mut self, outcome: UnitOutcome, answers: Vec<Answer>, ctx: &mut Context<Self>) {
        match outcome {
            UnitOutcome::Committed(unit) => {
                (self.reloads, self.failures) = (0, 0);
                self.memory = Memory::Loaded(Some(Box::new(unit.after.clone())));
                self.recall.follow(&unit);
                self.note();
                if check::is_on() {
                    return self.check_then_answer(unit, answers, ctx);
                }
                self.answer(answers, Some(&unit), ctx);
            }
            UnitOutcome::Duplicate { external_ids } => {
                let done = self.known_done();
                self.take_back(|w| match &w.input {
                    Input::Inbound(i) if i.raw.as_ref().is_some_and(|r| external_ids.contains(&r.external_id)) => {
                        Some(Ok(Done { duplicate: true, ..done.clone() }))
                    }
                    _ => None,
                });
                self.go_on(ctx);
            }
            UnitOutcome::Repeated { client_id, message_id, content_hash } => {
                let done = self.known_done();
                self.take_back(|w| {
                    let (key, hash) = client_key(&w.input)?;
                    (key == client_id).then(|| {
                        if hash.is_none() || hash == content_hash {
                            Ok(Done { message_id: Some(message_id), duplicate: true, ..done.clone() })
                        } else {
                            Err(HubError::KeyReused)
                        }
                    })
                });
                self.go_on(ctx);
            }
            UnitOutcome::Mismatch => {
                self.reloads += 1;
                if self.reloads > MAX_RELOADS {
                    self.reloads = 0;
                    return self.unit_failed("its state is always another's".to_owned(), ctx);
                }
                self.take_back(|_| None);
                self.load(ctx);
            }
            UnitOutcome::Fenced => {
                self.fenced();
                self.load(ctx);
            }
            UnitOutcome::Refused(why) if self.in_flight.len() > 1 => {
                tracing::warn!(error = %why, "a unit was refused: its inputs are tried one by one");
                self.one_by_one = self.in_flight.len();
                self.take_back(|_| None);
                self.go_on(ctx);
            }
            UnitOutcome::Refused(why) => self.refused(why, ctx),
        }
    }

    /// A unit with one input cannot be stored: that input is answered so.
    fn refused(&mut self, why: String, ctx: &mut Context<Self>) {
        tracing::error!(channel_id = self.key.channel_id.get(), error = %why, "a unit cannot be stored");
        self.failures = 0;
        let culprit = self.in_flight.first().map(|w| w.input.clone());
        self.take_back(|_| Some(Err(HubError::NotStorable(why.clone()))));
        if let Some(input) = culprit {
            self.delivery_refused(&input, ctx);
            self.turn_refused(&input);
        }
        self.go_on(ctx);
    }

    /// The database failed on this unit for a reason nobody knows. It comes again; but if one of its payloads is the reason, it
    /// is set aside in the end, and what we bring ourselves is given up like what can never be stored.
    pub(super) fn unit_failed(&mut self, why: String, ctx: &mut Context<Self>) {
        if self.in_flight.len() > 1 {
            tracing::warn!(error = %why, "a unit failed: its inputs are tried one by one");
            self.one_by_one = self.in_flight.len();
            self.take_back(|_| None);
            return self.load(ctx);
        }
        tracing::error!(channel_id = self.key.channel_id.get(), error = %why, "the database failed on a unit");
        self.suspect(&self.in_flight);
        let ours = self.in_flight.first().is_some_and(|w| w.reply.is_none());
        self.failures += u32::from(ours);
        if ours && self.failures > MAX_FAILURES {
            return self.refused(why, ctx);
        }
        self.store_failed(HubError::Unavailable(why), ctx);
    }

    /// Nothing is known about the commit: answer "not now", and look at the database before the next step.
    pub(super) fn store_failed(&mut self, e: HubError, ctx: &mut Context<Self>) {
        let mut kept = VecDeque::new();
        for waiting in std::mem::take(&mut self.in_flight) {
            match waiting.reply {
                // It was for the unit that is no more; what that unit made is looked for like anything else.
                None if matches!(waiting.input, Input::ClaimNew) => self.rest(),
                Some(reply) => drop(reply.send(Err(e.clone()))),
                // What a provider told us must be stored, however long storage takes.
                None => kept.push_back(waiting),
            }
        }
        kept.append(&mut self.waiting);
        self.waiting = kept;
        self.memory = Memory::Loading;
        self.later(STORAGE_RETRY, ctx, |me, ctx| me.load(ctx));
    }

    /// Puts the inputs in flight back to the front, except those that are answered here.
    fn take_back(&mut self, answered: impl Fn(&Waiting) -> Option<Result<Done, HubError>>) {
        for waiting in std::mem::take(&mut self.in_flight).into_iter().rev() {
            match answered(&waiting) {
                // A claim of what the unit would have made went with the unit.
                None if matches!(waiting.input, Input::ClaimNew) => self.rest(),
                Some(result) => {
                    if let Some(reply) = waiting.reply {
                        let _ = reply.send(result);
                    }
                }
                None => self.waiting.push_front(waiting),
            }
        }
    }

    /// After the commit, and only then: answers, effects, the next step.
    pub(super) fn answer(&mut self, answers: Vec<Answer>, unit: Option<&Unit>, ctx: &mut Context<Self>) {
        let base = self.known_done();
        for (waiting, answer) in std::mem::take(&mut self.in_flight).into_iter().zip(answers) {
            let result = match answer {
                Answer::Refused(Refusal::NoConversation) => Err(HubError::NotFound),
                Answer::Refused(refusal) => Err(HubError::Refused(refusal)),
                Answer::Message(index) => {
                    let message_id = unit.and_then(|u| u.messages.get(index)).map(|m| m.id);
                    Ok(Done { message_id, ..base.clone() })
                }
                Answer::Changed(id) => Ok(Done { message_id: Some(id), ..base.clone() }),
                Answer::Done => Ok(base.clone()),
            };
            self.delivery_answered(&waiting.input, &result);
            self.turn_answered(&waiting.input, &result);
            if let Input::Inbound(inbound) = &waiting.input {
                let waited = (self.core.clock.now() - inbound.received_at).max(0);
                metrics().webhook_to_commit.observe(waited as f64 / 1e6);
                tracing::debug!(
                    external_id = inbound.raw.as_ref().map(|raw| raw.external_id.as_str()),
                    message_id = result.as_ref().ok().and_then(|done| done.message_id).map(MessageId::get),
                    conversation_id = base.conversation_id.get(),
                    "committed"
                );
            }
            if let Some(reply) = waiting.reply {
                let _ = reply.send(result);
            }
        }
        if unit.is_some_and(Unit::leaves_jobs) {
            self.core.jobs.notify_one();
        }
        for effect in std::mem::take(&mut self.effects) {
            match effect {
                Effect::Send { delivery_id } => self.send(delivery_id, ctx),
                Effect::SendNew => {
                    let taken = |d: &&NewDelivery| d.state == MessageStatus::Sending;
                    if let Some(delivery) = unit.and_then(|u| u.new_deliveries.iter().find(taken)) {
                        self.send(delivery.id, ctx);
                    }
                }
                Effect::FetchMedia => self.core.jobs.notify_one(),
            }
        }
        self.go_on(ctx);
    }
}
