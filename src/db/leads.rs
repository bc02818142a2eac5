//! Leads: lists, one, and what people do with them. A lead that an automatic turn ends with stands in the turn's unit.
use super::store::ops;
use crate::domain::access::Principal;
use crate::domain::clock::Micros;
use crate::domain::lead::{LeadDraft, LeadStatus, LeadView};

/// What a list shows; what is `None`, or empty, does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct LeadFilter {
    pub statuses: Vec<LeadStatus>,
    /// `Some(None)`: nobody's.
    pub assignee: Option<Option<i64>>,
    /// Its words stand in the lead's own words, or it is a part of the phone.
    pub text: Option<String>,
    pub from: Option<Micros>,
    pub before: Option<Micros>,
    pub conversation_id: Option<i64>,
}

/// `None` leaves a field.
#[derive(Clone, Debug, Default)]
pub struct LeadEdit {
    pub status: Option<LeadStatus>,
    /// An inner `None` takes it from whoever has it.
    pub assignee_id: Option<Option<i64>>,
    pub name: Option<String>,
    /// As given, and as it is dialled: one never changes without the other.
    pub phone: Option<(String, String)>,
    pub city: Option<String>,
    pub object_type: Option<String>,
    pub area: Option<String>,
    pub summary: Option<String>,
}

/// What came of a change.
pub enum LeadChanged {
    Done(Box<LeadView>),
    Missing,
    /// No active member has this id.
    NoSuchMember,
    /// The member does not see the conversation the lead came from, so would not see the lead.
    WouldNotSeeIt,
}

ops! {
    cold leads::leads_page(who: Principal, filter: LeadFilter, before: i64, limit: i64) -> Vec<LeadView>;
    cold leads::count_leads(who: Principal, filter: LeadFilter) -> i64;
    read leads::lead(who: Principal, id: i64) -> Option<LeadView>;
    read leads::default_region(company: i64) -> String;
    publish leads_write::add_lead(who: Principal, conversation: i64, draft: LeadDraft, notify: bool, at: Micros) -> Option<LeadView>;
    publish leads_write::edit_lead(who: Principal, id: i64, edit: LeadEdit, at: Micros) -> LeadChanged;
}
