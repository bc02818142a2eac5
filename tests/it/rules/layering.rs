//! Imports point one way: `main → app → {api, connectors, jobs} → {actions → hub} → {clients, db} → domain`.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{self, File};

const SERVICES: &[&str] = &["error", "config", "telemetry", "secrets", "passwords", "sessions"];

/// What each room may name besides itself.
fn may(room: &str) -> Option<Vec<&'static str>> {
    let everywhere = |rooms: &[&'static str]| Some([SERVICES, rooms].concat());
    match room {
        "main" => everywhere(&["app", "api", "connectors", "jobs", "actions", "hub", "clients", "db", "domain"]),
        "app" => everywhere(&["api", "connectors", "jobs", "actions", "hub", "clients", "db", "domain"]),
        "api" | "connectors" | "jobs" => everywhere(&["actions", "hub", "clients", "db", "domain"]),
        "actions" => everywhere(&["hub", "clients", "db", "domain"]),
        "hub" => Some(vec!["secrets", "telemetry", "clients", "db", "domain"]),
        "clients" | "db" => Some(vec!["config", "error", "telemetry", "secrets", "domain"]),
        "domain" => Some(vec![]),
        "error" => Some(vec!["db", "domain"]),
        "config" => Some(vec!["domain"]),
        "telemetry" => Some(vec!["config", "domain"]),
        "secrets" => Some(vec!["config", "error", "domain"]),
        "passwords" => Some(vec!["config", "error", "telemetry"]),
        "sessions" => Some(vec!["config", "error", "telemetry", "secrets", "db", "domain"]),
        _ => None,
    }
}

/// Each line that names a room which it may not name.
fn offences(files: &[File]) -> Vec<String> {
    let mut offences = Vec::new();
    for file in files.iter().filter(|file| file.name != "lib.rs") {
        let Some(allowed) = may(file.room()) else {
            offences.push(format!("src/{}: a room without a place in the order", file.name));
            continue;
        };
        for (number, named, line) in file.names() {
            let is_room = may(&named).is_some();
            if is_room && named != file.room() && !allowed.contains(&named.as_str()) {
                offences.push(format!("src/{}:{number}: {} may not name {named}: {line}", file.name, file.room()));
            }
        }
    }
    offences
}

#[test]
fn imports_point_one_way() {
    let offences = offences(&source::all());
    assert!(offences.is_empty(), "\n{}", offences.join("\n"));
}

/// The order above lets services and storage name each other both ways; whoever uses that freedom twice makes a circle.
#[test]
fn no_rooms_stand_in_a_circle() {
    let mut edges: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for file in source::all() {
        for (number, named, line) in file.names() {
            if may(&named).is_some() && named != file.room() {
                let place = format!("src/{}:{number}: {line}", file.name);
                edges.entry(file.room().into()).or_default().entry(named).or_insert(place);
            }
        }
    }
    // Takes away, again and again, the rooms that name none of those that are left.
    let mut left: BTreeSet<&String> = edges.keys().collect();
    loop {
        let ends: Vec<&String> = left.iter().filter(|room| !edges[**room].keys().any(|to| left.contains(to))).copied().collect();
        if ends.is_empty() {
            break;
        }
        left.retain(|room| !ends.contains(room));
    }
    let circle: Vec<&String> =
        left.iter().flat_map(|r| edges[*r].iter().filter(|(to, _)| left.contains(to)).map(|(_, p)| p)).collect();
    assert!(circle.is_empty(), "{circle:#?}");
}

#[test]
fn the_domain_is_pure() {
    let outside =
        ["actix", "diesel", "tokio", "reqwest", "redis", "teloxide", "std::fs", "std::net", "std::thread", "Instant::now"];
    let mut offences = Vec::new();
    for file in source::all().iter().filter(|file| file.room() == "domain") {
        for (number, line) in file.text.lines().enumerate() {
            if outside.iter().any(|name| line.contains(name)) {
                offences.push(format!("src/{}:{}: {}", file.name, number + 1, line.trim()));
            }
        }
    }
    assert!(offences.is_empty(), "\n{}", offences.join("\n"));
}

/// An address is made in the table of routes, or is a provider's door.
#[test]
fn nothing_is_reachable_beside_the_table() {
    let mut offences = Vec::new();
    for file in source::all() {
        let is_door = file.name.starts_with("connectors/") && file.name.ends_with("/webhook.rs");
        if is_door || file.name == "api/router.rs" || file.name.contains("tests") {
            continue;
        }
        for (number, line) in file.text.lines().enumerate() {
            let makes = ["web::resource(", "web::scope(", ".route(", ".service(", "#[get(", "#[post(", "#[actix_web::"];
            if makes.iter().any(|call| line.contains(call)) {
                offences.push(format!("src/{}:{}: {}", file.name, number + 1, line.trim()));
            }
        }
    }
    assert!(offences.is_empty(), "\n{}", offences.join("\n"));
}

/// The instrument itself: each way to name a room is seen.
#[test]
fn a_wrong_import_is_found() {
    let wrong = [
        ("hub/writer.rs", "use crate::api::shell;", "api"),
        ("domain/event.rs", "use crate::{\n    domain::ids::*,\n    db::{rows, Store},\n};", "db"),
        ("connectors/telegram/send.rs", "fn f() { let x = crate::api::bearer(r); }", "api"),
        ("hub/publisher/mod.rs", "use super::super::connectors::Connectors;", "connectors"),
        ("db/store.rs", "use super::super::hub::Hub;", "hub"),
        ("domain/clock.rs", "pub(in crate::error) fn f() {}", "error"),
        ("api/auth.rs", "use crate::connectors;", "connectors"),
    ];
    for (name, text, room) in wrong {
        let offences = offences(&[File::new(name, text)]);
        assert!(offences.len() == 1 && offences[0].contains(&format!("may not name {room}")), "{name}: {offences:?}");
    }
    let right = [
        ("hub/writer.rs", "use crate::db::Store;\n// use crate::api::x;\nuse super::conversation;"),
        ("api/auth.rs", "use crate::{hub::Hub, domain::{ids::*, access::Role}, error::Error};\nlet s = \"crate\";"),
    ];
    for (name, text) in right {
        assert_eq!(offences(&[File::new(name, text)]), Vec::<String>::new(), "{name}");
    }
    assert_eq!(offences(&[File::new("spare/mod.rs", "")]).len(), 1);
}
