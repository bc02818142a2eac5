//! The OpenAPI document: addresses and permissions from the table of routes, the words about them from `areas`.
use serde_json::{Map, Value, json};

use super::areas;
use super::words::{Operation, parameter, problem};
use crate::api::ROUTES;
use crate::api::cookie;
use crate::api::router::RouteRow;
use crate::domain::access::Permission;
use crate::domain::problem::ProblemView;

/// The document of a hub at this address; without one it is nobody's in particular.
pub fn openapi(server: Option<&str>) -> Value {
    let mut words = areas::all();
    words.schemas.given::<ProblemView>();
    let mut paths = json!({});
    for row in ROUTES {
        if let Some(operation) = words.operations.iter().find(|it| it.path == row.path && it.method == row.method) {
            paths[row.path][row.method.as_str().to_lowercase()] = described(row, operation);
        }
    }
    let schemas = words.schemas.finish(&mut paths);
    let mut servers = vec![json!({ "url": "/" })];
    servers.extend(server.map(|address| json!({ "url": address.trim_end_matches('/') })));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Switchboard", "version": env!("CARGO_PKG_VERSION"),
            "description": "A real-time messaging hub. Times are RFC 3339 in UTC; errors are RFC 9457 problems; somebody else's \
                            id answers 404. The websockets are described in /asyncapi.json.",
        },
        "servers": servers,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": { "Problem": problem("What went wrong") },
            "securitySchemes": {
                "password": { "type": "oauth2", "flows": { "password": { "tokenUrl": "/api/auth/login", "scopes": {} } } },
                "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
                "cookie": { "type": "apiKey", "in": "cookie", "name": cookie::NAME },
            },
        },
    })
}

fn described(row: &RouteRow, operation: &Operation) -> Value {
    let id = json!({ "type": "integer", "format": "int64", "minimum": 1, "maximum": 9007199254740991_i64 });
    let mut parameters: Vec<Value> = names_in(row.path).map(|name| parameter(name, "path", id.clone(), true)).collect();
    parameters.extend(operation.parameters.iter().cloned());
    let mut out = json!({ "operationId": operation_id(row), "summary": operation.summary, "tags": [operation.area] });
    if !parameters.is_empty() {
        out["parameters"] = json!(parameters);
    }
    if let Some(body) = &operation.body {
        out["requestBody"] = body.clone();
    }
    out["security"] = match row.permission {
        Permission::Public => json!([]),
        _ if row.by_cookie => json!([{ "password": [] }, { "bearer": [] }, { "cookie": [] }]),
        _ => json!([{ "password": [] }, { "bearer": [] }]),
    };
    out["responses"] = responses(row, operation).into();
    out
}

/// What the operation itself says, before what its row and its parameters tell of every one.
fn responses(row: &RouteRow, operation: &Operation) -> Map<String, Value> {
    let mut all = operation.answers.clone();
    let mut also = |status: &str, why: &str| {
        all.entry(status).or_insert_with(|| problem(why));
    };
    if row.permission != Permission::Public {
        also("401", "Not signed in (any longer)");
    }
    if row.permission > Permission::Converse {
        also("403", "The role may not do this");
    }
    if row.path.contains("{id}") {
        also("404", "Unknown, or somebody else's");
    }
    let is_judged = operation.parameters.iter().any(|parameter| parameter["in"] == "query");
    if is_judged || operation.body.is_some() || row.path.contains("{id}") {
        also("422", "A value does not fit");
    }
    also("default", "What went wrong: 413 too large, 429 too often, 503 too busy");
    all
}

/// `id` of `/api/files/{id}`
fn names_in(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// `post_api_conversations_id_assign`
fn operation_id(row: &RouteRow) -> String {
    let path: String =
        row.path.chars().filter(|c| !"{}".contains(*c)).map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    format!("{}{path}", row.method.as_str().to_lowercase())
}
