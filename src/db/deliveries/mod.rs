//! Deliveries: what is owed to customers and has not left yet, gone round page by page, and what providers say of messages
//! after they took them.
use crate::domain::channel::Receipt;
use crate::domain::clock::Micros;
use crate::domain::ids::*;

/// A conversation with open deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaving {
    pub conversation_id: ConversationId,
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

/// Receipts of one batch; a longer one is cut by whoever hands it in.
pub const RECEIPTS_IN_A_BATCH: usize = 500;

/// A receipt that concerns what a Conversation holds in memory: it must hear of it before the rows change.
#[derive(Clone, Debug, PartialEq)]
pub struct ToHear {
    pub conversation_id: ConversationId,
    pub message_id: MessageId,
    pub delivery_id: DeliveryId,
    /// The send is under way or unclear: this settles it. Otherwise other parts of a failed message have not left yet.
    pub settles: bool,
    pub receipt: Receipt,
}

super::ops! {
    read outbox::leaving_after(after: ConversationId, limit: i64) -> Vec<Leaving>;
    read outbox::owed_turns_after(after: ConversationId, limit: i64) -> Vec<ConversationId>;
    read outbox::homes_of(ids: Vec<ConversationId>) -> Vec<(ConversationId, ChannelId, String)>;
    publish receipts::take_receipts(channel: ChannelId, receipts: Vec<Receipt>, heard: bool, now: Micros) -> Vec<ToHear>;
}
