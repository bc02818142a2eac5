//! What goes out by WhatsApp, and what Meta says of it: in any order, twice, and before the answer to the send.

use serde_json::{Value, json};

use super::whatsapp::Numbers;
use crate::support::meta::*;
use crate::support::{Backend, eventually, on_both_databases};

async fn answer(world: &Numbers, conversation: i64, body: Value) -> i64 {
    let path = format!("/api/conversations/{conversation}/messages");
    world.owner.post(&path, body).await.expect(201)["id"].as_i64().expect("an id")
}

async fn until(world: &Numbers, conversation: i64, message: i64, status: &str) -> Value {
    eventually(&format!("{message} {status}"), || async {
        let all = world.owner.messages(conversation).await;
        all.into_iter().find(|m| m["id"] == message && m["status"] == status)
    })
    .await
}

fn status(id: &str, status: &str) -> Value {
    json!({ "id": id, "status": status, "timestamp": "1800000000", "recipient_id": "77051112233" })
}

async fn an_answer_goes_out_and_rises_whatever_the_order(backend: Backend) {
    let world = Numbers::new(backend).await;
    let conversation = world.begin("77051112233", "Добрый день").await;
    let asked = world.owner.messages(conversation).await[0]["id"].clone();
    let message = answer(&world, conversation, json!({ "text": "Слушаем вас", "reply_to": asked })).await;
    let sent = world.meta.sent(1).await.remove(0);
    assert_eq!((&sent["to"], &sent["text"]["body"]), (&json!("77051112233"), &json!("Слушаем вас")));
    assert_eq!(sent["context"]["message_id"], "wamid.77051112233.Добрый день");
    until(&world, conversation, message, "sent").await;
    world
        .post(&statuses(vec![status("wamid.out1", "read"), status("wamid.out1", "delivered"), status("wamid.out1", "sent")]))
        .await;
    until(&world, conversation, message, "read").await;
    world.post(&statuses(vec![status("wamid.out1", "delivered"), status("wamid.nobodys", "read")])).await;
    let all = world.owner.messages(conversation).await;
    assert_eq!(all[1]["status"], "read", "never lowered");
    // Buttons, and a file.
    let buttons = json!([{ "id": "yes", "title": "Да" }, { "id": "no", "title": "Нет" }]);
    answer(&world, conversation, json!({ "text": "Приехать?", "buttons": buttons })).await;
    let sent = world.meta.sent(2).await.remove(1);
    assert_eq!(sent["interactive"]["action"]["buttons"][1]["reply"], json!({ "id": "no", "title": "Нет" }));
}

async fn what_is_unclear_is_settled_by_what_meta_says_later(backend: Backend) {
    let world = Numbers::new(backend).await;
    let conversation = world.begin("77051112233", "Вопрос").await;
    world.meta.misbehave("messages", Misdeed::AcceptThenDrop);
    let message = answer(&world, conversation, json!({ "text": "Ответ" })).await;
    until(&world, conversation, message, "uncertain").await;
    let tag = world.meta.sent(1).await[0]["biz_opaque_callback_data"].clone();
    let mut told = status("wamid.out1", "delivered");
    told["biz_opaque_callback_data"] = tag;
    world.post(&statuses(vec![told])).await;
    until(&world, conversation, message, "delivered").await;
    assert_eq!(world.meta.sent_now(), 1, "nothing goes twice");
}

async fn each_refusal_has_its_consequence(backend: Backend) {
    let world = Numbers::new(backend).await;
    let conversation = world.begin("77051112233", "Вопрос").await;
    let failed = async |code: i64, words: &str| {
        world.meta.misbehave("messages", Misdeed::Refuse(code, 0, 400));
        let message = answer(&world, conversation, json!({ "text": words })).await;
        until(&world, conversation, message, "failed").await["error"].clone()
    };
    let refused = failed(131026, "некому").await;
    assert_eq!(refused["code"], "chat_not_found");
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.ends_with("Meta's own words (131026)")), "{refused}");
    assert_eq!(failed(131047, "поздно").await["code"], "window_closed");
    // Too much to one person, then the provider's own trouble: both pass.
    world.meta.misbehave("messages", Misdeed::Refuse(131056, 0, 400));
    world.meta.misbehave("messages", Misdeed::Refuse(131016, 0, 500));
    let message = answer(&world, conversation, json!({ "text": "дойдёт" })).await;
    until(&world, conversation, message, "sent").await;
    assert_eq!(world.meta.sent_now(), 1);
    // A failure that is told later.
    let mut told = status("wamid.out1", "failed");
    told["errors"] = json!([{ "code": 131049, "title": "t", "error_data": { "details": "not now" } }]);
    world.post(&statuses(vec![told])).await;
    let error = until(&world, conversation, message, "failed").await["error"].clone();
    assert_eq!(error["code"], "provider_refused");
    assert!(error["detail"].as_str().is_some_and(|detail| detail.ends_with("not now (131049)")), "{error}");
}

async fn a_number_that_meta_locks_says_so(backend: Backend) {
    let world = Numbers::new(backend).await;
    let conversation = world.begin("77051112233", "Вопрос").await;
    world.meta.misbehave("messages", Misdeed::Refuse(190, 463, 401));
    world.meta.misbehave("state", Misdeed::Refuse(190, 463, 401));
    let message = answer(&world, conversation, json!({ "text": "Ответ" })).await;
    let error = until(&world, conversation, message, "failed").await["error"].clone();
    assert_eq!(error["code"], "channel_unauthorized");
    let path = format!("/api/channels/{}", world.channel);
    let channel = eventually("the channel's trouble", || async {
        let channel = world.owner.get(&path).await;
        (channel["health"]["state"] == "unauthorized").then_some(channel)
    })
    .await;
    assert_eq!(channel["status"], "error");
    // A new token of the same number; the secrets that were not given stay.
    world.owner.patch(&path, json!({ "access_token": ACCESS_TOKEN })).await.expect(200);
    eventually("a healthy number", || async { (world.owner.get(&path).await["health"]["state"] == "ok").then_some(()) }).await;
    world.begin("77051112244", "снова здесь").await;
}

async fn outside_the_window_nobody_writes_freely(backend: Backend) {
    let world = Numbers::new(backend).await;
    let from = "77051112255";
    let mut old = said(from, "wamid.old", text("вчера"));
    let long_ago = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time").as_secs() - 25 * 3_600;
    old["timestamp"] = json!(long_ago.to_string());
    world.post(&messages(from, "В", vec![old])).await;
    let conversation = world.feed.message("вчера").await["conversation_id"].as_i64().expect("a conversation");
    let path = format!("/api/conversations/{conversation}/messages");
    let refused = world.owner.post(&path, json!({ "text": "поздно" })).await.refused(422, "window_closed");
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("24 hours")), "{refused}");
    world.owner.post(&path, json!({ "text": "себе", "note": true })).await.expect(201);
    world.begin(from, "сегодня").await;
    world.owner.post(&path, json!({ "text": "вовремя" })).await.expect(201);
    assert_eq!(world.meta.sent(1).await[0]["text"]["body"], "вовремя");
}

on_both_databases!(
    an_answer_goes_out_and_rises_whatever_the_order,
    what_is_unclear_is_settled_by_what_meta_says_later,
    each_refusal_has_its_consequence,
    a_number_that_meta_locks_says_so,
    outside_the_window_nobody_writes_freely,
);
