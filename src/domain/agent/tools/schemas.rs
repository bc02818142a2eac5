//! The tools as the model is shown them.
use serde_json::{Map, Value, json};

use super::{CompanyTool, CustomerField, HAND_OFF, REGISTER_LEAD, SCHEDULE_CALLBACK, UPDATE_CUSTOMER};
use crate::domain::agent::language::Language;
use crate::domain::agent::safety::one_line;
use crate::domain::agent::settings::AgentSettings;

/// What a lead has besides the name and the phone, and how the model is told of it.
const LEAD: &[(&str, &str)] = &[
    ("city", "City, in the customer's words"),
    ("object_type", "What it is about: a house, an apartment, an office; the product or the service"),
    ("area", "Size with its unit, for example 150 м²"),
    ("summary", "Everything else that the customer wants, in one or two sentences in the customer's language"),
];

/// OpenAI function tools, the built-in ones first.
pub fn schemas(settings: &AgentSettings, customer_fields: &[CustomerField], company_tools: &[CompanyTool]) -> Vec<Value> {
    let mut tools = vec![register_lead(settings), update_customer(settings, customer_fields), hand_off(), schedule_callback()];
    tools.extend(company_tools.iter().map(company));
    tools
}

fn tool(name: &str, description: &str, properties: Map<String, Value>, required: &[&str]) -> Value {
    let parameters = json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    json!({ "type": "function", "function": { "name": name, "description": description, "parameters": parameters } })
}

fn words(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn language(settings: &AgentSettings) -> Value {
    let words: Vec<&str> = settings.languages.iter().map(|l| Language::as_str(*l)).collect();
    json!({ "type": "string", "enum": words, "description": "The language that the customer writes in" })
}

/// The owner's labels replace our descriptions, and what the owner requires is required.
fn register_lead(settings: &AgentSettings) -> Value {
    let mut properties = Map::new();
    let mut required = vec!["name", "phone"];
    properties.insert("name".into(), words("The customer's name, as they gave it"));
    properties.insert("phone".into(), words("The phone number exactly as the customer wrote it"));
    for (key, description) in LEAD {
        let asked = settings.find_out.iter().find(|item| item.key == *key);
        properties.insert((*key).into(), words(&asked.map_or((*description).to_owned(), |item| one_line(&item.label, 200))));
        if *key == "summary" || asked.is_some_and(|item| item.required) {
            required.push(key);
        }
    }
    properties.insert("language".into(), language(settings));
    let description =
        "Registers the qualified request, once everything required is known. A later call changes the same request.";
    tool(REGISTER_LEAD, description, properties, &required)
}

fn update_customer(settings: &AgentSettings, fields: &[CustomerField]) -> Value {
    let mut properties = Map::new();
    properties.insert("name".into(), words("The customer's real name"));
    properties.insert("language".into(), language(settings));
    properties.insert("email".into(), words("The customer's e-mail address"));
    for field in fields {
        let about = [one_line(&field.label, 100), one_line(&field.description, 300)];
        let about: Vec<String> = about.into_iter().filter(|part| !part.is_empty()).collect();
        properties.entry(field.key.as_str()).or_insert_with(|| words(&about.join(": ")));
    }
    tool(UPDATE_CUSTOMER, "Notes what the customer has told about themselves. Give only what is new.", properties, &[])
}

fn hand_off() -> Value {
    let mut properties = Map::new();
    properties.insert("reason".into(), words("Why a person is needed, in a few words"));
    properties.insert("summary".into(), words("What the customer wants and what is known so far, for the colleague who goes on"));
    tool(HAND_OFF, "Gives the conversation to a person of the company.", properties, &["reason", "summary"])
}

fn schedule_callback() -> Value {
    let mut properties = Map::new();
    properties.insert("when".into(), words("Local date and time of the company, as YYYY-MM-DD HH:MM, without a time zone"));
    properties.insert("note".into(), words("What the call is about"));
    tool(SCHEDULE_CALLBACK, "Arranges that a person calls the customer at the time they asked for.", properties, &["when"])
}

fn company(tool_of: &CompanyTool) -> Value {
    let mut properties = Map::new();
    for parameter in &tool_of.parameters {
        let description = one_line(&parameter.description, 500);
        properties.insert(parameter.name.clone(), json!({ "type": parameter.kind, "description": description }));
    }
    let required: Vec<&str> = tool_of.parameters.iter().filter(|p| p.required).map(|p| p.name.as_str()).collect();
    tool(&tool_of.name, &one_line(&tool_of.description, 1000), properties, &required)
}
