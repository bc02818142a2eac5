//! The messages of a request, as a server takes them that does not take all: without fields it does not know, with words
//! where it wants no null, and with calls as text where it knows no tools.
use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::shape::RequestShape;

/// What OpenAI's own server knows in a message and in a call.
const IN_MESSAGE: &[&str] = &["role", "content", "name", "refusal", "tool_calls", "tool_call_id"];
const IN_CALL: &[&str] = &["id", "type", "function"];
const IN_FUNCTION: &[&str] = &["name", "arguments"];

pub fn fitted<'a>(messages: &'a [Value], tools: &[Value], shape: RequestShape) -> Cow<'a, [Value]> {
    if !(shape.no_tools() || shape.no_extras || shape.filled_content) {
        return Cow::Borrowed(messages);
    }
    let mut fitted = messages.to_vec();
    if shape.no_extras {
        fitted.iter_mut().for_each(without_extras);
    }
    if shape.no_tools() {
        fitted = without_tools(&fitted, tools);
    }
    if shape.filled_content {
        fitted.iter_mut().filter(|message| message["content"].is_null()).for_each(|message| message["content"] = json!(""));
    }
    Cow::Owned(fitted)
}

/// The fields that only some servers know.
pub fn extras(messages: &[Value]) -> Vec<&str> {
    let mut found = Vec::new();
    for message in messages {
        found.extend(unknown(message, IN_MESSAGE));
        for call in message["tool_calls"].as_array().into_iter().flatten() {
            found.extend(unknown(call, IN_CALL));
            found.extend(unknown(&call["function"], IN_FUNCTION));
        }
    }
    found
}

fn unknown<'a>(value: &'a Value, known: &'a [&str]) -> impl Iterator<Item = &'a str> {
    value.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).filter(|key| !known.contains(key))
}

fn without_extras(message: &mut Value) {
    let keep = |value: &mut Value, known: &[&str]| {
        if let Value::Object(object) = value {
            object.retain(|key, _| known.contains(&key.as_str()));
        }
    };
    keep(message, IN_MESSAGE);
    let calls = message.get_mut("tool_calls").and_then(Value::as_array_mut);
    for call in calls.into_iter().flatten() {
        keep(call, IN_CALL);
        if let Some(function) = call.get_mut("function") {
            keep(function, IN_FUNCTION);
        }
    }
}

/// Calls and their results as text. Results of one round are one message: roles go on in turns.
fn without_tools(messages: &[Value], tools: &[Value]) -> Vec<Value> {
    let mut out: Vec<Value> = Vec::with_capacity(messages.len());
    let mut in_results = false;
    for message in messages {
        let text = message["content"].as_str().unwrap_or_default();
        let is_result = message["role"] == "tool";
        if is_result && in_results {
            if let Some(last) = out.last_mut() {
                last["content"] = json!(format!("{}\n{text}", last["content"].as_str().unwrap_or_default()));
            }
        } else if is_result {
            out.push(json!({ "role": "user", "content": text }));
        } else if let Some(calls) = message["tool_calls"].as_array() {
            let calls: Vec<String> = calls.iter().map(written).collect();
            out.push(json!({ "role": "assistant", "content": format!("{text}{}", calls.concat()).trim() }));
        } else {
            out.push(message.clone());
        }
        in_results = is_result;
    }
    let system = out.first_mut().filter(|message| message["role"] == "system" && !tools.is_empty());
    if let Some(system) = system {
        system["content"] = json!(format!("{}\n\n{}", system["content"].as_str().unwrap_or_default(), told(tools)));
    }
    out
}

fn written(call: &Value) -> String {
    let function = &call["function"];
    let arguments = function["arguments"].as_str().unwrap_or("{}");
    let arguments = serde_json::from_str(arguments).unwrap_or_else(|_| Value::Object(Map::new()));
    format!("\n<tool_call>{}</tool_call>", json!({ "name": function["name"], "arguments": arguments }))
}

/// How to call a tool in words, for a model whose server does not tell it.
fn told(tools: &[Value]) -> String {
    let lines: Vec<String> = tools.iter().map(|tool| tool["function"].to_string()).collect();
    format!(
        "# How to call a tool\nTo call a tool, write nothing but <tool_call>{{\"name\": \"…\", \"arguments\": {{…}}}}</tool_call>. Its \
         result comes in the next message. These are the tools, each with its parameters as a JSON schema:\n{}",
        lines.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages() -> Vec<Value> {
        let call = |id: &str, name: &str| {
            let function = json!({"name": name, "arguments": "{\"a\":1}", "sig": 2});
            json!({"id": id, "type": "function", "extra_content": {"google": 1}, "function": function})
        };
        let calls = [call("a", "stock"), call("b", "handoff")];
        vec![
            json!({"role": "system", "content": "You sell houses."}),
            json!({"role": "user", "content": "Да"}),
            json!({"role": "assistant", "content": null, "reasoning_content": "…", "tool_calls": calls}),
            json!({"role": "tool", "tool_call_id": "a", "content": "one"}),
            json!({"role": "tool", "tool_call_id": "b", "content": "two"}),
        ]
    }

    #[test]
    fn a_request_fits_what_the_server_takes() {
        let messages = messages();
        assert!(matches!(fitted(&messages, &[], RequestShape::default()), Cow::Borrowed(_)));
        assert_eq!(extras(&messages), ["reasoning_content", "extra_content", "sig", "extra_content", "sig"]);
        let plain = fitted(&messages, &[], RequestShape { no_extras: true, ..RequestShape::default() });
        assert!(extras(&plain).is_empty());
        assert_eq!(plain[2]["tool_calls"][0]["function"], json!({"name": "stock", "arguments": "{\"a\":1}"}));
        let filled = fitted(&messages, &[], RequestShape { filled_content: true, ..RequestShape::default() });
        assert_eq!((&filled[2]["content"], &filled[2]["reasoning_content"]), (&json!(""), &json!("…")));
    }

    #[test]
    fn a_server_without_tools_reads_them_as_text() {
        let tools = [json!({"type": "function", "function": {"name": "stock", "parameters": {}}})];
        let shape = RequestShape { server_knows_no_tools: true, ..RequestShape::default() };
        let fitted = fitted(&messages(), &tools, shape).into_owned();
        let roles: Vec<&str> = fitted.iter().filter_map(|message| message["role"].as_str()).collect();
        assert_eq!(roles, ["system", "user", "assistant", "user"]);
        assert!(fitted[0]["content"].as_str().unwrap().contains("\"name\":\"stock\""));
        let call = |name: &str| format!("<tool_call>{{\"arguments\":{{\"a\":1}},\"name\":\"{name}\"}}</tool_call>");
        assert_eq!(fitted[2]["content"], format!("{}\n{}", call("stock"), call("handoff")));
        assert_eq!(fitted[3]["content"], "one\ntwo");
        assert!(fitted.iter().all(|message| message.get("tool_calls").is_none()));
    }
}
