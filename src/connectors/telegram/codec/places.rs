//! Topics of groups, and what a message answers, quotes and passes on.
use serde_json::{Value, json};

use super::tests::customer;
use super::*;

fn of(member: &str, message: Value) -> Inbound {
    customer(Bytes::from(json!({"update_id": 5, member: message}).to_string()))
}

fn in_topic(extra: Value) -> Value {
    let mut message = json!({"message_id": 12, "date": 1_799_999_000, "message_thread_id": 7, "is_topic_message": true,
        "chat": {"id": -1001234, "type": "supergroup", "title": "Застройщик", "is_forum": true},
        "from": {"id": 5001, "is_bot": false, "first_name": "Айгүл"}, "text": "Сколько?"});
    message.as_object_mut().expect("an object").extend(extra.as_object().cloned().unwrap_or_default());
    message
}

fn said(inbound: Inbound) -> InboundMessage {
    match inbound.what {
        InboundKind::Message(message) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_topic_of_a_group_is_a_place_of_its_own() {
    let created = json!({"message_id": 7, "date": 1, "forum_topic_created": {"name": "Цены", "icon_color": 1}});
    let first = of("message", in_topic(json!({"reply_to_message": created})));
    assert_eq!((first.key.as_str(), first.address.as_str()), ("-1001234:7", "-1001234:7"));
    assert_eq!((first.profile.name.as_str(), first.is_group), ("Застройщик / Цены", true));
    assert_eq!(first.raw.as_ref().map(|raw| raw.external_id.as_str()), Some("m:-1001234:12"), "ids are the chat's");
    let message = said(first);
    assert_eq!(message.reply_to_provider_id, None, "the beginning of a topic is nothing that is answered");
    let payload = message.payload.expect("a payload");
    assert_eq!((&payload["message_thread_id"], payload.get("reply")), (&json!(7), None));

    assert_eq!(of("edited_message", in_topic(json!({"edit_date": 5}))).key, "-1001234:7");
    let press = json!({"id": "q", "data": "x", "from": {"id": 5001, "first_name": "A"}, "message": in_topic(json!({}))});
    assert_eq!(of("callback_query", press).key, "-1001234:7");
    let general = of("message", in_topic(json!({"message_thread_id": null, "is_topic_message": null})));
    assert_eq!(general.key, "-1001234");
    let thread = of("message", in_topic(json!({"is_topic_message": false})));
    assert_eq!(thread.key, "-1001234", "answers below a post are no topic");
}

#[test]
fn a_person_is_one_customer_in_all_topics() {
    let chat = json!({"chat": {"id": 5001, "type": "private", "first_name": "Айгүл"}});
    let inbound = of("message", in_topic(chat));
    assert_eq!((inbound.key.as_str(), inbound.address.as_str(), inbound.is_group), ("5001", "5001:7", false));
}

#[test]
fn what_is_answered_stands_beside_the_answer() {
    let payload = |extra: Value| said(of("message", in_topic(extra))).payload.expect("a payload");
    let shop = json!({"id": 900, "is_bot": true, "first_name": "Shop"});
    let asked = json!({"message_id": 9, "date": 1, "chat": {"id": 1}, "from": shop, "text": "150 м² или 200?"});
    let answer = payload(json!({"reply_to_message": asked, "quote": {"text": "200", "position": 11, "is_manual": true}}));
    assert_eq!(answer["reply"], json!({"name": "Shop", "text": "150 м² или 200?", "message_id": "9"}));
    assert_eq!(answer["quote"], json!({"text": "200", "position": 11, "is_manual": true}));

    let picture = json!({"message_id": 9, "date": 1, "chat": {"id": 1}, "from": shop, "photo": [{}], "caption": "план"});
    assert_eq!(
        payload(json!({ "reply_to_message": picture }))["reply"],
        json!({"name": "Shop", "text": "план", "kind": "photo", "message_id": "9"})
    );
    let channel = json!({"type": "channel", "date": 1_799_999_000, "message_id": 3, "chat": {"id": -2, "type": "channel",
        "title": "Новости", "username": "news"}});
    let elsewhere =
        payload(json!({"external_reply": {"origin": channel, "chat": {"id": -2, "title": "Новости"}, "message_id": 3,
        "photo": [{}]}}));
    assert_eq!(elsewhere["external_reply"], json!({"name": "Новости", "chat": "Новости", "kind": "photo", "message_id": "3"}));
    let story = payload(json!({"reply_to_story": {"id": 1, "chat": {"id": 1, "type": "private", "first_name": "Аня"}}}));
    assert_eq!(story["reply"], json!({"name": "Аня", "kind": "story"}));
    let long = json!({"message_id": 9, "date": 1, "from": shop, "text": "я".repeat(5_000)});
    let kept = payload(json!({ "reply_to_message": long }));
    assert_eq!(kept["reply"]["text"].as_str().map(|text| text.chars().count()), Some(1_001));
}

#[test]
fn who_said_it_first_is_told() {
    let at = 1_799_999_000;
    let told = |origin: Value| {
        let message = said(of("message", in_topic(json!({ "forward_origin": origin }))));
        message.payload.expect("a payload")["forwarded"].clone()
    };
    let when = crate::domain::clock::rfc3339(at * crate::domain::clock::SECOND);
    let user = json!({"id": 7, "is_bot": false, "first_name": "Болат", "last_name": "А", "username": "bolat"});
    assert_eq!(
        told(json!({"type": "user", "date": at, "sender_user": user})),
        json!({"type": "user", "name": "Болат А", "username": "bolat", "at": when})
    );
    assert_eq!(
        told(json!({"type": "hidden_user", "date": at, "sender_user_name": "Аня"})),
        json!({"type": "hidden_user", "name": "Аня", "at": when})
    );
    assert_eq!(
        told(json!({"type": "chat", "date": at, "sender_chat": {"id": -1, "title": "Соседи"}, "author_signature": "админ"})),
        json!({"type": "chat", "name": "Соседи", "author_signature": "админ", "at": when})
    );
    assert_eq!(told(json!({"type": "of_2031"})), json!({"type": "of_2031"}));
}

#[test]
fn sound_is_sound_however_it_is_sent() {
    let kind = |name: &str, mime: Value| {
        let document = json!({"file_id": "f", "file_unique_id": "u", "file_name": name, "mime_type": mime});
        let message = said(of("message", in_topic(json!({"text": null, "document": document}))));
        (message.kind.as_str(), message.attachments[0].kind.clone())
    };
    for (name, mime) in
        [("a.bin", json!("audio/mpeg")), ("запись.M4A", json!(null)), ("x.ogg", json!("application/octet-stream"))]
    {
        assert_eq!(kind(name, mime), ("document", "audio".to_owned()), "{name}");
    }
    for (name, mime) in [("a.pdf", json!("application/pdf")), ("mp3", json!(null)), ("a.mp3", json!("application/zip"))] {
        assert_eq!(kind(name, mime), ("document", "document".to_owned()), "{name}");
    }
}

#[test]
fn names_of_files_come_as_they_are() {
    for name in ["план \"А\".pdf", "100%22.pdf", "a%20b.pdf", "a\\\"b.pdf"] {
        let document = json!({"file_id": "f", "file_unique_id": "u", "file_name": name});
        let message = said(of("message", in_topic(json!({"text": null, "document": document}))));
        let expected = name.rsplit('\\').next().unwrap_or_default();
        assert_eq!(message.attachments[0].name, expected);
    }
}

#[test]
fn a_contact_is_dialled_from_anywhere() {
    let contact = json!({"phone_number": "77051112233", "first_name": "A", "user_id": 5001});
    let message = said(of("message", in_topic(json!({"text": null, "contact": contact}))));
    assert_eq!(message.payload.expect("a payload")["phone_e164"], "+77051112233");
}
