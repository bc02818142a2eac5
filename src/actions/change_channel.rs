//! A channel's name, mode, credentials or settings change, or it is asked how it is: its connector is told and begins anew.
use std::sync::Arc;

use serde_json::Value;

use super::connect_channel::{connected_already, sealed, tell, try_token};
use crate::db::Store;
use crate::db::channels::ChannelChange;
use crate::domain::access::Principal;
use crate::domain::channel::{ChannelKind, UpdateMode};
use crate::domain::clock::Micros;
use crate::domain::ids::ChannelId;
use crate::error::{Error, Result};
use crate::hub::lifecycle::ChannelLifecycle;
use crate::secrets::Vault;

/// What is missing stays.
pub struct WantedChange {
    /// What the channel is: that stays.
    pub kind: ChannelKind,
    pub name: Option<String>,
    pub mode: Option<UpdateMode>,
    pub enabled: Option<bool>,
    pub token: Option<String>,
    pub settings: Option<Value>,
}

/// False: there is no such channel.
pub async fn change_channel(
    store: &Store,
    vault: &Vault,
    lifecycle: &Arc<dyn ChannelLifecycle>,
    who: &Principal,
    channel: ChannelId,
    wanted: WantedChange,
    at: Micros,
) -> Result<bool> {
    let WantedChange { kind, name, mode, enabled, token, settings } = wanted;
    if let Some(token) = &token {
        try_token(lifecycle, kind, token).await?;
    }
    let sealed = token.map(|token| sealed(vault, who.company_id, channel, &token)).transpose().map_err(Error::internal)?;
    let change = ChannelChange { name, mode, enabled, settings, sealed };
    let changed = store.change_channel(who.company_id, who.user_id, channel, change, at).await.map_err(connected_already)?;
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
