//! What goes wrong, as programs and screens are told it: an RFC 9457 problem, in HTTP bodies and frames alike.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::event::Assignee;
use super::flaw::Flaw;
use super::form::ObjectForm;

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemView {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub title: String,
    #[schemars(with = "i64")]
    pub status: u16,
    /// The sentence to show.
    pub detail: String,
    /// Stable; compare this.
    pub code: String,
    /// Why, as far as it is known more exactly than `code` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ReasonView")]
    pub reason: Option<ReasonView>,
    /// One sentence a field.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "BTreeMap<String, String>")]
    pub errors: Option<BTreeMap<String, String>>,
    /// The same as `errors`, for programs that say it in their own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "BTreeMap<String, ReasonView>")]
    pub fields: Option<BTreeMap<String, ReasonView>>,
    /// Of `taken`: who has it, null when nobody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Assignee>")]
    pub holder: Option<Value>,
}

/// Why, by a code that stays, with what belongs to it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Reason")]
pub struct ReasonView {
    pub code: &'static str,
    #[schemars(with = "ObjectForm")]
    pub params: Map<String, Value>,
}

impl ReasonView {
    pub fn of(flaw: &Flaw) -> Self {
        ReasonView { code: flaw.code(), params: flaw.params() }
    }
}

impl ProblemView {
    pub fn new(status: u16, title: &str, code: &str, detail: &str) -> Self {
        let (title, code, detail) = (title.to_owned(), code.to_owned(), detail.to_owned());
        ProblemView { kind: "about:blank", title, status, detail, code, reason: None, errors: None, fields: None, holder: None }
    }
}
