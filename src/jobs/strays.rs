//! Files that no row names: an upload's client vanished between the bytes and the row, or a row went and its bytes did not.
//! They go a day after they were written.
use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use super::{Job, JobEnd, JobRun, Nothing};
use crate::clients::storage::Storage;
use crate::db::{DbError, Store};
use crate::domain::clock::DAY;
use crate::domain::job;
use crate::hub::Hub;

/// Between two shelves that hold something, so that a large store is looked through without haste.
const PAUSE: Duration = Duration::from_millis(500);
const SLICE: usize = 500;
/// So many strays and not one file that the database knows: it is not the database of this store.
const ENOUGH: usize = 10_000;

#[derive(Debug, thiserror::Error)]
enum StraysError {
    #[error("{0}")]
    Storage(#[from] io::Error),
    #[error("{0}")]
    Database(#[from] DbError),
}

pub struct Strays {
    pub hub: Hub,
    pub storage: Arc<dyn Storage>,
}

impl Job for Strays {
    const KIND: &'static str = "strays";
    const LEASE: Duration = Duration::from_secs(30);
    const AT_ONCE: usize = 1;
    const AT_MOST: Duration = Duration::from_secs(6 * 3600);
    const EVERY: Option<Duration> = Some(Duration::from_secs(3600));

    type Payload = Nothing;

    async fn run(&self, run: &JobRun, _: Nothing) -> Result<JobEnd, DbError> {
        match look_through(&self.hub, self.storage.as_ref()).await {
            Ok(()) => Ok(JobEnd::Done),
            Err(StraysError::Database(e)) => Err(e),
            Err(StraysError::Storage(e)) => Ok(run.never(job::JobTrouble::Storage, e.to_string())),
        }
    }
}

/// Nothing is removed before one file is found that the database knows: with a wrong one all would look like strays.
async fn look_through(hub: &Hub, storage: &dyn Storage) -> Result<(), StraysError> {
    let before = UNIX_EPOCH + Duration::from_micros((hub.core.clock.now() - DAY).max(0) as u64);
    let (mut recognised, mut strays) = (false, vec![]);
    for shelf in 0..=u8::MAX {
        let keys = storage.old_keys(shelf, before).await?;
        if keys.is_empty() {
            continue;
        }
        for slice in keys.chunks(SLICE) {
            let known = known(&hub.core.store, slice).await?;
            recognised |= !known.is_empty();
            strays.extend(slice.iter().filter(|key| !known.contains(*key)).cloned());
        }
        if recognised {
            remove(storage, &mut strays).await;
        } else if strays.len() >= ENOUGH {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    if !strays.is_empty() {
        tracing::warn!("the database knows none of the files in STORAGE: they are left alone");
    }
    Ok(())
}

async fn known(store: &Store, keys: &[String]) -> Result<HashSet<String>, DbError> {
    Ok(store.stored_keys(keys.to_vec()).await?.into_iter().collect())
}

async fn remove(storage: &dyn Storage, strays: &mut Vec<String>) {
    for key in strays.drain(..) {
        match storage.remove(&key).await {
            Ok(()) => tracing::info!(key, "a file that nothing names is removed"),
            // Another node was quicker.
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => tracing::warn!(key, error = %e, "a file that nothing names stays behind"),
        }
    }
}
