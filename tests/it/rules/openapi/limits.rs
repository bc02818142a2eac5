//! Each limit of the OpenAPI document, from both sides: what it forbids is refused, and what it allows is taken. schemathesis
//! (`make attack`) looks for more; this is what has been found, held without it.

use serde_json::{Value, json};
use switchboard::api::{ROUTES, RouteRow};

use super::document;
use crate::rules::routes::scene::Scene;
use crate::rules::routes::{address, body, method, name, resource};
use crate::support::{Answer, Backend, run};

/// `{"$ref": …}` as what it names.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let named = schema["$ref"].as_str().and_then(|name| document.pointer(name.trim_start_matches('#')));
    named.unwrap_or(schema)
}

/// The types that a schema admits; none when it does not say.
fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    }
}

/// Values that the schema forbids, each for one reason.
fn forbidden(document: &Value, schema: &Value) -> Vec<Value> {
    let schema = resolved(document, schema);
    let types = types(schema);
    let mut wrong = vec![];
    if types.is_empty() {
        return wrong;
    }
    if !types.contains(&"null") {
        wrong.push(Value::Null);
    }
    for (kind, value) in
        [("string", json!("no such word \u{1}")), ("boolean", json!(true)), ("object", json!({})), ("array", json!([]))]
    {
        let is_judged = kind != "string" || schema.get("enum").is_some() || !types.contains(&"string");
        if is_judged && (!types.contains(&kind) || kind == "string") {
            wrong.push(value);
        }
    }
    if types.contains(&"integer") {
        wrong.push(json!(1.5));
        wrong.extend(schema["minimum"].as_i64().map(|least| json!(least - 1)));
        wrong.extend(schema["maximum"].as_i64().map(|most| json!(most + 1)));
    }
    if types.contains(&"number") {
        wrong.extend(schema["minimum"].as_f64().map(|least| json!(least - 0.5)));
        wrong.extend(schema["maximum"].as_f64().map(|most| json!(most + 0.5)));
    }
    if let Some(most) = schema["maxLength"].as_u64() {
        wrong.push(json!("x".repeat(most as usize + 1)));
    }
    if schema["minLength"].as_u64().is_some_and(|least| least > 0) {
        wrong.push(json!(""));
    }
    if let Some(most) = schema["maxItems"].as_u64() {
        let item = allowed(document, &schema["items"]).into_iter().next().unwrap_or(json!("x"));
        wrong.push(Value::Array(vec![item; most as usize + 1]));
    }
    if schema["minItems"].as_u64().is_some_and(|least| least > 0) && types.contains(&"array") {
        wrong.push(json!([]));
    }
    if types.contains(&"array") {
        wrong.extend(forbidden(document, &schema["items"]).into_iter().map(|item| json!([item])));
    }
    wrong
}

/// Values at the edges of what the schema allows, as far as they can be told from it.
fn allowed(document: &Value, schema: &Value) -> Vec<Value> {
    let schema = resolved(document, schema);
    let types = types(schema);
    let mut right: Vec<Value> = schema["enum"].as_array().cloned().unwrap_or_default();
    right.extend(schema.get("const").cloned());
    right.extend(schema.get("default").cloned());
    right.extend(schema["examples"].as_array().cloned().unwrap_or_default());
    if types.contains(&"null") {
        right.push(Value::Null);
    }
    if types.contains(&"boolean") {
        right.extend([json!(true), json!(false)]);
    }
    if types.iter().any(|kind| matches!(*kind, "integer" | "number")) {
        right.extend(["minimum", "maximum"].iter().filter_map(|edge| schema.get(edge).cloned()));
    }
    // What a pattern or a format asks for cannot be made up here.
    let is_free = ["pattern", "format", "enum", "const"].iter().all(|key| schema.get(key).is_none());
    if types.contains(&"string") && is_free {
        right.extend(
            ["minLength", "maxLength"].iter().filter_map(|edge| schema[edge].as_u64()).map(|n| json!("x".repeat(n as usize))),
        );
    }
    right
}

/// A value as an address holds it; nothing for what only JSON can say.
fn in_query(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(url::form_urlencoded::byte_serialize(text.as_bytes()).collect()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Bodies that are right in every way, beside those that the table of routes has.
fn right_body(row: &RouteRow, scene: &Scene) -> Option<Value> {
    let (conversation, lead) = (scene.conversation, json!({"name": "A", "phone": "87768776637"}));
    Some(match name(row).as_str() {
        "POST /api/auth/register" => {
            json!({"email": "limits@limits.kz", "password": "correct horse battery", "company_name": "L"})
        }
        "PATCH /api/auth/me" | "PATCH /api/settings" | "PATCH /api/ai" => json!({}),
        "POST /api/invites" => json!({"role": "operator"}),
        "POST /api/invites/preview" => json!({"token": "x"}),
        "POST /api/invites/accept" => {
            json!({"token": "x", "email": "x@limits.kz", "password": "correct horse battery", "name": "X"})
        }
        "POST /api/channels" => json!({"kind": "webchat"}),
        "POST /api/agent/tools" => json!({"name": "other", "description": "x", "url": "https://8.8.8.8/x"}),
        "POST /api/leads" => json!({"conversation_id": conversation, "name": lead["name"], "phone": lead["phone"]}),
        "POST /api/conversations" => json!({"channel_id": scene.world.channel, "customer_id": scene.customer}),
        // Whatever a provider brings is kept; its form is its own affair.
        "POST /api/telegram/webhook" | "POST /api/telegram/webhook/{channel_id}" => return None,
        _ if row.path.starts_with("/api/whatsapp/webhook") => return None,
        _ if row.path.contains('{') => return body(row),
        _ => return None,
    })
}

/// Whose rightness depends on more than their form: a key, a name that must be free, what somebody else answers.
const MORE_THAN_FORM: &[&str] = &[
    "email",
    "api_key",
    "base_url",
    "model",
    "transcribe_model",
    "default_region",
    "kind",
    "token",
    "mode",
    "allowed_origins",
    "phone",
    "client_id",
    "until",
    "number",
    "current_password",
    "password",
    "url",
    "from",
    "to",
    "allowed_hosts",
    "customer_fields",
    "agent",
    "find_out",
    "hours",
    "greeting",
    "headers",
    "assignee_id",
    "customer_id",
    "channel_id",
    "conversation_id",
    "reply_to",
    "run_id",
    "attachments",
    "message_id",
    "is_active",
    "role",
    "text",
    "seen_seq",
    "status",
];

async fn ask(scene: &Scene, row: &RouteRow, query: &str, body: Option<Value>) -> Answer {
    let id = if row.path.contains('{') { scene.id_of(resource(row)) } else { 0 };
    scene.world.owner.ask(method(row), &format!("{}{query}", address(row, &id.to_string())), body).await
}

#[test]
fn what_is_forbidden_is_refused_and_what_is_allowed_is_taken() {
    run(Backend::Sqlite, |backend| async move {
        let scene = Scene::set(backend).await;
        let document = document("/openapi.json").await;
        let (mut wrong, mut asked) = (vec![], 0);
        for row in ROUTES {
            let operation = &document["paths"][row.path][row.method.as_str().to_lowercase()];
            let parameters = operation["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "query");
            for parameter in parameters {
                let field = parameter["name"].as_str().expect("a name");
                for (values, is_right) in
                    [(forbidden(&document, &parameter["schema"]), false), (allowed(&document, &parameter["schema"]), true)]
                {
                    for value in values.iter().filter_map(in_query) {
                        if is_right && MORE_THAN_FORM.contains(&field) {
                            continue;
                        }
                        let others = if row.path == "/api/search" && field != "q" { "&q=secret" } else { "" };
                        let others = if row.path == "/api/chat" && field != "user_id" { "&user_id=x" } else { others };
                        let answer = ask(&scene, row, &format!("?{field}={value}{others}"), None).await;
                        asked += 1;
                        judge(&mut wrong, row, field, &json!(value), is_right, &answer);
                    }
                }
            }
            let Some(base) = right_body(row, &scene) else { continue };
            let schema = resolved(&document, &operation["requestBody"]["content"]["application/json"]["schema"]);
            for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
                for (values, is_right) in [(forbidden(&document, schema), false), (allowed(&document, schema), true)] {
                    for value in values {
                        if is_right && MORE_THAN_FORM.contains(&field.as_str()) {
                            continue;
                        }
                        let mut body = base.clone();
                        body[field] = value.clone();
                        let answer = ask(&scene, row, "", Some(body)).await;
                        asked += 1;
                        judge(&mut wrong, row, field, &value, is_right, &answer);
                    }
                }
            }
        }
        assert!(asked > 400, "only {asked} were asked");
        assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
    });
}

fn judge(wrong: &mut Vec<String>, row: &RouteRow, field: &str, value: &Value, is_right: bool, answer: &Answer) {
    let holds = match (is_right, answer.status) {
        (_, 500..) => false,
        // The second of one name: it was the first that was judged.
        (true, _) if name(row) == "POST /api/agent/tools" || answer.body["code"] == "email_taken" => true,
        (true, status) => status != 422 && status != 400,
        (false, status) => matches!(status, 400 | 404 | 409 | 413 | 422 | 429),
    };
    if !holds {
        let said = answer.body["detail"].as_str().unwrap_or_default();
        let value: String = value.to_string().chars().take(60).collect();
        let side = if is_right { "allowed" } else { "forbidden" };
        wrong.push(format!("{} {field} = {value} is {side}: {} {said}", name(row), answer.status));
    }
}
