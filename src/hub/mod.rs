//! The actors: each file is one actor's state, its private messages and a public handle with verbs.
//!
//! A message's way: [`Hub::receive`] → `supervisor` (who holds this conversation?) → `conversation` (what follows?) →
//! `writer` (group commit) → `publisher` (every screen that may see it). The hub knows neither HTTP nor any provider:
//! connectors register themselves in [`outlet::Outlets`] and [`fetching::Fetchers`], sessions subscribe with their worker's `publisher` shard.
pub mod agent;
mod awake;
pub mod conversation;
pub mod counts;
pub mod drain;
pub mod fetching;
mod follow;
pub mod frames;
pub mod leases;
pub mod lifecycle;
pub mod newcomers;
pub mod notices;
pub mod operator_session;
mod outbox;
pub mod outlet;
pub mod publisher;
pub mod receipts;
pub mod recent;
pub mod relay;
pub mod scheduler;
pub mod socket;
pub mod start;
pub mod supervisor;
pub mod suspects;
mod timers;
mod unreadable;
pub mod visitor_session;
pub mod writer;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

use crate::db::leases::Standing;
use crate::db::{DbError, Store};
use crate::domain::channel::Inbound;
use crate::domain::clock::Clock;
use crate::domain::conversation::{Command, Heard, Input, MediaResult, Refusal};
use crate::domain::ids::*;
use crate::domain::lease::Slot;
use crate::telemetry::metrics;

use conversation::Typing;
use drain::Drain;
use fetching::Fetchers;
use leases::Leases;
use outlet::Outlets;
use publisher::Publisher;
use relay::Relay;
use supervisor::{HomeKey, Supervisor, Work};
use suspects::Suspects;
use writer::Writer;

/// No answer in this time is "overloaded": the provider or the client asks again.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(10);

#[derive(Clone, Debug, thiserror::Error)]
pub enum HubError {
    /// A queue is full, or no answer came in time.
    #[error("too much at once")]
    Busy,
    #[error("storage unavailable: {0}")]
    Unavailable(String),
    /// The core says no.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    #[error("no such conversation")]
    NotFound,
    /// The `client_id` was used for something else.
    #[error("this key was used for another message")]
    KeyReused,
    /// The store would not take it.
    #[error("not storable: {0}")]
    NotStorable(String),
}

impl From<DbError> for HubError {
    fn from(e: DbError) -> Self {
        match e {
            DbError::Busy => HubError::Busy,
            DbError::Unavailable(why) | DbError::Conflict(why) | DbError::Failed(why) => HubError::Unavailable(why),
            DbError::Query(e) => HubError::NotStorable(e.to_string()),
        }
    }
}

/// What an input came to, once it is durable.
#[derive(Clone, Debug, Default)]
pub struct Done {
    pub conversation_id: ConversationId,
    pub customer_id: CustomerId,
    /// The message that was made, changed, or had been made before by the same key.
    pub message_id: Option<MessageId>,
    /// It had been done before; nothing was written now.
    pub duplicate: bool,
}

/// What every actor of the hub may use.
pub struct Core {
    pub store: Store,
    pub clock: Clock,
    pub writer: Writer,
    pub publisher: Publisher,
    pub outlets: Outlets,
    pub fetchers: Fetchers,
    pub drain: Drain,
    pub awake: awake::Awake,
    /// What this node acts for.
    pub leases: Leases,
    /// What other nodes hear of.
    pub relay: Relay,
    pub suspects: Suspects,
    pub agents: agent::Agents,
    /// Rung when a committed unit left a job: media to fetch, a recording to listen to, a notice to send.
    pub jobs: Notify,
    /// Where a conversation sends what came to it under a key of another one; set once the shards are there.
    pub shards: OnceLock<Supervisor>,
    /// Other processes worked on the same database when this one started.
    pub several_nodes: bool,
    /// How long a conversation stays in memory with nothing to do.
    pub sleep_after: Duration,
}

/// The hub's handle: cheap to clone, safe to call from anywhere, every call bounded.
#[derive(Clone)]
pub struct Hub {
    pub core: Arc<Core>,
    supervisor: Supervisor,
}

impl Hub {
    /// Starts the shards of the supervisor on arbiters of their own.
    pub fn start(core: Arc<Core>, shards: usize) -> Self {
        let supervisor = Supervisor::start(core.clone(), shards);
        let _ = core.shards.set(supervisor.clone());
        Hub { core, supervisor }
    }

    /// Takes what a customer did. `Ok` means it is committed, here or before: only then may the provider get its 200.
    pub async fn receive(&self, inbound: Inbound) -> Result<Done, HubError> {
        if let Some(raw) = &inbound.raw
            && self.core.suspects.is_quarantined(&self.core, inbound.channel_id, raw).await?
        {
            return Ok(Done { duplicate: true, ..Done::default() });
        }
        let (channel, kind) = (inbound.channel_id, inbound.channel_kind);
        let external_id = inbound.raw.as_ref().map(|raw| raw.external_id.clone());
        tracing::debug!(channel_id = channel.get(), external_id, "received");
        let key = HomeKey::new(channel, &inbound.key);
        let result = self.ask(key, Input::Inbound(Box::new(inbound))).await;
        let outcome = match &result {
            Ok(done) if done.duplicate => "duplicate",
            Ok(_) => "stored",
            Err(HubError::Busy | HubError::Unavailable(_)) => "overloaded",
            Err(_) => "refused",
        };
        metrics().inbound.with_label_values(&[kind.as_str(), outcome]).inc();
        if let Some(external_id) = external_id {
            match &result {
                Err(HubError::Busy | HubError::Unavailable(_)) => {
                    self.core.suspects.take_back(&self.core, channel, external_id).await;
                }
                // It is stored, or will never come again.
                _ => self.core.suspects.forget(channel, external_id),
            }
        }
        result
    }

    /// Does what a signed-in person asks, in the company they act for.
    pub async fn command(&self, company: CompanyId, conversation: ConversationId, command: Command) -> Result<Done, HubError> {
        let home = self.core.store.home_of(Some(company), conversation).await?;
        let (_, channel, key) = home.ok_or(HubError::NotFound)?;
        self.ask(HomeKey::new(channel, &key), Input::Command(command)).await
    }

    /// The bytes of an attachment came, or never will.
    pub async fn media(
        &self,
        conversation: ConversationId,
        attachment_id: AttachmentId,
        message_id: MessageId,
        result: MediaResult,
    ) -> Result<Done, HubError> {
        self.input(conversation, Input::Media { attachment_id, message_id, result }).await
    }

    /// What is said in a voice message.
    pub async fn heard(
        &self,
        conversation: ConversationId,
        attachment_id: AttachmentId,
        message_id: MessageId,
        heard: Heard,
    ) -> Result<Done, HubError> {
        self.input(conversation, Input::Heard { attachment_id, message_id, heard }).await
    }

    /// Waits until no automatic answer is owed in this conversation. False: it took longer than `within`.
    pub async fn turn_settled(&self, channel: ChannelId, key: &str, within: Duration) -> bool {
        let (reply, settled) = oneshot::channel();
        if self.supervisor.send(HomeKey::new(channel, key), Work::AwaitTurn(reply)).is_err() {
            return false;
        }
        matches!(tokio::time::timeout(within, settled).await, Ok(Ok(())))
    }

    /// Hands any other input (a due timer) to the conversation's actor.
    pub async fn input(&self, conversation: ConversationId, input: Input) -> Result<Done, HubError> {
        let (_, channel, key) = self.core.store.home_of(None, conversation).await?.ok_or(HubError::NotFound)?;
        self.ask(HomeKey::new(channel, &key), input).await
    }

    /// Whether this node acts for the conversation.
    fn acts_for(&self, conversation: ConversationId) -> bool {
        self.core.leases.holds(Slot::of_conversation(conversation))
    }

    /// Another node has changed the conversation. Where this one acts for it and there is something to do, it comes to life;
    /// else only those hear of it that live already.
    fn changed_elsewhere(&self, there: Standing) {
        let Standing { id, version, channel_id, home_key, is_owed_something } = there;
        let acts = is_owed_something && self.acts_for(id);
        let work = if acts { Work::Wake { version } } else { Work::Nudge { version } };
        // No room: the look at what is open finds it.
        let _ = self.supervisor.send(HomeKey::new(channel_id, &home_key), work);
    }

    /// Passes a sign of life on: never stored, may be lost. Colleagues give one only where they may also write; who has just
    /// lost the sight of a conversation may still leave it.
    pub async fn typing(&self, company: Option<CompanyId>, conversation: ConversationId, typing: Typing) {
        let store = &self.core.store;
        let home = match (company, &typing) {
            (Some(company), Typing::Operator { user_id, .. } | Typing::Viewing { user_id, on: true, .. }) => {
                store.home_seen_by(company, *user_id, conversation).await
            }
            _ => store.home_of(company, conversation).await,
        };
        if let Ok(Some((_, channel, key))) = home {
            let _ = self.supervisor.send(HomeKey::new(channel, &key), Work::Typing(typing));
        }
    }

    async fn ask(&self, key: HomeKey, input: Input) -> Result<Done, HubError> {
        let (reply, answer) = oneshot::channel();
        let _waits = Waits::begin();
        self.supervisor.send(key, Work::Input { input: Box::new(input), reply })?;
        match tokio::time::timeout(ANSWER_WITHIN, answer).await {
            Ok(Ok(result)) => result,
            // The actor died, or took too long: nothing is known to be committed.
            Ok(Err(_)) | Err(_) => Err(HubError::Busy),
        }
    }
}

/// Counts an input as long as it waits for its conversation's answer.
struct Waits;

impl Waits {
    fn begin() -> Self {
        metrics().mailbox_depth.with_label_values(&["conversation"]).inc();
        Waits
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        metrics().mailbox_depth.with_label_values(&["conversation"]).dec();
    }
}
