//! ChannelCredentials of channels: shown to the provider before anything is stored, and sealed for the channel they belong to.
use std::sync::Arc;

use serde_json::json;

use crate::db::DbError;
use crate::db::channels::{ChannelRow, Sealed};
use crate::domain::channel::{ChannelCredentials, ChannelCredentialsChange, ChannelKind};
use crate::domain::flaw::Flaw;
use crate::domain::ids::{ChannelId, CompanyId};
use crate::error::{Error, Result};
use crate::hub::lifecycle::{ChannelLifecycle, SecretVerdict};
use crate::secrets::{SealedAt, Vault, WebhookKeys, hint, random_token, token_hash};

/// Those that the provider refuses are told at their field, before anything is stored. A provider that does not answer refuses nothing:
/// the channel says so in its health, and comes to life as soon as it does. But whose account it is has to be known where the token
/// does not say it, or another company's messages would be asked for.
pub async fn try_credentials(
    lifecycle: &Arc<dyn ChannelLifecycle>,
    kind: ChannelKind,
    credentials: &ChannelCredentials,
) -> Result<()> {
    let Some(form) = &kind.features().token else { return Ok(()) };
    match lifecycle.try_credentials(kind, credentials.clone()).await {
        SecretVerdict::Refused(words) => Err(Error::field(form.field, (form.refused)(words))),
        SecretVerdict::NoSuchAccount(words) => {
            let field = kind.features().account.as_ref().map_or(form.field, |account| account.field);
            Err(Error::field(field, Flaw::NumberRefused { words }))
        }
        SecretVerdict::Unknown if kind.features().account.is_some() => Err(Error::conflict(Flaw::ProviderAway)),
        SecretVerdict::Good | SecretVerdict::Unknown => Ok(()),
    }
}

/// Where the values of a channel are sealed.
pub struct SealingPlace<'a> {
    pub vault: &'a Vault,
    pub company_id: CompanyId,
    pub channel_id: ChannelId,
}

impl SealingPlace<'_> {
    fn at(&self, field: &'static str) -> SealedAt {
        SealedAt { company_id: self.company_id, channel_id: self.channel_id, field }
    }

    fn seal(&self, field: &'static str, plain: &str) -> std::result::Result<String, String> {
        self.vault.seal(self.at(field), plain).map_err(|e| e.to_string())
    }

    fn open(&self, field: &'static str, sealed: Option<&str>) -> std::result::Result<String, String> {
        let opened = self.vault.open(self.at(field), sealed.unwrap_or_default());
        opened.map(|plain| plain.reveal().clone()).map_err(|e| e.to_string())
    }

    /// Of a new channel.
    pub fn seal_all(&self, credentials: &ChannelCredentials) -> std::result::Result<Sealed, String> {
        let ChannelCredentials { token, account, app_secret, verify_token } = credentials;
        let (secret, shown) = match account {
            // What the provider shows with each call is ours to choose.
            None => {
                let secret = random_token();
                (secret.clone(), secret)
            }
            Some(_) => {
                let shown = verify_token.clone().unwrap_or_else(random_token);
                (WebhookKeys::write(app_secret.clone(), shown.clone()), shown)
            }
        };
        Ok(Sealed {
            token: self.seal("token", token)?,
            token_hint: hint(token),
            secret: self.seal("secret", &secret)?,
            secret_hash: token_hash(&shown),
            // A bot's own id is how its token begins.
            shown: match account {
                Some(_) => json!({ "verify_token_hint": hint(&shown), "own_app": app_secret.is_some() }),
                None => json!({}),
            },
            provider_id: account.clone().or_else(|| token.split_once(':').map(|(bot, _)| bot.to_owned())),
        })
    }

    /// The credentials as they are with a change. What cannot be opened any more has to be given anew.
    pub fn merged(&self, row: &ChannelRow, change: ChannelCredentialsChange) -> std::result::Result<ChannelCredentials, String> {
        let account = row.provider_id.clone().filter(|_| row.kind.features().account.is_some());
        let token = match change.token {
            Some(token) => token,
            None => self.open("token", row.token.as_deref())?,
        };
        let kept = account.as_ref().and_then(|_| WebhookKeys::read(&self.open("secret", row.secret.as_deref()).ok()?).ok());
        let (app_secret, verify_token) = match kept {
            Some(keys) => (keys.app_secret.map(|secret| secret.reveal().clone()), Some(keys.verify_token.reveal().clone())),
            None => (None, None),
        };
        Ok(ChannelCredentials {
            token,
            account,
            app_secret: change.app_secret.or(app_secret),
            verify_token: change.verify_token.or(verify_token),
        })
    }
}

pub fn connected_already(kind: ChannelKind) -> impl Fn(DbError) -> Error {
    move |e| match &kind.features().account {
        _ if !e.is_taken() => e.into(),
        Some(account) => Error::conflict(Flaw::NumberConnected).about(account.field),
        None => Error::conflict(Flaw::BotConnected).about("token"),
    }
}
