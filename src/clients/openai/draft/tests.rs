use std::collections::VecDeque;
use std::time::Instant;

use serde_json::{Value, json};

use super::*;
use crate::clients::openai::sse::EventStream;

fn request() -> ChatRequest {
    ChatRequest {
        model: "asked".into(),
        messages: vec![json!({"role": "user", "content": "x"})].into(),
        tools: Default::default(),
        temperature: 0.3,
        max_tokens: 100,
        deadline: Instant::now(),
    }
}

fn draft(chunks: &[Value]) -> ChatAnswer {
    let mut draft = AnswerDraft::default();
    for chunk in chunks {
        draft.add(serde_json::from_value(chunk.clone()).unwrap());
    }
    draft.finish(&request())
}

fn delta(delta: Value) -> Value {
    json!({"choices": [{"index": 0, "delta": delta}]})
}

#[test]
fn odd_chunks_are_read() {
    let answer = draft(&[
        json!({}),
        json!({"choices": null, "usage": null, "model": null, "error": null}),
        json!({"choices": [], "created": "yesterday"}),
        json!({"choices": [{"index": 0, "delta": null, "finish_reason": null}]}),
        json!({"choices": [{"delta": {"role": "assistant", "content": null}, "logprobs": null}], "model": "answered"}),
        delta(json!({"content": "При", "tool_calls": null, "refusal": null})),
        delta(json!({"content": [{"type": "text", "text": "в"}, {"type": "thinking"}]})),
        delta(json!({"content": 7})),
        delta(json!({"content": "ет", "function_call": {"name": "x", "arguments": "y"}})),
        json!({"choices": [{"delta": {}, "finish_reason": "stop"}]}),
        json!({"choices": [{"delta": {}, "finish_reason": ""}]}),
        json!({"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14}, "model": "late"}),
    ]);
    assert_eq!((answer.text.as_str(), answer.model.as_str()), ("Привет", "answered"));
    assert_eq!((answer.finish.as_deref(), answer.refusal), (Some("stop"), None));
    assert_eq!(answer.usage, Usage { tokens_in: 11, tokens_out: 3 });
    assert!(answer.tool_calls.is_empty());
}

/// A server may send what it likes: neither its calls nor its counts grow without end.
#[test]
fn a_flood_of_calls_or_tokens_ends() {
    let calls: Vec<Value> = (0..500_000).map(|index| json!({"index": index})).collect();
    let begun = Instant::now();
    let mut flooded = AnswerDraft::default();
    flooded.add(serde_json::from_value(delta(json!({"tool_calls": calls}))).unwrap());
    assert!(flooded.length > 1 << 30, "longer than any answer may be");
    assert!(begun.elapsed().as_secs() < 60, "not each against each");
    let counts = json!({"choices": [], "usage": {"prompt_tokens": i64::MAX, "completion_tokens": i64::MAX}});
    let answer = draft(&[delta(json!({"content": "x"})), counts]);
    assert!(answer.usage.tokens_in.checked_add(answer.usage.tokens_out).is_some(), "{:?}", answer.usage);
}

#[test]
fn missing_usage_is_estimated() {
    let answer = draft(&[delta(json!({"content": "восемь б"}))]);
    assert_eq!(answer.usage.tokens_out, 2);
    assert!(answer.usage.tokens_in > 5);
    assert_eq!((answer.model.as_str(), answer.finish), ("asked", None));
}

fn calls(pieces: &[Value]) -> Vec<(String, String, String)> {
    let answer = draft(&pieces.iter().map(|piece| delta(json!({"tool_calls": [piece]}))).collect::<Vec<_>>());
    answer.tool_calls.into_iter().map(|call| (call.id, call.name, call.arguments)).collect()
}

fn call(id: &str, name: &str, arguments: &str) -> (String, String, String) {
    (id.into(), name.into(), arguments.into())
}

#[test]
fn pieces_of_calls_are_joined_by_index() {
    let pieces = [
        json!({"index": 0, "id": "a", "type": "function", "function": {"name": "register_lead", "arguments": ""}}),
        json!({"index": 1, "id": "b", "function": {"name": "handoff", "arguments": "{"}}),
        json!({"index": 0, "function": {"arguments": "{\"city\":"}}),
        json!({"index": 1, "id": null, "function": {"name": null, "arguments": "}"}}),
        json!({"index": 0, "id": "", "function": {"name": "", "arguments": "\"Омск\"}"}}),
    ];
    assert_eq!(calls(&pieces), [call("a", "register_lead", "{\"city\":\"Омск\"}"), call("b", "handoff", "{}")]);
}

#[test]
fn calls_of_careless_servers_are_told_apart() {
    // All say index 0; whole calls; arguments as an object.
    let whole = [
        json!({"index": 0, "id": "a", "function": {"name": "x", "arguments": {"n": 1}}}),
        json!({"index": 0, "id": "b", "function": {"name": "y", "arguments": "{}"}}),
    ];
    assert_eq!(calls(&whole), [call("a", "x", "{\"n\":1}"), call("b", "y", "{}")]);
    // No index; a name that is repeated, and one that is cut.
    let loose = [
        json!({"id": "a", "function": {"name": "look_up"}}),
        json!({"id": "a", "function": {"name": "look_up", "arguments": "{"}}),
        json!({"function": {"name": "look_up", "arguments": "}"}}),
        json!({"id": "b", "function": {"name": "hand"}}),
        json!({"function": {"name": "off", "arguments": "{}"}}),
    ];
    assert_eq!(calls(&loose), [call("a", "look_up", "{}"), call("b", "handoff", "{}")]);
}

#[test]
fn every_call_has_an_id_of_its_own() {
    let answer = draft(&[delta(json!({"tool_calls": [
        {"index": 0, "function": {"name": "x"}},
        {"index": 1, "id": "same", "function": {"name": "y"}},
        {"index": 2, "id": "same", "function": {"name": "z"}},
    ]}))]);
    let ids: HashSet<&str> = answer.tool_calls.iter().map(|call| call.id.as_str()).collect();
    assert_eq!((ids.len(), answer.tool_calls.len()), (3, 3));
    assert!(ids.contains("same") && !ids.contains(""));
}

/// Streams that servers have sent, and what they come to.
#[test]
fn streams_of_careless_servers_become_answers() {
    let rows: Vec<Value> = serde_json::from_str(include_str!("../../../../tests/fixtures/reports/streams.json")).unwrap();
    for row in rows {
        let (mut events, mut read, mut draft) = (EventStream::default(), VecDeque::new(), AnswerDraft::default());
        for line in row["stream"].as_array().unwrap() {
            events.feed(line.as_str().unwrap().as_bytes(), &mut read);
            events.feed(b"\n", &mut read);
        }
        events.finish(&mut read).unwrap();
        for event in read {
            draft.add(serde_json::from_value(event).unwrap());
            assert!(row["text"].as_str().unwrap().starts_with(&*draft.text()), "{row}");
        }
        let answer = draft.finish(&request());
        assert_eq!(answer.text, row["text"].as_str().unwrap(), "{row}");
        let calls: Vec<Value> = answer.tool_calls.iter().map(|call| json!([call.name, call.arguments])).collect();
        assert_eq!(json!(calls), row["calls"], "{row}");
        let ids: HashSet<&str> = answer.tool_calls.iter().map(|call| call.id.as_str()).collect();
        assert_eq!(ids.len(), answer.tool_calls.len(), "{row}");
        if let Some(wanted) = row.get("repeated") {
            let mut repeated = answer.repeated("");
            for (at, call) in repeated["tool_calls"].as_array_mut().unwrap().iter_mut().enumerate() {
                call["id"] = json!(at);
            }
            assert_eq!(&repeated, wanted, "{row}");
        }
    }
}

#[test]
fn what_is_kept_for_the_server_is_bounded() {
    let thought = "я".repeat(10_000);
    let chunks: Vec<Value> = (0..10).map(|_| delta(json!({"reasoning_content": thought, "content": "a"}))).collect();
    let answer = draft(&chunks);
    assert_eq!((answer.text.len(), answer.extras.len()), (10, 0));
    assert_eq!(draft(&chunks[..5]).extras["reasoning_content"].as_str().unwrap().len(), 100_000);
}
