//! What the connectors need, filled in with what the house has; and the doors that they open.
use std::io;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::Data;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;

use super::Parts;
use crate::api::webhooks::ProviderCalls;
use crate::clients::storage::{Storage, Upload};
use crate::config::Config;
use crate::connectors::ports::*;
use crate::connectors::telegram::{Telegram, TelegramSettings};
use crate::connectors::whatsapp::{Whatsapp, WhatsappSettings};
use crate::connectors::{Connectors, KindToRegister, Knock, kind};
use crate::domain::channel::{ChannelCredentials, ChannelKind, Inbound, Receipt};
use crate::domain::ids::ChannelId;
use crate::hub::lifecycle::{ChannelLifecycle, SecretVerdict};
use crate::hub::publisher::Recipients;
use crate::hub::relay::{Relay, Signal};
use crate::hub::{Hub, HubError};
use crate::secrets::SealedAt;
use crate::sessions::Sessions;

/// What providers call goes to the connector of their kind.
pub const CALLS: ProviderCalls = ProviderCalls {
    take: |kind, request, body, address| match request.app_data::<Data<Connectors>>().cloned() {
        Some(connectors) => connectors.knock(kind, Knock { request, body, address }),
        None => Box::pin(std::future::ready(HttpResponse::ServiceUnavailable().finish())),
    },
};

/// The kinds of channels that have a provider.
pub fn kinds(config: &Config) -> Result<Vec<KindToRegister>, String> {
    let telegram = TelegramSettings {
        api_url: config.telegram_api_url.as_str().trim_end_matches('/').to_owned(),
        public_url: config.public_address(""),
        webhook_url: config.telegram_webhook_url.as_ref().map(ToString::to_string),
    };
    let whatsapp = WhatsappSettings {
        api_url: config.whatsapp_api_url.to_string(),
        app_secret: config.whatsapp_app_secret.clone(),
        verify_token: config.whatsapp_verify_token.clone(),
    };
    Ok(vec![kind(Telegram::new(telegram)?), kind(Whatsapp::new(whatsapp)?)])
}

pub fn fill_in(parts: &Parts, hub: &Hub) -> Ports {
    let vault = parts.vault.clone();
    Ports {
        hub: Arc::new(HubPort(hub.clone())),
        store: hub.core.store.clone(),
        clock: hub.core.clock.clone(),
        outlets: hub.core.outlets.clone(),
        fetchers: hub.core.fetchers.clone(),
        files: Arc::new(Files((**parts.storage).clone())),
        unseal: Arc::new(move |company_id, channel_id, field, sealed| {
            let opened = vault.open(SealedAt { company_id, channel_id, field }, sealed);
            opened.map(|plain| plain.reveal().clone()).map_err(|e| e.to_string())
        }),
        agent_of: agent_of(hub.clone()),
        public_url: parts.config.public_address(""),
        leases: hub.core.leases.clone(),
    }
}

/// The bot of the instance's own settings, if it has one.
pub fn open_house(config: &Config, connectors: &Connectors) {
    match (&config.telegram_bot_token, &config.telegram_chat_id) {
        (Some(token), Some(chat)) => connectors.open_house(ChannelKind::Telegram, token.reveal(), chat.clone()),
        (None, None) => {}
        _ => tracing::warn!("TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_ID work together only: one of them is not set"),
    }
}

/// Only where there is access to a model: a bot without an agent has nothing to say of one.
fn agent_of(hub: Hub) -> AgentOf {
    Arc::new(move |channel| {
        let hub = hub.clone();
        Box::pin(async move {
            let agent = hub.core.agents.of(channel).await.ok().flatten();
            agent.map(|agent| agent.settings.clone())
        })
    })
}

struct HubPort(Hub);

impl From<HubError> for ReceiveError {
    fn from(e: HubError) -> Self {
        match e {
            HubError::Busy => ReceiveError::Busy,
            HubError::Unavailable(why) => ReceiveError::Unavailable(why),
            HubError::NotStorable(why) => ReceiveError::Refused(why),
            e => ReceiveError::Refused(e.to_string()),
        }
    }
}

impl Receiver for HubPort {
    fn receive(&self, inbound: Inbound) -> BoxFuture<'static, Result<(), ReceiveError>> {
        let hub = self.0.clone();
        Box::pin(async move { Ok(hub.receive(inbound).await.map(|_| ())?) })
    }

    fn receipts(&self, channel: ChannelId, receipts: Vec<Receipt>) -> BoxFuture<'static, Result<(), ReceiveError>> {
        let hub = self.0.clone();
        Box::pin(async move { Ok(hub.receipts(channel, receipts).await?) })
    }
}

struct Files(Arc<dyn Storage>);

impl FileStore for Files {
    fn open(&self, key: &str) -> BoxFuture<'static, io::Result<OpenFile>> {
        let (storage, key) = (self.0.clone(), key.to_owned());
        Box::pin(async move {
            let size = storage.size(&key).await?;
            let bytes = storage.read(&key, 0, size).await?;
            Ok(OpenFile { size, bytes: bytes.boxed() })
        })
    }

    fn put(&self, mut bytes: BoxStream<'static, io::Result<Bytes>>) -> BoxFuture<'static, io::Result<StoredFile>> {
        let storage = self.0.clone();
        Box::pin(async move {
            let mut upload = Upload::begin(storage.as_ref()).await?;
            while let Some(chunk) = bytes.next().await {
                upload.write(&chunk?).await?;
            }
            let size = upload.size;
            Ok(StoredFile { key: storage.keep(upload).await?, size })
        })
    }
}

/// A change of a channel's settings takes hold on every node.
pub struct OnEveryNode {
    connectors: Connectors,
    relay: Relay,
}

impl OnEveryNode {
    pub fn new(connectors: Connectors, relay: Relay) -> Self {
        OnEveryNode { connectors, relay }
    }
}

impl ChannelLifecycle for OnEveryNode {
    fn changed(&self, channel_id: ChannelId) -> BoxFuture<'_, ()> {
        // Before this node waits for the provider's word on it.
        self.relay.tell_surely(Signal::Channel { channel: channel_id });
        Box::pin(self.connectors.changed(channel_id))
    }

    fn try_credentials(&self, kind: ChannelKind, credentials: ChannelCredentials) -> BoxFuture<'_, SecretVerdict> {
        Box::pin(self.connectors.try_credentials(kind, credentials))
    }
}

/// Makes what runs here what other nodes have been told.
pub async fn follow_channels(mut changed: mpsc::Receiver<ChannelId>, connectors: Connectors) {
    while let Some(channel) = changed.recv().await {
        let connectors = connectors.clone();
        // The provider may be slow to say what it thinks of it.
        actix::spawn(async move { connectors.changed(channel).await });
    }
}

/// Closes the sockets of sessions that ended: logout, disabling, a changed password.
pub async fn close_ended(sessions: Data<Sessions>, hub: Hub) {
    let mut ended = sessions.ended();
    loop {
        match ended.recv().await {
            Ok(session) => hub.core.publisher.close(Recipients::Session(session)),
            Err(RecvError::Lagged(n)) => tracing::warn!(missed = n, "more sessions ended at once than could be followed"),
            Err(RecvError::Closed) => return,
        }
    }
}
