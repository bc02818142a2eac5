//! A customer as programs and screens see them.
use schemars::JsonSchema;
use serde::Serialize;

use super::clock::{self, Micros};
use super::form::TimeForm;
use super::ids::*;

/// Where a customer can be reached.
#[derive(Clone, Debug, Serialize, JsonSchema, PartialEq)]
#[schemars(rename = "CustomerChannel")]
pub struct ReachedOn {
    pub kind: String,
    pub channel_id: ChannelId,
    pub username: Option<String>,
}

#[derive(Clone, Debug, Serialize, JsonSchema, PartialEq)]
#[schemars(rename = "Customer")]
pub struct CustomerView {
    pub id: CustomerId,
    /// Counts the company's customers from 1.
    pub number: i64,
    pub name: String,
    pub phone: Option<String>,
    pub phone_e164: Option<String>,
    pub email: Option<String>,
    pub username: Option<String>,
    pub language: Option<String>,
    pub source: Option<String>,
    pub notes: String,
    pub channels: Vec<ReachedOn>,
    pub seq: Seq,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    pub created_at: Micros,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    pub updated_at: Micros,
}
