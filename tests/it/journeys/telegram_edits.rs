//! An edit changes all that a message shows: its words, its place on the map, its picture.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Backend, Feed, World, on_both_databases};

fn jpeg(seed: u8) -> Vec<u8> {
    [&[0xFF, 0xD8, 0xFF, 0xE0, 0, 16][..], b"JFIF\0", &[seed; 500]].concat()
}

fn photo(file: &str) -> Value {
    json!([{"file_id": file, "file_unique_id": format!("u{file}"), "width": 800, "height": 600, "file_size": 511}])
}

/// Waits until the message has exactly one file, this one, and it is here.
async fn ready(feed: &Feed, message: &Value, not: &Value) -> Value {
    let found = |frame: &Value| {
        let files = frame["data"]["attachments"].as_array()?;
        let fits = frame["data"]["id"] == *message && files.len() == 1 && files[0]["status"] == "ready";
        (fits && files[0]["id"] != *not).then(|| files[0].clone())
    };
    feed.socket.find("a ready file", 1, found).await
}

async fn a_replaced_photo_is_fetched(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(501, "E");
    let (first, second) = (jpeg(1), jpeg(2));
    let file = world.telegram.store_file("first.jpg", &first);
    let on_telegram = person.sends(json!({"photo": photo(&file), "caption": "план"}));
    let message = world.feed.message("план").await["data"]["id"].clone();
    let shown = ready(&world.feed, &message, &Value::Null).await;
    // Another caption of the same picture, whose file_id is another each time, fetches nothing.
    let mut same = photo(&file);
    same[0]["file_id"] = json!("another id of the same file");
    person.edits_into(on_telegram, json!({"photo": same, "caption": "наш план"}));
    let frame = world.feed.wait("message.updated", |f| f["data"]["text"] == "наш план").await;
    assert_eq!(frame["data"]["attachments"][0]["id"], shown["id"], "{frame}");
    assert_eq!(world.telegram.calls_of("getFile").len(), 1);
    // Another picture.
    let file = world.telegram.store_file("second.jpg", &second);
    person.edits_into(on_telegram, json!({"photo": photo(&file), "caption": "новый план"}));
    let shown = ready(&world.feed, &message, &shown["id"]).await;
    let got = world.owner.ask(Method::GET, shown["url"].as_str().expect("a url"), None).await;
    assert_eq!(got.bytes, second);
    let conversation = world.conversation_of(&person).await;
    let messages = world.owner.messages(conversation).await;
    assert_eq!((messages.len(), &messages[0]["text"]), (1, &json!("новый план")));
}

async fn a_text_becomes_a_photo(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(501, "E");
    let on_telegram = person.says("сейчас пришлю план");
    let message = world.feed.message("сейчас пришлю план").await["data"]["id"].clone();
    let bytes = jpeg(3);
    let file = world.telegram.store_file("plan.jpg", &bytes);
    person.edits_into(on_telegram, json!({"photo": photo(&file), "caption": "вот план"}));
    let shown = ready(&world.feed, &message, &Value::Null).await;
    let got = world.owner.ask(Method::GET, shown["url"].as_str().expect("a url"), None).await;
    assert_eq!(got.bytes, bytes);
    let conversation = world.conversation_of(&person).await;
    let messages = world.owner.messages(conversation).await;
    assert_eq!((&messages[0]["kind"], &messages[0]["text"]), (&json!("image"), &json!("вот план")), "{messages:#?}");
}

async fn a_live_location_moves(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(501, "E");
    let at = |latitude: f64| json!({"location": {"latitude": latitude, "longitude": 76.95, "live_period": 900}});
    let on_telegram = person.sends(at(43.24));
    let message = world.feed.message("43.24, 76.95").await["data"]["id"].clone();
    for latitude in [43.25, 43.26] {
        person.edits_into(on_telegram, at(latitude));
        let frame = world.feed.wait("message.updated", |f| f["data"]["payload"]["latitude"] == latitude).await;
        assert_eq!((&frame["data"]["id"], &frame["data"]["text"]), (&message, &json!(format!("{latitude}, 76.95"))));
    }
    assert_eq!(world.hub.count("SELECT COUNT(*) FROM message_revisions").await, 0, "a way is no change of mind");
}

async fn an_edit_of_what_never_came_is_that_message(backend: Backend) {
    let world = World::new(backend).await;
    let stranger = world.customer(501, "S");
    stranger.edits(77, "is it free?");
    let frame = world.feed.message("is it free?").await;
    assert_eq!((&frame["data"]["direction"], &frame["data"]["kind"]), (&json!("in"), &json!("text")));
    let known = world.customer(502, "K");
    let conversation = world.begin(&known, "hello").await;
    world.owner.post(&format!("/api/conversations/{conversation}/status"), json!({"status": "closed"})).await.expect(200);
    known.edits(78, "and this?");
    let frame = world.feed.message("and this?").await;
    assert_eq!((&frame["conversation_id"], &frame["conversation"]["status"]), (&json!(conversation), &json!("open")));
    // From now on it is known.
    known.edits(78, "and that?");
    let edited = world.feed.wait("message.updated", |f| f["data"]["text"] == "and that?").await;
    assert_eq!(edited["data"]["id"], frame["data"]["id"]);
    assert_eq!(world.owner.messages(conversation).await.iter().filter(|m| m["direction"] == "in").count(), 2);
}

/// Telegram brings again what was not taken, and then it may be older than what came meanwhile.
async fn an_edit_that_comes_first_doubles_nothing(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(502, "K");
    let conversation = world.begin(&person, "hello").await;
    person.edits(78, "second thought");
    world.feed.message("second thought").await;
    person.repeats(78, "first thought");
    world.telegram.all_acknowledged().await;
    let texts: Vec<_> = world.owner.messages(conversation).await.into_iter().map(|m| m["text"].clone()).collect();
    assert_eq!(texts, ["hello", "second thought"]);
}

on_both_databases!(
    an_edit_that_comes_first_doubles_nothing,
    a_replaced_photo_is_fetched,
    a_text_becomes_a_photo,
    a_live_location_moves,
    an_edit_of_what_never_came_is_that_message,
);
