//! Makes what runs here what the database says, one channel at a time.
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, RwLock};
use std::time::Duration;

use actix::{Actor, Addr};
use actix_rt::ArbiterHandle;
use reqwest::Client;
use tokio::sync::{Mutex, Notify, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::doors::Doors;
use super::ports::Ports;
use super::telegram::client::Api;
use super::telegram::link::{Link, Mode, origin_of};
use super::telegram::media::TelegramFiles;
use super::telegram::{Stop, TelegramConnector, health};
use crate::db::channels_runtime::{ChannelRuntime, HealthReport};
use crate::domain::channel::{ChannelKind, HealthState};
use crate::domain::ids::ChannelId;

pub(super) struct Inner {
    pub ports: Ports,
    pub http: Client,
    pub arbiter: ArbiterHandle,
    /// One change at a time.
    pub running: Mutex<HashMap<ChannelId, Running>>,
    /// Webhooks being removed; whoever starts the channel again waits for that.
    leaving: Mutex<HashMap<ChannelId, JoinHandle<()>>>,
    apis: RwLock<HashMap<ChannelId, Api>>,
    /// The instance's own bot.
    pub house: OnceLock<Addr<TelegramConnector>>,
    pub doors: Doors,
    pub sends: TaskTracker,
    pub stop: CancellationToken,
}

pub(super) struct Running {
    pub addr: Addr<TelegramConnector>,
    api: Api,
    recheck: Arc<Notify>,
    mode: Mode,
    pub stop: CancellationToken,
    health: JoinHandle<()>,
}

/// The database may be away at the start; it is asked until it answers.
pub(super) async fn start_all(inner: Arc<Inner>) {
    loop {
        match inner.ports.store.live_channels(ChannelKind::Telegram.as_str().to_owned()).await {
            Ok(channels) => {
                for channel in channels {
                    inner.apply(channel).await;
                }
                return;
            }
            Err(e) => tracing::warn!(error = %e, "cannot read which channels to start"),
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(2)) => {}
            () = inner.stop.cancelled() => return,
        }
    }
}

impl Inner {
    pub fn new(ports: Ports, http: Client, arbiter: ArbiterHandle) -> Self {
        Inner {
            ports,
            http,
            arbiter,
            running: Mutex::default(),
            leaving: Mutex::default(),
            apis: RwLock::default(),
            house: OnceLock::new(),
            doors: Doors::default(),
            sends: TaskTracker::new(),
            stop: CancellationToken::new(),
        }
    }

    pub fn api(&self, channel: ChannelId) -> Option<Api> {
        self.apis.read().unwrap_or_else(|e| e.into_inner()).get(&channel).cloned()
    }

    /// Makes what runs here what the database says. Where there is something to check, gives what rings after the check.
    pub async fn apply(self: &Arc<Self>, channel: ChannelId) -> Option<oneshot::Receiver<()>> {
        let mut running = self.running.lock().await;
        if self.stop.is_cancelled() {
            return None;
        }
        let row = match self.ports.store.channel_runtime(channel).await {
            Ok(row) => row.filter(|(row, _)| row.kind == ChannelKind::Telegram.as_str()),
            Err(e) => {
                tracing::warn!(channel_id = channel, error = %e, "cannot read the channel: trying again");
                self.clone().try_again(channel);
                return None;
            }
        };
        let was = running.remove(&channel);
        if let Some(was) = &was {
            was.stop.cancel();
        }
        let wanted = row.as_ref().filter(|(row, _)| row.is_live());
        let Some((row, locale)) = wanted else {
            self.end(channel, row.map(|(row, _)| row), was).await;
            return None;
        };
        let api = match self.open(row, "token", row.token.as_deref()) {
            Ok(token) => Api::new(self.http.clone(), &self.ports.telegram.api_url, &token),
            Err(why) => {
                self.let_go(channel, was).await;
                self.report(
                    channel,
                    HealthState::Unauthorized,
                    &format!("The stored token cannot be read ({why}): enter it again."),
                )
                .await;
                return None;
            }
        };
        // The same bot keeps its actor, and with it its pacing and who waits for it.
        let kept = match was {
            Some(was) if was.api.same_bot(&api) => {
                let _ = was.health.await;
                Some((was.addr, was.recheck))
            }
            Some(was) => {
                self.end_webhook(channel, was.api.clone(), was.mode).await;
                self.let_go(channel, Some(was)).await;
                None
            }
            None => None,
        };
        let (addr, recheck) = kept.unwrap_or_else(|| {
            let recheck = Arc::new(Notify::new());
            let (files, sends) = (self.ports.files.clone(), self.sends.clone());
            (TelegramConnector::new(channel, api.clone(), files, sends, recheck.clone()).start(), recheck)
        });
        self.apis.write().unwrap_or_else(|e| e.into_inner()).insert(channel, api.clone());
        self.ports.outlets.register(channel, addr.clone().recipient());
        let files = self.ports.files.clone();
        self.ports.fetchers.register(channel, Arc::new(TelegramFiles { api: api.clone(), files }));
        let mode = if row.mode == "polling" { Mode::Polling } else { Mode::Webhook };
        let (tell, checked) = oneshot::channel();
        let link = Arc::new(Link {
            ports: self.ports.clone(),
            origin: origin_of(row, locale, &self.ports.agent_of).await,
            api: api.clone(),
            mode,
            secret: self.open(row, "secret", row.secret.as_deref()).ok(),
            poll_offset: row.poll_offset,
            last_event_at: row.last_event_at,
            recheck: recheck.clone(),
            says_agent: std::sync::Mutex::default(),
            checked: std::sync::Mutex::new(Some(tell)),
        });
        let stop = self.stop.child_token();
        let leaving = self.leaving.lock().await.remove(&channel);
        let until = stop.clone();
        let health = tokio::spawn(async move {
            if let Some(leaving) = leaving {
                let _ = leaving.await;
            }
            health::keep(link, until).await;
        });
        running.insert(channel, Running { addr, api, recheck, mode, stop, health });
        Some(checked)
    }

    /// Disabled or deleted: nothing runs, and Telegram is told to keep its updates.
    async fn end(&self, channel: ChannelId, row: Option<ChannelRuntime>, was: Option<Running>) {
        if let Some(was) = &was {
            self.end_webhook(channel, was.api.clone(), was.mode).await;
        }
        self.let_go(channel, was).await;
        if row.is_some_and(|row| row.deleted_at.is_none()) {
            self.report(channel, HealthState::Disabled, "").await;
        }
    }

    async fn let_go(&self, channel: ChannelId, was: Option<Running>) {
        self.ports.outlets.remove(channel);
        self.ports.fetchers.remove(channel);
        self.apis.write().unwrap_or_else(|e| e.into_inner()).remove(&channel);
        if let Some(was) = was {
            was.addr.do_send(Stop);
            let _ = was.health.await;
        }
    }

    /// Best effort, in its own time: the provider may be away.
    async fn end_webhook(&self, channel: ChannelId, api: Api, mode: Mode) {
        if mode != Mode::Webhook {
            return;
        }
        let task = tokio::spawn(async move {
            if let Err(e) = api.delete_webhook().await {
                tracing::info!(channel_id = channel, error = %e, "the webhook could not be removed");
            }
        });
        self.leaving.lock().await.insert(channel, task);
    }

    fn try_again(self: Arc<Self>, channel: ChannelId) {
        let arbiter = self.arbiter.clone();
        arbiter.spawn(async move {
            tokio::time::sleep(Duration::from_secs(2)).await;
            self.apply(channel).await;
        });
    }

    fn open(&self, row: &ChannelRuntime, field: &'static str, sealed: Option<&str>) -> Result<String, String> {
        let sealed = sealed.filter(|s| !s.is_empty()).ok_or("there is none")?;
        (self.ports.unseal)(row.company_id, row.id, field, sealed)
    }

    async fn report(&self, channel: ChannelId, state: HealthState, detail: &str) {
        let checked_at = self.ports.clock.now();
        let report = HealthReport { state, detail: detail.to_owned(), checked_at, retry_at: None };
        if let Err(e) = self.ports.store.report_health(channel, report).await {
            tracing::warn!(channel_id = channel, error = %e, "cannot store the channel's health");
        }
    }
}
