//! What happens by the clock: due timers, deliveries and turns of the agent left over from an earlier life.
//!
//! Every task is idempotent, takes no input and looks in the database; a missed tick is made good by the next one.
use std::time::Duration;

use super::Hub;
use crate::domain::clock::SECOND;
use crate::domain::conversation::{Input, input::TimerKind};
use crate::telemetry::metrics;

const TICK: Duration = Duration::from_millis(500);
const TIMERS_AT_ONCE: i64 = 200;

/// Runs until the process drains.
pub async fn run(hub: Hub) {
    wake_open_deliveries(&hub).await;
    let mut woken_at = hub.core.clock.now();
    while !hub.core.drain.is_draining() {
        fire_timers(&hub).await;
        let now = hub.core.clock.now();
        // A conversation that slept, or died, with something to send is found again.
        if now - woken_at > 15 * SECOND {
            woken_at = now;
            wake_open_deliveries(&hub).await;
        }
        if let Ok(oldest) = hub.core.store.oldest_queued_at().await {
            metrics().outbox_age.set(oldest.map_or(0, |at| (now - at).max(0) / SECOND));
        }
        metrics().mailbox_depth.with_label_values(&["writer"]).set(hub.core.writer.depth() as i64);
        tokio::time::sleep(TICK).await;
    }
}

async fn wake_open_deliveries(hub: &Hub) {
    let (deliveries, turns) = (hub.core.store.with_open_deliveries().await, hub.core.store.with_owed_turns().await);
    match deliveries.and_then(|open| Ok((open, turns?))) {
        Ok((conversations, turns)) => {
            for conversation in conversations.into_iter().chain(turns) {
                if let Err(e) = hub.wake(conversation).await {
                    tracing::warn!(conversation_id = conversation, error = %e, "cannot resume a conversation yet");
                }
            }
        }
        Err(e) => tracing::warn!(error = %e, "cannot look for unfinished deliveries and turns"),
    }
}

async fn fire_timers(hub: &Hub) {
    let due = match hub.core.store.due_timers(hub.core.clock.now(), TIMERS_AT_ONCE).await {
        Ok(due) => due,
        Err(e) => return tracing::warn!(error = %e, "cannot read due timers"),
    };
    for (conversation, kind) in due {
        let Some(kind) = TimerKind::parse(&kind) else { continue };
        if let Err(e) = hub.input(conversation, Input::Timer { kind }).await {
            tracing::warn!(conversation_id = conversation, error = %e, "a timer could not be fired; it stays due");
        }
    }
}
