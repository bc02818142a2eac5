//! Schemas of Rust's types: as they are read from what comes in, and as they are written into answers. A type that is both, and
//! may come with less than it is answered with, has two schemas; the one of what comes in ends with `Input`.
use std::collections::BTreeSet;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value};

const TAKEN: &str = "#/components/taken/";
const GIVEN: &str = "#/components/schemas/";

pub struct Schemas {
    taken: SchemaGenerator,
    given: SchemaGenerator,
}

/// A parameter of an address, or a field of a form.
pub struct SchemaField {
    pub name: String,
    pub schema: Value,
    pub is_required: bool,
}

impl Schemas {
    pub fn new() -> Self {
        let settings = |path: &'static str| {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = path.into();
                settings.meta_schema = None;
            })
        };
        Schemas {
            taken: settings("/components/taken").for_deserialize().into_generator(),
            given: settings("/components/schemas").for_serialize().into_generator(),
        }
    }

    pub fn taken<T: JsonSchema>(&mut self) -> Value {
        tidy(self.taken.subschema_for::<T>().to_value())
    }

    pub fn given<T: JsonSchema>(&mut self) -> Value {
        answered(self.given.subschema_for::<T>().to_value())
    }

    /// The variants of frames that come in.
    pub fn taken_frames<T: JsonSchema>(&mut self) -> Vec<Value> {
        variants(tidy(T::json_schema(&mut self.taken).to_value()))
    }

    /// The variants of frames that are sent.
    pub fn given_frames<T: JsonSchema>(&mut self) -> Vec<Value> {
        variants(answered(T::json_schema(&mut self.given).to_value()))
    }

    /// What an address may ask, a field a parameter. An address cannot say null.
    pub fn asked<T: JsonSchema>(&mut self) -> Vec<SchemaField> {
        let schema = tidy(T::json_schema(&mut self.taken).to_value());
        let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let fields = schema["properties"].as_object().cloned().unwrap_or_default();
        let field = |(name, mut schema): (String, Value)| {
            let is_required = required.contains(&name.as_str());
            if let Some(fields) = schema.as_object_mut().filter(|_| is_required) {
                // What it would be without one: nothing that would be taken.
                fields.remove("default");
            }
            SchemaField { is_required, schema: without_null(schema), name }
        };
        fields.into_iter().map(field).collect()
    }

    /// All schemas by name; and puts the last names into `paths`, which was written with the first ones.
    pub fn finish(mut self, paths: &mut Value) -> Map<String, Value> {
        let taken: Map<String, Value> = self.taken.take_definitions(false).into_iter().map(|(n, s)| (n, tidy(s))).collect();
        let mut all: Map<String, Value> = self.given.take_definitions(false).into_iter().map(|(n, s)| (n, answered(s))).collect();
        let two = with_two_faces(&taken, &all);
        let rename = |name: &str| if two.contains(name) { format!("{GIVEN}{name}Input") } else { format!("{GIVEN}{name}") };
        for (name, mut schema) in taken {
            let name = if two.contains(&name) { format!("{name}Input") } else { name };
            refer(&mut schema, &rename);
            all.insert(name, schema);
        }
        refer(paths, &rename);
        all
    }
}

/// Types whose schemas differ by whether they come in or are answered, and those that hold such ones.
fn with_two_faces(taken: &Map<String, Value>, given: &Map<String, Value>) -> BTreeSet<String> {
    let both: Vec<&String> = taken.keys().filter(|name| given.contains_key(*name)).collect();
    let mut two = BTreeSet::new();
    loop {
        let before = two.len();
        for name in &both {
            let mut schema = taken[*name].clone();
            refer(&mut schema, &|inner| {
                if two.contains(inner) { format!("{GIVEN}{inner}Input") } else { format!("{GIVEN}{inner}") }
            });
            if schema != given[*name] {
                two.insert((*name).clone());
            }
        }
        if two.len() == before {
            return two;
        }
    }
}

/// Puts other names into the references to what comes in.
fn refer(value: &mut Value, rename: &dyn Fn(&str) -> String) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| refer(item, rename)),
        Value::Object(fields) => {
            for (key, value) in fields {
                match value.as_str().filter(|_| key == "$ref").and_then(|text| text.strip_prefix(TAKEN)) {
                    Some(name) => *value = rename(name).into(),
                    None => refer(value, rename),
                }
            }
        }
        _ => {}
    }
}

/// Leaves out what only Rust needs to know: how wide a number is, and that nothing is the default of what may be missing.
fn tidy(mut schema: Value) -> Value {
    match &mut schema {
        Value::Array(items) => items.iter_mut().for_each(|item| *item = tidy(item.take())),
        Value::Object(fields) => {
            fields.retain(|key, value| match (key.as_str(), &*value) {
                ("format", Value::String(format)) => !format.starts_with("uint") && format != "double" && format != "float",
                ("default", default) => !default.is_null(),
                _ => true,
            });
            fields.values_mut().for_each(|value| *value = tidy(value.take()));
        }
        _ => {}
    }
    schema
}

fn variants(mut schema: Value) -> Vec<Value> {
    match schema.get_mut("oneOf").and_then(Value::as_array_mut) {
        Some(each) => std::mem::take(each),
        None => vec![schema],
    }
}

/// The same of an answer, where nothing is missing that a default would stand in for.
fn answered(schema: Value) -> Value {
    without_defaults(tidy(schema))
}

fn without_defaults(mut schema: Value) -> Value {
    if let Some(fields) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for field in fields.values_mut().filter_map(Value::as_object_mut) {
            field.remove("default");
        }
    }
    schema
}

fn without_null(mut schema: Value) -> Value {
    if let Some(types) = schema.get_mut("type").filter(|types| types.is_array()) {
        let said = types.as_array().into_iter().flatten().find(|kind| *kind != "null");
        *types = said.cloned().unwrap_or_default();
    }
    if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        words.retain(|word| !word.is_null());
    }
    schema
}
