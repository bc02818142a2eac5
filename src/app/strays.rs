//! Files that no row names: an upload's client vanished between the bytes and the row, or a row went and its bytes did not.
//! They go a day after they were written.
use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use crate::clients::storage::Storage;
use crate::db::{DbError, Store};
use crate::domain::clock::DAY;
use crate::hub::Hub;

const EVERY: Duration = Duration::from_secs(3600);
/// Between two shelves that hold something, so that a large store is looked through without haste.
const PAUSE: Duration = Duration::from_millis(500);
const SLICE: usize = 500;
/// So many strays and not one file that the database knows: it is not the database of this store.
const ENOUGH: usize = 10_000;

#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("{0}")]
    Storage(#[from] io::Error),
    #[error("{0}")]
    Database(#[from] DbError),
}

pub async fn sweep(hub: Hub, storage: Arc<dyn Storage>) {
    while !hub.core.drain.is_draining() {
        if let Err(e) = look_through(&hub, storage.as_ref()).await {
            tracing::warn!(error = %e, "cannot look for files that nothing names");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Nothing is removed before one file is found that the database knows: with a wrong one all would look like strays.
async fn look_through(hub: &Hub, storage: &dyn Storage) -> Result<(), Trouble> {
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
