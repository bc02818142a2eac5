//! A server's own words about what it refuses, as far as people may read them: short, plain, and without keys.
use serde_json::Value;

use crate::domain::agent::safety::one_line;

/// A sentence or two.
const LONGEST: usize = 300;
/// A run of so many letters and digits without a space is no word.
const LONGEST_WORD: usize = 24;

/// The sentence in an error's body.
pub(super) fn sentence(body: &Value) -> Option<String> {
    let error = body.get("error").unwrap_or(body);
    let found = match error {
        Value::String(text) => Some(text.clone()),
        error => ["message", "detail", "error", "msg", "description"].iter().find_map(|key| text(&error[*key])),
    };
    found.or_else(|| text(&body["message"])).or_else(|| text(&body["detail"]))
}

/// A text, or the texts in a list of complaints, FastAPI's way.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => {
            let place = |item: &Value| {
                let place =
                    item["loc"].as_array()?.iter().map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned));
                Some(place.collect::<Vec<_>>().join("."))
            };
            let said = |item: &Value| Some(format!("{}: {}", place(item).unwrap_or_default(), item["msg"].as_str()?));
            let said: Vec<String> = items.iter().take(3).filter_map(said).collect();
            (!said.is_empty()).then(|| said.join("; "))
        }
        _ => None,
    }
}

/// As people may read it.
pub(super) fn shown(text: &str) -> Option<String> {
    let line = one_line(text, LONGEST * 4);
    if line.starts_with(['<', '{', '[']) {
        return None;
    }
    let words: Vec<&str> = line.split(' ').map(|word| if is_secret(word) { "…" } else { word }).collect();
    let line: String = words.join(" ").chars().take(LONGEST).collect();
    (!line.is_empty()).then_some(line)
}

/// A key, a token, an address with a password.
fn is_secret(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let starts = ["sk-", "sk_", "gsk_", "xai-", "nvapi-", "hf_", "AIza", "eyJ"].iter().any(|start| bare.starts_with(start));
    let run = bare.split(|c: char| !c.is_ascii_alphanumeric()).map(str::len).max().unwrap_or_default();
    let has_both = bare.contains(|c: char| c.is_ascii_digit()) && bare.contains(|c: char| c.is_ascii_alphabetic());
    starts || (run >= LONGEST_WORD && has_both) || (bare.contains("://") && bare.contains('@'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_reason_is_found_and_keeps_no_key() {
        let said = |body: Value| sentence(&body).and_then(|text| shown(&text));
        let missing = "Function call is missing a thought_signature in functionCall parts.";
        for body in [
            json!({"error": {"code": 400, "message": missing, "status": "INVALID_ARGUMENT"}}),
            json!({"error": missing}),
            json!({"detail": missing}),
            json!({"object": "error", "message": missing}),
            json!({"error": {"message": format!("{missing}\u{202e}\n"), "type": "x"}}),
        ] {
            assert_eq!(said(body.clone()).as_deref(), Some(missing), "{body}");
        }
        let fastapi = json!({"detail": [{"loc": ["body", "messages", 3, "reasoning"], "msg": "Extra inputs are not permitted"}]});
        assert_eq!(said(fastapi).as_deref(), Some("body.messages.3.reasoning: Extra inputs are not permitted"));
        for key in ["sk-abc", "gsk_abc", "hf_abc", "a1b2c3d4e5f6a1b2c3d4e5f6", "https://me:pass@host/v1"] {
            assert_eq!(said(json!({"error": format!("Key {key}, is wrong")})).as_deref(), Some("Key … is wrong"), "{key}");
        }
        assert_eq!(said(json!({"error": "<html>"})), None);
        assert_eq!(said(json!({"error": {"code": 1}})), None);
        assert_eq!(said(json!({"error": "я".repeat(9_000)})).unwrap().chars().count(), 300);
    }
}
