//! What happens by the clock: due timers, deliveries and turns of the agent left over from an earlier life.
//!
//! Every task is idempotent, takes no input and looks in the database; a missed tick is made good by the next one. Of several
//! nodes each looks after the conversations whose slots it holds.
use std::time::Duration;

use super::Hub;
use super::outbox::Outbox;
use crate::domain::conversation::{Input, input::TimerKind};
use crate::telemetry::metrics;

const TICK: Duration = Duration::from_millis(500);
const TIMERS_AT_ONCE: i64 = 200;

/// Runs until the process drains.
pub async fn run(hub: Hub) {
    let mut outbox = Outbox::default();
    let mut taken = hub.core.leases.taken();
    while !hub.core.drain.is_draining() {
        fire_timers(&hub).await;
        // What another node has left behind is looked for at once.
        if let Some(taken) = taken.as_mut().filter(|taken| taken.has_changed().unwrap_or(false)) {
            taken.mark_unchanged();
            outbox = Outbox::default();
        }
        if let Err(e) = outbox.look(&hub).await {
            tracing::warn!(error = %e, "cannot look for unfinished deliveries and turns");
        }
        metrics().mailbox_depth.with_label_values(&["writer"]).set(hub.core.writer.depth() as i64);
        tokio::time::sleep(TICK).await;
    }
}

async fn fire_timers(hub: &Hub) {
    let due = match hub.core.store.due_timers(hub.core.clock.now(), TIMERS_AT_ONCE).await {
        Ok(due) => due,
        Err(e) => return tracing::warn!(error = %e, "cannot read due timers"),
    };
    for (conversation, kind) in due.into_iter().filter(|(id, _)| hub.acts_for(*id)) {
        let Some(kind) = TimerKind::parse(&kind) else { continue };
        if let Err(e) = hub.input(conversation, Input::Timer { kind }).await {
            tracing::warn!(conversation_id = conversation, error = %e, "a timer could not be fired; it stays due");
        }
    }
}
