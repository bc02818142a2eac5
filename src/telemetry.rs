//! Logs and figures. [`metrics`] is reachable from everywhere but the domain; `/metrics` prints it.
use std::sync::OnceLock;

use prometheus::{
    Encoder, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};
use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};

/// Starts logging to standard error. A second call changes nothing (tests start several servers in one process).
pub fn start(config: &Config) {
    let filter = EnvFilter::try_new(&config.log_filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let _ = match config.log_format {
        LogFormat::Json => lines.json().with_current_span(true).with_span_list(false).try_init(),
        LogFormat::Text => lines.with_target(false).try_init(),
    };
}

/// Every figure the process keeps, by name. Handles are cheap to use from any thread.
pub struct Metrics {
    registry: Registry,
    /// Seconds from a webhook's first byte to the COMMIT of its unit.
    pub webhook_to_commit: Histogram,
    /// Seconds from COMMIT to the frame being handed to a socket.
    pub commit_to_socket: Histogram,
    /// Seconds from a webhook's first byte to the browser's pong behind its frame.
    pub webhook_to_browser: Histogram,
    /// Messages waiting in the mailboxes, by kind of actor.
    pub mailbox_depth: IntGaugeVec,
    /// Units in one commit of the Writer.
    pub batch_size: Histogram,
    /// Round trips to PostgreSQL by lane: `read`, `cold`, `write`, `units` (what conversations commit).
    pub db_round_trips: IntCounterVec,
    /// Age in seconds of the oldest delivery that waits to be sent.
    pub outbox_age: IntGauge,
    /// Live sockets by kind: `operator`, `visitor`.
    pub sockets: IntGaugeVec,
    /// Inbound items by channel kind and outcome: `stored`, `duplicate`, `unreadable`, `refused`, `overloaded`.
    pub inbound: IntCounterVec,
    /// Sends to providers by channel kind and outcome.
    pub sends: IntCounterVec,
    /// Sessions that fell behind and were caught up from the ring or the table.
    pub sessions_behind: IntCounter,
    /// Holes in a feed that were read from the table.
    pub feed_holes: IntCounter,
    /// Acts that came too late: another node had taken the conversation's lease, nothing was written.
    pub fenced_writes: IntCounter,
    /// Sends that were taken and then not begun, because the lease had run out: a process stood still.
    pub fenced_sends: IntCounter,
    /// Signals to other nodes that neither Redis nor the database took.
    pub signals_lost: IntCounter,
    /// Leases that this node holds, of all there are.
    pub leases: IntGauge,
    /// HTTP requests by method and status class.
    pub http_requests: IntCounterVec,
    /// Seconds a request took, by method.
    pub http_seconds: HistogramVec,
    /// Turns of agents by end (`answered`, `suggested`, `handed_over`, `fenced`) and the reason of a hand-over.
    pub agent_turns: IntCounterVec,
    /// Seconds from a turn's begin to its end: the model, its tools and what is ours.
    pub agent_turn_seconds: Histogram,
    /// Tokens of turns, `in` and `out`.
    pub agent_tokens: IntCounterVec,
    /// What turns and listening have cost, in millionths of a US dollar, by the prices that are set.
    pub ai_cost: IntCounter,
    /// Calls of models by kind (`chat`, `transcribe`) and outcome: `ok`, or why there is no answer.
    pub model_calls: IntCounterVec,
    /// Seconds of a call of a model, repeats included, by kind.
    pub model_seconds: HistogramVec,
    /// Failed and successful sign-ins.
    pub sign_ins: IntCounterVec,
}

/// 0.1 ms to 10 s.
const LATENCIES: &[f64] =
    &[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// 50 ms to a minute: models are slow.
const PATIENCES: &[f64] = &[0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0];
const SIZES: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

pub fn metrics() -> &'static Metrics {
    static METRICS: OnceLock<Metrics> = OnceLock::new();
    // The names below are constants and each is used once, so this fails in the first test or never.
    METRICS.get_or_init(|| Metrics::new().unwrap_or_else(|e| unreachable!("metric names are constants: {e}")))
}

impl Metrics {
    fn new() -> prometheus::Result<Self> {
        let r = Registry::new();
        let name = |name: &str| format!("switchboard_{name}");
        let histogram = |n: &str, help: &str, buckets: &[f64]| {
            let h = Histogram::with_opts(HistogramOpts::new(name(n), help).buckets(buckets.to_vec()))?;
            r.register(Box::new(h.clone())).map(|()| h)
        };
        let gauges = |n: &str, help: &str, labels: &[&str]| {
            let g = IntGaugeVec::new(Opts::new(name(n), help), labels)?;
            r.register(Box::new(g.clone())).map(|()| g)
        };
        let counters = |n: &str, help: &str, labels: &[&str]| {
            let c = IntCounterVec::new(Opts::new(name(n), help), labels)?;
            r.register(Box::new(c.clone())).map(|()| c)
        };
        let counter = |n: &str, help: &str| {
            let c = IntCounter::new(name(n), help)?;
            r.register(Box::new(c.clone())).map(|()| c)
        };
        let outbox_age = IntGauge::new(name("outbox_oldest_seconds"), "Age of the oldest delivery waiting to be sent")?;
        r.register(Box::new(outbox_age.clone()))?;
        let leases = IntGauge::new(name("leases"), "Leases that this node holds")?;
        r.register(Box::new(leases.clone()))?;
        let http_seconds = HistogramVec::new(
            HistogramOpts::new(name("http_request_seconds"), "Time of a request").buckets(LATENCIES.to_vec()),
            &["method"],
        )?;
        r.register(Box::new(http_seconds.clone()))?;
        let model_seconds = HistogramVec::new(
            HistogramOpts::new(name("model_call_seconds"), "Time of a call of a model").buckets(PATIENCES.to_vec()),
            &["kind"],
        )?;
        r.register(Box::new(model_seconds.clone()))?;
        Ok(Metrics {
            webhook_to_commit: histogram("webhook_to_commit_seconds", "From a webhook to the COMMIT of its unit", LATENCIES)?,
            commit_to_socket: histogram("commit_to_socket_seconds", "From COMMIT to a socket", LATENCIES)?,
            webhook_to_browser: histogram("webhook_to_browser_seconds", "From a webhook to the browser's pong", LATENCIES)?,
            mailbox_depth: gauges("mailbox_depth", "Messages waiting in mailboxes", &["actor"])?,
            batch_size: histogram("writer_batch_units", "Units in one commit", SIZES)?,
            db_round_trips: counters("db_round_trips_total", "Round trips to PostgreSQL", &["lane"])?,
            outbox_age,
            sockets: gauges("sockets", "Live sockets", &["kind"])?,
            inbound: counters("inbound_total", "Inbound items", &["channel", "outcome"])?,
            sends: counters("sends_total", "Sends to providers", &["channel", "outcome"])?,
            sessions_behind: counter("sessions_behind_total", "Sessions that fell behind")?,
            feed_holes: counter("feed_holes_total", "Holes in a feed read from the table")?,
            fenced_writes: counter("fenced_writes_total", "Acts under a lease that another node had taken")?,
            fenced_sends: counter("fenced_sends_total", "Sends not begun because the lease had run out")?,
            signals_lost: counter("signals_lost_total", "Signals to other nodes that nobody carried")?,
            leases,
            http_requests: counters("http_requests_total", "Requests", &["method", "status"])?,
            http_seconds,
            agent_turns: counters("agent_turns_total", "Turns of agents", &["end", "reason"])?,
            agent_turn_seconds: histogram("agent_turn_seconds", "Time of a turn of an agent", PATIENCES)?,
            agent_tokens: counters("agent_tokens_total", "Tokens of turns", &["direction"])?,
            ai_cost: counter("ai_cost_microdollars_total", "What models have cost, by the prices that are set")?,
            model_calls: counters("model_calls_total", "Calls of models", &["kind", "outcome"])?,
            model_seconds,
            sign_ins: counters("sign_ins_total", "Sign-ins", &["outcome"])?,
            registry: r,
        })
    }

    /// Prometheus' text format.
    pub fn render(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if let Err(e) = TextEncoder::new().encode(&self.registry.gather(), &mut out) {
            tracing::error!(error = %e, "metrics cannot be rendered");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_its_own_name() {
        metrics().batch_size.observe(3.0);
        metrics().http_requests.with_label_values(&["GET", "2xx"]).inc();
        let text = String::from_utf8(metrics().render()).expect("text");
        assert!(text.contains("switchboard_writer_batch_units_sum 3") && text.contains("switchboard_http_requests_total"));
    }
}
