//! Which channels run here. The database says which should; [`Connectors::changed`] makes it so.
use std::sync::Arc;
use std::time::Duration;

use actix::Actor;
use actix_rt::Arbiter;
use tokio::sync::oneshot;

use super::doors::Doors;
use super::ports::Ports;
use super::running::{Inner, start_all};
use super::telegram::client::{self, Api};
use super::telegram::{Stop, TelegramConnector};
use crate::domain::ids::ChannelId;
use crate::hub::outlet::House;

/// How long a change waits for the provider's word on it.
const CHECK_WITHIN: Duration = Duration::from_secs(5);

/// The instance's own bot is no company's channel.
const NO_CHANNEL: ChannelId = 0;

/// The handle; clones are the same connectors.
#[derive(Clone)]
pub struct Connectors {
    inner: Arc<Inner>,
}

impl Connectors {
    /// Starts the connector of every enabled channel, on an arbiter of their own. Needs a running actix system.
    pub fn start(ports: Ports) -> Result<Self, String> {
        let http = client::http()?;
        let arbiter = Arbiter::new().handle();
        let inner = Arc::new(Inner::new(ports, http, arbiter.clone()));
        arbiter.spawn(start_all(inner.clone()));
        Ok(Connectors { inner })
    }

    /// Call it after a channel was made, changed, deleted or is to be checked: returns when the change has taken hold here
    /// and the first check is written down. A check that takes longer goes on by itself.
    pub async fn changed(&self, channel: ChannelId) {
        let (done, wait) = oneshot::channel();
        let inner = self.inner.clone();
        inner.doors.forget(channel);
        // Not in the caller's future: it may be dropped half-way.
        self.inner.arbiter.spawn(async move {
            if let Some(checked) = inner.apply(channel).await {
                let _ = tokio::time::timeout(CHECK_WITHIN, checked).await;
            }
            let _ = done.send(());
        });
        let _ = wait.await;
    }

    /// Starts the instance's own bot, which tells the first company about its leads and hears nothing.
    pub fn open_house(&self, token: &str, chat_id: String) {
        let ports = &self.inner.ports;
        let api = Api::new(self.inner.http.clone(), &ports.telegram.api_url, token);
        let (files, sends) = (ports.files.clone(), self.inner.sends.clone());
        let bot = TelegramConnector::start_in_arbiter(&self.inner.arbiter, move |_| {
            TelegramConnector::new(NO_CHANNEL, api, files, sends, Arc::default())
        });
        ports.outlets.open_house(House { outlet: bot.clone().recipient(), chat_id });
        let _ = self.inner.house.set(bot);
    }

    /// Takes nothing new, lets the sends in flight end, and gives them up after `patience`: they are uncertain then.
    pub async fn drain(&self, patience: Duration) {
        self.inner.stop.cancel();
        if let Some(house) = self.inner.house.get() {
            house.do_send(Stop);
        }
        let running = self.inner.running.lock().await;
        for one in running.values() {
            one.stop.cancel();
            one.addr.do_send(Stop);
        }
        self.inner.sends.close();
        if tokio::time::timeout(patience, self.inner.sends.wait()).await.is_err() {
            tracing::warn!(in_flight = self.inner.sends.len(), "sends to a provider did not end in time: they are uncertain");
        }
    }

    pub(super) fn ports(&self) -> &Ports {
        &self.inner.ports
    }

    pub(super) fn doors(&self) -> &Doors {
        &self.inner.doors
    }

    /// The bot of a channel that runs here.
    pub(super) fn api(&self, channel: ChannelId) -> Option<Api> {
        self.inner.api(channel)
    }
}
