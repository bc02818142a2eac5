//! A new channel: its row with the credentials sealed for it, then the connector that runs it.
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::credentials::{SealingPlace, connected_already, try_credentials};
use crate::db::channels::{NewChannel, Seal};
use crate::db::{DbError, Store};
use crate::domain::channel::{ChannelCredentials, ChannelKind, UpdateMode};
use crate::domain::clock::Micros;
use crate::domain::ids::{ChannelId, CompanyId, UserId};
use crate::error::Error;
use crate::hub::lifecycle::ChannelLifecycle;
use crate::secrets::{Vault, random_token};

/// How long an answer waits for a provider's word.
const PATIENCE: Duration = Duration::from_secs(8);

/// What a channel is made from; every value is sound.
pub struct WantedChannel {
    pub kind: ChannelKind,
    /// `None`: as its kind is called in the company's language.
    pub name: Option<String>,
    pub mode: UpdateMode,
    pub credentials: Option<ChannelCredentials>,
    pub settings: Value,
}

/// The row alone: whoever calls this tells the connector.
pub async fn make_channel(
    store: &Store,
    vault: Arc<Vault>,
    company_id: CompanyId,
    created_by: UserId,
    wanted: WantedChannel,
    at: Micros,
) -> Result<ChannelId, DbError> {
    let WantedChannel { kind, name, mode, credentials, settings } = wanted;
    let seal = credentials.map(|credentials| -> Seal {
        Box::new(move |channel_id| SealingPlace { vault: &vault, company_id, channel_id }.seal_all(&credentials))
    });
    let name = match name {
        Some(name) => name,
        None => {
            let settings = store.company_settings(company_id).await?;
            kind.title_in(settings.as_ref().map_or("", |settings| settings.locale.as_str())).to_owned()
        }
    };
    let key = (kind == ChannelKind::Webchat).then(random_token);
    store.create_channel(NewChannel { company_id, created_by, kind, name, mode, key, settings, seal, at }).await
}

pub async fn connect_channel(
    store: &Store,
    vault: Arc<Vault>,
    lifecycle: &Arc<dyn ChannelLifecycle>,
    company: CompanyId,
    by: UserId,
    wanted: WantedChannel,
    at: Micros,
) -> Result<ChannelId, Error> {
    let kind = wanted.kind;
    if let Some(credentials) = &wanted.credentials {
        try_credentials(lifecycle, kind, credentials).await?;
    }
    let id = make_channel(store, vault, company, by, wanted, at).await.map_err(connected_already(kind))?;
    tell(lifecycle, id).await;
    Ok(id)
}

/// Waits a while for the connector; what takes longer goes on without the one who asked.
pub(super) async fn tell(lifecycle: &Arc<dyn ChannelLifecycle>, channel: ChannelId) {
    let lifecycle = lifecycle.clone();
    let told = actix_web::rt::spawn(async move { lifecycle.changed(channel).await });
    if tokio::time::timeout(PATIENCE, told).await.is_err() {
        tracing::info!(channel_id = channel.get(), "the check goes on");
    }
}
