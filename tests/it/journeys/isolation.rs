//! One tenant never sees another: every id of theirs is as unknown as a random one.

use reqwest::Method;
use serde_json::json;

use crate::support::{Backend, World, on_both_databases};

async fn foreign_ids_are_unknown(backend: Backend) {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(501, "A"), "a secret").await;
    let message = world.owner.answer(conversation, "another secret").await;
    let object = world.owner.get(&format!("/api/conversations/{conversation}")).await;
    let customer = object["customer"]["id"].clone();
    let file = world.owner.upload("f.txt", "text/plain", b"secret".to_vec()).await.expect(201);
    let invite = world.owner.post("/api/invites", json!({"role": "operator"})).await.expect(201);
    let owner_id = world.owner.me().await["id"].clone();
    let session = world.owner.get("/api/sessions").await["sessions"][0]["id"].clone();
    let before = world.owner.messages(conversation).await;
    let rival = world.hub.api().owner("rival@rival.kz", "Rival").await;
    let rival_conversations = rival.get("/api/conversations?status=any").await;
    assert_eq!(rival_conversations["conversations"], json!([]));

    let c = |rest: &str| format!("/api/conversations/{conversation}{rest}");
    let channel = format!("/api/channels/{}", world.channel);
    let routes = [
        (Method::GET, c(""), json!(null)),
        (Method::GET, c("/messages"), json!(null)),
        (Method::POST, c("/messages"), json!({"text": "intruder"})),
        (Method::POST, c("/assign"), json!({"assignee_id": null})),
        (Method::POST, c("/status"), json!({"status": "closed"})),
        (Method::POST, c("/read"), json!({})),
        (Method::POST, format!("/api/messages/{}/resend", message["id"]), json!(null)),
        (Method::POST, format!("/api/messages/{}/cancel", message["id"]), json!(null)),
        (Method::GET, format!("/api/customers/{customer}"), json!(null)),
        (Method::PATCH, format!("/api/customers/{customer}"), json!({"name": "intruder"})),
        (Method::GET, channel.clone(), json!(null)),
        (Method::PATCH, channel.clone(), json!({"name": "intruder"})),
        (Method::POST, format!("{channel}/check"), json!(null)),
        (Method::DELETE, channel, json!(null)),
        (Method::GET, format!("/api/files/{}", file["id"].as_str().map_or(file["id"].to_string(), String::from)), json!(null)),
        (Method::DELETE, format!("/api/invites/{}", invite["id"]), json!(null)),
        (Method::PATCH, format!("/api/operators/{owner_id}"), json!({"is_active": false})),
        (Method::DELETE, format!("/api/operators/{owner_id}"), json!(null)),
        (Method::DELETE, format!("/api/sessions/{}", session.as_str().map_or(session.to_string(), String::from)), json!(null)),
    ];
    for (method, path, body) in routes {
        let body = (!body.is_null()).then_some(body);
        let answer = rival.ask(method.clone(), &path, body).await;
        assert_eq!(answer.status, 404, "{method} {path}: {}", answer.body);
    }
    // Foreign things inside one's own.
    let own = rival.channels().await.into_iter().find(|c| c["kind"] == "api").expect("an api channel");
    let start = json!({"channel_id": own["id"], "customer_id": customer});
    let answer = rival.post("/api/conversations", start).await;
    assert!(matches!(answer.status, 404 | 409), "{} {}", answer.status, answer.body);
    assert_eq!(world.owner.messages(conversation).await.len(), before.len());
    assert_eq!(world.owner.get(&c("")).await["status"], "open");
    world.owner.me().await;
}

on_both_databases!(foreign_ids_are_unknown);
