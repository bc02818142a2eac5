//! The actor of one conversation: loads, steps, commits, answers, performs effects. What follows from what is decided by
//! `domain::conversation`; here is only the order in which things happen.
//!
//! One unit is in flight; what arrives meanwhile waits (bounded) and is stepped together afterwards.
mod acting;
mod ahead;
mod check;
mod delivery;
mod home;
mod recall;
mod rules;
mod settle;
mod turn;
mod waiting;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::prelude::{Actor, ActorContext, ActorFutureExt, Addr, AsyncContext, Context, Handler, WrapFuture};

use tokio::sync::oneshot;

use super::publisher::Transient;
use super::supervisor::{AskSleep, Died, HomeKey, MaySleep, Shard, Sleep, ToConversation, Work};
use super::{Core, Done, HubError};
use crate::db::DbError;
use crate::domain::conversation::step::Effect;
use crate::domain::conversation::{Answer, Input, State, Unit, step};
use crate::domain::ids::*;

use home::Memory;
use waiting::{Waiting, client_key};

pub use delivery::OTHERS_MAY_SEND;

const MAILBOX: usize = 128;
const WAITING: usize = 256;
const EARLY_SIGNS: usize = 8;
/// Reload-and-step-again this often in a row means something else is wrong.
const MAX_RELOADS: u32 = 20;
/// With [`STORAGE_RETRY`] between two of them: ten seconds.
const MAX_FAILURES: u32 = 20;
const STORAGE_RETRY: Duration = Duration::from_millis(500);

/// A sign of life, passed on and forgotten.
#[derive(Clone, Debug)]
pub enum Typing {
    Customer { on: bool },
    Operator { user_id: UserId, name: String, on: bool, session_id: u64 },
    Viewing { user_id: UserId, name: String, on: bool, session_id: u64 },
    Agent { on: bool },
}

pub(super) struct Conversation {
    core: Arc<Core>,
    key: HomeKey,
    shard: Addr<Shard>,
    memory: Memory,
    waiting: VecDeque<Waiting>,
    in_flight: Vec<Waiting>,
    effects: Vec<Effect>,
    /// After a refusal the inputs are stepped one by one, so that the culprit stands alone.
    one_by_one: usize,
    reloads: u32,
    /// Signs of life that came before the state was known.
    early_signs: Vec<Typing>,
    /// The database has at least this version: another node says so.
    newest: i64,
    /// How often in a row the database failed on a unit with nothing but an input of our own.
    failures: u32,
    handled: u64,
    delivery: delivery::Stage,
    sending: Option<delivery::UnderWay>,
    /// A send of another node that was found, and since when we know of it.
    others_send: Option<(DeliveryId, Instant)>,
    thinking: turn::Thinking,
    recall: recall::Recall,
    held: rules::HeldRules,
    ahead: ahead::Ahead,
    /// Who wants to know when no automatic answer is owed any more.
    turn_waiters: Vec<oneshot::Sender<()>>,
    asked_to_sleep: bool,
    /// Under which id others find it in memory.
    noted: Option<ConversationId>,
}

impl Conversation {
    pub fn awaken(core: Arc<Core>, key: HomeKey, shard: Addr<Shard>) -> Addr<Self> {
        Conversation::create(move |ctx| {
            ctx.set_mailbox_capacity(MAILBOX);
            Conversation {
                core,
                key,
                shard,
                memory: Memory::Loading,
                waiting: VecDeque::new(),
                in_flight: vec![],
                effects: vec![],
                one_by_one: 0,
                reloads: 0,
                failures: 0,
                handled: 0,
                delivery: delivery::Stage::Idle,
                sending: None,
                others_send: None,
                early_signs: vec![],
                newest: 0,
                thinking: turn::Thinking::default(),
                recall: recall::Recall::default(),
                held: rules::HeldRules::default(),
                ahead: ahead::Ahead::default(),
                turn_waiters: vec![],
                asked_to_sleep: false,
                noted: None,
            }
        })
    }

    fn state(&self) -> Option<&State> {
        match &self.memory {
            Memory::Loaded(Some(state)) => Some(state),
            _ => None,
        }
    }

    /// Steps what waits, unless a unit is in flight or the state is not known yet.
    fn go_on(&mut self, ctx: &mut Context<Self>) {
        if !matches!(self.memory, Memory::Loaded(_)) || !self.in_flight.is_empty() {
            return;
        }
        if self.is_outdated() {
            return self.load(ctx);
        }
        self.turn_away_acts();
        if self.waiting.is_empty() {
            self.speaks_no_more();
            self.think(ctx);
            self.deliver(ctx);
            return;
        }
        if !self.has_rules(ctx) || !self.has_asked_ahead(ctx) {
            return;
        }
        let take = if self.one_by_one > 0 { 1 } else { self.distinct() };
        self.one_by_one = self.one_by_one.saturating_sub(1);
        let mut batch: Vec<Waiting> = self.waiting.drain(..take).collect();
        self.claim_ahead(&mut batch);
        let inputs: Vec<Input> = batch.iter().map(|w| w.input.clone()).collect();
        self.in_flight = batch;
        super::suspects::fault_point(&inputs);
        let proposal = step(&self.held.rules, self.state(), &inputs, self.core.clock.now());
        self.effects = proposal.effects;
        match proposal.unit {
            None => self.answer(proposal.answers, None, ctx),
            Some(mut unit) => {
                unit.fence = self.fence_of(&inputs);
                self.submit(unit, proposal.answers, ctx);
            }
        }
    }

    fn submit(&mut self, unit: Unit, answers: Vec<Answer>, ctx: &mut Context<Self>) {
        match self.core.writer.submit(unit) {
            Err(e) => self.store_failed(e, ctx),
            Ok(outcome) => {
                ctx.spawn(outcome.into_actor(self).map(|outcome, me, ctx| {
                    match outcome {
                        Ok(Ok(outcome)) => me.settled(outcome, answers, ctx),
                        Ok(Err(DbError::Failed(why))) => me.unit_failed(why, ctx),
                        Ok(Err(e)) => me.store_failed(e.into(), ctx),
                        Err(_) => me.store_failed(HubError::Busy, ctx),
                    };
                }));
            }
        }
    }

    fn known_done(&self) -> Done {
        self.state().map_or_else(Done::default, |s| Done { conversation_id: s.id, customer_id: s.customer.id, ..Done::default() })
    }

    /// Adds an input of our own: it has no sender to answer.
    fn push(&mut self, input: Input, ctx: &mut Context<Self>) {
        self.waiting.push_back(Waiting { input, reply: None });
        self.go_on(ctx);
    }

    fn later(&self, after: Duration, ctx: &mut Context<Self>, then: impl FnOnce(&mut Self, &mut Context<Self>) + 'static) {
        ctx.run_later(after, then);
    }

    fn typing(&self, typing: Typing) {
        let Some(state) = self.state() else { return };
        if let (Typing::Operator { on: true, .. }, true) = (&typing, state.channel_kind.has_provider())
            && let Some(outlet) = self.core.outlets.get(state.channel_id)
        {
            let _ = outlet.try_send(super::outlet::ToProvider::Typing { address: state.address.clone() });
        }
        self.core.publisher.transient(Transient::typing(state, typing));
    }

    fn is_idle(&self) -> bool {
        self.waiting.is_empty()
            && self.in_flight.is_empty()
            && !self.delivery.is_busy()
            && !self.thinking.is_busy()
            && match &self.memory {
                Memory::Loaded(_) => !self.owes_something() || !self.acts_here(),
                Memory::Elsewhere(_) => true,
                Memory::Loading => false,
            }
    }
}

impl Actor for Conversation {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.load(ctx);
    }

    /// Runs after a panic too: the payloads in hand become suspects and the shard builds us anew on the next message.
    fn stopped(&mut self, _: &mut Self::Context) {
        if let Some(id) = self.noted {
            self.core.awake.forget(id);
        }
        if self.asked_to_sleep {
            return;
        }
        self.suspect(&self.in_flight);
        let _ = self.shard.try_send(Died { key: self.key.clone() });
    }
}

impl Handler<ToConversation> for Conversation {
    type Result = ();

    fn handle(&mut self, ToConversation(work): ToConversation, ctx: &mut Context<Self>) {
        self.handled += 1;
        if let Memory::Elsewhere(home) = &self.memory {
            return self.hand_on(home, work);
        }
        match work {
            Work::Input { reply, .. } if self.waiting.len() >= WAITING => drop(reply.send(Err(HubError::Busy))),
            Work::Input { input, reply } => {
                self.waiting.push_back(Waiting { input: *input, reply: Some(reply) });
                self.go_on(ctx);
            }
            Work::Typing(typing) if matches!(self.memory, Memory::Loading) => {
                if self.early_signs.len() < EARLY_SIGNS {
                    self.early_signs.push(typing);
                }
            }
            Work::Typing(typing) => self.typing(typing),
            Work::AwaitTurn(waiter) => {
                self.turn_waiters.push(waiter);
                self.go_on(ctx);
            }
            Work::Wake { version } | Work::Nudge { version } => {
                self.newest = self.newest.max(version);
                self.go_on(ctx);
            }
        }
    }
}

impl Handler<AskSleep> for Conversation {
    type Result = ();

    fn handle(&mut self, _: AskSleep, _: &mut Context<Self>) {
        if self.is_idle() {
            let _ = self.shard.try_send(MaySleep { key: self.key.clone(), handled: self.handled });
        }
    }
}

impl Handler<Sleep> for Conversation {
    type Result = ();

    fn handle(&mut self, _: Sleep, ctx: &mut Context<Self>) {
        self.asked_to_sleep = true;
        ctx.stop();
    }
}
