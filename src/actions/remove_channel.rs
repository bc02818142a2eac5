//! A channel goes; its conversations stay readable.
use std::sync::Arc;

use super::connect_channel::tell;
use crate::db::Store;
use crate::domain::access::Principal;
use crate::domain::clock::Micros;
use crate::domain::ids::ChannelId;
use crate::error::Result;
use crate::hub::lifecycle::ChannelLifecycle;

/// False: there is no such channel.
pub async fn remove_channel(
    store: &Store,
    lifecycle: &Arc<dyn ChannelLifecycle>,
    who: &Principal,
    channel: ChannelId,
    at: Micros,
) -> Result<bool> {
    if !store.remove_channel(who.company_id, who.user_id, channel, at).await? {
        return Ok(false);
    }
    // The connector takes its leave of the provider with the credentials, which go after that.
    tell(lifecycle, channel).await;
    store.wipe_credentials(who.company_id, channel).await?;
    Ok(true)
}
