//! Which kinds there are, and which channels run here. The database says which should; [`Connectors::changed`] makes it so.
use std::sync::Arc;
use std::time::Duration;

use actix_rt::Arbiter;
use actix_web::HttpResponse;
use futures_util::future::LocalBoxFuture;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::connector::{Connector, KindContext, Knock};
use super::doors::Doors;
use super::ports::Ports;
use super::running::{ErasedConnector, RunningKind};
use crate::domain::channel::{ChannelCredentials, ChannelKind};
use crate::domain::ids::ChannelId;
use crate::hub::lifecycle::SecretVerdict;
use crate::hub::outlet::House;

/// How long a change waits for the provider's word on it.
const CHECK_WITHIN: Duration = Duration::from_secs(5);

/// How long whoever types a token waits for the provider's word on it.
const TRY_WITHIN: Duration = Duration::from_secs(4);

/// A kind that is to be registered.
pub type KindToRegister = Box<dyn FnOnce(Arc<KindContext>) -> Arc<dyn ErasedConnector>>;

pub fn kind<C: Connector>(connector: C) -> KindToRegister {
    Box::new(move |shared| Arc::new(RunningKind::new(connector, shared)))
}

/// The handle; clones are the same connectors.
#[derive(Clone)]
pub struct Connectors {
    shared: Arc<KindContext>,
    kinds: Arc<[Arc<dyn ErasedConnector>]>,
}

impl Connectors {
    /// Starts the line of every enabled channel, on an arbiter of their own. Needs a running actix system.
    pub fn start(ports: Ports, kinds: Vec<KindToRegister>) -> Self {
        let arbiter = Arbiter::new().handle();
        let (doors, sends, stop) = (Doors::default(), TaskTracker::new(), CancellationToken::new());
        let shared = Arc::new(KindContext { ports, doors, arbiter, sends, stop });
        let kinds: Arc<[_]> = kinds.into_iter().map(|register| register(shared.clone())).collect();
        for kind in kinds.iter() {
            shared.arbiter.spawn(kind.clone().run());
        }
        Connectors { shared, kinds }
    }

    /// Returns when it is known who may knock, of every kind: until then providers are turned away.
    pub async fn doors_are_known(&self) {
        let kinds: Vec<ChannelKind> = self.kinds.iter().map(|kind| kind.kind()).collect();
        self.shared.doors.known(&kinds).await;
    }

    /// Call it after a channel was made, changed, deleted or is to be checked: returns when the change has taken hold here
    /// and the first check is written down. A check that takes longer goes on by itself.
    pub async fn changed(&self, channel: ChannelId) {
        let (done, wait) = oneshot::channel();
        let kinds = self.kinds.clone();
        // Not in the caller's future: it may be dropped half-way.
        self.shared.arbiter.spawn(async move {
            for kind in kinds.iter() {
                if let Some(checked) = kind.clone().apply(channel).await {
                    let _ = tokio::time::timeout(CHECK_WITHIN, checked).await;
                }
            }
            let _ = done.send(());
        });
        let _ = wait.await;
    }

    /// What the provider says of credentials that no channel has yet. It is asked on the connectors' own arbiter, as for everything.
    pub async fn try_credentials(&self, kind: ChannelKind, credentials: ChannelCredentials) -> SecretVerdict {
        let Some(kind) = self.of(kind).cloned() else { return SecretVerdict::Unknown };
        let (tell, told) = oneshot::channel();
        self.shared.arbiter.spawn(async move {
            let asked = tokio::time::timeout(TRY_WITHIN, kind.try_credentials(credentials)).await;
            let _ = tell.send(asked.unwrap_or(SecretVerdict::Unknown));
        });
        told.await.unwrap_or(SecretVerdict::Unknown)
    }

    /// Starts the instance's own account of a kind, which tells the first company about its leads and hears nothing.
    pub fn open_house(&self, kind: ChannelKind, secret: &str, chat_id: String) {
        if let Some(outlet) = self.of(kind).and_then(|kind| kind.open_house(secret)) {
            self.shared.ports.outlets.open_house(House { outlet, chat_id });
        }
    }

    /// Takes a request of a provider of this kind.
    pub fn knock(&self, kind: ChannelKind, knock: Knock) -> LocalBoxFuture<'static, HttpResponse> {
        match self.of(kind) {
            Some(kind) => kind.clone().knock(knock),
            None => Box::pin(std::future::ready(HttpResponse::NotFound().finish())),
        }
    }

    /// Takes nothing new, lets the sends in flight end, and gives them up after `patience`: they are uncertain then.
    pub async fn drain(&self, patience: Duration) {
        self.shared.stop.cancel();
        for kind in self.kinds.iter() {
            kind.close_all().await;
        }
        let sends = &self.shared.sends;
        sends.close();
        if tokio::time::timeout(patience, sends.wait()).await.is_err() {
            tracing::warn!(in_flight = sends.len(), "sends to a provider did not end in time: they are uncertain");
        }
    }

    #[cfg(test)]
    pub(super) fn ports(&self) -> &Ports {
        &self.shared.ports
    }

    fn of(&self, kind: ChannelKind) -> Option<&Arc<dyn ErasedConnector>> {
        self.kinds.iter().find(|one| one.kind() == kind)
    }
}
