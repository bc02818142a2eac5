//! A lead's notice on its way — a job that is claimed, marked before a byte leaves and settled once — and what people do with
//! the buttons below it.
use super::jobs::{Hold, Later};
use super::notices::Own;
use super::store::ops;
use crate::domain::clock::Micros;
use crate::domain::ids::*;
use crate::domain::lead::{LeadView, NoticeState};
use crate::domain::notice::press::{Effect, Verb};

/// The kind of the rows of `jobs` that are leads' notices.
pub const KIND: &str = "lead_notice";

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
pub enum Pressed {
    /// This very press was taken before.
    Again,
    /// No account of the company's is linked to this one.
    Stranger,
    /// Not there, or not for this member to see.
    Missing {
        locale: String,
    },
    Done(Box<Done>),
}

#[derive(Clone, Debug)]
pub struct Done {
    pub lead: LeadView,
    pub effect: Effect,
    pub who: String,
    /// The presser's.
    pub locale: String,
    pub company_locale: String,
}

ops! {
    read lead_notices::announced(company: i64, lead: i64) -> Option<Announced>;
    write lead_notices::begin_notice(hold: Hold, lead: i64, lease: Micros, now: Micros) -> bool;
    write lead_notices::put_notice_off(hold: Hold, lead: i64, later: Later, now: Micros) -> bool;
    publish lead_notices::settle_notice(settled: Settled) -> bool;
    publish presses::press(pressing: Pressing) -> Pressed;
}
