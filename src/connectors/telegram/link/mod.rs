//! A running channel: what its loops and its actor share.
pub mod describe;
pub mod health;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

use super::client::Api;
use super::client::answer::ApiError;
use super::codec::Origin;
use super::colleagues::CodeTries;
use crate::connectors::ports::{AgentOf, Ports};
use crate::db::DbError;
use crate::db::channels::{ChannelRuntime, HealthReport};
use crate::domain::agent::AnswersFirst;
use crate::domain::channel::{HealthState, UpdateMode};
use crate::domain::clock::{Micros, SECOND};
use crate::domain::ids::ChannelId;

pub struct BotLink {
    pub ports: Ports,
    pub origin: Origin,
    pub api: Api,
    pub mode: UpdateMode,
    /// Where Telegram shall post the updates.
    pub webhook_url: String,
    /// Telegram shows it with every webhook call.
    pub secret: Option<String>,
    pub poll_offset: i64,
    pub last_event_at: Option<Micros>,
    /// Wakes the health loop: a send was refused for the token.
    pub recheck: Arc<Notify>,
    /// Chats that guess codes.
    pub tries: Arc<CodeTries>,
    /// Whether the bot's description says that an AI answers, as far as we know.
    pub says_agent: Mutex<Option<bool>>,
    /// Told once, when the first check has been written down.
    pub checked: Mutex<Option<oneshot::Sender<()>>>,
}

impl BotLink {
    pub fn channel(&self) -> ChannelId {
        self.origin.channel_id
    }

    /// Writes what a check found. A database that is away is no reason to stop checking.
    pub async fn report(&self, state: HealthState, detail: impl Into<String>, retry_in: Option<Duration>) {
        let now = self.ports.clock.now();
        let detail = detail.into();
        if state == HealthState::Ok {
            tracing::debug!(channel_id = self.channel().get(), "the Telegram channel works");
        } else {
            tracing::warn!(channel_id = self.channel().get(), state = %state, detail, "the Telegram channel has trouble");
        }
        let retry_at = retry_in.map(|wait| now + wait.as_micros() as Micros);
        let report = HealthReport { state, detail, checked_at: now, retry_at };
        if let Err(e) = self.ports.store.report_health(self.channel(), report).await {
            tracing::warn!(channel_id = self.channel().get(), error = %e, "cannot store the channel's health");
        }
        self.no_more_to_check();
    }

    /// Nothing is left to wait for here: the first check is written down, or another node's to make.
    pub fn no_more_to_check(&self) {
        if let Some(checked) = self.checked.lock().unwrap_or_else(|e| e.into_inner()).take() {
            let _ = checked.send(());
        }
    }

    /// getMe: proves the token and learns the bot's id and name.
    pub async fn identify(&self) -> Result<(), ApiError> {
        let me = self.api.get_me().await?;
        if let Err(e) = self.ports.store.save_provider_identity(self.channel(), me.id, me.username).await {
            tracing::warn!(channel_id = self.channel().get(), error = %e, "cannot store the bot's name");
        }
        Ok(())
    }
}

/// What is known of the channels that webhooks come to; looked up again now and then, because another node may have changed
/// one, or its agent.
#[derive(Default)]
pub struct Origins {
    known: RwLock<HashMap<ChannelId, (Micros, Arc<Origin>)>>,
}

const REMEMBERED: Micros = 30 * SECOND;
const MOST: usize = 10_000;

impl Origins {
    pub async fn of(&self, ports: &Ports, channel: ChannelId, now: Micros) -> Result<Option<Arc<Origin>>, DbError> {
        let remembered = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&channel).cloned();
        if let Some((_, origin)) = remembered.filter(|(read_at, _)| now - read_at < REMEMBERED) {
            return Ok(Some(origin));
        }
        let Some((row, locale)) = ports.store.channel_runtime(channel).await? else { return Ok(None) };
        let origin = Arc::new(origin_of(&row, &locale, &ports.agent_of).await);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(channel, (now, origin.clone()));
        Ok(Some(origin))
    }

    pub fn forget(&self, channel: ChannelId) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(&channel);
    }
}

pub async fn origin_of(row: &ChannelRuntime, locale: &str, agent_of: &AgentOf) -> Origin {
    Origin {
        company_id: row.company_id,
        channel_id: row.id,
        agent: agent_of(row.id).await.filter(|agent| agent.answers_first == AnswersFirst::Agent).map(Arc::new),
        greeting: row.settings.get("greeting").filter(|g| !g.is_null()).cloned(),
        locale: locale.to_owned(),
    }
}

/// 5 s, 10 s, 20 s … 5 min; never before Telegram's own wish.
pub fn back_off(failures: u32, error: &ApiError) -> Duration {
    let wait = Duration::from_secs((5u64 << failures.min(6)).min(300));
    match error {
        ApiError::Paced { seconds } => wait.max(Duration::from_secs(*seconds)),
        _ => wait,
    }
}
