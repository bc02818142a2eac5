//! The operator's list and what belongs to it.
use crate::domain::access::Principal;
use crate::domain::channel::OutFile;
use crate::domain::clock::Micros;
use crate::domain::event::ConversationView;
use crate::domain::text::word_enum;

word_enum! { View { Mine = "mine", Unassigned = "unassigned", All = "all" } }

/// What a list shows; `status` `None` = what is not closed or snoozed.
#[derive(Clone, Debug)]
pub struct ListFilter {
    pub view: View,
    pub status: Option<String>,
    pub customer_id: Option<i64>,
    /// Last activity and id of the last row of the page before.
    pub before: Option<(Micros, i64)>,
    pub limit: i64,
}

#[derive(Clone, Copy, Debug, Default, serde::Serialize)]
pub struct Counts {
    pub mine: i64,
    pub unassigned: i64,
    pub all: i64,
}

/// An upload that may still be named by a message.
#[derive(Clone, Debug)]
pub struct Sendable {
    pub id: i64,
    pub file: OutFile,
}

super::ops! {
    read inbox::list_conversations(who: Principal, filter: ListFilter) -> Vec<ConversationView>;
    read inbox::count_views(who: Principal) -> Counts;
    read inbox::conversation_for(who: Principal, id: i64) -> Option<ConversationView>;
    read conversation_views::conversation_views(ids: Vec<i64>) -> Vec<ConversationView>;
    read messages::sent_before(company: i64, sender: String, client_id: String) -> Option<(i64, Option<String>)>;
    read inbox::conversation_of_message(company: i64, message: i64) -> Option<i64>;
    read inbox::read_up_to(conversation: i64, user: i64) -> Option<i64>;
    publish inbox::mark_read(who: Principal, conversation: i64, message: Option<i64>, now: Micros) -> ();
    read inbox::conversation_with(company: i64, channel: i64, customer: i64) -> Option<i64>;
    read inbox::customer_by_phone(company: i64, phone: String) -> Option<i64>;
    read inbox::unused_uploads(company: i64, ids: Vec<i64>) -> Vec<Sendable>;
    read inbox::assignable(company: i64, user: i64) -> Option<(i64, String)>;
}
