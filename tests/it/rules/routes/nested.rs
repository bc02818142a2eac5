//! Foreign ids inside bodies, queries and frames of what is one's own.

use reqwest::Method;
use serde_json::{Value, json};

use super::scene::Scene;
use super::{face, unknown};
use crate::rules::behind;
use crate::support::api::id;
use crate::support::{Backend, Feed, on_both_databases};

type Case = (&'static str, i64, Box<dyn Fn(i64) -> Value>);

/// Address, the foreign id, and the body that names it.
fn cases(scene: &Scene) -> Vec<(String, Case)> {
    let own = &scene.own;
    let (conversation, customer, channel) = (own.conversation, own.customer, own.channel);
    let at = |verb: &str| format!("/api/conversations/{conversation}/{verb}");
    let case = |name, id, body: Box<dyn Fn(i64) -> Value>| -> Case { (name, id, body) };
    let theirs = scene.world.channel;
    vec![
        (at("assign"), case("assignee_id", scene.colleague, Box::new(|id| json!({"assignee_id": id})))),
        (at("messages"), case("attachments", scene.file, Box::new(|id| json!({"text": "x", "attachments": [id]})))),
        (at("messages"), case("reply_to", scene.message, Box::new(|id| json!({"text": "x", "reply_to": id})))),
        (
            at("messages"),
            case("reply_to of a note", scene.message, Box::new(|id| json!({"text": "x", "note": true, "reply_to": id}))),
        ),
        (
            "/api/conversations".into(),
            case("channel_id", theirs, Box::new(move |id| json!({"channel_id": id, "customer_id": customer}))),
        ),
        (
            "/api/conversations".into(),
            case("customer_id", scene.customer, Box::new(move |id| json!({"channel_id": channel, "customer_id": id}))),
        ),
        (
            "/api/leads".into(),
            case(
                "conversation_id",
                scene.conversation,
                Box::new(|id| json!({"conversation_id": id, "name": "x", "phone": "87768776637"})),
            ),
        ),
        (
            "/api/conversations".into(),
            case(
                "customer_id on their channel",
                scene.customer,
                Box::new(move |id| json!({"channel_id": theirs, "customer_id": id})),
            ),
        ),
    ]
}

async fn a_foreign_id_in_a_body_is_unknown(backend: Backend) {
    let scene = Scene::set(backend).await;
    let hub = &scene.world.hub;
    let before = behind::settled(hub, scene.company).await;
    let own_before = scene.intruder.messages(scene.own.conversation).await;
    for (path, (what, id, body)) in cases(&scene) {
        let foreign = scene.intruder.post(&path, body(id)).await;
        let random = scene.intruder.post(&path, body(unknown(id))).await;
        assert!(matches!(foreign.status, 404 | 409), "{path} {what}: {foreign:?}");
        assert_eq!(face(&foreign), face(&random), "{path} {what}");
    }
    let lead = format!("/api/leads/{}", scene.own.lead);
    let give = async |id: i64| scene.intruder.patch(&lead, json!({"assignee_id": id})).await;
    let (foreign, random) = (give(scene.colleague).await, give(unknown(scene.colleague)).await);
    assert_eq!((foreign.status, face(&foreign)), (409, face(&random)));
    // Marks and filters: an answer, and nothing of theirs in it.
    let path = format!("/api/conversations/{}/read", scene.own.conversation);
    for mark in ["message_id", "unread_from"] {
        let read = async |id: i64| scene.intruder.post(&path, json!({mark: id})).await;
        assert_eq!(face(&read(scene.message).await), face(&read(unknown(scene.message)).await));
    }
    let list = async |id: i64| scene.intruder.get(&format!("/api/conversations?status=any&customer_id={id}")).await;
    let list = [list(scene.customer).await, list(unknown(scene.customer)).await];
    assert_eq!((&list[0], &list[0]["conversations"]), (&list[1], &json!([])));
    for filter in [format!("assignee={}", scene.colleague), format!("conversation_id={}", scene.conversation), "q=Канат".into()]
    {
        assert_eq!(scene.intruder.get(&format!("/api/leads?{filter}")).await["leads"], json!([]), "{filter}");
    }
    let found = async |id: i64| scene.intruder.get(&format!("/api/search?q=secret&conversation_id={id}")).await;
    let found = [found(scene.conversation).await, found(unknown(scene.conversation)).await];
    assert_eq!((&found[0], &found[0]["messages"]), (&found[1], &json!([])));
    assert_eq!(scene.intruder.messages(scene.own.conversation).await, own_before);
    assert_eq!(behind::belongings(hub, scene.company).await, before);
    // The same bodies with one's own ids are taken.
    let own_file = scene.intruder.upload("own.txt", "text/plain", b"own".to_vec()).await.expect(201)["id"].clone();
    let own_message = &own_before[0]["id"];
    let own_user = &scene.intruder.me().await["id"];
    let own = [
        ("assign", json!({"assignee_id": own_user}), 200),
        ("messages", json!({"text": "x", "attachments": [own_file]}), 201),
        ("messages", json!({"text": "x", "reply_to": own_message}), 201),
    ];
    for (verb, body, status) in own {
        scene
            .intruder
            .ask(Method::POST, &format!("/api/conversations/{}/{verb}", scene.own.conversation), Some(body))
            .await
            .expect(status);
    }
    let start = json!({"channel_id": scene.own.channel, "customer_id": scene.own.customer});
    scene.intruder.post("/api/conversations", start).await.expect(201);
    give(id(&scene.intruder.me().await)).await.expect(200);
    scene.intruder.lead(scene.own.conversation, "Another", "87768776637").await;
}

async fn a_foreign_id_in_a_frame_is_unknown(backend: Backend) {
    let scene = Scene::set(backend).await;
    let hub = &scene.world.hub;
    let before = behind::settled(hub, scene.company).await;
    let feed = Feed::open(&hub.url(), scene.intruder.token()).await;
    let nack = async |client_id: &str, mut frame: Value| {
        frame["type"] = json!("send");
        frame["client_id"] = json!(client_id);
        feed.socket.send(frame);
        let mut answer = feed.socket.find("a nack", 0, |f| (f["client_id"] == client_id).then(|| f.clone())).await;
        assert_eq!(answer["type"], "nack", "{answer}");
        answer["client_id"].take();
        answer
    };
    let foreign = nack("a", json!({"conversation_id": scene.conversation, "text": "intruder"})).await;
    let random = nack("b", json!({"conversation_id": unknown(scene.conversation), "text": "intruder"})).await;
    assert_eq!((&foreign, &foreign["problem"]["status"]), (&random, &json!(404)));
    let own = |file: i64| json!({"conversation_id": scene.own.conversation, "text": "x", "attachments": [file]});
    assert_eq!(nack("c", own(scene.file)).await, nack("d", own(unknown(scene.file))).await);
    // Nobody over there sees that someone types or looks.
    feed.socket.send(json!({"type": "typing", "conversation_id": scene.conversation}));
    feed.socket.send(json!({"type": "viewing", "conversation_id": scene.conversation}));
    nack("e", json!({"conversation_id": scene.conversation, "text": "after both"})).await;
    assert_eq!(behind::belongings(hub, scene.company).await, before);
    scene.world.owner.answer(scene.conversation, "a mark in the feed").await;
    scene.world.feed.message("a mark in the feed").await;
    let rival = scene.intruder.me().await["id"].clone();
    let seen = scene.world.feed.socket.frames();
    assert!(!seen.iter().any(|frame| frame["user_id"] == rival), "the rival on our screen: {seen:#?}");
    // And nothing of theirs came to the intruder.
    let seen = feed.socket.frames();
    assert!(!seen.iter().any(|frame| frame["conversation_id"] == scene.conversation), "ours on the rival's screen: {seen:#?}");
}

on_both_databases!(a_foreign_id_in_a_body_is_unknown, a_foreign_id_in_a_frame_is_unknown);
