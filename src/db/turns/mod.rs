//! What turns of the agent ask of storage besides their unit, and the money that is set aside before a model is asked.
use crate::domain::agent::price::Spent;
use crate::domain::clock::Micros;
use crate::domain::conversation::EndedRun;
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, MessageId};
use crate::domain::message::MessageView;

pub use crate::db::pg::queries::turn_unit::TRANSCRIBE;

/// A voice message that is to be listened to.
pub struct Recording {
    pub channel_id: ChannelId,
    /// Of the attachment.
    pub kind: String,
    pub file_name: String,
    pub mime: String,
    pub storage_key: String,
}

/// What one call may cost, of which budgets.
#[derive(Clone, Copy, Debug)]
pub struct CallCost {
    pub company_id: CompanyId,
    pub channel_id: ChannelId,
    /// Of the company and of the channel, for this day; `None`: as much as it takes.
    pub budgets: [Option<i64>; 2],
    pub estimate: i64,
    pub now: Micros,
    /// Given back then, unless it was settled.
    pub until: Micros,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SetAside {
    /// Under this number it is settled or given back.
    Done(i64),
    /// Others under way hold what is left.
    Later,
    Spent,
}

/// What became of a purse that was to be filled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Filled {
    /// So much more is free in the purse with this number.
    Purse { id: i64, free: i64 },
    /// There is too little left for a purse: the one call is settled by itself, if it may begin.
    One(SetAside),
}

super::ops! {
    read turns::recent_messages(conversation: ConversationId, limit: i64) -> Vec<MessageView>;
    read turns::spent_on(conversation: ConversationId) -> i64;
    read turns::answer_after(conversation: ConversationId, message: MessageId) -> (Vec<String>, Option<String>);
    read turns::api_channel(company: CompanyId) -> Option<ChannelId>;
    read turns::said_after(conversation: ConversationId, message: MessageId) -> Vec<MessageView>;
    read turns::recording(company: CompanyId, attachment: i64) -> Option<Recording>;
    read turns::acts_of(company: CompanyId, conversation: ConversationId, run: i64) -> Option<serde_json::Value>;
    write turn_runs::add_spend(company: CompanyId, channel: ChannelId, spent: Spent, reservation: Option<i64>, at: Micros) -> ();
    write turn_runs::record_fenced_run(company: CompanyId, channel: ChannelId, conversation: ConversationId, ended: EndedRun, now: Micros) -> ();
    write purses::fill_purse(wanted: CallCost, own: Option<(i64, i64)>) -> Filled;
    write purses::keep_in_purse(purse: i64, held: i64) -> ();
    write budgets::give_back(reservation: i64) -> ();
}
