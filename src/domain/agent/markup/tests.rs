use serde_json::{Value, json};

use super::*;

const CALLS: &str = include_str!("../../../../tests/fixtures/reports/tool_calls.json");
const THOUGHTS: &str = include_str!("../../../../tests/fixtures/reports/thoughts.json");

fn rows(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("rows")
}

fn offered() -> Offered {
    let tool = |name: &str, parameters: &[&str], required: &[&str]| {
        let properties: serde_json::Map<String, Value> = parameters.iter().map(|key| ((*key).to_owned(), json!({}))).collect();
        json!({"type": "function", "function": {"name": name, "parameters": {"properties": properties, "required": required}}})
    };
    Offered::of(&[
        tool(
            "register_lead",
            &["name", "phone", "city", "object_type", "area", "summary", "language"],
            &["name", "phone", "summary"],
        ),
        tool("update_customer", &["name", "language", "email"], &[]),
        tool("handoff", &["reason", "summary"], &["reason", "summary"]),
        tool("schedule_callback", &["when", "note"], &["when"]),
        tool("stock", &["sku", "count"], &["sku"]),
    ])
}

#[test]
fn calls_are_read_however_they_are_written() {
    let mut wrong = Vec::new();
    for row in rows(CALLS) {
        let spoken = read(row["text"].as_str().unwrap(), &offered());
        let calls: Vec<Value> = spoken
            .calls
            .iter()
            .map(|call| json!([call.name, crate::domain::relaxed::whole(&call.arguments).unwrap_or(json!(call.arguments))]))
            .collect();
        let is_right = match row["garbled"] == true {
            true => spoken.is_garbled,
            false => !spoken.is_garbled && json!(calls) == row["calls"] && spoken.text == row["said"].as_str().unwrap(),
        };
        if !is_right {
            wrong.push(format!("{}: {}\n  {spoken:?}", row["from"], row["text"]));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Whole answers without a mark pass as they are.
#[test]
fn what_is_no_markup_is_said() {
    let lines = include_str!("../../../../tests/fixtures/reports/answers_unharmed.txt").lines();
    let more = ["<s>150 000</s> 120 000 ₸, начнём в мае.", "если x<y", "Цена <"];
    for line in lines.filter(|line| !line.starts_with('#') && !line.is_empty()).chain(more) {
        let spoken = read(line, &offered());
        assert_eq!((spoken.text.as_str(), spoken.calls.len(), spoken.is_garbled), (line, 0, false));
    }
}

#[test]
fn thoughts_and_tokens_are_not_said() {
    let mut wrong = Vec::new();
    for row in rows(THOUGHTS) {
        let (text, wanted) = (row["text"].as_str().unwrap(), row["said"].as_str().unwrap());
        let spoken = read(text, &offered());
        if spoken.text != wanted || spoken.is_garbled || !spoken.calls.is_empty() {
            wrong.push(format!("{}: {text:?}\n  {spoken:?}", row["from"]));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// At every letter: what an operator sees grow is the beginning of what is said, and no machine's word.
#[test]
fn a_growing_answer_shows_nothing_else() {
    let mut wrong = Vec::new();
    for row in rows(CALLS).into_iter().chain(rows(THOUGHTS)) {
        let (text, wanted) = (row["text"].as_str().unwrap(), row["said"].as_str().unwrap_or_default());
        let begun_by_template = wanted.len() < text.len()
            && ["</think>", "[/THINK]"].iter().any(|end| text.contains(end))
            && !text.to_lowercase().contains("think>") | !text.to_lowercase().contains("<think");
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            let shown = said_so_far(&text[..end]);
            let is_leak = match row["garbled"] == true {
                true => ["tool", "function", "\"", "{", "<"].iter().any(|word| shown.contains(word)),
                false => !wanted.starts_with(&shown),
            };
            if is_leak && !begun_by_template {
                wrong.push(format!("{}: {:?} shows {shown:?}", row["from"], &text[..end]));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Whatever a model raves, the work is bounded: this ends.
#[test]
fn nasty_answers_are_read_to_the_end() {
    for nasty in [
        "{",
        "[",
        "<",
        "{\"a\":",
        "[\"x\",",
        "<tool_call>",
        "{\"name\":\"handoff\",",
        "handoff(",
        "handoff{",
        "<think>",
        "[TOOL_CALLS]",
        "<|channel|>",
        "\"",
        "ё<",
        "functions.",
        "{'",
        "<parameter=a>",
        "<function=handoff>",
    ] {
        let text = nasty.repeat(10_000);
        read(&text, &offered());
        said_so_far(&text);
    }
}
