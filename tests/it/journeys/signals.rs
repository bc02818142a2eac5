//! Who is there, who types, who looks: transient, never stored.

use serde_json::json;

use crate::support::api::id;
use crate::support::{Backend, Feed, World, on_both_databases};

async fn colleagues_see_each_other(backend: Backend) {
    let world = World::new(backend).await;
    let dana = world.owner.invite("operator", "dana@stroika.kz", "Dana").await;
    let dana_id = id(&dana.me().await);
    let conversation = world.begin(&world.customer(501, "A"), "hi").await;
    let hers = Feed::open(&world.hub.url(), dana.token()).await;
    let came = |f: &serde_json::Value| f["user_id"] == dana_id && f["presence"] == "online";
    world.feed.wait("presence.updated", came).await;
    let snapshot = hers.socket.frame("presence.snapshot").await;
    assert_eq!(snapshot["online"].as_array().map(Vec::len), Some(2), "{snapshot}");
    let before = world.feed.cursor();

    hers.socket.send(json!({"type": "viewing", "conversation_id": conversation}));
    let seen = world.feed.wait("conversation.viewing", |f| f["on"] == true).await;
    assert_eq!((&seen["user_id"], &seen["name"]), (&json!(dana_id), &json!("Dana")));
    hers.socket.send(json!({"type": "typing", "conversation_id": conversation, "on": true}));
    let typing = world.feed.wait("conversation.typing", |f| f["on"] == true).await;
    assert_eq!((&typing["who"], &typing["user_id"]), (&json!("operator"), &json!(dana_id)));
    world.telegram.called("sendChatAction", 1).await;
    drop(hers);
    world.feed.wait("presence.updated", |f| f["user_id"] == dana_id && f["presence"] == "offline").await;
    world.feed.wait("conversation.viewing", |f| f["on"] == false).await;
    assert_eq!(world.feed.cursor(), before, "signals moved the feed");
    let operators = crate::support::api::list(world.owner.get("/api/operators").await, "operators");
    let listed = operators.iter().find(|o| o["id"] == dana_id).expect("Dana is listed");
    assert_eq!(listed["presence"], "offline");
}

async fn a_stranger_cannot_type_into_a_conversation(backend: Backend) {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(502, "B"), "hi").await;
    let rival = world.hub.api().owner("rival@rival.kz", "Rival").await;
    let theirs = Feed::open(&world.hub.url(), rival.token()).await;
    theirs.socket.send(json!({"type": "typing", "conversation_id": conversation, "on": true}));
    theirs.socket.send(json!({"type": "viewing", "conversation_id": conversation}));
    theirs.socket.send(json!({"type": "ping"}));
    theirs.socket.frame("pong").await;
    world.begin(&world.customer(503, "C"), "a marker").await;
    let leaked = world.feed.socket.frames();
    let signal = |kind: &str| leaked.iter().any(|f| f["type"] == kind);
    assert!(!signal("conversation.typing") && !signal("conversation.viewing"));
    assert!(theirs.durable().is_empty(), "a foreign company's frames: {:?}", theirs.durable());
}

on_both_databases!(colleagues_see_each_other, a_stranger_cannot_type_into_a_conversation);
