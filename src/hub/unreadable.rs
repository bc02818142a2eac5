//! A frame that cannot be read: whose it was is answered all the same, so that its sender does not send it again for ever.
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::frames::AnyHears;
use crate::domain::problem::ProblemView;

const FIELD: &str = "\"client_id\"";
/// No longer than what either socket takes as a `client_id`.
const LONGEST: usize = 200;

/// The `client_id` of a frame whose other fields may be of any type, or which is no JSON at all (half of a surrogate pair is
/// something that a browser can type, and that no UTF-8 can hold).
pub fn client_id_in(text: &str) -> Option<Value> {
    if let Ok(frame) = serde_json::from_str::<Value>(text) {
        return client_id_of(&frame);
    }
    // Inside a string the quotes of the name would be escaped.
    let begins = text.match_indices(FIELD).map(|(at, _)| at).find(|at| !text[..*at].ends_with('\\'))?;
    let rest = text[begins + FIELD.len()..].trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let id = rest.split('"').next().filter(|id| (1..=LONGEST).contains(&id.len()) && !id.contains('\\'))?;
    Some(Value::from(id))
}

pub fn client_id_of(frame: &Value) -> Option<Value> {
    frame.get("client_id").filter(|id| id.is_string() || id.is_number()).cloned()
}

/// The answer to such a frame: a `nack` where somebody waits for one, else an `error`.
pub fn answer(text: &str, detail: &str) -> String {
    let problem = ProblemView::new(422, "Unprocessable", "validation", detail);
    match client_id_in(text) {
        Some(client_id) => AnyHears::nack(Some(client_id), &problem).text(),
        None => AnyHears::Error { problem: json!(problem) }.text(),
    }
}

/// A field that only helps: one of a wrong type is as good as none.
pub fn text_or_none<'de, D: Deserializer<'de>>(given: D) -> Result<Option<String>, D::Error> {
    Ok(match Option::<Value>::deserialize(given)? {
        Some(Value::String(text)) => Some(text),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sender_is_found_in_what_cannot_be_read() {
        let corpus: Vec<Value> = serde_json::from_str(include_str!("../../tests/fixtures/reports/frames.json")).unwrap();
        for case in corpus {
            let found = client_id_in(case["frame"].as_str().unwrap());
            assert_eq!(found.unwrap_or(Value::Null), case["client_id"], "{case}");
        }
    }
}
