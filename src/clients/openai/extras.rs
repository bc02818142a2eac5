//! What servers send beside what we know, and want to see again with the call it came with: Gemini's `extra_content`, the
//! `reasoning_content` of DeepSeek, OpenRouter's `reasoning_details`. It is kept as it came, whatever it is.
use serde_json::{Map, Value};

/// What says nothing about the answer, or is said in other words already.
const KNOWN: &[&str] =
    &["role", "type", "index", "id", "function_call", "annotations", "audio", "refusal", "content", "tool_calls"];
/// Texts that come in pieces like the answer itself; others come whole.
const GROWING: &[&str] = &["reasoning", "thinking", "thought", "content", "text", "summary", "data"];

/// Adds a piece of what comes in pieces.
pub fn gather(into: &mut Map<String, Value>, more: Map<String, Value>) {
    for (key, value) in more {
        if !KNOWN.contains(&key.as_str()) && !is_nothing(&value) {
            add(into, key, value);
        }
    }
}

fn add(into: &mut Map<String, Value>, key: String, value: Value) {
    match (into.get_mut(&key), value) {
        (Some(Value::String(text)), Value::String(more))
            if GROWING.iter().any(|word| key.contains(word)) && !key.contains("signature") =>
        {
            text.push_str(&more);
        }
        (Some(Value::Object(known)), Value::Object(more)) => {
            more.into_iter().filter(|(_, value)| !is_nothing(value)).for_each(|(key, value)| add(known, key, value));
        }
        (Some(Value::Array(known)), Value::Array(more)) => more.into_iter().for_each(|item| join(known, item)),
        (_, value) => {
            into.insert(key, value);
        }
    }
}

/// Items of one index are pieces of one item.
fn join(items: &mut Vec<Value>, item: Value) {
    let is_same = |known: &Value| !item["index"].is_null() && known["index"] == item["index"] && known["type"] == item["type"];
    match (items.iter().rposition(is_same), item) {
        (Some(at), Value::Object(more)) => {
            if let Some(Value::Object(known)) = items.get_mut(at) {
                more.into_iter().filter(|(_, value)| !is_nothing(value)).for_each(|(key, value)| add(known, key, value));
            }
        }
        (_, item) => items.push(item),
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pieces_become_what_they_were() {
        let mut kept = Map::new();
        for piece in [
            json!({"role": "assistant", "content": "x", "reasoning_content": "Клиент ", "annotations": [], "extra": null}),
            json!({"reasoning_content": "хочет дом", "provider": "a"}),
            json!({"provider": "a", "extra_content": {"google": {"thought_signature": "sig"}}}),
            json!({"reasoning_details": [{"type": "reasoning.text", "index": 0, "text": "Клиент ", "format": "f"}]}),
            json!({"reasoning_details": [{"type": "reasoning.text", "index": 0, "text": "хочет", "signature": null}]}),
            json!({"reasoning_details": [{"type": "reasoning.text", "index": 0, "signature": "s"}, {"type": "reasoning.encrypted", "data": "d"}]}),
        ] {
            gather(&mut kept, piece.as_object().unwrap().clone());
        }
        let wanted = json!({
            "reasoning_content": "Клиент хочет дом",
            "provider": "a",
            "extra_content": {"google": {"thought_signature": "sig"}},
            "reasoning_details": [
                {"type": "reasoning.text", "index": 0, "text": "Клиент хочет", "format": "f", "signature": "s"},
                {"type": "reasoning.encrypted", "data": "d"},
            ],
        });
        assert_eq!(json!(kept), wanted);
    }
}
