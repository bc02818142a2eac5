//! Work off the hot path, as managers see it: theirs alone, and in words of ours.

use serde_json::{Value, json};

use crate::support::{Backend, World, eventually, on_both_databases};

async fn jobs(api: &crate::support::Api, query: &str) -> Vec<Value> {
    api.get(&format!("/api/jobs{query}")).await["jobs"].as_array().expect("a list").clone()
}

async fn managers_see_what_was_given_up(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(502, "G");
    for name in ["gone.bin", "lost.bin"] {
        person.document("gone", name, "application/octet-stream", 10);
    }
    let failed = eventually("two jobs given up", || async {
        let failed = jobs(&world.owner, "?status=failed").await;
        (failed.len() == 2).then_some(failed)
    })
    .await;
    for job in &failed {
        assert_eq!((&job["kind"], &job["status"], &job["error"]), (&json!("fetch_media"), &json!("failed"), &json!("refused")));
        assert_eq!(job["progress"], json!({ "done": 0, "total": null, "note": null }));
        let shown = job.to_string();
        assert!(!shown.contains("Telegram") && !shown.contains("file_id"), "the provider's words stay inside: {shown}");
    }
    // Page by page.
    let first = world.owner.get("/api/jobs?limit=1").await;
    let cursor = first["next_cursor"].as_str().expect("more");
    let second = world.owner.get(&format!("/api/jobs?limit=1&cursor={cursor}")).await;
    assert_eq!([&first["jobs"][0], &second["jobs"][0]], [&failed[0], &failed[1]], "newest first");
    assert!(jobs(&world.owner, "?status=running").await.is_empty());
    assert!(jobs(&world.owner, "?kind=transcribe").await.is_empty());
    assert_eq!(jobs(&world.owner, "?kind=fetch_media&status=").await.len(), 2);
    world.owner.ask(reqwest::Method::GET, "/api/jobs?status=done", None).await.refused(422, "validation");
    let manager = world.owner.invite("manager", "manager@stroika.kz", "M").await;
    assert_eq!(jobs(&manager, "").await.len(), 2);
    let operator = world.owner.invite("operator", "operator@stroika.kz", "O").await;
    operator.ask(reqwest::Method::GET, "/api/jobs", None).await.refused(403, "forbidden");
    let rival = world.hub.api().owner("rival@rival.kz", "Rival").await;
    assert!(jobs(&rival, "").await.is_empty(), "another company's, and the house's own, are nobody else's");
}

on_both_databases!(managers_see_what_was_given_up);
