//! What the double answers: good and bad manners of OpenAI-compatible servers, some of them seen in the wild.

use std::time::Duration;

use serde_json::{Value, json};

use super::manners::Gate;

/// One answer to a chat. `Reply::text("…")` and the like behave; the methods spoil or delay them.
#[derive(Clone, Debug)]
pub struct Reply {
    pub(super) act: Act,
    pub(super) delay: Duration,
    pub(super) gate: Option<Gate>,
    /// Between the events of a stream.
    pub(super) gap: Duration,
    pub(super) pings: bool,
    pub(super) line_end: &'static str,
    /// Tokens in and out; `None` is left out.
    pub(super) usage: Option<(i64, i64)>,
    pub(super) end: End,
}

#[derive(Clone, Debug)]
pub(super) enum Act {
    /// The `delta`s of a stream and its finish reason.
    Stream {
        deltas: Vec<Value>,
        finish: Option<&'static str>,
    },
    Status {
        code: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// Byte for byte behind a 200.
    Raw {
        kind: &'static str,
        pieces: Vec<Vec<u8>>,
    },
    Hang,
    Drop,
}

/// How a stream ends after its last event.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum End {
    Done,
    /// Properly, but without `[DONE]`.
    Quiet,
    /// In the middle of an HTTP chunk.
    Cut,
    /// Not at all.
    Stall,
    Event(String),
}

impl Reply {
    fn of(act: Act) -> Reply {
        let (delay, gap) = (Duration::ZERO, Duration::ZERO);
        Reply { act, delay, gate: None, gap, pings: false, line_end: "\n", usage: Some((21, 8)), end: End::Done }
    }

    fn stream(deltas: Vec<Value>, finish: &'static str) -> Reply {
        Reply::of(Act::Stream { deltas, finish: Some(finish) })
    }

    /// Streamed word by word.
    pub fn text(text: &str) -> Reply {
        let words = text.split_inclusive(' ').map(|word| json!({"content": word}));
        Reply::stream([json!({"role": "assistant", "content": null})].into_iter().chain(words).collect(), "stop")
    }

    pub fn empty() -> Reply {
        Reply::text("")
    }

    pub fn refusal(words: &str) -> Reply {
        Reply::stream(words.split_inclusive(' ').map(|word| json!({"content": null, "refusal": word})).collect(), "stop")
    }

    pub fn call(name: &str, arguments: Value) -> Reply {
        Reply::calls(&[(name, &arguments.to_string())])
    }

    /// Tool calls whose arguments come in fragments, the calls interleaved. The arguments may be nonsense.
    pub fn calls(calls: &[(&str, &str)]) -> Reply {
        let piece = |piece: Value| json!({"tool_calls": [piece]});
        let begin = calls.iter().enumerate().map(|(at, (name, _))| {
            let id = format!("call_{at}_{:08x}", rand::random::<u32>());
            piece(json!({"index": at, "id": id, "type": "function", "function": {"name": name, "arguments": ""}}))
        });
        let mut deltas: Vec<Value> = [json!({"role": "assistant", "content": null})].into_iter().chain(begin).collect();
        let fragments: Vec<Vec<String>> = calls.iter().map(|(_, arguments)| split(arguments, 5)).collect();
        for round in 0..fragments.iter().map(Vec::len).max().unwrap_or_default() {
            for (at, fragment) in fragments.iter().enumerate().filter_map(|(at, f)| Some((at, f.get(round)?))) {
                deltas.push(piece(json!({"index": at, "function": {"arguments": fragment}})));
            }
        }
        Reply::stream(deltas, "tool_calls")
    }

    pub fn status(code: u16, body: impl ToString) -> Reply {
        Reply::of(Act::Status { code, headers: Vec::new(), body: body.to_string() })
    }

    pub fn error(status: u16, kind: &str, code: Value) -> Reply {
        let words = format!("the double's words about {kind}");
        Reply::status(status, json!({"error": {"message": words, "type": kind, "param": null, "code": code}}))
    }

    pub fn too_many(retry_after: &str) -> Reply {
        Reply::error(429, "requests", json!("rate_limit_exceeded")).with_header("retry-after", retry_after)
    }

    pub fn no_money() -> Reply {
        Reply::error(429, "insufficient_quota", json!("insufficient_quota"))
    }

    pub fn bad_key() -> Reply {
        Reply::error(401, "invalid_request_error", json!("invalid_api_key"))
    }

    pub fn unknown_model() -> Reply {
        Reply::error(404, "invalid_request_error", json!("model_not_found"))
    }

    /// FastAPI's.
    pub fn broken() -> Reply {
        Reply::status(500, "Internal Server Error").with_header("content-type", "text/plain")
    }

    /// Takes the request and never says a byte.
    pub fn hang() -> Reply {
        Reply::of(Act::Hang)
    }

    /// Closes without a byte.
    pub fn drop() -> Reply {
        Reply::of(Act::Drop)
    }

    pub fn malformed() -> Reply {
        Reply::text("never seen whole").ending(End::Event("{\"choices\": [oops".into()))
    }

    pub fn raw(kind: &'static str, pieces: &[&[u8]]) -> Reply {
        Reply::of(Act::Raw { kind, pieces: pieces.iter().map(|piece| piece.to_vec()).collect() })
    }
}

fn split(text: &str, size: usize) -> Vec<String> {
    text.chars().collect::<Vec<_>>().chunks(size).map(|piece| piece.iter().collect()).collect()
}
