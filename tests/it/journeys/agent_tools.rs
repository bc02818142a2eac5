//! A company's own tools: nothing that leads inside is stored or called, headers are never told again, arguments are typed.

use serde_json::{Value, json};

use crate::support::api::{id, list};
use crate::support::{Api, Backend, Hub, on_both_databases};

/// A public address: what it answers is nobody's business here, it is never called.
const URL: &str = "https://8.8.8.8/orders";

fn tool(name: &str) -> Value {
    json!({
        "name": name, "description": "Finds an order by its number", "url": URL, "method": "POST",
        "parameters": [
            {"name": "number", "type": "integer", "description": "The order's number", "required": true},
            {"name": "urgent", "type": "boolean"},
        ],
        "headers": {"Authorization": "Bearer crm-secret-0123-wxyz", "X-Team": "sales"}, "timeout_ms": 3000,
    })
}

fn with(name: &str, field: &str, value: Value) -> Value {
    let mut body = tool(name);
    body[field] = value;
    body
}

async fn refused_at(api: &Api, field: &str, body: Value) {
    let asked = body.to_string();
    let problem = api.post("/api/agent/tools", body).await.refused(422, "validation");
    assert!(problem["errors"][field].is_string(), "{asked}: nothing at {field} in {problem}");
}

async fn tools_are_kept_and_their_headers_are_not_told(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
    let made = owner.post("/api/agent/tools", tool("find_order")).await.expect(201);
    assert_eq!((&made["name"], &made["method"], &made["timeout_ms"]), (&json!("find_order"), &json!("POST"), &json!(3000)));
    assert_eq!((&made["enabled"], &made["url"]), (&json!(true), &json!(URL)));
    assert_eq!(made["headers_hint"], "Authorization: …wxyz, X-Team: …");
    assert_eq!(made["parameters"][1], json!({"name": "urgent", "type": "boolean", "description": "", "required": false}));
    assert_eq!(owner.get("/api/agent/tools").await, json!({"tools": [made]}));
    refused_at(&owner, "name", tool("find_order")).await;
    let path = format!("/api/agent/tools/{}", id(&made));
    let changed = owner.patch(&path, json!({"enabled": false, "name": "order_state"})).await.expect(200);
    assert_eq!((&changed["enabled"], &changed["name"]), (&json!(false), &json!("order_state")));
    assert_eq!((&changed["headers_hint"], &changed["parameters"]), (&made["headers_hint"], &made["parameters"]));
    owner.patch(&path, json!({"url": "http://127.0.0.1:5432/"})).await.refused(422, "validation");
    owner.patch(&path, json!({"name": "handoff"})).await.refused(422, "validation");
    let bare = owner.patch(&path, json!({"headers": null, "url": "https://8.8.4.4/x?a=1"})).await.expect(200);
    assert_eq!((&bare["headers_hint"], &bare["url"]), (&json!(null), &json!("https://8.8.4.4/x?a=1")));
    owner.post("/api/agent/tools", tool("find_order")).await.expect(201);
    assert_eq!(hub.count("SELECT COUNT(*) FROM agent_tools WHERE headers LIKE '%secret%'").await, 0);
    assert_eq!(hub.count("SELECT COUNT(*) FROM audit_log WHERE CAST(data AS TEXT) LIKE '%secret%'").await, 0);
    assert!(!hub.log().contains("crm-secret"), "a header is in the log");
    owner.delete(&path).await.expect(204);
    owner.delete(&path).await.refused(404, "not_found");
}

async fn what_cannot_be_a_tool_is_told(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
    let inside = [
        "http://127.0.0.1:8000/api/settings",
        "http://2130706433/",
        "http://[::ffff:169.254.169.254]/latest/meta-data/",
        "http://10.1.2.3/",
        "http://localhost/",
        "http://postgres:5432/",
        "http://printer.local/",
        "file:///etc/passwd",
        "gopher://8.8.8.8/",
        "https://user:word@8.8.8.8/",
        "https://8.8.8.8/orders/{number}",
        "orders",
    ];
    for url in inside {
        refused_at(&owner, "url", with("t", "url", json!(url))).await;
    }
    for name in ["Find order", "", "9lives", "register_lead"] {
        refused_at(&owner, "name", tool(name)).await;
    }
    let twice = json!([{"name": "a", "type": "string"}, {"name": "a", "type": "number"}]);
    for (field, value) in [
        ("description", json!(" ")),
        ("method", json!("DELETE")),
        ("parameters", twice),
        ("timeout_ms", json!(60_000)),
        ("headers", json!({"Host": "evil.example"})),
        ("headers", json!({"X-Switchboard-Company": "1"})),
        ("headers", json!({"X-Key": "a\nb"})),
        ("headers", json!({"two words": "x"})),
    ] {
        refused_at(&owner, field, with("t", field, value)).await;
    }
    owner
        .post("/api/agent/tools", with("t", "parameters", json!([{"name": "a", "type": "date"}])))
        .await
        .refused(422, "validation");
    assert_eq!(list(owner.get("/api/agent/tools").await, "tools"), Vec::<Value>::new());
}

async fn a_dry_run_is_typed_and_guarded(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
    let made = owner.post("/api/agent/tools", tool("find_order")).await.expect(201);
    let path = format!("/api/agent/tools/{}/try", id(&made));
    for arguments in [json!({}), json!({"number": "soon"}), json!({"number": 1, "urgent": "perhaps"})] {
        let problem = owner.post(&path, json!({"arguments": arguments})).await.refused(422, "validation");
        assert!(problem["errors"]["arguments"].is_string(), "{problem}");
    }
    // It has come to lead inside since it was saved.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let local = listener.local_addr().expect("an address");
    for url in [format!("http://{local}/"), "http://localhost/".into(), "http://169.254.169.254/".into()] {
        hub.sql(&format!("UPDATE agent_tools SET url = '{url}'")).await;
        let answer = owner.post(&path, json!({"arguments": {"number": "17", "more": 1}})).await.expect(200);
        assert_eq!((&answer["status"], &answer["body"]), (&json!(null), &json!("")));
        assert!(answer["refused"].as_str().is_some_and(|why| why.contains("private")), "{answer}");
    }
    let nobody = tokio::time::timeout(std::time::Duration::from_millis(100), listener.accept()).await;
    assert!(nobody.is_err(), "the guard was passed");
    // Thirty a minute, then a pause: nobody scans the world with our hands.
    let mut last = 200;
    for _ in 0..40 {
        last = owner.post(&path, json!({"arguments": {"number": 1}})).await.status;
    }
    assert_eq!(last, 429);
}

on_both_databases!(tools_are_kept_and_their_headers_are_not_told, what_cannot_be_a_tool_is_told, a_dry_run_is_typed_and_guarded,);
