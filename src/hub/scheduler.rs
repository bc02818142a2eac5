//! What happens by the clock: due timers, deliveries left over from an earlier life, old rows.
//!
//! Every task is idempotent, takes no input and looks in the database; a missed tick is made good by the next one.
use std::time::Duration;

use super::Hub;
use crate::domain::clock::{DAY, HOUR, Micros, SECOND};
use crate::domain::conversation::{Input, input::TimerKind};
use crate::telemetry::metrics;

const TICK: Duration = Duration::from_millis(500);
const TIMERS_AT_ONCE: i64 = 200;
/// How often rows past their time are looked for, and how many go at once.
const PURGE_EVERY: Micros = 60 * SECOND;
const SLICE: i64 = 500;
/// Events: a week, or 100,000 a company, but never younger than an hour.
const EVENTS_FOR: Micros = 7 * DAY;
const EVENTS_KEPT: i64 = 100_000;
const RAW_FOR: Micros = 30 * DAY;

/// Runs until the process drains.
pub async fn run(hub: Hub) {
    wake_open_deliveries(&hub).await;
    let mut purged_at = 0;
    let mut woken_at = hub.core.clock.now();
    while !hub.core.drain.is_draining() {
        fire_timers(&hub).await;
        let now = hub.core.clock.now();
        if now - purged_at > PURGE_EVERY {
            purged_at = now;
            purge(&hub, now).await;
        }
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
    match hub.core.store.with_open_deliveries().await {
        Ok(conversations) => {
            for conversation in conversations {
                if let Err(e) = hub.wake(conversation).await {
                    tracing::warn!(conversation_id = conversation, error = %e, "cannot resume a conversation's deliveries yet");
                }
            }
        }
        Err(e) => tracing::warn!(error = %e, "cannot look for unfinished deliveries"),
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

async fn purge(hub: &Hub, now: Micros) {
    let store = &hub.core.store;
    if let Err(e) = store.purge_events(now - EVENTS_FOR, now - HOUR, EVENTS_KEPT, SLICE).await {
        tracing::warn!(error = %e, "cannot purge old events");
    }
    if let Err(e) = store.purge_raw(now - RAW_FOR, SLICE).await {
        tracing::warn!(error = %e, "cannot purge old payloads");
    }
}
