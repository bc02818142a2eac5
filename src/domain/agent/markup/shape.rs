//! Is this JSON the call of a tool? The shapes of all families: `{"name", "arguments"}`, `{"tool", "args"}`, OpenAI's own with
//! `function` inside, lists of them, `{"register_lead": {…}}`.
use serde_json::{Map, Value};

use super::{Offered, WrittenCall};

#[derive(Debug, PartialEq)]
pub(super) enum Shape {
    Calls(Vec<WrittenCall>),
    /// A call without doubt, and of nothing that was offered.
    Foreign,
    /// Anything else.
    Other,
}

/// Beyond doubt names of tools.
const NAMES: &[&str] =
    &["tool", "tool_name", "function", "function_name", "recipient_name", "function_call", "tool_call", "action", "api_name"];
const ARGUMENTS: &[&str] = &[
    "arguments",
    "parameters",
    "args",
    "input",
    "tool_input",
    "action_input",
    "params",
    "function_args",
    "tool_args",
    "function_arguments",
    "tool_arguments",
    "kwargs",
];
const LISTS: &[&str] = &["tool_calls", "tool_uses", "function_calls", "calls", "tools", "actions"];
const ONE: &[&str] = &["function", "function_call", "tool_call", "tool_use", "tool", "action"];
/// What may stand beside and says nothing.
const BESIDE: &[&str] =
    &["type", "id", "index", "call_id", "tool_call_id", "content", "role", "thought", "reasoning", "thoughts"];

pub(super) fn of(value: &Value, offered: &Offered) -> Shape {
    match value {
        Value::Array(items) if !items.is_empty() => all(items, offered),
        Value::Object(object) => of_object(object, offered),
        _ => Shape::Other,
    }
}

/// Is there a call somewhere inside?
pub(super) fn hides(value: &Value, offered: &Offered) -> bool {
    let is_call = |inner: &Value| of(inner, offered) != Shape::Other || hides(inner, offered);
    match value {
        Value::Array(items) => items.iter().any(is_call),
        Value::Object(object) => object.values().any(is_call),
        _ => false,
    }
}

fn all(items: &[Value], offered: &Offered) -> Shape {
    let shapes: Vec<Shape> = items.iter().map(|item| of(item, offered)).collect();
    if shapes.iter().all(|shape| *shape == Shape::Other) {
        return Shape::Other;
    }
    let mut calls = Vec::new();
    for shape in shapes {
        match shape {
            Shape::Calls(more) => calls.extend(more),
            Shape::Foreign | Shape::Other => return Shape::Foreign,
        }
    }
    Shape::Calls(calls)
}

fn of_object(object: &Map<String, Value>, offered: &Offered) -> Shape {
    for key in LISTS {
        if let Some(Value::Array(items)) = object.get(*key)
            && let found @ (Shape::Calls(_) | Shape::Foreign) = all(items, offered)
        {
            return found;
        }
    }
    for key in ONE {
        if let Some(inner @ Value::Object(_)) = object.get(*key)
            && let found @ (Shape::Calls(_) | Shape::Foreign) = of(inner, offered)
        {
            return found;
        }
    }
    named(object, offered)
}

fn named(object: &Map<String, Value>, offered: &Offered) -> Shape {
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    let strong = NAMES.iter().find_map(|key| Some((*key, text(key)?)));
    let name = strong.or_else(|| Some(("name", text("name")?)));
    let arguments = ARGUMENTS.iter().find_map(|key| object.get(*key));
    let Some((key, written)) = name else { return by_key(object, offered) };
    let is_alone = object.keys().all(|other| other == key || BESIDE.contains(&other.as_str()));
    match (offered.known(written), arguments) {
        // The model repeats what it was told of the tool.
        (_, Some(Value::Object(schema))) if schema.contains_key("properties") && object.contains_key("description") => {
            Shape::Foreign
        }
        (Some(name), Some(arguments)) => Shape::Calls(vec![WrittenCall::new(name, arguments)]),
        (Some(name), None) if is_alone => Shape::Calls(vec![WrittenCall::new(name, &Value::Null)]),
        (Some(name), None) if strong.is_some() => {
            let flat = object.iter().filter(|(other, _)| *other != key && !BESIDE.contains(&other.as_str()));
            let flat: Map<String, Value> = flat.map(|(key, value)| (key.clone(), value.clone())).collect();
            Shape::Calls(vec![WrittenCall::new(name, &Value::Object(flat))])
        }
        (None, Some(arguments)) if is_arguments(arguments) && (looks_like_name(written) || object.contains_key("arguments")) => {
            Shape::Foreign
        }
        // `{"action": "clarify", …}`: whoever it is for, it is no customer.
        (None, None) if strong.is_some() && !is_alone && looks_like_name(written) => Shape::Foreign,
        _ if offered.takes(object) || object.get("arguments").is_some_and(is_arguments) => Shape::Foreign,
        _ => Shape::Other,
    }
}

/// `{"register_lead": {…}}`
fn by_key(object: &Map<String, Value>, offered: &Offered) -> Shape {
    let calls: Option<Vec<WrittenCall>> = object
        .iter()
        .map(|(key, arguments)| {
            let name = offered.known(key).filter(|name| key == name && (arguments.is_object() || arguments.is_null()))?;
            Some(WrittenCall::new(name, arguments))
        })
        .collect();
    match calls {
        Some(calls) if !calls.is_empty() => Shape::Calls(calls),
        _ if offered.takes(object) || object.get("arguments").is_some_and(is_arguments) => Shape::Foreign,
        _ => Shape::Other,
    }
}

fn is_arguments(value: &Value) -> bool {
    value.is_object() || value.as_str().is_some_and(|text| text.trim_start().starts_with('{'))
}

/// `search_web`, not «Дом у реки».
fn looks_like_name(written: &str) -> bool {
    !written.is_empty()
        && written.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':' | b'/'))
}
