//! What was typed and not sent follows its writer to another device, and nobody else sees it.

use serde_json::json;

use crate::support::{Api, Backend, World, on_both_databases};

async fn drafts(api: &Api) -> Vec<(i64, String, String)> {
    let all = api.pages("/api/drafts?limit=1", "drafts").await;
    let text = |draft: &serde_json::Value, mode: &str| draft[mode].as_str().expect("a text").to_owned();
    all.iter().map(|d| (d["conversation_id"].as_i64().expect("an id"), text(d, "reply"), text(d, "note"))).collect()
}

async fn a_draft_follows_its_writer(backend: Backend) {
    let world = World::new(backend).await;
    let dana = world.owner.invite("operator", "dana@stroika.kz", "Dana").await;
    let first = world.begin(&world.customer(501, "A"), "hi").await;
    let second = world.begin(&world.customer(502, "B"), "hello").await;
    let keep = async |conversation: i64, body: serde_json::Value| {
        world.owner.patch(&format!("/api/conversations/{conversation}/draft"), body).await.expect(204);
    };
    keep(first, json!({"reply": "ten mill"})).await;
    keep(first, json!({"note": "haggles"})).await;
    keep(second, json!({"reply": "Good m"})).await;
    keep(second, json!({"reply": "Good morn"})).await;
    let elsewhere = world.hub.api().signed_in("owner@stroika.kz").await;
    let expected = [(first, "ten mill".to_owned(), "haggles".to_owned()), (second, "Good morn".to_owned(), String::new())];
    assert_eq!(drafts(&elsewhere).await, expected);
    assert_eq!(drafts(&dana).await, []);
    world.hub.kill();
    world.hub.restart().await;
    keep(first, json!({"reply": ""})).await;
    keep(second, json!({"reply": "", "note": null})).await;
    assert_eq!(drafts(&elsewhere).await, [(first, String::new(), "haggles".to_owned())]);
    let long = json!({"note": "x".repeat(20_000)});
    world.owner.patch(&format!("/api/conversations/{first}/draft"), long).await.refused(422, "validation");
}

on_both_databases!(a_draft_follows_its_writer);
