//! What the connectors need from the rest of the house, and nothing more. `app.rs` fills it in.
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

use crate::db::{DbError, Store};
use crate::domain::agent::AgentSettings;
use crate::domain::channel::{Inbound, Receipt};
use crate::domain::clock::Clock;
use crate::domain::ids::*;
use crate::hub::fetching::Fetchers;
use crate::hub::leases::Leases;
use crate::hub::outlet::Outlets;

/// Why something that came in was not stored.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// Too much is queued: the provider shall come again.
    #[error("too much is queued")]
    Busy,
    /// The database is away: the provider shall come again.
    #[error("{0}")]
    Unavailable(String),
    /// This one can never be stored as what it says it is; it is kept raw instead, because coming again would not help.
    #[error("{0}")]
    Refused(String),
}

impl From<DbError> for ReceiveError {
    fn from(e: DbError) -> Self {
        match e {
            DbError::Busy => ReceiveError::Busy,
            e => ReceiveError::Unavailable(e.to_string()),
        }
    }
}

/// The hub, as a connector sees it. `Ok` means committed, or a known duplicate.
pub trait Receiver: Send + Sync {
    fn receive(&self, inbound: Inbound) -> BoxFuture<'static, Result<(), ReceiveError>>;
    /// What the provider says of messages that it took: committed, or kept until their message is known.
    fn receipts(&self, channel: ChannelId, receipts: Vec<Receipt>) -> BoxFuture<'static, Result<(), ReceiveError>>;
}

/// A stored file, opened.
pub struct OpenFile {
    pub size: u64,
    pub bytes: BoxStream<'static, io::Result<Bytes>>,
}

/// A file that was written just now.
pub struct StoredFile {
    pub key: String,
    pub size: u64,
}

/// Where attachments are kept.
pub trait FileStore: Send + Sync {
    /// `NotFound` means that the file is gone for good; any other error may pass.
    fn open(&self, key: &str) -> BoxFuture<'static, io::Result<OpenFile>>;
    /// Keeps nothing when the stream ends in an error, and gives that error back.
    fn put(&self, bytes: BoxStream<'static, io::Result<Bytes>>) -> BoxFuture<'static, io::Result<StoredFile>>;
}

/// Opens a sealed column of a channel: company, channel, field (`token`, `secret`), sealed text.
pub type Unseal = Arc<dyn Fn(CompanyId, ChannelId, &'static str, &str) -> Result<String, String> + Send + Sync>;

/// The agent of a channel, under the settings in force; `None` where there never was one.
pub type AgentOf = Arc<dyn Fn(ChannelId) -> BoxFuture<'static, Option<AgentSettings>> + Send + Sync>;

#[derive(Clone)]
pub struct Ports {
    pub hub: Arc<dyn Receiver>,
    pub store: Store,
    pub clock: Clock,
    pub outlets: Outlets,
    pub fetchers: Fetchers,
    pub files: Arc<dyn FileStore>,
    pub unseal: Unseal,
    pub agent_of: AgentOf,
    /// `PUBLIC_URL`: where our own pages are.
    pub public_url: String,
    /// Who polls a channel.
    pub leases: Leases,
}
