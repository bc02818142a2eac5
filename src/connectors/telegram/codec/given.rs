//! What a customer gives a bot without typing it: data of a web app, people and chats they pick, tasks, a text with layout.
use serde_json::Value;

use super::content::{Content, full_name};
use crate::connectors::fields::Fields;
use crate::domain::message::MessageKind;

/// Bytes of a member that is kept whole beside the words made of it.
const MOST: usize = 16 << 10;
/// Bot API: a rich message is a tree; nobody reads deeper.
const DEEPEST: usize = 24;

pub fn given(m: &Fields) -> Option<Content> {
    if let Some(data) = m.object("web_app_data") {
        let text = data.text("data").unwrap_or_default();
        return Some(Content::new(MessageKind::Text, text).with("web_app_data", m.value("web_app_data", MOST)));
    }
    if let Some(shared) = m.object("users_shared") {
        let users = shared.list("users");
        let text = users.iter().map(|user| named(full_name(user), user, "user_id")).collect::<Vec<_>>().join("\n");
        return Some(Content::new(MessageKind::Contact, text).with("users_shared", m.value("users_shared", MOST)));
    }
    if let Some(chat) = m.object("chat_shared") {
        let text = named(chat.word("title").unwrap_or_default(), &chat, "chat_id");
        return Some(Content::new(MessageKind::Contact, text).with("chat_shared", m.value("chat_shared", MOST)));
    }
    if m.has("passport_data") {
        let content = Content::new(MessageKind::Unsupported, "passport_data").with("unsupported", Some("passport_data"));
        return Some(content.with("passport_data", m.value("passport_data", MOST)));
    }
    let rich: Value = m.get("rich_message")?;
    let mut lines = vec![];
    read_blocks(rich.get("blocks").unwrap_or(&Value::Null), 0, &mut lines);
    let text = lines.join("\n").replace('\0', "");
    Some(text).filter(|text| !text.trim().is_empty()).map(|text| Content::new(MessageKind::Text, text))
}

/// As far as Telegram tells who it is: the customer's client may keep names to itself.
fn named(name: String, who: &Fields, id: &str) -> String {
    let username = who.word("username").map(|name| format!("@{name}"));
    let words: Vec<String> = [Some(name).filter(|name| !name.is_empty()), username].into_iter().flatten().collect();
    if words.is_empty() { who.int(id).map(|id| id.to_string()).unwrap_or_default() } else { words.join(" ") }
}

/// A title with its tasks, each with its mark.
pub fn checklist(list: &Fields) -> Option<String> {
    let mark = |task: &Fields| if task.has("completion_date") { '☑' } else { '☐' };
    let task = |task: &Fields| task.word("text").map(|text| format!("{} {text}", mark(task)));
    let tasks: Vec<String> = list.list("tasks").iter().filter_map(task).collect();
    let lines: Vec<String> = list.word("title").into_iter().chain(tasks).collect();
    Some(lines.join("\n")).filter(|text| !text.is_empty())
}

/// One line for each block that has words of its own.
fn read_blocks(block: &Value, depth: usize, lines: &mut Vec<String>) {
    if depth > DEEPEST {
        return;
    }
    match block {
        Value::Array(blocks) => blocks.iter().for_each(|block| read_blocks(block, depth + 1, lines)),
        Value::Object(members) => {
            for name in ["summary", "text", "expression", "blocks", "items", "cells", "caption", "credit"] {
                let Some(member) = members.get(name) else { continue };
                match name {
                    "blocks" | "items" | "cells" => read_blocks(member, depth + 1, lines),
                    "caption" if member.is_object() => read_blocks(member, depth + 1, lines),
                    _ => {
                        let mut line = String::new();
                        read_text(member, depth + 1, &mut line);
                        lines.extend(Some(line).filter(|line| !line.trim().is_empty()));
                    }
                }
            }
        }
        _ => {}
    }
}

/// The words of a text whose parts may have a look of their own.
fn read_text(text: &Value, depth: usize, out: &mut String) {
    match text {
        _ if depth > DEEPEST => {}
        Value::String(words) => out.push_str(words),
        Value::Array(parts) => parts.iter().for_each(|part| read_text(part, depth + 1, out)),
        Value::Object(part) => {
            let inner = part.get("text").or_else(|| part.get("alternative_text")).or_else(|| part.get("expression"));
            read_text(inner.unwrap_or(&Value::Null), depth + 1, out);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(message: Value) -> Option<Content> {
        let json = message.to_string();
        given(&Fields::parse(json.as_bytes()).expect("fields"))
    }

    #[test]
    fn what_was_picked_is_said_by_name() {
        let users =
            json!({"users": [{"user_id": 1, "first_name": "Айгүл", "username": "aigul"}, {"user_id": 22}], "request_id": 3});
        let content = of(json!({ "users_shared": users })).expect("words");
        assert_eq!((content.kind, content.text.as_str()), (MessageKind::Contact, "Айгүл @aigul\n22"));
        assert_eq!(content.payload["users_shared"], users);
        let chat = of(json!({"chat_shared": {"request_id": 1, "chat_id": -100, "title": "Соседи"}})).expect("words");
        assert_eq!(chat.text, "Соседи");
        let data = of(json!({"web_app_data": {"data": "{\"size\":2}", "button_text": "Заказать"}})).expect("words");
        assert_eq!((data.text.as_str(), &data.payload["web_app_data"]["button_text"]), ("{\"size\":2}", &json!("Заказать")));
    }

    #[test]
    fn a_text_with_layout_is_its_words() {
        let rich = json!({"blocks": [
            {"type": "heading", "text": "Заявка", "size": 1},
            {"type": "paragraph", "text": ["Дом ", {"type": "bold", "text": "150 м²"}, {"type": "custom_emoji", "alternative_text": "🏠"}]},
            {"type": "list", "items": [{"label": "1", "blocks": [{"type": "paragraph", "text": "Алматы"}]}]},
            {"type": "table", "cells": [[{"text": "a"}, {"text": "b"}]]},
            {"type": "photo", "photo": [], "caption": {"text": "план"}},
        ]});
        let content = of(json!({ "rich_message": rich })).expect("words");
        assert_eq!(content.text, "Заявка\nДом 150 м²🏠\nАлматы\na\nb\nплан");
        assert_eq!(of(json!({"rich_message": {"blocks": []}})), None);
        let mut deep = json!("x");
        for _ in 0..100 {
            deep = json!({ "type": "bold", "text": deep });
        }
        assert_eq!(of(json!({"rich_message": {"blocks": [{"type": "paragraph", "text": deep}]}})), None);
    }
}
