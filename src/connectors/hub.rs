//! The hub, as the connectors see it.
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::ports::{MediaTarget, ReceiveError, Receiver};
use crate::domain::channel::Inbound;
use crate::domain::conversation::input::MediaResult;
use crate::hub::{Hub, HubError};

impl From<HubError> for ReceiveError {
    fn from(e: HubError) -> Self {
        match e {
            HubError::Busy => ReceiveError::Busy,
            HubError::Unavailable(why) => ReceiveError::Unavailable(why),
            e => ReceiveError::Refused(e.to_string()),
        }
    }
}

impl Receiver for Hub {
    fn receive(&self, inbound: Inbound) -> BoxFuture<'static, Result<(), ReceiveError>> {
        let hub = self.clone();
        async move { Ok(Hub::receive(&hub, inbound).await.map(|_| ())?) }.boxed()
    }

    fn media(&self, target: MediaTarget, result: MediaResult) -> BoxFuture<'static, Result<(), ReceiveError>> {
        let hub = self.clone();
        async move {
            let done = Hub::media(&hub, target.conversation_id, target.attachment_id, target.message_id, result).await;
            Ok(done.map(|_| ())?)
        }
        .boxed()
    }

    fn media_rang(&self) -> BoxFuture<'static, ()> {
        let core = self.core.clone();
        async move { core.media.notified().await }.boxed()
    }
}
