use std::sync::Arc;

use http::{HeaderMap, StatusCode};

use super::*;

/// The second request of a turn, with all that a server could refuse.
fn request() -> ChatRequest {
    let call = json!({"id": "a", "type": "function", "extra_content": {}, "function": {"name": "stock", "arguments": "{}"}});
    ChatRequest {
        model: "asked-model".into(),
        messages: Arc::new(vec![
            json!({"role": "user", "content": "Да"}),
            json!({"role": "assistant", "content": null, "reasoning_content": "…", "tool_calls": [call]}),
            json!({"role": "tool", "tool_call_id": "a", "content": "ok"}),
        ]),
        tools: Arc::new(vec![json!({"type": "function", "function": {"name": "stock"}})]),
        temperature: 0.3,
        max_tokens: 100,
        deadline: Instant::now(),
    }
}

#[test]
fn what_a_server_refuses_is_left_out() {
    let rows: Vec<Value> = serde_json::from_str(include_str!("../../../../tests/fixtures/reports/refusals.json")).unwrap();
    assert!(rows.len() > 30);
    for row in rows {
        let status = StatusCode::from_u16(row["status"].as_u64().unwrap() as u16).unwrap();
        let body = row["body"].as_str().map_or_else(|| row["body"].to_string(), str::to_owned);
        let failure = Failure::of_answer(status, &HeaderMap::new(), body.as_bytes());
        let shape = RequestShape::default().adapted(&failure, &request());
        let left_out = shape.map(|shape| match shape {
            RequestShape { model_knows_no_tools: true, .. } => "tools of model",
            shape if shape.no_tools() => "tools",
            RequestShape { no_extras: true, .. } => "extras",
            RequestShape { filled_content: true, .. } => "null",
            RequestShape { no_temperature: true, .. } => "temperature",
            RequestShape { completion_tokens: true, .. } => "max_tokens",
            _ => "usage",
        });
        assert_eq!(left_out, row["left_out"].as_str(), "{row}");
    }
}

#[test]
fn what_counts_for_a_server_counts_for_its_models() {
    let access =
        |url: &str| Access { base_url: url.parse().unwrap(), api_key: crate::config::Secret::new("k".into()), trusted: true };
    let (here, there) = (access("http://a.example/v1"), access("http://b.example/v1"));
    let shapes = Shapes::default();
    shapes.learn(&here, "one", RequestShape { server_knows_no_tools: true, no_temperature: true, ..RequestShape::default() });
    let other = shapes.of(&here, "two");
    assert!(other.no_tools() && !other.no_temperature);
    assert!(shapes.of(&here, "one").no_temperature);
    assert_eq!(shapes.of(&there, "one"), RequestShape::default());
    shapes.learn(&here, "two", RequestShape { model_knows_no_tools: true, ..other });
    shapes.forget(&here, "two");
    assert_eq!(shapes.of(&here, "two"), RequestShape::default());
    assert!(!shapes.of(&here, "one").no_tools());
}
