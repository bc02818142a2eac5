//! A channel's name, mode, credentials or settings change, or it is asked how it is: its connector is told and begins anew.
use std::sync::Arc;

use serde_json::Value;

use super::connect_channel::tell;
use super::credentials::{SealingPlace, connected_already, try_credentials};
use crate::db::Store;
use crate::db::channels::{ChannelChange, ChannelRow};
use crate::domain::access::Principal;
use crate::domain::channel::{ChannelCredentialsChange, UpdateMode};
use crate::domain::clock::Micros;
use crate::domain::ids::ChannelId;
use crate::error::{Error, Result};
use crate::hub::lifecycle::ChannelLifecycle;
use crate::secrets::Vault;

/// What is missing stays.
pub struct WantedChange {
    pub name: Option<String>,
    pub mode: Option<UpdateMode>,
    pub enabled: Option<bool>,
    pub credentials: ChannelCredentialsChange,
    pub settings: Option<Value>,
}

/// False: there is no such channel.
pub async fn change_channel(
    store: &Store,
    vault: &Vault,
    lifecycle: &Arc<dyn ChannelLifecycle>,
    who: &Principal,
    now: ChannelRow,
    wanted: WantedChange,
    at: Micros,
) -> Result<bool> {
    let WantedChange { name, mode, enabled, credentials, settings } = wanted;
    let (channel, kind) = (now.id, now.kind);
    let place = SealingPlace { vault, company_id: who.company_id, channel_id: channel };
    let sealed = if credentials.is_empty() {
        None
    } else {
        let shows_token = credentials.token.is_some();
        let merged = place.merged(&now, credentials).map_err(Error::internal)?;
        if shows_token {
            try_credentials(lifecycle, kind, &merged).await?;
        }
        Some(place.seal_all(&merged).map_err(Error::internal)?)
    };
    let change = ChannelChange { name, mode, enabled, settings, sealed };
    let changed = store.change_channel(who.company_id, who.user_id, channel, change, at).await;
    let changed = changed.map_err(connected_already(kind))?;
    if changed {
        tell(lifecycle, channel).await;
    }
    Ok(changed)
}

/// Asks the provider once more. False: there is no such channel.
pub async fn check_channel(
    store: &Store,
    lifecycle: &Arc<dyn ChannelLifecycle>,
    who: &Principal,
    channel: ChannelId,
) -> Result<bool> {
    let there = store.mark_checking(who.company_id, channel).await?;
    if there {
        tell(lifecycle, channel).await;
    }
    Ok(there)
}
