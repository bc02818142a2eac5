//! A number that is open here: asked now and then whether token and number are still good, and what Meta thinks of it.
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::sync::{Notify, oneshot};
use tokio_util::sync::CancellationToken;

use super::client::answer::GraphFault;
use super::client::{Graph, NumberState};
use crate::connectors::ports::Ports;
use crate::db::channels::HealthReport;
use crate::domain::channel::HealthState;
use crate::domain::clock::Micros;
use crate::domain::ids::ChannelId;

/// Quality and limits change by the day.
const CHECK_EVERY: Duration = Duration::from_secs(15 * 60);

pub struct NumberLink {
    pub ports: Ports,
    pub channel: ChannelId,
    pub graph: Graph,
    /// Wakes the check: a send was refused for the token.
    pub recheck: Arc<Notify>,
    /// Told once, when the first check has been written down.
    pub checked: Mutex<Option<oneshot::Sender<()>>>,
}

/// Runs until `stop`.
pub async fn keep(link: Arc<NumberLink>, stop: CancellationToken) {
    let _ = stop.run_until_cancelled(keep_trying(&link)).await;
}

async fn keep_trying(link: &NumberLink) {
    let mut failures = 0;
    loop {
        let wait = match link.graph.state().await {
            Ok(state) => {
                failures = 0;
                link.note(&state).await;
                link.report(HealthState::Ok, trouble(&state), None).await;
                CHECK_EVERY
            }
            // A number that was locked may be freed again, and a token that lacks a right may be given it.
            Err(GraphFault::Unauthorized(words) | GraphFault::NoSuchNumber(words)) => {
                let detail =
                    format!("Meta does not accept the access token for this number: enter a new one. Meta says: {words}");
                link.report(HealthState::Unauthorized, detail, None).await;
                CHECK_EVERY
            }
            Err(fault) => {
                let wait = back_off(failures, &fault);
                failures += 1;
                link.report(HealthState::Retrying, fault.to_string(), Some(wait)).await;
                wait
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = link.recheck.notified() => {}
        }
    }
}

/// Cloud API: a number of low quality is throttled, and may be closed.
fn trouble(state: &NumberState) -> String {
    match state.quality.as_deref() {
        Some("RED") => "Meta rates the quality of this number as low: customers block it or report it".to_owned(),
        _ => String::new(),
    }
}

/// 5 s, 10 s, 20 s … 5 min; never before Meta's own wish.
fn back_off(failures: u32, fault: &GraphFault) -> Duration {
    let wait = Duration::from_secs((5u64 << failures.min(6)).min(300));
    match fault {
        GraphFault::Paced { seconds } => wait.max(Duration::from_secs(*seconds)),
        _ => wait,
    }
}

impl NumberLink {
    /// What Meta says of the number stands on the channel's card.
    async fn note(&self, state: &NumberState) {
        let facts = json!({
            "verified_name": state.verified_name, "quality": state.quality, "messaging_limit": state.messaging_limit,
        });
        let number = state.display_phone_number.clone();
        let noted = self.ports.store.note_number(self.channel, number, facts).await;
        if let Err(e) = noted {
            tracing::warn!(channel_id = self.channel.get(), error = %e, "cannot store what Meta says of the number");
        }
    }

    /// Writes what a check found. A database that is away is no reason to stop checking.
    async fn report(&self, state: HealthState, detail: String, retry_in: Option<Duration>) {
        let now = self.ports.clock.now();
        if state == HealthState::Ok {
            tracing::debug!(channel_id = self.channel.get(), "the WhatsApp channel works");
        } else {
            tracing::warn!(channel_id = self.channel.get(), state = %state, detail, "the WhatsApp channel has trouble");
        }
        let retry_at = retry_in.map(|wait| now + wait.as_micros() as Micros);
        let report = HealthReport { state, detail, checked_at: now, retry_at };
        if let Err(e) = self.ports.store.report_health(self.channel, report).await {
            tracing::warn!(channel_id = self.channel.get(), error = %e, "cannot store the channel's health");
        }
        if let Some(checked) = self.checked.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = checked.send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_back_off_rises_to_five_minutes_and_heeds_meta() {
        let away = GraphFault::Unreachable("x".into());
        assert_eq!((0..8).map(|n| back_off(n, &away).as_secs()).collect::<Vec<_>>(), [5, 10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(back_off(0, &GraphFault::Paced { seconds: 60 }).as_secs(), 60);
    }
}
