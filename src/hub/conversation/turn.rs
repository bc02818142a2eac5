//! The agent's turn, as the Conversation sees it: owed, thought about, ended; fenced off by every newer word.
use std::sync::Arc;
use std::time::Duration;

use actix::SpawnHandle;
use actix::prelude::{ActorFutureExt, AsyncContext, Context, WrapFuture};

use super::{Conversation, Waiting};
use crate::db::DbError;
use crate::domain::agent::words::HandOverWhy;
use crate::domain::channel::ChannelKind;
use crate::domain::conversation::{AgentTurn, EndedRun, Input, Refusal, RunState, State};
use crate::hub::agent::budget::Money;
use crate::hub::agent::{self, Agent, Begin, Outcome, Said, Signs};
use crate::hub::leases::Act;
use crate::hub::{Done, HubError};

/// A voice message is being listened to: look again.
const LISTEN_AGAIN: Duration = Duration::from_millis(300);
/// The agent's settings could not be read: the database is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(1);
/// An end that cannot be stored is tried in fewer words, then not at all: a person will see that an answer is owed.
const TRIES: u32 = 2;

/// At most one turn of a conversation is under way.
#[derive(Default)]
pub(super) struct Thinking {
    /// The generation it answers to, and the future that thinks.
    now: Option<(i64, Option<SpawnHandle>)>,
    /// What its end is stored under.
    pub(super) act: Option<Act>,
    /// What the turn at that generation has spent of its company's purse, until its end is stored.
    money: Option<(i64, Money)>,
    unstorable: u32,
}

impl Thinking {
    pub fn is_busy(&self) -> bool {
        self.now.is_some()
    }

    fn money_of(&mut self, generation: i64) -> Option<Money> {
        self.money.take_if(|(of, _)| *of == generation).map(|(_, money)| money)
    }

    /// The turn at this generation is no more.
    pub fn end(&mut self, generation: i64) {
        if self.now.as_ref().is_some_and(|(of, _)| *of == generation) {
            (self.now, self.act) = (None, None);
        }
    }
}

impl Conversation {
    /// Begins the turn that is owed, or ends the one that is owed no more.
    pub(super) fn think(&mut self, ctx: &mut Context<Self>) {
        let Some(state) = self.state() else { return };
        let owed = state.turn_since.is_some().then_some(state.generation);
        if owed.is_none() {
            for waiter in self.turn_waiters.drain(..) {
                let _ = waiter.send(());
            }
        }
        let under_way = self.thinking.now.as_ref().map(|(generation, _)| *generation);
        if under_way == owed || self.core.drain.is_draining() {
            return;
        }
        self.stop_thinking(ctx);
        if owed.is_some() {
            // Another node thinks, or will once its lease is taken over.
            let Some(act) = self.begin_act() else { return };
            self.thinking.act = Some(act);
            self.thinking.unstorable = 0;
            self.begin_turn(true, ctx);
        }
    }

    /// Dropping the future ends the call to the model, at the model's side too.
    fn stop_thinking(&mut self, ctx: &mut Context<Self>) {
        self.thinking.act = None;
        if let Some((_, Some(handle))) = self.thinking.now.take() {
            ctx.cancel_future(handle);
        }
    }

    /// Who answers, and has the customer said all?
    fn begin_turn(&mut self, wait_for_more: bool, ctx: &mut Context<Self>) {
        let Some(state) = self.state().cloned() else { return };
        let generation = state.generation;
        let (core, channel, kind) = (self.core.clone(), state.channel_id, state.channel_kind);
        let ready = async move {
            let agent = core.agents.for_turn(channel).await?;
            let patience = agent.as_ref().filter(|_| wait_for_more).map(|a| patience(kind, a.settings.debounce_ms));
            // A sleep of no length would still last until the timer's next millisecond.
            if let Some(patience) = patience.filter(|patience| !patience.is_zero()) {
                tokio::time::sleep(patience).await;
            }
            Ok::<_, DbError>(agent)
        };
        let handle = ctx.spawn(ready.into_actor(self).map(move |agent, me, ctx| match agent {
            Ok(agent) => me.read_back(state, agent, ctx),
            Err(e) => {
                tracing::warn!(conversation_id = state.id.get(), error = %e, "the agent's settings cannot be read yet");
                me.look_at_turn_again(generation, ASK_AGAIN, ctx);
            }
        }));
        self.thinking.now = Some((generation, Some(handle)));
    }

    /// What was said last: mostly it is in memory.
    fn read_back(&mut self, state: State, agent: Option<Arc<Agent>>, ctx: &mut Context<Self>) {
        if let Some(said) = self.recall.known() {
            return self.ask_model(state, agent, said, ctx);
        }
        let (generation, id, core) = (state.generation, state.id, self.core.clone());
        let version = self.state().map(|s| s.version);
        let read = async move { core.store.recent_messages(id, agent::READ_BACK).await };
        let handle = ctx.spawn(read.into_actor(self).map(move |read, me, ctx| match read {
            Ok(views) => {
                let said: Vec<Arc<Said>> = views.iter().map(|m| Arc::new(Said::of(m))).collect();
                // Nothing was committed meanwhile.
                if version.is_some() && me.state().map(|s| s.version) == version {
                    me.recall.learn(&said);
                }
                me.ask_model(state, agent, said, ctx);
            }
            Err(e) => {
                tracing::warn!(conversation_id = id.get(), error = %e, "a turn waits for the database");
                me.look_at_turn_again(generation, ASK_AGAIN, ctx);
            }
        }));
        self.thinking.now = Some((generation, Some(handle)));
    }

    fn ask_model(&mut self, state: State, agent: Option<Arc<Agent>>, said: Vec<Arc<Said>>, ctx: &mut Context<Self>) {
        let generation = state.generation;
        let core = self.core.clone();
        let turn = async move {
            let signs = Signs::of(core.clone(), state.clone(), agent.as_ref().is_some_and(|a| !a.suggests(&state)));
            let on_text = signs.on_text();
            tokio::select! {
                outcome = agent::run(core, Begin { agent, state, said, on_text }) => outcome,
                never = signs.keep_typing() => match never {},
            }
        };
        let handle = ctx.spawn(turn.into_actor(self).map(move |outcome, me, ctx| match outcome {
            Outcome::End(turn, money) => {
                me.thinking.money = money.map(|money| (generation, money));
                me.thinking.now = Some((generation, None));
                me.push(Input::Agent(turn), ctx);
            }
            Outcome::Listening => me.look_at_turn_again(generation, LISTEN_AGAIN, ctx),
            Outcome::Later(wait) => me.look_at_turn_again(generation, wait, ctx),
        }));
        self.thinking.now = Some((generation, Some(handle)));
    }

    fn look_at_turn_again(&mut self, generation: i64, after: Duration, ctx: &mut Context<Self>) {
        let handle = ctx.run_later(after, move |me, ctx| {
            let same = me.state().is_some_and(|s| s.generation == generation && s.turn_since.is_some());
            me.thinking.now = None;
            if same && me.thinking.act.as_ref().is_some_and(Act::may_go_on) {
                me.begin_turn(false, ctx);
            } else {
                me.thinking.act = None;
                me.go_on(ctx);
            }
        });
        self.thinking.now = Some((generation, Some(handle)));
    }

    /// A turn's end is settled: committed, fenced off, or not storable as it is.
    pub(super) fn turn_answered(&mut self, input: &Input, result: &Result<Done, HubError>) {
        let Input::Agent(turn) = input else { return };
        self.thinking.end(turn.generation);
        match result {
            Ok(done) => {
                if let Some(money) = self.thinking.money_of(turn.generation) {
                    money.paid(turn.run.cost_micros);
                }
                if let (Some(prompt), Some(state)) = (&turn.run.prompt, self.state()) {
                    self.core.agents.was_told(state.company_id, prompt);
                }
                agent::story::tell(turn, done, self.state().and_then(|s| s.lead));
            }
            Err(HubError::Refused(Refusal::Fenced)) => self.keep_fenced(turn),
            Err(_) => {}
        }
    }

    /// It said nothing, but it was paid for.
    pub(super) fn keep_fenced(&mut self, turn: &AgentTurn) {
        let money = self.thinking.money_of(turn.generation);
        agent::story::tell_fenced(self.known_done().conversation_id, &turn.run);
        let Some(state) = self.state().filter(|_| turn.run.agent_version_id > 0) else { return };
        let ended =
            EndedRun { id: 0, generation: turn.generation, state: RunState::Fenced, run: turn.run.clone(), message: None };
        let (core, company, channel, conversation) = (self.core.clone(), state.company_id, state.channel_id, state.id);
        actix::spawn(async move {
            let cost = ended.run.cost_micros;
            match core.store.record_fenced_run(company, channel, conversation, ended, core.clock.now()).await {
                Ok(()) => drop(money.map(|money| money.paid(cost))),
                Err(e) => tracing::warn!(conversation_id = conversation.get(), error = %e, "a dropped turn was not recorded"),
            }
        });
    }

    /// A unit with nothing but this end cannot be stored: it is tried with our own words alone.
    pub(super) fn turn_refused(&mut self, input: &Input) {
        let Input::Agent(turn) = input else { return };
        self.thinking.unstorable += 1;
        if self.thinking.unstorable > TRIES {
            tracing::error!(conversation_id = self.known_done().conversation_id.get(), "a turn of the agent cannot be stored");
            (self.thinking.now, self.thinking.act) = (Some((turn.generation, None)), None);
            return;
        }
        let Some(state) = self.state() else { return };
        let bare = agent::bare_hand_over(state, turn, HandOverWhy::Nonsense);
        self.thinking.now = Some((turn.generation, None));
        self.waiting.push_front(Waiting { input: Input::Agent(Box::new(bare)), reply: None });
    }
}

/// How long to wait for the customer's next line. A program that asks through the API has said all it has to say.
fn patience(kind: ChannelKind, debounce_ms: u64) -> Duration {
    if kind == ChannelKind::Api { Duration::ZERO } else { Duration::from_millis(debounce_ms) }
}
