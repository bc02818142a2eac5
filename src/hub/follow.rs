//! What other nodes have committed, as the feeds tell it: conversations that this node acts for come to life, and those that
//! live learn that their memory is old.
//!
//! The feed is the hint: whatever leaves something to act upon (a turn owed, a delivery queued) has an event, and the
//! sequencer reads every event of other nodes, at once where Redis says so and within a second where it does not.
use tokio::sync::mpsc;

use super::Hub;
use crate::domain::ids::ConversationId;

/// Conversations that are looked up at once.
const AT_ONCE: usize = 256;

/// Runs until the sequencer is gone.
pub async fn run(hub: Hub, mut changed: mpsc::Receiver<ConversationId>) {
    let mut ids = Vec::with_capacity(AT_ONCE);
    while changed.recv_many(&mut ids, AT_ONCE).await > 0 {
        ids.sort_unstable();
        ids.dedup();
        match hub.core.store.standing_of(std::mem::take(&mut ids)).await {
            Ok(standing) => standing.into_iter().for_each(|there| hub.changed_elsewhere(there)),
            Err(e) => tracing::debug!(error = %e, "cannot look at what other nodes changed; the next look at all finds it"),
        }
    }
}
