//! What turns of the agent ask of storage besides their unit.
use crate::domain::agent::price::Spent;
use crate::domain::clock::Micros;
use crate::domain::conversation::EndedRun;
use crate::domain::message::MessageView;

pub use crate::db::pg::queries::turns::TRANSCRIBE;

/// A voice message that is to be listened to.
pub struct Recording {
    pub channel_id: i64,
    pub file_name: String,
    pub mime: String,
    pub storage_key: String,
}

super::ops! {
    read turns::recent_messages(conversation: i64, limit: i64) -> Vec<MessageView>;
    read turns::spent_on(conversation: i64) -> i64;
    read turns::answer_after(conversation: i64, message: i64) -> (Vec<String>, Option<String>);
    read turns::api_channel(company: i64) -> Option<i64>;
    read turns::said_after(conversation: i64, message: i64) -> Vec<MessageView>;
    read turns::recording(company: i64, attachment: i64) -> Option<Recording>;
    read turns::acts_of(company: i64, conversation: i64, run: i64) -> Option<serde_json::Value>;
    write turns::add_spend(company: i64, channel: i64, spent: Spent, reservation: Option<i64>, at: Micros) -> ();
    write turns::record_fenced_run(company: i64, channel: i64, conversation: i64, ended: EndedRun, now: Micros) -> ();
}
