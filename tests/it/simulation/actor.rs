//! The model of a Conversation's actor: one unit in flight, what waits is stepped together, answers only after the commit.
use switchboard::domain::conversation::step::Effect;
use switchboard::domain::conversation::*;
use switchboard::domain::ids::*;
use switchboard::domain::message::MessageStatus;

use super::boundary::{Boundary, Bug};
use super::store::{EventRow, Verdict, Writer, Wrong};
use super::world::{Sending, World};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Asker {
    /// The hub itself: claims, outcomes, timers, media.
    Hub,
    /// The provider: an update of a chat.
    Update(usize, usize),
    Person(usize),
    Receipt(DeliveryId, MessageStatus),
}

pub type Request = (Input, Asker);

#[derive(Default)]
pub struct Actor {
    pub state: Option<State>,
    pub waiting: Vec<Request>,
    pub flight: Option<Box<Flight>>,
    /// Repeats of something in the same unit: they are answered once that is stored.
    pub later: Vec<Request>,
    /// A claim is asked for and not answered.
    pub claiming: bool,
}

pub struct Flight {
    pub inputs: Vec<Input>,
    pub askers: Vec<Asker>,
    pub unit: Unit,
    pub answers: Vec<Answer>,
    pub effects: Vec<Effect>,
    pub verdict: Option<Verdict>,
    pub token: u32,
}

impl World {
    /// The chat's actor on this node; a new one loads. The owner's new actor recovers what was being sent.
    pub fn actor(&mut self, n: usize, c: usize) -> &mut Actor {
        if self.nodes[n].actors[c].is_none() {
            let mut actor = Actor { state: self.load(c), ..Actor::default() };
            let sending = actor.state.as_ref().is_some_and(|s| s.queue.iter().any(|d| d.state == MessageStatus::Sending));
            if sending && self.store.leases[c] == n && self.bug != Some(Bug::RecoverForgotten) {
                actor.waiting.push((Input::Recover, Asker::Hub));
            }
            self.nodes[n].actors[c] = Some(actor);
        }
        self.nodes[n].actors[c].get_or_insert_default()
    }

    pub fn load(&self, c: usize) -> Option<State> {
        let chat = &self.chats[c];
        self.store.find(chat.channel_id, chat.key).map(|t| t.load(self.now))
    }

    fn overtaken(&self, n: usize, c: usize) -> bool {
        let chat = &self.chats[c];
        let row = self.store.find(chat.channel_id, chat.key).map(|t| t.conversation.version);
        let known = self.nodes[n].actors[c].as_ref().and_then(|a| a.state.as_ref()).map(|s| s.version);
        row != known
    }

    pub fn begin_ownership(&mut self, n: usize, c: usize) {
        let fresh = self.load(c).filter(|_| self.bug != Some(Bug::TakeoverWithoutReload));
        let actor = self.actor(n, c);
        if actor.flight.is_none() && fresh.is_some() {
            actor.state = fresh;
        }
        actor.waiting.insert(0, (Input::Recover, Asker::Hub));
    }

    pub fn step_actor(&mut self, n: usize, c: usize) -> Result<bool, Wrong> {
        let ready = |a: &Actor| a.flight.is_none() && !a.waiting.is_empty();
        if !self.nodes[n].actors[c].as_ref().is_some_and(ready) {
            return Ok(false);
        }
        if self.crash_at(Boundary::BeforeStep, n) || self.panic_at(Boundary::ActorPanic, n, c) {
            return Ok(true);
        }
        let rules = self.chats[c].rules.clone();
        let (now, bug, some) = (self.now, self.bug, self.dice.percent(30));
        let count = self.dice.below(8) + 1;
        self.read_resends(n, c);
        let ahead = self.has_room_ahead(n, c);
        let actor = self.actor(n, c);
        // After a takeover nothing is taken before what was left over is settled, whatever was put back in front of it.
        if let Some(i) = actor.waiting.iter().position(|(input, _)| matches!(input, Input::Recover)) {
            actor.waiting[..=i].rotate_right(1);
        }
        let count = if some { count.min(actor.waiting.len()) } else { actor.waiting.len() };
        let (mut inputs, mut askers): (Vec<Input>, Vec<Asker>) = actor.waiting.drain(..count).unzip();
        if ahead {
            actor.claiming = true;
            inputs.push(Input::ClaimNew);
            askers.push(Asker::Hub);
        }
        let proposal = step(&rules, actor.state.as_ref(), &inputs, now);
        let Proposal { unit, answers, effects } = proposal;
        let Some(unit) = unit else {
            // A no, or a nothing, that may come from a memory another node has overtaken is looked at again.
            if bug != Some(Bug::TakeoverWithoutReload) && self.overtaken(n, c) {
                let fresh = self.load(c);
                let actor = self.actor(n, c);
                actor.state = fresh;
                actor.step_again(inputs.into_iter().zip(askers));
                return Ok(true);
            }
            let actor = self.actor(n, c);
            actor.claiming &= !inputs.iter().any(claims);
            self.say(|| format!("actor {c} on node {n}: {inputs:?} changes nothing: {answers:?}"));
            if !effects.is_empty() {
                return Err("an effect without a commit".into());
            }
            for (asker, answer) in askers.into_iter().zip(&answers) {
                self.answer(c, asker, answer, None)?;
            }
            return Ok(true);
        };
        self.say(|| format!("actor {c} on node {n} proposes on {:?}: {inputs:?}", unit.base));
        match bug {
            Some(Bug::PublishBeforeCommit) => self.publish_early(n, &unit),
            Some(Bug::AckBeforeCommit) => {
                for asker in askers.iter().filter(|a| matches!(a, Asker::Update(..))) {
                    self.answer_unchecked(*asker);
                }
            }
            _ => {}
        }
        let flight = Flight { inputs, askers, unit, answers, effects, verdict: None, token: self.store.tokens[c] };
        self.actor(n, c).flight = Some(Box::new(flight));
        Ok(true)
    }

    pub fn commit(&mut self, n: usize, c: usize) -> Result<bool, Wrong> {
        let proposed = |f: &Flight| f.verdict.is_none();
        let Some(flight) = self.nodes[n].actors[c].as_ref().and_then(|a| a.flight.as_deref()).filter(|f| proposed(f)) else {
            return Ok(false);
        };
        let boundary = flight.inputs.iter().map(before_commit).find(|b| *b != Boundary::BeforeCommit);
        if self.crash_at(boundary.unwrap_or(Boundary::BeforeCommit), n) {
            return Ok(true);
        }
        let Some(mut flight) = self.actor(n, c).flight.take() else { return Ok(false) };
        let owner = flight.inputs.iter().any(owners_only).then_some(flight.token);
        let by = Writer { chat: c, node: n, owner, fenced: self.bug != Some(Bug::NoVersionFence) };
        let company = flight.unit.company_id;
        let before = self.store.feed(company).len();
        let verdict = self.store.commit(&mut flight.unit, &by)?;
        self.say(|| format!("actor {c} on node {n}: {verdict:?}"));
        if verdict == Verdict::Committed {
            self.check_automatic(&flight.unit, &flight.inputs)?;
            self.note_timers(&flight.unit, &flight.inputs)?;
            let events: Vec<EventRow> = self.store.feed(company)[before..].to_vec();
            self.nodes[n].unpublished.extend(events.into_iter().map(|e| (company, e)));
            let claimed = flight.effects.iter().filter_map(|e| sent_by(e, &flight.unit));
            self.claims.extend(claimed.map(|id| (id, n)));
        }
        flight.verdict = Some(verdict);
        self.actor(n, c).flight = Some(flight);
        self.panic_at(Boundary::CommitUnknown, n, c);
        Ok(true)
    }

    /// The writer's answer reaches the actor.
    pub fn finish(&mut self, n: usize, c: usize) -> Result<bool, Wrong> {
        let decided = |a: &&mut Actor| a.flight.as_ref().is_some_and(|f| f.verdict.is_some());
        if self.nodes[n].actors[c].as_mut().filter(decided).is_none() {
            return Ok(false);
        }
        if self.crash_at(Boundary::AfterCommitBeforeAnswer, n) {
            return Ok(true);
        }
        let Some(flight) = self.actor(n, c).flight.take() else { return Ok(false) };
        let Flight { inputs, askers, unit, answers, effects, verdict, .. } = *flight;
        match verdict {
            Some(Verdict::Committed) => {
                self.check_blind(&unit, &inputs, &answers)?;
                let actor = self.actor(n, c);
                let message_ids: Vec<MessageId> = unit.messages.iter().map(|m| m.id).collect();
                let sends: Vec<DeliveryId> = effects.iter().filter_map(|e| sent_by(e, &unit)).collect();
                actor.state = Some(unit.after);
                actor.claiming &= !inputs.iter().any(claims);
                let later = std::mem::take(&mut actor.later);
                actor.waiting.splice(0..0, later);
                for (i, (asker, answer)) in askers.iter().copied().zip(&answers).enumerate() {
                    if i > 0 && self.crash_at(Boundary::BetweenAnswers, n) {
                        askers[i..].iter().for_each(|a| self.hang_up(*a));
                        return Ok(true);
                    }
                    let message = if let Answer::Message(index) = answer { message_ids.get(*index).copied() } else { None };
                    self.answer(c, asker, answer, message)?;
                }
                for delivery_id in sends.into_iter().filter(|_| self.bug != Some(Bug::NoClaimBeforeSend)) {
                    self.nodes[n].sends.push(Sending { chat: c, delivery_id, claimed_at: unit.at });
                }
                if !self.nodes[n].unpublished.is_empty() && self.crash_at(Boundary::AfterAnswerBeforePublish, n) {
                    return Ok(true);
                }
            }
            Some(Verdict::Duplicate(found)) => self.drop_duplicates(n, c, inputs, askers, &answers, &found)?,
            Some(Verdict::NotOwner) => {
                // A holder whose lease moved and came back has a Recover of its own waiting.
                let keep = |(input, _): &Request| !owners_only(input);
                let rest: Vec<Request> = inputs.into_iter().zip(askers).filter(keep).collect();
                let actor = self.actor(n, c);
                actor.claiming = false;
                actor.waiting.splice(0..0, rest);
            }
            Some(Verdict::Mismatch) | None => {
                let fresh = self.load(c);
                let actor = self.actor(n, c);
                actor.state = fresh;
                actor.step_again(inputs.into_iter().zip(askers));
            }
        }
        self.pump(n, c);
        Ok(true)
    }
}

fn owners_only(input: &Input) -> bool {
    matches!(input, Input::Claim { .. } | Input::ClaimNew | Input::Recover)
}

fn claims(input: &Input) -> bool {
    matches!(input, Input::Claim { .. } | Input::ClaimNew)
}

/// The delivery that this effect of a committed unit hands to the connector.
fn sent_by(effect: &Effect, unit: &Unit) -> Option<DeliveryId> {
    match effect {
        Effect::Send { delivery_id } => Some(*delivery_id),
        Effect::SendNew => unit.new_deliveries.iter().find(|d| d.state == MessageStatus::Sending).map(|d| d.id),
        Effect::FetchMedia => None,
    }
}

impl Actor {
    /// What the unit would have made is not there to be taken.
    pub fn step_again(&mut self, requests: impl Iterator<Item = Request>) {
        let (new, rest): (Vec<Request>, Vec<Request>) = requests.partition(|(input, _)| matches!(input, Input::ClaimNew));
        self.claiming &= new.is_empty();
        self.waiting.splice(0..0, rest);
    }
}

fn before_commit(input: &Input) -> Boundary {
    match input {
        Input::Inbound(_) | Input::Command(_) => Boundary::BeforeCommit,
        Input::Claim { .. } | Input::ClaimNew => Boundary::BeforeClaimCommit,
        Input::Outcome { .. } | Input::Moved { .. } => Boundary::BeforeOutcomeCommit,
        Input::Recover => Boundary::BeforeRecoverCommit,
        Input::Timer { .. } => Boundary::BeforeTimerCommit,
        Input::Media { .. } | Input::Heard { .. } => Boundary::BeforeMediaCommit,
        Input::Agent(_) => Boundary::BeforeAgentCommit,
    }
}
