//! What search never shows, and what it does not lose.

use serde_json::json;

use super::{ask, found, names, search, texts};
use crate::support::api::id;
use crate::support::{Backend, World, on_both_databases, run};

async fn what_is_hidden_is_not_found(backend: Backend) {
    let world = World::new(backend).await;
    let (hub, owner) = (&world.hub, &world.owner);
    let operator = owner.invite("operator", "dana@stroika.kz", "Dana").await;
    let rival = hub.api().owner("rival@rival.kz", "Rival").await;
    let conversation = world.begin(&world.customer(501, "Секретов"), "секрет один").await;
    world.begin(&world.customer(502, "Секретова"), "секрет два").await;
    found(owner, "секрет", &["секрет два", "секрет один"]).await;
    assert_eq!(texts(&search(&operator, "секрет").await), ["секрет два", "секрет один"]);

    let company = owner.me().await["company_id"].as_i64().unwrap();
    let hide = format!(
        "INSERT INTO departments (company_id, name, created_at) VALUES ({company}, 'Sales', 1); \
         UPDATE conversations SET version = version + 1, department_id = (SELECT max(id) FROM departments) WHERE id = {conversation}"
    );
    hub.sql(&hide).await;
    let seen = search(&operator, "секрет").await;
    assert_eq!((texts(&seen), names(&seen)), (vec!["секрет два"], vec!["Секретова"]));
    assert_eq!(texts(&ask(&operator, "секрет", &format!("&conversation_id={conversation}")).await.expect(200)), [""; 0]);
    assert_eq!(texts(&search(owner, "секрет").await).len(), 2, "the owner sees all");
    let dana = id(&operator.me().await);
    owner.post(&format!("/api/conversations/{conversation}/assign"), json!({"assignee_id": dana})).await.expect(200);
    assert_eq!(texts(&search(&operator, "секрет").await).len(), 2, "what is theirs they see");

    let nothing = json!({"messages": [], "customers": [], "next_cursor": null});
    assert_eq!(search(&rival, "секрет").await, nothing);
    assert_eq!(ask(&rival, "секрет", &format!("&conversation_id={conversation}")).await.expect(200), nothing);
    world.hub.api().ask(reqwest::Method::GET, "/api/search?q=ab", None).await.refused(401, "not_signed_in");
}

async fn what_was_said_before_the_index_is_found(backend: Backend) {
    let world = World::new(backend).await;
    let owner = &world.owner;
    world.begin(&world.customer(501, "A"), "давно сказано").await;
    found(owner, "давно", &["давно сказано"]).await;
    world.hub.kill();
    // As it is when a version without search has worked here, and its events are purged.
    world.hub.sql("DELETE FROM message_words").await;
    world.hub.sql("DELETE FROM search_cursors; DELETE FROM events").await;
    world.hub.restart().await;
    found(owner, "давно", &["давно сказано"]).await;
    // As it is after a crash in between: the cursor stands where it stood.
    world.hub.kill();
    world.hub.sql("DELETE FROM message_words").await;
    world.hub.sql("UPDATE search_cursors SET seq = 0").await;
    world.hub.restart().await;
    found(owner, "давно", &["давно сказано"]).await;
}

#[test]
fn two_nodes_keep_one_index() {
    run(Backend::Postgres, |backend| async move {
        let redis = crate::support::postgres::redis_url();
        let world = World::with(backend, "webhook", &[("REDIS_URL", &redis)]).await;
        let other = world.hub.twin(&[("PUBLIC_URL", &world.hub.url())]);
        other.restart().await;
        let there = other.api().with_token(world.owner.token());
        let conversation = world.begin(&world.customer(501, "A"), "слово").await;
        for n in 0..40 {
            let api = if n % 2 == 0 { &world.owner } else { &there };
            api.say(conversation, json!({"text": format!("слово {n}"), "note": true})).await.expect(201);
        }
        let all: Vec<String> = (0..40).rev().map(|n| format!("слово {n}")).chain(["слово".into()]).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        found(&world.owner, "слово", &all).await;
        found(&there, "слово", &all).await;
    });
}

on_both_databases!(what_is_hidden_is_not_found, what_was_said_before_the_index_is_found);
