//! What operators have typed and not sent.
use crate::domain::access::Principal;
use crate::domain::clock::{self, Micros};

#[derive(Clone, Debug, diesel::Queryable, serde::Serialize)]
pub struct Draft {
    pub conversation_id: i64,
    pub reply: String,
    pub note: String,
    #[serde(serialize_with = "clock::as_rfc3339")]
    pub updated_at: Micros,
}

/// `None` leaves a mode as it is; empty removes it.
#[derive(Clone, Debug)]
pub struct DraftChange {
    pub reply: Option<String>,
    pub note: Option<String>,
}

super::ops! {
    read drafts::drafts_of(who: Principal, after: i64, limit: i64) -> Vec<Draft>;
    write drafts::keep_draft(who: Principal, conversation: i64, change: DraftChange, at: Micros) -> ();
}
