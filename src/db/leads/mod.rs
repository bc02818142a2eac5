//! Leads: lists, one, and what people do with them; a lead's notice on its way — a job that is claimed, marked before a byte
//! leaves and settled once — and the buttons below it. A lead that an automatic turn ends with stands in the turn's unit.
use super::jobs::{Hold, Later};
use super::notices::Own;
use crate::domain::access::Principal;
use crate::domain::clock::Micros;
use crate::domain::ids::*;
use crate::domain::lead::{LeadDraft, LeadStatus, LeadView, NoticeState};
use crate::domain::notice::press::{PressEffect, Verb};

/// What a list shows; what is `None`, or empty, does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct LeadFilter {
    pub statuses: Vec<LeadStatus>,
    /// `Some(None)`: nobody's.
    pub assignee: Option<Option<UserId>>,
    /// Its words stand in the lead's own words, or it is a part of the phone.
    pub text: Option<String>,
    pub from: Option<Micros>,
    pub before: Option<Micros>,
    pub conversation_id: Option<ConversationId>,
}

/// `None` leaves a field.
#[derive(Clone, Debug, Default)]
pub struct LeadEdit {
    pub status: Option<LeadStatus>,
    /// An inner `None` takes it from whoever has it.
    pub assignee_id: Option<Option<UserId>>,
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

/// The kind of the rows of `jobs` that are leads' notices.
pub const NOTICE_JOB: &str = "lead_notice";

/// What a job says. `sending` is written before a byte leaves: found there by anybody else, the outcome is lost.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct NoticeJob {
    pub lead_id: LeadId,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sending: bool,
}

/// A lead, in whose language its company is told.
#[derive(Clone, Debug)]
pub struct Announced {
    pub lead: LeadView,
    pub locale: String,
}

/// How a notice ended.
#[derive(Clone, Debug)]
pub struct Settled {
    pub hold: Hold,
    pub company_id: CompanyId,
    pub lead_id: LeadId,
    pub state: NoticeState,
    pub detail: Option<String>,
    pub at: Micros,
}

/// A button under a lead, pressed by somebody.
#[derive(Clone, Debug)]
pub struct Pressing {
    pub own: Own,
    pub telegram_user: String,
    pub lead_id: LeadId,
    pub verb: Verb,
}

#[derive(Clone, Debug)]
pub enum PressOutcome {
    /// This very press was taken before.
    Again,
    /// No account of the company's is linked to this one.
    Stranger,
    /// Not there, or not for this member to see.
    Missing {
        locale: String,
    },
    Done(Box<PressDone>),
}

#[derive(Clone, Debug)]
pub struct PressDone {
    pub lead: LeadView,
    pub effect: PressEffect,
    pub who: String,
    /// The presser's.
    pub locale: String,
    pub company_locale: String,
}

super::ops! {
    cold leads::leads_page(who: Principal, filter: LeadFilter, before: i64, limit: i64) -> Vec<LeadView>;
    cold leads::count_leads(who: Principal, filter: LeadFilter) -> i64;
    read leads::lead(who: Principal, id: i64) -> Option<LeadView>;
    read leads::default_region(company: CompanyId) -> String;
    publish leads_write::add_lead(who: Principal, conversation: ConversationId, draft: LeadDraft, notify: bool, at: Micros) -> Option<LeadView>;
    publish leads_write::edit_lead(who: Principal, id: i64, edit: LeadEdit, at: Micros) -> LeadChanged;
    read lead_notices::announced(company: CompanyId, lead: i64) -> Option<Announced>;
    write lead_notices::begin_notice(hold: Hold, lead: i64, lease: Micros, now: Micros) -> bool;
    write lead_notices::put_notice_off(hold: Hold, lead: i64, later: Later, now: Micros) -> bool;
    publish lead_notices::settle_notice(settled: Settled) -> bool;
    publish presses::press(pressing: Pressing) -> PressOutcome;
}
