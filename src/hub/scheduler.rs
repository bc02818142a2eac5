//! What happens by the clock: due timers, deliveries and turns of the agent left over from an earlier life.
//!
//! Every task is idempotent, takes no input and looks in the database; a missed tick is made good by the next one. Of several
//! nodes each looks after the conversations whose slots it holds.
use std::time::{Duration, Instant};

use super::Hub;
use super::outbox::Outbox;
use super::timers::Timers;
use crate::telemetry::metrics;

const TICK: Duration = Duration::from_millis(500);
/// How often money that was set aside for an agent and lies idle is given back.
const GIVE_UP_EVERY: Duration = Duration::from_secs(30);

/// Runs until the process drains.
pub async fn run(hub: Hub) {
    let timers = Timers::default();
    let mut outbox = Outbox::default();
    let mut last_given_up = Instant::now();
    let mut taken = hub.core.leases.taken();
    while !hub.core.drain.is_draining() {
        if let Err(e) = timers.fire_due(&hub).await {
            tracing::warn!(error = %e, "cannot read due timers");
        }
        // What another node has left behind is looked for at once.
        if let Some(taken) = taken.as_mut().filter(|taken| taken.has_changed().unwrap_or(false)) {
            taken.mark_unchanged();
            outbox = Outbox::default();
        }
        if let Err(e) = outbox.look(&hub).await {
            tracing::warn!(error = %e, "cannot look for unfinished deliveries and turns");
        }
        if last_given_up.elapsed() >= GIVE_UP_EVERY {
            last_given_up = Instant::now();
            // A write for each channel that fell silent: timers do not wait for them.
            let core = hub.core.clone();
            actix::spawn(async move { core.agents.give_up_idle_money(false).await });
        }
        metrics().mailbox_depth.with_label_values(&["writer"]).set(hub.core.writer.depth() as i64);
        tokio::time::sleep(TICK).await;
    }
}
