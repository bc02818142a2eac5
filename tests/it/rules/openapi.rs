//! The two documents say what the server does: no more, no less.

mod limits;

use std::collections::BTreeSet;

use serde_json::Value;
use switchboard::api::ROUTES;
use switchboard::domain::access::Permission;
use switchboard::domain::event::EventKind;

use super::source;
use crate::support::{Backend, Hub, run};

/// Sockets belong to the other document; the documents and their pages describe themselves.
const ELSEWHERE: &[&str] = &["/ws", "/ws/chat", "/openapi.json", "/asyncapi.json", "/docs", "/redoc", "/api/schema/swagger"];

async fn document(path: &str) -> Value {
    let hub = Hub::start(Backend::Sqlite, &[]).await;
    let answer = hub.api().ask(reqwest::Method::GET, path, None).await;
    assert!(answer.header("content-type").starts_with("application/json"), "{path}: {}", answer.header("content-type"));
    answer.expect(200)
}

/// `("GET", "/api/x", the operation)`
fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let verbs = ["get", "post", "put", "patch", "delete"];
    let each = paths.iter().flat_map(|(path, item)| verbs.iter().filter_map(move |verb| Some((verb, path, item.get(verb)?))));
    each.map(|(verb, path, operation)| (verb.to_uppercase(), path.clone(), operation)).collect()
}

#[test]
fn openapi_names_every_route_and_no_other() {
    run(Backend::Sqlite, |_| async {
        let document = document("/openapi.json").await;
        assert!(document["openapi"].as_str().is_some_and(|v| v.starts_with("3.")), "{}", document["openapi"]);
        let described: BTreeSet<_> = operations(&document).into_iter().map(|(verb, path, _)| (verb, path)).collect();
        let routes = ROUTES.iter().filter(|row| !ELSEWHERE.contains(&row.path));
        let served: BTreeSet<_> = routes.map(|row| (row.method.to_string(), row.path.to_owned())).collect();
        let missing: Vec<_> = served.difference(&described).collect();
        let invented: Vec<_> = described.difference(&served).collect();
        assert!(missing.is_empty() && invented.is_empty(), "not described: {missing:#?}\nnot served: {invented:#?}");
    });
}

#[test]
fn openapi_says_who_must_sign_in() {
    run(Backend::Sqlite, |_| async {
        let document = document("/openapi.json").await;
        let schemes = document["components"]["securitySchemes"].as_object().expect("schemes");
        let password = schemes.values().find_map(|s| s["flows"]["password"]["tokenUrl"].as_str());
        assert!(password.is_some_and(|url| url.ends_with("/api/auth/login") || url.ends_with("api/auth/login")), "{schemes:?}");
        assert!(schemes.values().any(|s| s["type"] == "http" && s["scheme"] == "bearer"), "{schemes:?}");
        for (verb, path, operation) in operations(&document) {
            let Some(row) = ROUTES.iter().find(|row| row.path == path && row.method.as_str() == verb) else { continue };
            let security = operation.get("security").or(document.get("security"));
            let asks = security.and_then(Value::as_array).is_some_and(|list| !list.is_empty());
            assert_eq!(asks, row.permission != Permission::Public, "{verb} {path}: {security:?}");
            assert!(operation["responses"].as_object().is_some_and(|r| !r.is_empty()), "{verb} {path}: no responses");
            let in_path = operation["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "path").count();
            let shared =
                document["paths"][&path]["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "path").count();
            assert_eq!(in_path + shared, path.matches('{').count(), "{verb} {path}: its parameters");
        }
    });
}

/// What stands behind `const`: the frames' types.
fn constants(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| constants(item, found)),
        Value::Object(fields) => {
            found.extend(fields.get("const").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| constants(value, found));
        }
        _ => {}
    }
}

fn strings(value: &Value, found: &mut BTreeSet<String>, references: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => drop(found.insert(text.clone())),
        Value::Array(items) => items.iter().for_each(|item| strings(item, found, references)),
        Value::Object(fields) => {
            for (name, value) in fields {
                found.insert(name.clone());
                if name == "$ref" {
                    references.extend(value.as_str().map(str::to_owned));
                }
                strings(value, found, references);
            }
        }
        _ => {}
    }
}

#[test]
fn no_reference_leads_nowhere() {
    run(Backend::Sqlite, |_| async {
        for path in ["/openapi.json", "/asyncapi.json"] {
            let document = document(path).await;
            let (mut found, mut references) = (BTreeSet::new(), BTreeSet::new());
            strings(&document, &mut found, &mut references);
            let lost: Vec<_> = references
                .iter()
                .filter(|r| r.strip_prefix('#').is_none_or(|pointer| document.pointer(pointer).is_none()))
                .collect();
            assert!(lost.is_empty(), "{path}: {lost:?}");
            // Nothing of the documents lies on another host.
            let outside: Vec<_> = found.iter().filter(|text| text.starts_with("http") && text.contains(".js")).collect();
            assert!(outside.is_empty(), "{path}: {outside:?}");
        }
    });
}

/// The contract's frames, both ways, on both sockets.
const FRAMES: &[&str] = &[
    "auth",
    "ready",
    "resync",
    "ping",
    "pong",
    "typing",
    "viewing",
    "send",
    "ack",
    "nack",
    "hello",
    "welcome",
    "read",
    "message",
    "message.updated",
    "conversation.entered",
    "conversation.left",
    "conversation.typing",
    "conversation.viewing",
    "presence.updated",
];

#[test]
fn asyncapi_names_every_event_and_frame() {
    run(Backend::Sqlite, |_| async {
        let document = document("/asyncapi.json").await;
        assert!(document["asyncapi"].is_string(), "{document}");
        let mut named = BTreeSet::new();
        constants(&document, &mut named);
        let mut wanted: BTreeSet<String> = FRAMES.iter().map(|frame| frame.to_string()).collect();
        wanted.extend(EventKind::ALL.iter().map(|kind| kind.to_string()));
        let missing: Vec<_> = wanted.difference(&named).collect();
        assert!(missing.is_empty(), "not in the document: {missing:?}");
        let channels = document["channels"].as_object().expect("channels").values();
        let addresses: BTreeSet<_> = channels.filter_map(|channel| channel["address"].as_str()).collect();
        assert_eq!(addresses, BTreeSet::from(["/ws", "/ws/chat"]));
    });
}

/// Every frame is of a type that the document is made of: none is written by hand.
#[test]
fn no_frame_is_written_by_hand() {
    let mut by_hand = vec![];
    for file in source::all().iter().filter(|file| file.room() == "hub") {
        let kinds = file.text.split("\"type\": \"").skip(1).filter_map(|rest| rest.split('"').next());
        by_hand.extend(kinds.map(|kind| format!("src/{}: {kind}", file.name)));
    }
    assert!(by_hand.is_empty(), "{by_hand:#?}");
}
