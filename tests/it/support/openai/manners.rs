//! What spoils or delays an answer.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;

use super::script::{Act, End, Reply};

impl Reply {
    pub fn with_header(mut self, name: &'static str, value: &str) -> Reply {
        if let Act::Status { headers, .. } = &mut self.act {
            headers.push((name, value.into()));
        }
        self
    }

    /// Thinks for so long before the first byte.
    pub fn after(self, delay: Duration) -> Reply {
        Reply { delay, ..self }
    }

    /// Thinks until the gate is opened.
    pub fn held_by(self, gate: &Gate) -> Reply {
        Reply { gate: Some(gate.clone()), ..self }
    }

    pub fn paced(self, gap: Duration) -> Reply {
        Reply { gap, ..self }
    }

    /// Comments between the events, as llama.cpp's server sends them.
    pub fn with_pings(self) -> Reply {
        Reply { pings: true, ..self }
    }

    pub fn with_crlf(self) -> Reply {
        Reply { line_end: "\r\n", ..self }
    }

    pub fn with_usage(self, tokens_in: i64, tokens_out: i64) -> Reply {
        Reply { usage: Some((tokens_in, tokens_out)), ..self }
    }

    pub fn without_usage(self) -> Reply {
        Reply { usage: None, ..self }
    }

    pub fn finishing(mut self, reason: Option<&'static str>) -> Reply {
        if let Act::Stream { finish, .. } = &mut self.act {
            *finish = reason;
        }
        self
    }

    /// All events, then a proper end without `[DONE]`.
    pub fn without_done(self) -> Reply {
        self.ending(End::Quiet)
    }

    /// The text's events and no more: the connection is torn in the middle of an HTTP chunk.
    pub fn cut(self) -> Reply {
        self.ending(End::Cut)
    }

    /// The text's events, then silence on an open connection.
    pub fn stalling(self) -> Reply {
        self.ending(End::Stall)
    }

    /// The text's events, then an error object in the stream.
    pub fn failing(self, error: Value) -> Reply {
        self.ending(End::Event(json!({ "error": error }).to_string()))
    }

    pub(super) fn ending(self, end: End) -> Reply {
        Reply { end, ..self }
    }
}

/// Holds answers back until the test has seen enough.
#[derive(Clone, Debug)]
pub struct Gate(watch::Sender<bool>);

impl Gate {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Gate {
        Gate(watch::Sender::new(false))
    }

    pub fn open(&self) {
        self.0.send_replace(true);
    }

    pub(super) async fn passed(&self) {
        let _ = self.0.subscribe().wait_for(|open| *open).await;
    }
}
