//! The operators' live feed: joining, coming back, starting over.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::support::feed::Cursor;
use crate::support::socket::Socket;
use crate::support::{Backend, Feed, World, newer_events, on_both_databases};

async fn coming_back_brings_what_was_missed(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(501, "A");
    world.begin(&person, "m0").await;
    let feed = Feed::open(&world.hub.url(), world.owner.token()).await;
    assert_eq!(feed.first["user_id"], world.owner.me().await["id"]);
    assert_eq!(feed.first["role"], "owner");
    feed.socket.frame("presence.snapshot").await;
    let cursor = feed.cursor();
    drop(feed);
    for n in 1..=600 {
        person.says(&format!("m{n}"));
    }
    world.telegram.all_acknowledged().await;
    let back = Feed::resume(&world.hub.url(), world.owner.token(), &cursor).await;
    assert_eq!(back.first["type"], "ready");
    back.message("m600").await;
    person.says("live again");
    back.message("live again").await;
    let texts: Vec<_> = back
        .durable()
        .iter()
        .filter(|f| f["type"] == "message.created")
        .filter_map(|f| f["data"]["text"].as_str().map(str::to_string))
        .collect();
    let mut wanted: Vec<String> = (1..=600).map(|n| format!("m{n}")).collect();
    wanted.push("live again".into());
    assert_eq!(texts, wanted, "whole, in order, once");
    // And over a restart of the hub.
    let cursor = back.cursor();
    world.hub.kill();
    world.hub.restart().await;
    person.says("after the restart");
    let again = Feed::resume(&world.hub.url(), world.owner.token(), &cursor).await;
    assert_eq!(again.first["type"], "ready");
    again.message("after the restart").await;
}

async fn a_position_that_is_none_starts_over(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(502, "B");
    world.begin(&person, "hi").await;
    let good = world.feed.cursor();
    let foreign = Cursor { epoch: json!("another-epoch"), seq: good.seq };
    let beyond = Cursor { epoch: good.epoch.clone(), seq: good.seq + 1_000_000 };
    for cursor in [foreign, beyond] {
        let feed = Feed::resume(&world.hub.url(), world.owner.token(), &cursor).await;
        assert_eq!(feed.first["type"], "resync", "{cursor:?}");
        assert_eq!(feed.first["epoch"], good.epoch);
        assert!(feed.first["seq"].as_i64().unwrap() >= good.seq);
        let text = format!("live after {}", cursor.seq);
        person.says(&text);
        feed.message(&text).await;
        let first = feed.durable()[0].clone();
        assert!(first["seq"].as_i64() > feed.first["seq"].as_i64(), "never a part of the past");
    }
    let no_epoch = Socket::connect(&format!("{}/ws", world.hub.url()), &[]).await.unwrap();
    no_epoch.send(json!({"type": "auth", "token": world.owner.token(), "after": good.seq}));
    no_epoch.frame("resync").await;
}

async fn who_does_not_sign_in_is_closed(backend: Backend) {
    let world = World::new(backend).await;
    let url = format!("{}/ws", world.hub.url());
    let wrong = Socket::connect(&url, &[]).await.unwrap();
    wrong.send(json!({"type": "auth", "token": "x.y.z"}));
    assert_eq!(wrong.end().await, 4401);
    let silent = Socket::connect(&url, &[]).await.unwrap();
    let eager = Socket::connect(&url, &[]).await.unwrap();
    eager.send(json!({"type": "ping"}));
    let code = eager.end().await;
    assert!(matches!(code, 4401 | 4408), "{code}");
    assert_eq!(silent.end().await, 4408);
    for socket in [&wrong, &silent, &eager] {
        assert!(socket.frames().iter().all(|f| f.get("seq").is_none()), "something of the feed was told");
    }
    let foreign = Socket::connect(&url, &[("origin", "https://evil.example")]).await;
    assert_eq!(foreign.err(), Some(403), "a foreign origin");
    let ours = Socket::connect(&url, &[("origin", &world.hub.url())]).await.unwrap();
    ours.send(json!({"type": "auth", "token": world.owner.token()}));
    ours.frame("ready").await;
}

async fn bad_frames_hurt_only_their_sender(backend: Backend) {
    let world = World::new(backend).await;
    let nonsense = [
        "",
        "{",
        "null",
        "[]",
        "{\"type\":5}",
        "{\"type\":\"no.such\"}",
        "{\"type\":\"send\"}",
        "{\"type\":\"send\",\"conversation_id\":\"x\",\"client_id\":7}",
        "{\"type\":\"typing\",\"conversation_id\":1e99}",
    ];
    for text in nonsense {
        let feed = Feed::open(&world.hub.url(), world.owner.token()).await;
        feed.socket.send_raw(Message::text(text));
        feed.socket.send(json!({"type": "ping"}));
        // Told, ignored or closed: all are fine, silence is not.
        let pong = |f: &Value| (f["type"] == "pong").then_some(());
        if let Err(code) = feed.socket.find_or_end("a pong or the end", 0, pong).await {
            assert!(code >= 1002, "{text:?} closed with {code}");
        }
    }
    let feed = Feed::open(&world.hub.url(), world.owner.token()).await;
    feed.socket.send_raw(Message::text("x".repeat(70_000)));
    assert_eq!(feed.socket.end().await, 1009);
    let flood = Feed::open(&world.hub.url(), world.owner.token()).await;
    let flooding = async {
        loop {
            for _ in 0..60 {
                flood.socket.send(json!({"type": "ping"}));
            }
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
    };
    tokio::select! {
        () = flooding => {}
        code = flood.socket.end() => assert_eq!(code, 4429),
    }
    assert_eq!(world.feed.socket.closed(), None);
    world.begin(&world.customer(503, "C"), "still live").await;
}

async fn snapshot_and_feed_agree(backend: Backend) {
    // Zulip's test: an old snapshot plus the frames gives the new snapshot.
    let world = World::new(backend).await;
    let person = world.customer(504, "D");
    let conversation = world.begin(&person, "one").await;
    let path = format!("/api/conversations/{conversation}");
    let answer = world.owner.answer(conversation, "two").await;
    world.feed.status(answer["id"].as_i64().unwrap(), "sent").await;
    person.says("three");
    world.owner.say(conversation, json!({"text": "note", "note": true})).await.expect(201);
    let me = world.owner.me().await["id"].clone();
    world.owner.post(&format!("{path}/assign"), json!({"assignee_id": me})).await.expect(200);
    world.owner.post(&format!("{path}/status"), json!({"status": "closed"})).await.expect(200);
    person.says("four");
    world.feed.message("four").await;
    let now = world.owner.get(&path).await;
    let messages = world.owner.messages(conversation).await;
    world.feed.wait("message.created", |f| f["data"]["text"] == "four").await;
    let mut built = std::collections::BTreeMap::new();
    let mut status = json!(null);
    for frame in world.feed.durable() {
        if frame["type"].as_str().unwrap().starts_with("message.") {
            built.insert(frame["data"]["id"].as_i64().unwrap(), frame["data"].clone());
            status = frame["conversation"]["status"].clone();
        } else if frame["type"].as_str().unwrap().starts_with("conversation.") {
            status = frame["data"]["status"].clone();
        }
    }
    assert_eq!(status, now["status"]);
    for message in &messages {
        let frame = &built[&message["id"].as_i64().unwrap()];
        for field in ["direction", "kind", "text", "status", "author", "seq", "created_at"] {
            assert_eq!(frame[field], message[field], "{field} of {message}");
        }
    }
    assert_eq!(built.len(), messages.len(), "every message came as a frame");
}

async fn kinds_of_a_newer_version_are_passed(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(505, "E");
    world.begin(&person, "before").await;
    let cursor = world.feed.cursor();
    let company = world.hub.count("SELECT MIN(company_id) FROM company_feeds").await;
    // More than a page of catching up.
    world.hub.sql(&newer_events(company, 300)).await;
    person.says("between");
    world.feed.message("between").await;
    world.hub.sql(&newer_events(company, 1)).await;
    person.says("behind");
    world.feed.message("behind").await;
    let texts = |feed: &Feed| -> Vec<String> {
        let texts = feed.durable().into_iter().filter_map(|f| f["data"]["text"].as_str().map(str::to_owned));
        texts.collect()
    };
    let back = Feed::resume(&world.hub.url(), world.owner.token(), &cursor).await;
    back.message("behind").await;
    assert_eq!(texts(&back), ["between", "behind"]);
    super::search::found(&world.owner, "behind", &["behind"]).await;
    // And from the table alone.
    world.hub.kill();
    world.hub.restart().await;
    let again = Feed::resume(&world.hub.url(), world.owner.token(), &cursor).await;
    again.message("behind").await;
    assert_eq!(texts(&again), ["between", "behind"]);
}

on_both_databases!(
    kinds_of_a_newer_version_are_passed,
    coming_back_brings_what_was_missed,
    a_position_that_is_none_starts_over,
    who_does_not_sign_in_is_closed,
    bad_frames_hurt_only_their_sender,
    snapshot_and_feed_agree,
);
