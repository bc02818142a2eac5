//! What is forgotten in time: tries to sign in, and uploads that no message named within a day — row first: a row must never
//! point at nothing.
use std::sync::Arc;
use std::time::Duration;

use crate::api::limits::Limits;
use crate::clients::storage::Storage;
use crate::domain::clock::DAY;
use crate::hub::Hub;

const TIDY_EVERY: Duration = Duration::from_secs(60);
const EVERY: Duration = Duration::from_secs(600);
const SLICE: i64 = 100;

pub async fn old_tries(hub: Hub, limits: Arc<Limits>) {
    loop {
        tokio::time::sleep(TIDY_EVERY).await;
        limits.tidy(hub.core.clock.now());
    }
}

pub async fn unused_files(hub: Hub, storage: Arc<dyn Storage>) {
    while !hub.core.drain.is_draining() {
        let before = hub.core.clock.now() - DAY;
        match hub.core.store.unused_files(before, SLICE).await {
            Ok(files) => {
                for (id, key) in files {
                    forget(&hub, storage.as_ref(), id, key).await;
                }
            }
            Err(e) => tracing::warn!(error = %e, "cannot look for unused uploads"),
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn forget(hub: &Hub, storage: &dyn Storage, id: i64, key: Option<String>) {
    match (hub.core.store.forget_file(id).await, key) {
        (Ok(true), Some(key)) => {
            if let Err(e) = storage.remove(&key).await {
                tracing::warn!(attachment_id = id, error = %e, "an unused upload's bytes stay behind");
            }
        }
        (Ok(_), _) => {}
        (Err(e), _) => tracing::warn!(attachment_id = id, error = %e, "cannot forget an unused upload"),
    }
}
