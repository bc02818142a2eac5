//! Which channels run here. The database says which should; [`Connectors::changed`] makes it so.
use std::sync::Arc;
use std::time::Duration;

use actix_rt::Arbiter;
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::doors::Doors;
use super::media::{self, FetchError, Fetcher};
use super::ports::Ports;
use super::running::{Inner, start_all};
use super::telegram::client::{self, Api};
use super::telegram::{self, Stop};
use crate::db::channels_runtime::RemoteFile;
use crate::domain::conversation::input::MediaResult;
use crate::domain::ids::ChannelId;

/// How long a change waits for the provider's word on it.
const CHECK_WITHIN: Duration = Duration::from_secs(5);

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
        let (fetch, ring) = (Arc::new(Fetch { inner: inner.clone() }), inner.media_ring.clone());
        let fetching = media::run(inner.ports.clone(), fetch, ring, inner.stop.clone());
        arbiter.spawn(fetching);
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

    /// Media to fetch was committed.
    pub fn ring_for_media(&self) {
        self.inner.media_ring.notify_one();
    }

    /// Takes nothing new, lets the sends in flight end, and gives them up after `patience`: they are uncertain then.
    pub async fn drain(&self, patience: Duration) {
        self.inner.stop.cancel();
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

/// Files come from whichever bot the message came to.
struct Fetch {
    inner: Arc<Inner>,
}

impl Fetcher for Fetch {
    fn fetch(&self, channel: ChannelId, file: RemoteFile) -> BoxFuture<'static, Option<Result<MediaResult, FetchError>>> {
        let api = self.inner.api(channel);
        let files = self.inner.ports.files.clone();
        Box::pin(async move { Some(telegram::media::fetch(&api?, &*files, &file).await) })
    }
}
