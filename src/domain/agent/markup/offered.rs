//! The tools of a turn, as far as it takes to know their calls.
use serde_json::{Map, Value};

use crate::domain::agent::tools::known_name;

/// What was offered to the model.
#[derive(Clone, Debug, Default)]
pub struct Offered {
    tools: Vec<OfferedTool>,
}

#[derive(Clone, Debug)]
struct OfferedTool {
    name: String,
    parameters: Vec<String>,
    required: Vec<String>,
}

impl Offered {
    /// `schemas` in OpenAI's shape.
    pub fn of(schemas: &[Value]) -> Self {
        let tools = schemas.iter().filter_map(|schema| {
            let function = &schema["function"];
            let words =
                |list: &Value| list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
            Some(OfferedTool {
                name: function["name"].as_str()?.to_owned(),
                parameters: function["parameters"]["properties"]
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(key, _)| key.clone())
                    .collect(),
                required: words(&function["parameters"]["required"]),
            })
        });
        Offered { tools: tools.collect() }
    }

    /// The tool that is meant by a name as a model writes it.
    pub fn known(&self, written: &str) -> Option<&str> {
        known_name(written, self.names())
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.tools.iter().map(|tool| tool.name.as_str())
    }

    /// The tool whose name stands here as a word of its own, and the byte after it.
    pub(super) fn name_at(&self, text: &str, at: usize) -> Option<(&str, usize)> {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        if text[..at].ends_with(is_word) {
            return None;
        }
        let length = text[at..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len() - at);
        let end = at + length;
        if text[end..].starts_with(is_word) {
            return None;
        }
        let word = &text[at..end];
        self.names().find(|name| name.eq_ignore_ascii_case(word)).map(|name| (name, end))
    }

    /// A tool's name between quotes, as a value or a key of broken JSON.
    pub(super) fn is_quoted(&self, words: &str) -> bool {
        let is_value = |before: &str| before.trim_end().ends_with([':', '{', '[', ',', '>']);
        self.names().any(|name| {
            let quoted = [format!("\"{name}\""), format!("'{name}'")];
            quoted.iter().any(|quoted| words.match_indices(quoted.as_str()).any(|(at, _)| is_value(&words[..at])))
        })
    }

    /// Is this what a tool takes, with no word of which tool?
    pub(super) fn takes(&self, object: &Map<String, Value>) -> bool {
        object.len() > 1
            && self.tools.iter().any(|tool| {
                !tool.required.is_empty()
                    && tool.required.iter().all(|key| object.contains_key(key))
                    && object.keys().all(|key| tool.parameters.contains(key))
            })
    }
}
