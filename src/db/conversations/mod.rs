//! Conversations: the operator's list with what belongs to it, drafts, and the timers. How they change stands in the units.
use crate::domain::access::Principal;
use crate::domain::channel::OutFile;
use crate::domain::clock::{self, Micros};
use crate::domain::conversation::counts::{Counted, ViewCounts};
use crate::domain::conversation::{ConversationStatus, State, TimerKind};
use crate::domain::event::ConversationView;
use crate::domain::form::TimeForm;
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, CustomerId, MessageId, UserId};
use crate::domain::text::word_enum;

word_enum! { View { Mine = "mine", Unassigned = "unassigned", All = "all", Mentions = "mentions" } }

/// What a list shows that is asked for no status, and what is counted.
pub const AT_WORK: [ConversationStatus; 2] = [ConversationStatus::Open, ConversationStatus::Pending];

/// What a list shows; `status` `None`: those [`AT_WORK`].
#[derive(Clone, Debug)]
pub struct ListFilter {
    pub view: View,
    pub status: Option<String>,
    pub customer_id: Option<CustomerId>,
    /// Last activity and id of the last row of the page before.
    pub before: Option<(Micros, ConversationId)>,
    pub limit: i64,
}

/// An upload that may still be named by a message.
#[derive(Clone, Debug)]
pub struct Sendable {
    pub id: i64,
    pub file: OutFile,
}

#[derive(Clone, Debug, diesel::Queryable, serde::Serialize, schemars::JsonSchema)]
pub struct Draft {
    pub conversation_id: ConversationId,
    pub reply: String,
    pub note: String,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    pub updated_at: Micros,
}

/// `None` leaves a mode as it is; empty removes it.
#[derive(Clone, Debug)]
pub struct DraftChange {
    pub reply: Option<String>,
    pub note: Option<String>,
}

/// A timer whose time has come. Whether it still stands is decided by its conversation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DueTimer {
    pub id: i64,
    pub conversation_id: ConversationId,
    pub kind: TimerKind,
    pub due_at: Micros,
}

impl DueTimer {
    /// Its place in the order in which timers come due.
    pub fn place(&self) -> (Micros, i64) {
        (self.due_at, self.id)
    }
}

super::ops! {
    read conversations::load_state(channel: ChannelId, key: String) -> Option<State>;
    read conversations::state_by_id(id: ConversationId) -> Option<State>;
    read conversations::home_of(company: Option<CompanyId>, id: ConversationId) -> Option<(CompanyId, ChannelId, String)>;
    read inbox::list_conversations(who: Principal, filter: ListFilter) -> Vec<ConversationView>;
    read counts::count_views(who: Principal) -> ViewCounts;
    read counts::counted(company: CompanyId) -> Vec<Counted>;
    read counts::read_counts(of: Vec<ConversationId>, users: Vec<UserId>) -> Vec<(ConversationId, UserId, i64)>;
    read inbox::conversation_for(who: Principal, id: ConversationId) -> Option<ConversationView>;
    read conversation_views::conversation_views(ids: Vec<ConversationId>) -> Vec<ConversationView>;
    read inbox::conversation_of_message(company: CompanyId, message: MessageId) -> Option<ConversationId>;
    read inbox::read_up_to(conversation: ConversationId, user: UserId) -> Option<MessageId>;
    publish inbox::mark_read(who: Principal, conversation: ConversationId, message: Option<MessageId>, now: Micros) -> ();
    publish inbox::mark_unread(who: Principal, conversation: ConversationId, message: MessageId, now: Micros) -> ();
    read inbox::conversation_with(company: CompanyId, channel: ChannelId, customer: CustomerId) -> Option<ConversationId>;
    read inbox::customer_by_phone(company: CompanyId, phone: String) -> Option<CustomerId>;
    read inbox::unused_uploads(company: CompanyId, ids: Vec<i64>) -> Vec<Sendable>;
    read inbox::assignable(company: CompanyId, user: UserId) -> Option<(UserId, String)>;
    read drafts::drafts_of(who: Principal, after: i64, limit: i64) -> Vec<Draft>;
    write drafts::keep_draft(who: Principal, conversation: ConversationId, change: DraftChange, at: Micros) -> ();
    read timers::due_timers(now: Micros, after: Option<(Micros, i64)>, limit: i64) -> Vec<DueTimer>;
}
