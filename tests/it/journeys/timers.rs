//! What is due by the clock comes, whoever else cannot.

use serde_json::json;

use crate::support::{Backend, World, eventually, on_both_databases};

const BROKEN: i64 = 230;

async fn conversations_that_fail_hold_nobody(backend: Backend) {
    let world = World::new(backend).await;
    let people: Vec<_> = (0..BROKEN).map(|n| world.customer(2_000 + n, &format!("P{n}"))).collect();
    for person in &people {
        person.says("hi");
    }
    world.telegram.all_acknowledged().await;
    let last = world.begin(&world.customer(1_999, "Last"), "hello").await;
    world.hub.kill();
    // All others cannot be loaded, and each has a call that is long due.
    let others = format!("conversations WHERE id <> {last}");
    world.hub.sql(&format!("UPDATE conversations SET episode_id = -episode_id WHERE id <> {last}")).await;
    let calls = format!(
        "INSERT INTO timers (id, company_id, conversation_id, kind, due_at, version) \
         SELECT 10000000 + id, company_id, id, 'callback', 1, version FROM {others}"
    );
    world.hub.sql(&calls).await;
    assert_eq!(world.hub.count("SELECT COUNT(*) FROM timers").await, BROKEN);
    world.hub.restart().await;
    let path = format!("/api/conversations/{last}");
    let until = (chrono::Utc::now() + chrono::Duration::seconds(5)).to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    world.owner.post(&format!("{path}/status"), json!({"status": "snoozed", "until": until})).await.expect(200);
    eventually("the end of the snooze", || async { (world.owner.get(&path).await["status"] == "open").then_some(()) }).await;
    assert_eq!(world.hub.count("SELECT COUNT(*) FROM timers").await, BROKEN, "what failed stays due");
    world.hub.kill();
    world.hub.sql(&format!("UPDATE conversations SET episode_id = -episode_id WHERE id <> {last}")).await;
    world.hub.restart().await;
    let due = "SELECT COUNT(*) FROM messages WHERE direction = 'event' AND CAST(payload AS TEXT) LIKE '%callback_due%'";
    eventually("all calls", || async { (world.hub.count(due).await == BROKEN).then_some(()) }).await;
    assert_eq!(world.hub.count("SELECT COUNT(*) FROM timers").await, 0);
}

on_both_databases!(conversations_that_fail_hold_nobody);
