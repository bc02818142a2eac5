//! The table of routes, held against the server: who may call what, and that foreign ids are unknown ids.

mod cookie;
mod foreign;
mod hidden;
mod nested;
mod permissions;
pub mod scene;
mod visitor;
mod webhooks;

use reqwest::Method;
use serde_json::{Value, json};
use switchboard::api::{ROUTES, RouteRow};
use switchboard::domain::access::Permission;

use crate::support::{Answer, Api};

/// A provider shows the secret of one channel.
const WEBHOOK: &str = "/api/telegram/webhook";
const WEBHOOK_OF_CHANNEL: &str = "/api/telegram/webhook/{channel_id}";
/// Meta signs what it posts to them (`journeys/whatsapp.rs`).
const SIGNED: &str = "/api/whatsapp/webhook";
const SIGNED_OF_CHANNEL: &str = "/api/whatsapp/webhook/{channel_id}";

/// Routes that name a thing in their address and ask for a sign-in. The others need a test of their own.
fn rows_with_id() -> Vec<&'static RouteRow> {
    let named = ROUTES.iter().filter(|row| row.path.contains('{'));
    let (public, rows): (Vec<_>, Vec<_>) = named.partition(|row| row.permission == Permission::Public);
    assert_eq!(
        public.iter().map(|row| row.path).collect::<Vec<_>>(),
        [WEBHOOK_OF_CHANNEL, SIGNED_OF_CHANNEL, SIGNED_OF_CHANNEL, visitor::VISITORS_FILE]
    );
    assert!(rows.len() >= 21, "only {} routes with an id", rows.len());
    rows
}

pub fn name(row: &RouteRow) -> String {
    format!("{} {}", row.method, row.path)
}

/// `conversations` of `/api/conversations/{id}/read`.
pub fn resource(row: &RouteRow) -> &'static str {
    row.path.trim_start_matches("/api/").split('/').next().expect("a first part")
}

pub fn method(row: &RouteRow) -> Method {
    row.method.as_str().parse().expect("a method")
}

/// The address with this in place of whatever stands in braces.
pub fn address(row: &RouteRow, id: &str) -> String {
    let parts = row.path.split('/').map(|part| if part.starts_with('{') { id } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// What the route takes, right in every way: only the id can be wrong.
pub fn body(row: &RouteRow) -> Option<Value> {
    let body = match name(row).as_str() {
        call if call.starts_with("GET ") || call.starts_with("DELETE ") => return None,
        "POST /api/conversations/{id}/assign" => json!({"assignee_id": null}),
        "POST /api/conversations/{id}/status" => json!({"status": "closed"}),
        "POST /api/conversations/{id}/read" => json!({}),
        "PATCH /api/conversations/{id}/draft" => json!({"reply": "intruder"}),
        "POST /api/conversations/{id}/messages" => json!({"text": "intruder"}),
        "POST /api/messages/{id}/resend" | "POST /api/messages/{id}/cancel" | "POST /api/channels/{id}/check" => json!({}),
        "PATCH /api/customers/{id}" | "PATCH /api/channels/{id}" | "PATCH /api/departments/{id}" => json!({"name": "intruder"}),
        "PUT /api/channels/{id}/agent" => json!({"name": "intruder"}),
        "POST /api/channels/{id}/agent/try" => json!({"messages": [{"role": "customer", "text": "intruder"}]}),
        "POST /api/channels/{id}/agent/rollback" => json!({"number": 1}),
        "PATCH /api/agent/tools/{id}" => json!({"description": "intruder"}),
        "POST /api/agent/tools/{id}/try" => json!({"arguments": {}}),
        "PATCH /api/leads/{id}" => json!({"name": "intruder", "status": "lost"}),
        "PATCH /api/operators/{id}" => json!({"is_active": false}),
        other => panic!("{other} is new: say here what a right body is"),
    };
    Some(body)
}

async fn call(api: &Api, row: &RouteRow, id: i64) -> Answer {
    api.ask(method(row), &address(row, &id.to_string()), body(row)).await
}

/// Everything of an answer that its reader could tell it from another by, without what depends on the moment.
fn face(answer: &Answer) -> String {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "date" | "x-request-id" | "connection"))
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort();
    format!("{}\n{}\n\n{}", answer.status, headers.join("\n"), String::from_utf8_lossy(&answer.bytes))
}

/// An id that nobody has.
fn unknown(id: i64) -> i64 {
    id + 777_777_777
}
