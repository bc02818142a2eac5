//! The API's own documents. Addresses and permissions come from the table of routes; words, bodies and answers from
//! `docs/operations.json` and `docs/schemas.json`; a test holds the two against each other.
use std::sync::OnceLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde_json::{Map, Value, json};

use super::router::RouteRow;
use super::{ROUTES, extract::Page};
use crate::config::Config;
use crate::domain::access::Permission;

const OPERATIONS: &str = include_str!("docs/operations.json");
const SCHEMAS: &str = include_str!("docs/schemas.json");
const ASYNC_API: &str = include_str!("docs/asyncapi.json");

/// `GET /openapi.json`
pub async fn openapi(config: web::Data<Config>) -> HttpResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    json_text(TEXT.get_or_init(|| document(&config.public_address("")).to_string()))
}

/// `GET /asyncapi.json`: the two websockets.
pub async fn asyncapi() -> HttpResponse {
    json_text(ASYNC_API)
}

fn json_text(text: &'static str) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").insert_header((header::CACHE_CONTROL, "no-cache")).body(text)
}

fn parsed(text: &str) -> Map<String, Value> {
    // Our own files, held by a test.
    serde_json::from_str(text).unwrap_or_default()
}

fn document(server: &str) -> Value {
    let operations = parsed(OPERATIONS);
    let mut paths: Map<String, Value> = Map::new();
    for row in ROUTES {
        if let Some(words) = operations.get(&key(row)) {
            let path = paths.entry(row.path).or_insert_with(|| json!({}));
            path[row.method.as_str().to_lowercase()] = operation(row, words);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Switchboard", "version": env!("CARGO_PKG_VERSION"),
            "description": "A real-time messaging hub. Times are RFC 3339 in UTC; errors are RFC 9457 problems; somebody else's \
                            id answers 404. The websockets are described in /asyncapi.json.",
        },
        "servers": [{ "url": "/" }, { "url": server.trim_end_matches('/') }],
        "paths": paths,
        "components": {
            "schemas": parsed(SCHEMAS),
            "responses": { "Problem": problem("What went wrong") },
            "securitySchemes": {
                "password": { "type": "oauth2", "flows": { "password": { "tokenUrl": "/api/auth/login", "scopes": {} } } },
                "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
                "cookie": { "type": "apiKey", "in": "cookie", "name": super::cookie::NAME },
            },
        },
    })
}

fn key(row: &RouteRow) -> String {
    format!("{} {}", row.method, row.path)
}

fn operation(row: &RouteRow, words: &Value) -> Value {
    let mut out = json!({ "operationId": operation_id(row), "summary": words["summary"], "tags": [words["tag"]] });
    let mut parameters: Vec<Value> = vec![];
    for name in names_in(row.path) {
        let id = json!({ "type": "integer", "format": "int64", "minimum": 1, "maximum": 9007199254740991_i64 });
        parameters.push(parameter(name, "path", id));
    }
    if words["paged"] == true {
        parameters.push(parameter(
            "limit",
            "query",
            json!({ "type": "integer", "minimum": Page::LEAST, "default": Page::USUAL, "description": "More than 200 is clamped." }),
        ));
        parameters.push(parameter(
            "cursor",
            "query",
            json!({ "type": "string", "const": "", "description": "A next_cursor of this list; empty starts anew." }),
        ));
    }
    for (place, fields) in [("query", &words["query"]), ("header", &words["headers"])] {
        parameters.extend(fields.as_object().into_iter().flatten().map(|(name, schema)| {
            let mut parameter = parameter(name, place, schema.clone());
            if words["needs"].as_array().is_some_and(|needed| needed.iter().any(|needed| needed == name)) {
                parameter["required"] = json!(true);
            }
            parameter
        }));
    }
    if !parameters.is_empty() {
        out["parameters"] = json!(parameters);
    }
    if let Some(name) = words["body"].as_str() {
        let kind = words["content"].as_str().unwrap_or("application/json");
        let required = words["optional_body"] != true;
        out["requestBody"] = json!({ "required": required, "content": { kind: { "schema": schema(name) } } });
    }
    out["security"] = match row.permission {
        Permission::Public => json!([]),
        _ if row.by_cookie => json!([{ "password": [] }, { "bearer": [] }, { "cookie": [] }]),
        _ => json!([{ "password": [] }, { "bearer": [] }]),
    };
    out["responses"] = responses(row, words);
    out
}

fn responses(row: &RouteRow, words: &Value) -> Value {
    let mut all = Map::new();
    for (status, answer) in words["answers"].as_object().into_iter().flatten() {
        let described = json!({ "description": answer["is"].as_str().unwrap_or("Done") });
        all.insert(status.clone(), described);
        if let Some(name) = answer["schema"].as_str() {
            let kind = answer["content"].as_str().unwrap_or("application/json");
            all[status]["content"] = json!({ kind: { "schema": schema(name) } });
        }
    }
    if row.permission != Permission::Public {
        all.insert("401".into(), problem("Not signed in (any longer)"));
    }
    if row.permission > Permission::Converse {
        all.insert("403".into(), problem("The role may not do this"));
    }
    if row.path.contains("{id}") {
        all.insert("404".into(), problem("Unknown, or somebody else's"));
    }
    if words.get("body").is_some() || words["paged"] == true || row.path.contains("{id}") {
        all.insert("422".into(), problem("A value does not fit"));
    }
    all.insert("default".into(), problem("What went wrong: 413 too large, 429 too often, 503 too busy"));
    Value::Object(all)
}

/// `id` of `/api/files/{id}`
fn names_in(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn parameter(name: &str, place: &str, schema: Value) -> Value {
    json!({ "name": name, "in": place, "required": place == "path", "schema": schema })
}

fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn problem(description: &str) -> Value {
    json!({ "description": description, "content": { "application/problem+json": { "schema": schema("Problem") } } })
}

/// `post_api_conversations_id_assign`
fn operation_id(row: &RouteRow) -> String {
    let path: String =
        row.path.chars().filter(|c| !"{}".contains(*c)).map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    format!("{}{path}", row.method.as_str().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_of_the_api_is_described_and_nothing_else_is() {
        let operations = parsed(OPERATIONS);
        assert!(!operations.is_empty() && !parsed(SCHEMAS).is_empty() && !parsed(ASYNC_API).is_empty(), "the files are JSON");
        let pages = ["/api/schema/swagger"];
        for row in ROUTES.iter().filter(|r| super::super::shell::is_api(r.path) && !pages.contains(&r.path)) {
            assert!(operations.contains_key(&key(row)), "{} is not described", key(row));
        }
        for described in operations.keys() {
            assert!(ROUTES.iter().any(|row| key(row) == *described), "{described} is no address");
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let schemas = parsed(SCHEMAS);
        let text = document("http://hub.example").to_string();
        let named: Vec<&str> =
            text.split("#/components/schemas/").skip(1).map(|part| part.split('"').next().unwrap_or_default()).collect();
        assert!(named.len() > ROUTES.len(), "nearly every answer names one");
        for name in named {
            assert!(schemas.contains_key(name), "{name} is no schema");
        }
    }
}
