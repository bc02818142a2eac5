//! Buttons under an answer, and the press that comes back.

use serde_json::{Value, json};

use crate::support::api::id;
use crate::support::{Backend, Feed, Hub, Visitor, World, on_both_databases};

fn choices() -> Value {
    json!([{"id": "yes", "title": "Да"}, {"id": "no", "title": "Нет"}])
}

async fn a_press_in_telegram_names_its_button(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(501, "A");
    let conversation = world.begin(&person, "hi").await;
    let message = world.owner.say(conversation, json!({"text": "Звонить?", "buttons": choices()})).await.expect(201);
    assert_eq!(message["buttons"], choices());
    let call = world.telegram.shown(501, "Звонить?").await;
    let wanted = [("Да", "yes"), ("Нет", "no")].map(|(title, id)| (title.to_owned(), id.to_owned()));
    assert_eq!(call.buttons(), wanted);
    world.feed.status(id(&message), "sent").await;
    // The hub has its answer, so the call has its result: the message that is pressed.
    let call = world.telegram.shown(501, "Звонить?").await;
    person.presses(&call, "maybe");
    world.telegram.called("answerCallbackQuery", 1).await;
    person.presses(&call, "yes");
    let press = world.feed.message("Да").await;
    assert_eq!(press["data"]["kind"], "buttons");
    assert_eq!(press["data"]["button"], json!({"id": "yes", "message_id": message["id"]}));
    assert_eq!(press["data"]["direction"], "in");
    world.telegram.called("answerCallbackQuery", 2).await;
    let thread = world.owner.messages(conversation).await;
    let presses = thread.iter().filter(|m| m["kind"] == "buttons").count();
    assert_eq!(presses, 1, "what was never offered is no message: {thread:?}");
    // Of a text that goes in parts, the last one carries them.
    let long = "слово ".repeat(1_000);
    world.owner.say(conversation, json!({"text": long, "buttons": choices()})).await.expect(201);
    let parts = crate::support::eventually("two parts", || async {
        let calls = world.telegram.screen_of(501);
        (calls.len() == 3).then_some(calls)
    })
    .await;
    assert_eq!((parts[1].buttons().len(), parts[2].buttons().len()), (0, 2));
}

async fn a_visitor_presses_what_stands_there_and_nothing_else(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("owner@shop.kz", "Shop").await;
    let key = owner.webchat_key().await;
    let feed = Feed::open(&hub.url(), owner.token()).await;
    let visitor = Visitor::open(&hub.url(), &key).await;
    visitor.says("c1", "hello").await;
    let conversation = feed.message("hello").await["conversation_id"].as_i64().expect("a conversation");
    let message = owner.say(conversation, json!({"text": "Звонить?", "buttons": choices()})).await.expect(201);
    let seen = visitor.sees("Звонить?").await;
    assert_eq!(seen["buttons"], choices());
    let nack = visitor.presses("c2", id(&message), "maybe").await;
    assert_eq!((&nack["type"], &nack["problem"]["code"]), (&json!("nack"), &json!("validation")));
    let ack = visitor.presses("c3", id(&message), "no").await;
    assert_eq!(ack["type"], "ack", "{ack}");
    assert_eq!(ack["message"]["button"], json!({"id": "no", "message_id": message["id"]}));
    let again = visitor.presses("c3", id(&message), "no").await;
    assert_eq!(again["message"]["id"], ack["message"]["id"], "once");
    let press = feed.message("Нет").await;
    assert_eq!((&press["data"]["kind"], &press["data"]["direction"]), (&json!("buttons"), &json!("in")));
    let foreign = Visitor::open(&hub.url(), &key).await;
    foreign.says("c1", "me too").await;
    assert_eq!(foreign.presses("c2", id(&message), "no").await["type"], "nack", "another visitor's message");
    for wrong in [
        json!([{"id": "", "title": "x"}]),
        json!([{"id": "a", "title": " "}]),
        json!([{"id": "a", "title": "x"}, {"id": "a", "title": "y"}]),
        json!([{"id": "x".repeat(65), "title": "x"}]),
        json!((0..11).map(|n| json!({"id": format!("{n}"), "title": "x"})).collect::<Vec<_>>()),
    ] {
        owner.say(conversation, json!({"text": "x", "buttons": wrong})).await.refused(422, "validation");
    }
    owner.say(conversation, json!({"text": "x", "note": true, "buttons": choices()})).await.refused(422, "validation");
}

on_both_databases!(a_press_in_telegram_names_its_button, a_visitor_presses_what_stands_there_and_nothing_else);
