//! Two operators, one conversation: nothing is sent twice, nobody answers blind.

use serde_json::json;

use crate::support::api::id;
use crate::support::{Backend, Feed, World, on_both_databases};

async fn one_key_is_one_message(backend: Backend) {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(501, "A"), "hi").await;
    let body = json!({"text": "hello"});
    let first = world.owner.say_once(conversation, "key-1", body.clone()).await.expect(201);
    for _ in 0..3 {
        let again = world.owner.say_once(conversation, "key-1", body.clone()).await;
        assert!(matches!(again.status, 200 | 201), "{}", again.status);
        assert_eq!(again.body["id"], first["id"]);
    }
    let other = world.owner.say_once(conversation, "key-1", json!({"text": "other"})).await;
    other.refused(422, "validation");
    // All at once: still one.
    let racing = (0..8).map(|_| world.owner.say_once(conversation, "key-2", json!({"text": "race"})));
    let answers = futures_util::future::join_all(racing).await;
    let ids: std::collections::BTreeSet<i64> = answers.iter().map(|a| id(&a.body)).collect();
    assert_eq!(ids.len(), 1, "{answers:#?}");
    world.telegram.shown(501, "race").await;
    // Kept as long as the message: over a restart too.
    world.hub.kill();
    world.hub.restart().await;
    let again = world.owner.say_once(conversation, "key-1", body).await;
    assert_eq!(again.body["id"], first["id"]);
    let texts: Vec<String> = world.telegram.screen_of(501).iter().map(|c| c.text().into()).collect();
    assert_eq!(texts.iter().filter(|t| *t == "hello").count(), 1, "{texts:?}");
    assert_eq!(texts.iter().filter(|t| *t == "race").count(), 1, "{texts:?}");
}

async fn the_socket_and_the_api_share_their_keys(backend: Backend) {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(502, "B"), "hi").await;
    let frame = json!({"conversation_id": conversation, "text": "by socket"});
    let ack = world.feed.send("k1", frame.clone()).await;
    assert_eq!(ack["type"], "ack", "{ack}");
    let again = world.feed.send("k1", frame).await;
    assert_eq!(again["message"]["id"], ack["message"]["id"]);
    let by_api = world.owner.say_once(conversation, "k1", json!({"text": "by socket"})).await;
    assert_eq!(by_api.body["id"], ack["message"]["id"]);
    let other = world.feed.send("k1", json!({"conversation_id": conversation, "text": "different"})).await;
    assert_eq!(other["type"], "nack", "{other}");
    assert_eq!(other["problem"]["status"], 422);
    // Another sender's key is another key.
    let dana = world.owner.invite("operator", "dana@stroika.kz", "Dana").await;
    let feed = Feed::open(&world.hub.url(), dana.token()).await;
    let hers = feed.send("k1", json!({"conversation_id": conversation, "text": "by socket"})).await;
    assert_eq!(hers["type"], "ack", "{hers}");
    assert_ne!(hers["message"]["id"], ack["message"]["id"]);
    let unknown = world.feed.send("k2", json!({"conversation_id": 999_999, "text": "x"})).await;
    assert_eq!(unknown["problem"]["status"], 404, "{unknown}");
}

async fn who_has_not_seen_the_last_word_is_asked(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(503, "C");
    let conversation = world.begin(&person, "price?").await;
    let path = format!("/api/conversations/{conversation}");
    let seen = world.owner.get(&path).await["seq"].clone();
    person.says("no, forget it");
    world.feed.message("no, forget it").await;
    let body = json!({"text": "20 million", "seen_seq": seen});
    world.owner.say(conversation, body).await.refused(409, "changed_since");
    let now = world.owner.get(&path).await["seq"].clone();
    world.owner.say(conversation, json!({"text": "ok", "seen_seq": now})).await.expect(201);
    // One's own message and a note do not count as news.
    let body = json!({"text": "internal", "note": true});
    let dana = world.owner.invite("operator", "dana@stroika.kz", "Dana").await;
    dana.say(conversation, body).await.expect(201);
    world.owner.say(conversation, json!({"text": "and more", "seen_seq": now})).await.expect(201);
    // A colleague's answer does.
    dana.answer(conversation, "Dana here").await;
    let late = json!({"text": "blind", "seen_seq": now});
    world.owner.say(conversation, late).await.refused(409, "changed_since");
    let nack = world.feed.send("s1", json!({"conversation_id": conversation, "text": "blind", "seen_seq": now})).await;
    assert_eq!(nack["problem"]["code"], "changed_since", "{nack}");
}

on_both_databases!(one_key_is_one_message, the_socket_and_the_api_share_their_keys, who_has_not_seen_the_last_word_is_asked,);
