//! `TELEGRAM_TOKEN`: the bot that customers write to becomes the first company's Telegram channel, once there is a company.
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use serde_json::json;

use super::Parts;
use crate::actions::connect_channel::{WantedChannel, make_channel};
use crate::config::Secret;
use crate::db::DbError;
use crate::domain::channel::{ChannelCredentials, ChannelKind, UpdateMode};
use crate::domain::ids::ChannelId;
use crate::hub::Hub;
use crate::hub::lifecycle::ChannelLifecycle;
use crate::secrets::hint;

/// The kind of `TELEGRAM_TOKEN`.
const KIND: ChannelKind = ChannelKind::Telegram;
const LOOK_EVERY: Duration = Duration::from_secs(3);

pub async fn make(parts: Parts, hub: Hub, lifecycle: Data<Arc<dyn ChannelLifecycle>>) {
    let Some(token) = parts.config.telegram_token.clone() else { return };
    while !hub.core.drain.is_draining() {
        match ensure(&parts, &hub, &token).await {
            Ok(Some(channel)) => return lifecycle.changed(channel).await,
            Ok(None) => {}
            Err(e) if e.is_taken() => return tracing::info!("TELEGRAM_TOKEN: this bot is a channel already"),
            Err(e) => tracing::warn!(error = %e, "TELEGRAM_TOKEN: its channel cannot be made yet"),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// The channel of this token, made if the first company has none; `None` while there is no company.
async fn ensure(parts: &Parts, hub: &Hub, token: &Secret<String>) -> Result<Option<ChannelId>, DbError> {
    let store = &hub.core.store;
    let Some((company_id, owner)) = store.first_company().await? else { return Ok(None) };
    let shown = hint(token.reveal());
    let channels = store.channels_of(company_id, 0, 200).await?;
    if let Some(there) = channels.iter().find(|c| c.kind == KIND && c.token_hint.as_deref() == Some(shown.as_str())) {
        return Ok(Some(there.id));
    }
    let wanted = WantedChannel {
        kind: KIND,
        name: None,
        // Without https the provider cannot reach us; we can always ask.
        mode: if parts.config.is_https() { UpdateMode::Webhook } else { UpdateMode::Polling },
        credentials: Some(ChannelCredentials { token: token.reveal().clone(), ..ChannelCredentials::default() }),
        settings: json!({}),
    };
    let vault = parts.vault.clone().into_inner();
    make_channel(store, vault, company_id, owner, wanted, hub.core.clock.now()).await.map(Some)
}
