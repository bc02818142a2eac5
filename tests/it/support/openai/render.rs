//! Answers as bytes: the events of a stream, and what is heard in a recording.

use serde_json::{Value, json};

use super::script::{Act, End, Hearing, Reply};

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

/// Status, content type, body.
pub fn hearing(hearing: &Hearing, format: &str) -> (u16, &'static str, String) {
    let verbose = |text: &str, no_speech: f64, confidence: f64, compression: f64| {
        let segment = json!({"id": 0, "seek": 0, "start": 0.0, "end": 2.0, "text": text, "tokens": [], "temperature": 0.0,
            "avg_logprob": confidence, "no_speech_prob": no_speech, "compression_ratio": compression});
        json!({"task": "transcribe", "language": "russian", "duration": 2.0, "text": text, "segments": [segment]})
    };
    let answer = |value: Value| match format {
        "verbose_json" => (200, "application/json", value.to_string()),
        _ => (200, "application/json", json!({"text": value["text"]}).to_string()),
    };
    match hearing {
        Hearing::Text(text) => answer(verbose(text, 0.02, -0.3, 1.1)),
        Hearing::Silence(text) => answer(verbose(text, 0.9, -1.4, 1.1)),
        Hearing::Loop(text) => answer(verbose(text, 0.1, -0.4, 3.2)),
        Hearing::OnlyJson(_) if format == "verbose_json" => {
            let words =
                "response_format 'verbose_json' is not compatible with model 'gpt-4o-transcribe'. Use 'json' or 'text' instead.";
            let error = json!({"message": words, "type": "invalid_request_error", "param": "response_format", "code": "unsupported_value"});
            (400, "application/json", json!({ "error": error }).to_string())
        }
        Hearing::OnlyJson(text) => answer(json!({ "text": text })),
        Hearing::Plain(text) => (200, "text/plain; charset=utf-8", text.clone()),
        Hearing::Status(code, body) => (*code, "text/plain", body.clone()),
        Hearing::Hang | Hearing::After(..) => unreachable!("played by the server"),
    }
}
