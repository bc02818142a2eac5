//! A streamed answer as bytes.

use serde_json::{Value, json};

use super::script::{Act, End, Reply};

const HEAD: &str = "HTTP/1.1 200 X\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

pub fn stream_head() -> Vec<u8> {
    HEAD.as_bytes().to_vec()
}

/// A piece of a body with `transfer-encoding: chunked`.
pub fn http_chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

/// The events of a streamed answer, each with its empty line.
pub fn events(reply: &Reply, model: &str, usage_wanted: bool) -> Vec<String> {
    let Act::Stream { deltas, finish } = &reply.act else {
        return Vec::new();
    };
    let whole = matches!(reply.end, End::Done | End::Quiet);
    let mut events: Vec<String> = deltas.iter().map(|delta| chunk(model, json!([choice(delta, None)])).to_string()).collect();
    if whole && let Some(finish) = finish {
        events.push(chunk(model, json!([choice(&json!({}), Some(finish))])).to_string());
    }
    if let Some((tokens_in, tokens_out)) = reply.usage.filter(|_| usage_wanted && whole) {
        let mut last = chunk(model, json!([]));
        last["usage"] =
            json!({"prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out});
        events.push(last.to_string());
    }
    match &reply.end {
        End::Event(event) => events.push(event.clone()),
        End::Done => events.push("[DONE]".into()),
        End::Quiet | End::Cut | End::Stall => {}
    }
    let end = reply.line_end;
    let ping = if reply.pings { format!(": ping - 2026-11-21 09:22:18{end}{end}") } else { String::new() };
    events.into_iter().map(|event| format!("{ping}data: {event}{end}{end}")).collect()
}

fn choice(delta: &Value, finish: Option<&str>) -> Value {
    json!({"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish})
}

fn chunk(model: &str, choices: Value) -> Value {
    json!({"id": "chatcmpl-double", "object": "chat.completion.chunk", "created": 1764000000, "model": model,
        "system_fingerprint": null, "service_tier": "default", "choices": choices})
}
