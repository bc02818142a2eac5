//! What the model may do. It proposes by name and arguments; [`parse`] decides what that means, if anything. Which company,
//! customer and conversation it is about is never an argument.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::language::Language;
use super::settings::Problem;
use crate::domain::clock::Micros;
use crate::domain::form::{KeyForm, LineForm, TextForm};
use crate::domain::lead::LeadDraft;

mod arguments;
mod check;
mod company;
mod name;
mod parse;
mod schemas;
mod when;

pub use check::check_customer_fields;
pub use name::known_name;
pub use parse::parse;
pub use schemas::schemas;

pub const REGISTER_LEAD: &str = "register_lead";
pub const UPDATE_CUSTOMER: &str = "update_customer";
pub const HAND_OFF: &str = "handoff";
pub const SCHEDULE_CALLBACK: &str = "schedule_callback";
/// The names that a company's own tools cannot have.
pub const BUILT_IN: &[&str] = &[REGISTER_LEAD, UPDATE_CUSTOMER, HAND_OFF, SCHEDULE_CALLBACK];

/// Something that a company wants to know of its customers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerField {
    #[schemars(with = "KeyForm")]
    pub key: String,
    #[schemars(with = "LineForm<100>")]
    pub label: String,
    #[serde(default)]
    #[schemars(with = "TextForm<500>")]
    pub description: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum ParameterType {
    String,
    Number,
    Integer,
    Boolean,
}

/// A parameter of a company's own tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AgentToolParameter")]
pub struct Parameter {
    #[schemars(with = "KeyForm")]
    pub name: String,
    #[serde(rename = "type")]
    pub kind: ParameterType,
    #[serde(default)]
    #[schemars(with = "TextForm<500>")]
    pub description: String,
    #[serde(default)]
    pub required: bool,
}

/// A company's own tool as the model sees it; where it leads is not its business.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CompanyTool {
    pub name: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub parameters: Vec<Parameter>,
}

/// What the customer told about themselves. Only what is set is new.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerFacts {
    pub name: Option<String>,
    pub language: Option<Language>,
    pub email: Option<String>,
    /// By the keys that the company defined.
    pub fields: BTreeMap<String, String>,
}

/// A call that was understood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolCall {
    RegisterLead(LeadDraft),
    UpdateCustomer(CustomerFacts),
    HandOff { reason: String, summary: String },
    ScheduleCallback { at: Micros, note: String },
    Company { name: String, arguments: serde_json::Map<String, serde_json::Value> },
}

/// What is known besides the arguments.
#[derive(Clone, Debug)]
pub struct ToolContext<'a> {
    /// `KZ`: where a phone number without a country code belongs.
    pub default_region: &'a str,
    pub now: Micros,
    pub time_zone: &'a str,
    pub customer_phone: Option<&'a str>,
    pub customer_language: Option<Language>,
    pub customer_fields: &'a [CustomerField],
    pub company_tools: &'a [CompanyTool],
}

/// A call that was not. `say` goes back to the model, which asks the customer or tries again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolRefusal {
    /// `unknown_tool`, `malformed`, `missing`, `bad_argument`, `bad_phone`, `bad_time`, `too_long`.
    pub code: &'static str,
    pub say: String,
}

impl ToolRefusal {
    fn new(code: &'static str, say: impl Into<String>) -> Self {
        ToolRefusal { code, say: say.into() }
    }
}

#[cfg(test)]
mod tests;
