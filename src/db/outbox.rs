//! What is owed to customers and has not left yet, gone round page by page.
use crate::domain::clock::Micros;

/// A conversation with open deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaving {
    pub conversation_id: i64,
    /// `None`: nothing is to leave; what is open is unclear, and a person's to judge.
    pub head: Option<Head>,
}

/// The first delivery that is yet to leave, or leaving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub queued_at: Micros,
    /// It failed for a moment and is not to be tried before.
    pub not_before: Option<Micros>,
}

super::ops! {
    read outbox::leaving_after(after: i64, limit: i64) -> Vec<Leaving>;
    read outbox::owed_turns_after(after: i64, limit: i64) -> Vec<i64>;
    read outbox::homes_of(ids: Vec<i64>) -> Vec<(i64, i64, String)>;
}
