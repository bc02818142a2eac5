//! Every member that a Message may have, one by one (the schema's list stands in `tests/fixtures/reports/`): people's words are
//! words, and what has happened is an event.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::tests::customer;
use super::*;

#[derive(serde::Deserialize)]
struct Members {
    words: BTreeMap<String, Value>,
    events: BTreeMap<String, Value>,
    moves: Vec<String>,
    beside: Vec<String>,
}

fn members() -> Members {
    serde_json::from_str(include_str!("../../../../tests/fixtures/reports/telegram_members.json")).expect("members")
}

/// A message with this member, in a private chat and in a group.
fn messages(name: &str, value: &Value) -> [Inbound; 2] {
    let chats = [
        json!({"id": 5001, "type": "private", "first_name": "Айгүл"}),
        json!({"id": -1001234, "type": "supergroup", "title": "Соседи"}),
    ];
    chats.map(|chat| {
        let mut message = json!({"message_id": 10, "date": 1_799_999_000, "chat": chat,
            "from": {"id": 5001, "is_bot": false, "first_name": "Айгүл"}});
        message[name] = value.clone();
        customer(Bytes::from(json!({"update_id": 5, "message": message}).to_string()))
    })
}

#[test]
fn what_has_happened_is_nobodys_word() {
    for (name, value) in members().events {
        for (in_group, inbound) in [false, true].into_iter().zip(messages(&name, &value)) {
            let InboundKind::Happened { event, provider_id, .. } = inbound.what else {
                panic!("{name}: {:?}", inbound.what);
            };
            assert_eq!((&event["event"], event["what"].as_str()), (&json!("service"), Some(name.as_str())));
            assert_eq!(provider_id.as_deref(), Some("10"));
            assert_eq!(event["by"].as_str(), in_group.then_some("Айгүл"), "{name}");
            if value.is_object() && value != json!({}) {
                assert_eq!(event["data"], value, "{name}: nothing of it is lost");
            }
        }
    }
}

#[test]
fn what_people_fill_is_their_word() {
    for (name, value) in members().words {
        for inbound in messages(&name, &value) {
            let InboundKind::Message(said) = inbound.what else { panic!("{name}: {:?}", inbound.what) };
            assert!(!said.text.is_empty() || !said.attachments.is_empty(), "{name}: {said:?}");
            if ["web_app_data", "users_shared", "chat_shared", "passport_data"].contains(&name.as_str()) {
                assert_eq!(said.payload.expect("a payload")[&name], value, "{name} keeps its data");
            }
        }
    }
}

#[test]
fn nobody_is_forgotten() {
    let Members { words, events, moves, beside } = members();
    for name in &moves {
        assert!(messages(name, &json!(-1009)).iter().all(|m| matches!(m.what, InboundKind::Moved { .. })), "{name}");
    }
    // What stands beside any content makes none.
    for name in beside.iter().filter(|name| !["chat", "from", "message_id", "date"].contains(&name.as_str())) {
        for inbound in messages(name, &json!({"id": 1})) {
            let InboundKind::Message(said) = inbound.what else { panic!("{name}: {:?}", inbound.what) };
            assert_eq!(said.text, "empty", "{name}");
        }
    }
    let service: Vec<&str> = events.keys().map(String::as_str).collect();
    assert_eq!(service, super::service::SERVICE, "the list is the schema's");
    assert_eq!(words.len() + events.len() + moves.len() + beside.len(), 115, "Bot API 10.1");
}

#[test]
fn a_new_name_of_a_group_is_learnt() {
    let happened = |message: Value| match customer(Bytes::from(json!({"update_id": 5, "message": message}).to_string())).what {
        InboundKind::Happened { event, new_name, .. } => (event["detail"].as_str().map(str::to_owned), new_name),
        other => panic!("{other:?}"),
    };
    let group = json!({"id": -1001234, "type": "supergroup", "title": "Новое", "is_forum": true});
    let titled = json!({"message_id": 9, "date": 1, "chat": group, "new_chat_title": "Новое"});
    assert_eq!(happened(titled), (Some("Новое".into()), Some("Новое".into())));
    let topic = json!({"message_id": 9, "date": 1, "chat": group, "message_thread_id": 7, "is_topic_message": true,
        "forum_topic_edited": {"name": "Цены"}});
    assert_eq!(happened(topic), (Some("Цены".into()), Some("Новое / Цены".into())));
    let icon = json!({"message_id": 9, "date": 1, "chat": group, "message_thread_id": 7, "is_topic_message": true,
        "forum_topic_edited": {"icon_custom_emoji_id": "5"}});
    assert_eq!(happened(icon), (None, None));
}
