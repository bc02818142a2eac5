//! Uploads that no message named within a day go, row first: a row must never point at nothing.
use std::sync::Arc;
use std::time::Duration;

use super::{Job, JobEnd, JobRun, Nothing};
use crate::clients::storage::Storage;
use crate::db::DbError;
use crate::domain::clock::DAY;
use crate::hub::Hub;

const SLICE: i64 = 100;

pub struct UnusedFiles {
    pub hub: Hub,
    pub storage: Arc<dyn Storage>,
}

impl Job for UnusedFiles {
    const KIND: &'static str = "unused_files";
    const LEASE: Duration = Duration::from_secs(30);
    const AT_ONCE: usize = 1;
    const EVERY: Option<Duration> = Some(Duration::from_secs(600));

    type Payload = Nothing;

    async fn run(&self, _: &JobRun, _: Nothing) -> Result<JobEnd, DbError> {
        let core = &self.hub.core;
        for (id, key) in core.store.unused_files(core.clock.now() - DAY, SLICE).await? {
            forget(&self.hub, self.storage.as_ref(), id, key).await;
        }
        Ok(JobEnd::Done)
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
