//! The agent: one turn answers everything that the customer has said since the last answer.
//!
//! The Conversation decides when a turn is owed and whether its end still counts; here is what happens in between: who the
//! agent of a channel is ([`desk`]), what the model is told ([`request`]), what it does ([`turn`], [`tools`]), what is
//! seen of it meanwhile ([`signs`]), and what is told of its end ([`story`]). A turn is a plain future: whoever drops it has stopped it, in the middle of a call too.
mod access;
pub mod budget;
mod desk;
mod purse;
mod request;
mod rounds;
mod signs;
pub mod story;
mod thinkers;
mod tools;
mod trial;
mod turn;

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Instant;

use crate::clients::guarded::GuardedClient;
use crate::clients::model_access::Instance;
use crate::clients::openai::Model;
use crate::db::{DbError, Store};
use crate::domain::agent::AnswersFirst;
use crate::domain::clock::{Clock, DAY, HOUR, Micros, SECOND};
use crate::domain::conversation::{Prompt, Rules};
use crate::domain::ids::*;
use crate::hub::frames::VisitorsAgent;
use crate::secrets::Vault;
use serde_json::json;

pub use access::AiAccess;
pub use desk::Agent;
pub use request::{READ_BACK, Said};
pub use signs::Signs;
pub use trial::{NoTrial, Trial, try_out};
pub use turn::{Begin, Outcome, bare_hand_over, run};

/// What is remembered of a channel is looked up again after this: a change holds within a second on every node, and on the one
/// that made it at once.
const REMEMBERED: Micros = SECOND;

/// How long a stored wording is remembered as stored.
const TOLD: Micros = HOUR;
/// Wordings: beyond it they are learnt anew.
const MOST_TOLD: usize = 4_096;

/// What the outside gives the agents.
#[derive(Clone)]
pub struct Outside {
    pub model: Arc<dyn Model>,
    pub vault: Arc<Vault>,
    /// The way out to addresses that companies bring.
    pub guarded: Arc<GuardedClient>,
    /// The instance's own access, for companies without one.
    pub openai: Instance,
}

/// When a channel was looked at, and who answers there.
type KnownAgents = HashMap<ChannelId, (Micros, Option<Arc<Agent>>)>;

/// One at a time looks a channel up; when that failed last.
type Looking = tokio::sync::Mutex<Option<Instant>>;

/// The agents of all channels.
pub struct Agents {
    store: Store,
    clock: Clock,
    pub outside: Outside,
    known: RwLock<KnownAgents>,
    /// When settings were last changed here: what was looked at before may be what they were.
    changed_at: AtomicI64,
    looking: Mutex<HashMap<ChannelId, Arc<Looking>>>,
    purses: Arc<purse::Purses>,
    thinkers: thinkers::Thinkers,
    /// Whose wordings are stored, by hash, and when that was sure.
    told: Mutex<HashMap<(CompanyId, String), Micros>>,
}

impl Agents {
    pub fn new(store: Store, clock: Clock, outside: Outside) -> Self {
        Agents {
            store,
            clock,
            outside,
            known: RwLock::default(),
            changed_at: AtomicI64::new(Micros::MIN),
            looking: Mutex::default(),
            purses: Arc::default(),
            thinkers: Default::default(),
            told: Mutex::default(),
        }
    }

    /// The agent of a channel; `None` without access to a model.
    pub async fn of(&self, channel: ChannelId) -> Result<Option<Arc<Agent>>, DbError> {
        let (now, asked) = (self.clock.now(), Instant::now());
        if let Some(agent) = self.seen_since(channel, Micros::MAX) {
            return Ok(agent);
        }
        // However many conversations wake at once, one asks the database, and whoever began to wait before that takes its answer.
        let looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner).entry(channel).or_default().clone();
        let mut failed_at = looking.lock().await;
        if let Some(agent) = self.seen_since(channel, now) {
            return Ok(agent);
        }
        if failed_at.is_some_and(|at| at >= asked) {
            return Err(DbError::Unavailable("the channel's agent could not be looked up a moment ago".to_owned()));
        }
        let at = self.clock.now();
        match self.look_up(channel, at).await {
            Ok(agent) => {
                if self.is_unchanged_since(at) {
                    self.known.write().unwrap_or_else(|e| e.into_inner()).insert(channel, (at, agent.clone()));
                }
                Ok(agent)
            }
            Err(e) => {
                *failed_at = Some(Instant::now());
                Err(e)
            }
        }
    }

    /// What is remembered of a channel, if it is recent, or was looked at since somebody asked.
    fn seen_since(&self, channel: ChannelId, asked: Micros) -> Option<Option<Arc<Agent>>> {
        let known = self.known.read().unwrap_or_else(|e| e.into_inner());
        let (at, agent) = known.get(&channel)?;
        (*at >= asked || self.is_recent(*at, self.clock.now())).then(|| agent.clone())
    }

    /// Gives back what was set aside of budgets and is not needed; `all`: this process ends.
    pub async fn give_up_idle_money(&self, all: bool) {
        purse::give_up_idle(self, all).await;
    }

    /// The rules of a channel, as long as they are remembered, and when its settings were looked at.
    pub fn known_rules(&self, channel: ChannelId) -> Option<(Micros, Arc<Rules>)> {
        let known = self.known.read().unwrap_or_else(|e| e.into_inner());
        let (at, agent) = known.get(&channel).filter(|(at, _)| self.is_recent(*at, self.clock.now()))?;
        Some((*at, rules_of(agent.as_deref())))
    }

    /// What was looked at then still counts now.
    pub fn is_recent(&self, at: Micros, now: Micros) -> bool {
        now - at < REMEMBERED && self.is_unchanged_since(at)
    }

    /// Nothing was changed here that a look begun then may have missed.
    pub fn is_unchanged_since(&self, at: Micros) -> bool {
        at >= self.changed_at.load(Ordering::Acquire)
    }

    /// Settings have been changed here. That is rare: every channel is looked up anew.
    pub fn settings_changed(&self) {
        self.changed_at.fetch_max(self.clock.now(), Ordering::AcqRel);
    }

    pub async fn rules(&self, channel: ChannelId) -> Result<Arc<Rules>, DbError> {
        self.of(channel).await.map(|agent| rules_of(agent.as_deref()))
    }

    /// Who answers a customer that writes now. A database that does not say leaves it to people.
    pub async fn answers_first(&self, channel: ChannelId) -> AnswersFirst {
        match self.rules(channel).await {
            Ok(rules) => rules.answers_first(self.clock.now()),
            Err(e) => {
                tracing::warn!(channel_id = channel.get(), error = %e, "cannot look up who answers first: people do");
                AnswersFirst::People
            }
        }
    }

    /// Whom a visitor's page announces: an AI that answers, under its name. Null where people answer.
    pub async fn shown_to_visitors(&self, channel: ChannelId, language: Option<&str>) -> Option<VisitorsAgent> {
        let agent = self.of(channel).await.ok().flatten()?;
        let answers = agent.rules.answers_first(self.clock.now()) == AnswersFirst::Agent;
        answers.then(|| VisitorsAgent {
            name: agent.settings.name.clone(),
            greeting: agent.greeting(language).map(str::to_owned),
            greetings: agent.settings.greeting.clone(),
        })
    }

    /// The agent of a channel that is about to speak. A run names the version it was made by, so the settings that a channel
    /// begins with become one before they speak for the first time.
    pub async fn for_turn(&self, channel: ChannelId) -> Result<Option<Arc<Agent>>, DbError> {
        let agent = self.of(channel).await?;
        let Some(silent) = agent.as_ref().filter(|agent| agent.version_id == 0) else { return Ok(agent) };
        let settings = json!(silent.settings);
        let version = self.store.ensure_agent_version(silent.company_id, channel, settings, self.clock.now()).await?;
        Ok(version.map(|version| Arc::new(Agent { version_id: version.id, version: version.number, ..(**silent).clone() })))
    }

    /// Is this wording stored? What is used is noted once a day, so that is not remembered for ever.
    pub fn has_told(&self, company: CompanyId, hash: &str) -> bool {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let at = told.get(&(company, hash.to_owned()));
        at.is_some_and(|at| self.clock.now() - at < TOLD)
    }

    /// A turn with this wording is stored.
    pub fn was_told(&self, company: CompanyId, prompt: &Prompt) {
        // One that was not written with this turn was with another one: its time goes on.
        if prompt.text.is_some() {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            if told.len() >= MOST_TOLD {
                told.clear();
            }
            told.insert((company, prompt.hash.clone()), self.clock.now());
        }
    }

    async fn look_up(&self, channel: ChannelId, now: Micros) -> Result<Option<Arc<Agent>>, DbError> {
        let desk = self.store.agent_desk(channel, now.div_euclid(DAY)).await?;
        Ok(desk.and_then(|desk| Agent::at(channel, desk, &self.outside)).map(Arc::new))
    }
}

/// Without access to a model people answer.
fn rules_of(agent: Option<&Agent>) -> Arc<Rules> {
    agent.map_or_else(Default::default, |agent| agent.rules.clone())
}
