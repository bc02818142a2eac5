//! Tries to sign in are remembered by each process for itself, and forgotten by it in time.
use std::sync::Arc;
use std::time::Duration;

use crate::api::limits::RateLimits;
use crate::hub::Hub;

const EVERY: Duration = Duration::from_secs(60);

pub async fn old_tries(hub: Hub, limits: Arc<RateLimits>) {
    loop {
        tokio::time::sleep(EVERY).await;
        limits.tidy(hub.core.clock.now());
    }
}
