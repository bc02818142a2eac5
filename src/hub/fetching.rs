//! How a job reaches the files of a provider without knowing one: each channel's connector registers a [`Fetcher`].
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use futures_util::future::BoxFuture;

use crate::db::channels::RemoteFile;
use crate::domain::conversation::MediaResult;
use crate::domain::ids::ChannelId;

/// Why a file has not come.
#[derive(Clone, Debug)]
pub enum FetchError {
    /// Another try will not help.
    Never(String),
    Later(String),
    /// Our own storage cannot keep it now: neither the file's fault nor the provider's, so it waits however long that takes.
    Ours(String),
    /// Not this file's fault: many more attempts than usual.
    NotBefore {
        seconds: u64,
        why: String,
    },
}

/// Gets one file from the provider of the channel it is registered for, into our storage.
pub trait Fetcher: Send + Sync {
    fn fetch(&self, file: RemoteFile) -> BoxFuture<'static, Result<MediaResult, FetchError>>;
}

/// The fetchers of the channels that run here.
#[derive(Clone, Default)]
pub struct Fetchers {
    by_channel: Arc<RwLock<HashMap<ChannelId, Arc<dyn Fetcher>>>>,
}

impl Fetchers {
    pub fn register(&self, channel: ChannelId, fetcher: Arc<dyn Fetcher>) {
        self.lock_write().insert(channel, fetcher);
    }

    pub fn remove(&self, channel: ChannelId) {
        self.lock_write().remove(&channel);
    }

    /// `None` when the channel does not run here.
    pub fn get(&self, channel: ChannelId) -> Option<Arc<dyn Fetcher>> {
        self.by_channel.read().unwrap_or_else(|e| e.into_inner()).get(&channel).cloned()
    }

    fn lock_write(&self) -> std::sync::RwLockWriteGuard<'_, HashMap<ChannelId, Arc<dyn Fetcher>>> {
        self.by_channel.write().unwrap_or_else(|e| e.into_inner())
    }
}
