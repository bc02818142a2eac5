//! The words about the routes, as the files of `areas` say them beside the types that come in and go out.
use actix_web::http::Method;
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::schemas::Schemas;
use crate::api::extract::Page;

const JSON: &str = "application/json";
const DONE: &str = "Done";

/// All operations, and the schemas that they name.
pub struct Words {
    pub operations: Vec<Operation>,
    pub schemas: Schemas,
    area: &'static str,
}

/// One operation, without what its row of the table of routes tells.
pub struct Operation {
    pub method: Method,
    pub path: &'static str,
    pub area: &'static str,
    pub summary: &'static str,
    pub parameters: Vec<Value>,
    pub body: Option<Value>,
    pub answers: Map<String, Value>,
}

/// The operation that is being described.
pub struct Described<'w>(&'w mut Words);

impl Words {
    pub fn new() -> Self {
        Words { operations: vec![], schemas: Schemas::new(), area: "" }
    }

    /// What follows stands under this heading.
    pub fn area(&mut self, name: &'static str) -> &mut Self {
        self.area = name;
        self
    }

    pub fn get(&mut self, path: &'static str, summary: &'static str) -> Described<'_> {
        self.operation(Method::GET, path, summary)
    }

    pub fn post(&mut self, path: &'static str, summary: &'static str) -> Described<'_> {
        self.operation(Method::POST, path, summary)
    }

    pub fn put(&mut self, path: &'static str, summary: &'static str) -> Described<'_> {
        self.operation(Method::PUT, path, summary)
    }

    pub fn patch(&mut self, path: &'static str, summary: &'static str) -> Described<'_> {
        self.operation(Method::PATCH, path, summary)
    }

    pub fn delete(&mut self, path: &'static str, summary: &'static str) -> Described<'_> {
        self.operation(Method::DELETE, path, summary)
    }

    fn operation(&mut self, method: Method, path: &'static str, summary: &'static str) -> Described<'_> {
        let area = self.area;
        let (parameters, answers) = (vec![], Map::new());
        self.operations.push(Operation { method, path, area, summary, parameters, body: None, answers });
        Described(self)
    }
}

impl Described<'_> {
    fn change(self, change: impl FnOnce(&mut Operation, &mut Schemas)) -> Self {
        if let Some(last) = self.0.operations.last_mut() {
            change(last, &mut self.0.schemas);
        }
        self
    }

    /// A list that is read a page at a time.
    pub fn paged(self) -> Self {
        let limit = json!({
            "type": "integer", "minimum": Page::LEAST, "default": Page::USUAL,
            "description": format!("More than {} is clamped.", Page::MOST),
        });
        let cursor = json!({ "type": "string", "const": "", "description": "A next_cursor of this list; empty starts anew." });
        self.parameter("limit", "query", limit, false).parameter("cursor", "query", cursor, false)
    }

    /// What the address may ask.
    pub fn asks<T: JsonSchema>(self) -> Self {
        self.change(|operation, schemas| {
            let fields = schemas.asked::<T>();
            operation.parameters.extend(fields.into_iter().map(|f| parameter(&f.name, "query", f.schema, f.is_required)));
        })
    }

    pub fn header(self, name: &str, schema: Value) -> Self {
        self.parameter(name, "header", schema, false)
    }

    /// One thing that the address may be asked with, where a provider has named it.
    pub fn query(self, name: &str, schema: Value) -> Self {
        self.parameter(name, "query", schema, false)
    }

    fn parameter(self, name: &str, place: &str, schema: Value, is_required: bool) -> Self {
        self.change(|operation, _| operation.parameters.push(parameter(name, place, schema, is_required)))
    }

    pub fn takes<T: JsonSchema>(self) -> Self {
        self.takes_as::<T>(JSON, true)
    }

    /// A body that may be missing.
    pub fn may_take<T: JsonSchema>(self) -> Self {
        self.takes_as::<T>(JSON, false)
    }

    pub fn takes_form<T: JsonSchema>(self) -> Self {
        self.takes_as::<T>("application/x-www-form-urlencoded", true)
    }

    pub fn takes_files<T: JsonSchema>(self) -> Self {
        self.takes_as::<T>("multipart/form-data", true)
    }

    fn takes_as<T: JsonSchema>(self, kind: &str, is_required: bool) -> Self {
        self.change(|operation, schemas| {
            let schema = schemas.taken::<T>();
            operation.body = Some(json!({ "required": is_required, "content": { kind: { "schema": schema } } }));
        })
    }

    pub fn answers<T: JsonSchema>(self) -> Self {
        self.answers_as::<T>(200, DONE)
    }

    pub fn creates<T: JsonSchema>(self) -> Self {
        self.answers_as::<T>(201, DONE)
    }

    pub fn answers_as<T: JsonSchema>(self, status: u16, what: &str) -> Self {
        self.answers_in::<T>(JSON, status, what)
    }

    pub fn answers_in<T: JsonSchema>(self, kind: &str, status: u16, what: &str) -> Self {
        self.change(|operation, schemas| {
            let schema = schemas.given::<T>();
            let answer = json!({ "description": what, "content": { kind: { "schema": schema } } });
            operation.answers.insert(status.to_string(), answer);
        })
    }

    /// It is done, and there is nothing to say.
    pub fn answers_nothing(self) -> Self {
        self.says(204, DONE)
    }

    /// An answer without a body that is worth a schema.
    pub fn says(self, status: u16, what: &str) -> Self {
        self.change(|operation, _| {
            operation.answers.insert(status.to_string(), json!({ "description": what }));
        })
    }

    pub fn refuses(self, status: u16, why: &str) -> Self {
        self.change(|operation, _| {
            operation.answers.insert(status.to_string(), problem(why));
        })
    }
}

pub fn problem(description: &str) -> Value {
    let schema = json!({ "$ref": "#/components/schemas/Problem" });
    json!({ "description": description, "content": { "application/problem+json": { "schema": schema } } })
}

pub fn parameter(name: &str, place: &str, schema: Value, is_required: bool) -> Value {
    json!({ "name": name, "in": place, "required": is_required, "schema": schema })
}
