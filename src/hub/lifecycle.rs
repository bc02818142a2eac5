//! How a change of a channel's settings reaches the connector that runs it.
use futures_util::future::BoxFuture;

use crate::domain::channel::{ChannelCredentials, ChannelKind};
use crate::domain::ids::ChannelId;

/// Called after a channel was made, changed, removed, or asked to be checked. The row is the truth: read it, then start,
/// restart or stop what runs, and write what was found into its `health_…` columns before the future ends (a few seconds at
/// most; what takes longer goes on by itself and leaves `checking`).
pub trait ChannelLifecycle: Send + Sync {
    fn changed(&self, channel_id: ChannelId) -> BoxFuture<'_, ()>;
    /// Shows the provider what a channel is about to be made from, before anything is stored.
    fn try_credentials(&self, kind: ChannelKind, credentials: ChannelCredentials) -> BoxFuture<'_, SecretVerdict>;
}

/// What a provider says of credentials.
#[derive(Clone, Debug, PartialEq)]
pub enum SecretVerdict {
    Good,
    /// In the provider's words.
    Refused(String),
    /// It has no such account for them, in its words.
    NoSuchAccount(String),
    /// It did not say: it may be away, or busy. A channel heals by itself as soon as it answers.
    Unknown,
}

/// No connector runs.
pub struct Nobody;

impl ChannelLifecycle for Nobody {
    fn changed(&self, _: ChannelId) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    fn try_credentials(&self, _: ChannelKind, _: ChannelCredentials) -> BoxFuture<'_, SecretVerdict> {
        Box::pin(std::future::ready(SecretVerdict::Unknown))
    }
}
