//! A new channel: its row with the credentials sealed for it, then the connector that runs it.
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::db::channels::{NewChannel, Seal, Sealed};
use crate::db::{DbError, Store};
use crate::domain::channel::{ChannelKind, UpdateMode};
use crate::domain::clock::Micros;
use crate::domain::flaw::Flaw;
use crate::domain::ids::{ChannelId, CompanyId, UserId};
use crate::error::Error;
use crate::hub::lifecycle::{ChannelLifecycle, SecretVerdict};
use crate::secrets::{SealedAt, Vault, hint, random_token, token_hash};

/// How long an answer waits for a provider's word.
const PATIENCE: Duration = Duration::from_secs(8);

/// What a channel is made from; every value is sound.
pub struct WantedChannel {
    pub kind: ChannelKind,
    /// `None`: as its kind is called in the company's language.
    pub name: Option<String>,
    pub mode: UpdateMode,
    pub token: Option<String>,
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
    let WantedChannel { kind, name, mode, token, settings } = wanted;
    let seal = token.map(|token| -> Seal { Box::new(move |channel| sealed(&vault, company_id, channel, &token)) });
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
    if let Some(token) = &wanted.token {
        try_token(lifecycle, wanted.kind, token).await?;
    }
    let id = make_channel(store, vault, company, by, wanted, at).await.map_err(connected_already)?;
    tell(lifecycle, id).await;
    Ok(id)
}

/// A token that its provider refuses is told at its field, before anything is stored. A provider that does not answer refuses
/// nothing: the channel says so in its health, and comes to life as soon as it does.
pub(super) async fn try_token(lifecycle: &Arc<dyn ChannelLifecycle>, kind: ChannelKind, token: &str) -> Result<(), Error> {
    match lifecycle.try_secret(kind, token.to_owned()).await {
        SecretVerdict::Refused(words) => Err(Error::field("token", Flaw::BotTokenRefused { words })),
        SecretVerdict::Good | SecretVerdict::Unknown => Ok(()),
    }
}

/// The token and a fresh webhook secret, sealed for one channel.
pub(super) fn sealed(vault: &Vault, company_id: CompanyId, channel_id: ChannelId, token: &str) -> Result<Sealed, String> {
    let secret = random_token();
    let seal = |field, plain: &str| vault.seal(SealedAt { company_id, channel_id, field }, plain).map_err(|e| e.to_string());
    Ok(Sealed {
        token: seal("token", token)?,
        token_hint: hint(token),
        secret: seal("secret", &secret)?,
        secret_hash: token_hash(&secret),
        provider_id: token.split_once(':').map(|(bot, _)| bot.to_owned()),
    })
}

pub(super) fn connected_already(e: DbError) -> Error {
    if e.is_taken() { Error::conflict(Flaw::BotConnected).about("token") } else { e.into() }
}

/// Waits a while for the connector; what takes longer goes on without the one who asked.
pub(super) async fn tell(lifecycle: &Arc<dyn ChannelLifecycle>, channel: ChannelId) {
    let lifecycle = lifecycle.clone();
    let told = actix_web::rt::spawn(async move { lifecycle.changed(channel).await });
    if tokio::time::timeout(PATIENCE, told).await.is_err() {
        tracing::info!(channel_id = channel.get(), "the check goes on");
    }
}
