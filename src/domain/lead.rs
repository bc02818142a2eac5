//! A lead: a request that the agent has qualified, or a person has written down.
use serde::{Deserialize, Serialize};

/// What is known of a request before it has a number. The phone is valid: `phone` as the customer gave it, `phone_e164` as
/// it is dialled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LeadDraft {
    pub name: String,
    pub phone: String,
    pub phone_e164: String,
    pub city: String,
    pub object_type: String,
    pub area: String,
    pub summary: String,
    pub language: String,
}
