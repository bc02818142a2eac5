//! The arguments of a call, read leniently: models send numbers for strings, strings for numbers, objects in
//! strings, and much that is only nearly JSON.
use serde_json::{Map, Value};

use super::ToolRefusal;
use crate::domain::agent::safety::{one_line, several_lines};
use crate::domain::relaxed;

/// No call needs more; more is a model that raves.
const LONGEST: usize = 32 * 1024;

/// What models write when they know nothing.
const NOTHING: &[&str] = &[
    "unknown",
    "n/a",
    "na",
    "none",
    "null",
    "nil",
    "undefined",
    "-",
    "—",
    "?",
    "string",
    "not specified",
    "not provided",
    "not given",
    "неизвестно",
    "неизвестен",
    "не указано",
    "не указан",
    "не указана",
    "нет",
    "белгісіз",
    "көрсетілмеген",
    "жоқ",
    "customer",
    "client",
    "клиент",
];

pub(super) struct Arguments(pub Map<String, Value>);

impl Arguments {
    pub fn read(text: &str) -> Result<Self, ToolRefusal> {
        if text.len() > LONGEST {
            return Err(ToolRefusal::new("too_long", "The arguments are too long. Call the tool again with shorter ones."));
        }
        let text = text.trim();
        let text = text.strip_prefix("```json").or_else(|| text.strip_prefix("```")).unwrap_or(text);
        let text = text.strip_suffix("```").unwrap_or(text).trim();
        let value = match text {
            "" => Value::Null,
            text => relaxed::whole(text).unwrap_or(Value::Bool(false)),
        };
        // Some servers send the object as a string of JSON.
        let value = match value {
            Value::String(inner) => relaxed::whole(&inner).unwrap_or(Value::Bool(false)),
            value => value,
        };
        match value {
            Value::Object(map) => Ok(Arguments(map)),
            Value::Null => Ok(Arguments(Map::new())),
            _ => {
                Err(ToolRefusal::new("malformed", "The arguments are not a JSON object. Call the tool again with a JSON object."))
            }
        }
    }

    /// One line, or nothing when the model had nothing to say.
    pub fn line(&self, key: &str, most: usize) -> Option<String> {
        let line = one_line(&scalar(self.0.get(key)?)?, most);
        is_something(&line).then_some(line)
    }

    pub fn lines(&self, key: &str, most: usize) -> Option<String> {
        let lines = several_lines(&scalar(self.0.get(key)?)?, most);
        is_something(&lines).then_some(lines)
    }
}

fn is_something(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric) && !NOTHING.contains(&text.to_lowercase().trim_end_matches('.'))
}

/// A string of any scalar, or of a list of them; an object is none.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
            _ => number.to_string(),
        }),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter(|item| !item.is_array()).filter_map(scalar).collect();
            (!items.is_empty()).then(|| items.join(", "))
        }
        Value::Object(_) | Value::Null => None,
    }
}
