//! Inside one company: what a department keeps to itself is unknown to an operator of none.

use super::scene::Scene;
use super::{call, face, name, resource, rows_with_id, unknown};
use crate::rules::behind;
use crate::support::{Backend, Feed, on_both_databases};

async fn a_departments_conversation_is_unknown_outside(backend: Backend) {
    let scene = Scene::set(backend).await;
    let (hub, owner) = (&scene.world.hub, &scene.world.owner);
    let operator = owner.signed_in("colleague@stroika.kz").await;
    let feed = Feed::open(&hub.url(), operator.token()).await;
    let attached = serde_json::json!({"text": "see", "attachments": [scene.file]});
    owner.say(scene.conversation, attached).await.expect(201);
    operator.get(&format!("/api/conversations/{}", scene.conversation)).await;
    operator.ask(reqwest::Method::GET, &format!("/api/files/{}", scene.file), None).await.expect(200);

    let (company, conversation) = (scene.company, scene.conversation);
    let hide = format!(
        "INSERT INTO departments (company_id, name, created_at) VALUES ({company}, 'Sales', 1); \
         UPDATE conversations SET version = version + 1, department_id = (SELECT max(id) FROM departments) WHERE id = {conversation};"
    );
    behind::execute(hub, &hide).await;
    let before = behind::settled(hub, company).await;
    let mut wrong = Vec::new();
    let about_it = ["conversations", "messages", "customers", "leads", "files", "agent-runs"];
    for row in rows_with_id().into_iter().filter(|row| about_it.contains(&resource(row))) {
        let id = scene.id_of(resource(row));
        let (hidden, random) = (call(&operator, row, id).await, call(&operator, row, unknown(id)).await);
        if hidden.status != 404 || face(&hidden) != face(&random) {
            wrong.push(format!("{}\nhidden: {}\nunknown: {}", name(row), face(&hidden), face(&random)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert_eq!(behind::belongings(hub, company).await, before);
    assert_eq!(operator.conversations("status=any").await, Vec::<serde_json::Value>::new());
    assert_eq!(operator.get("/api/customers").await["customers"], serde_json::json!([]));
    for paged in ["", "?limit=10"] {
        let leads = operator.get(&format!("/api/leads{paged}")).await;
        assert_eq!(leads, serde_json::json!({"leads": [], "total": 0, "next_cursor": null}));
    }
    let found = operator.get("/api/search?q=secret").await;
    assert_eq!(found, serde_json::json!({"messages": [], "customers": [], "next_cursor": null}));
    let unwritten = serde_json::json!({"conversation_id": conversation, "name": "X", "phone": "87768776637"});
    operator.post("/api/leads", unwritten).await.refused(404, "not_found");
    assert_eq!(behind::belongings(hub, company).await, before);

    // Nor do its messages come to the screen, while the others' do.
    owner.answer(conversation, "for the department only").await;
    let lead = format!("/api/leads/{}", scene.lead);
    owner.patch(&lead, serde_json::json!({"status": "won"})).await.expect(200);
    // Nor is somebody made responsible for what they do not see.
    let blind = serde_json::json!({"assignee_id": scene.colleague});
    owner.patch(&lead, blind).await.refused(409, "conflict");
    let other = scene.world.begin(&scene.world.customer(502, "B"), "for everybody").await;
    feed.message("for everybody").await;
    let seen = feed.socket.frames();
    let hidden: Vec<_> =
        seen.iter().filter(|f| f["data"]["text"] == "for the department only" || f["data"]["status"] == "won").collect();
    assert!(hidden.is_empty(), "{hidden:#?}");
    operator.get(&format!("/api/conversations/{other}")).await;

    // Nor does the operator give a sign of life there, to colleagues or to the customer.
    for at in [conversation, other] {
        feed.socket.send(serde_json::json!({"type": "typing", "conversation_id": at, "on": true}));
        feed.socket.send(serde_json::json!({"type": "viewing", "conversation_id": at}));
    }
    let told = |kind: &'static str| move |f: &serde_json::Value| f["type"] == kind && f["conversation_id"] == other;
    for kind in ["conversation.typing", "conversation.viewing"] {
        scene.world.feed.socket.find(kind, 0, |f| told(kind)(f).then_some(())).await;
    }
    let signs: Vec<_> = scene.world.feed.socket.frames();
    let inside = |f: &&serde_json::Value| f["conversation_id"] == conversation && f["on"] == true && f["user_id"].is_i64();
    assert_eq!(signs.iter().find(inside), None);
}

on_both_databases!(a_departments_conversation_is_unknown_outside);
