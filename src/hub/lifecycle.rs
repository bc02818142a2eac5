//! How a change of a channel's settings reaches the connector that runs it.
use futures_util::future::BoxFuture;

use crate::domain::ids::ChannelId;

/// Called after a channel was made, changed, removed, or asked to be checked. The row is the truth: read it, then start,
/// restart or stop what runs, and write what was found into its `health_…` columns before the future ends (a few seconds at
/// most; what takes longer goes on by itself and leaves `checking`).
pub trait ChannelLifecycle: Send + Sync {
    fn changed(&self, channel_id: ChannelId) -> BoxFuture<'_, ()>;
}

/// No connector runs.
pub struct Nobody;

impl ChannelLifecycle for Nobody {
    fn changed(&self, _: ChannelId) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}
