//! What providers say of messages after they took them.
use super::store::ops;
use crate::domain::channel::Receipt;
use crate::domain::clock::Micros;
use crate::domain::ids::*;

/// Receipts of one batch; a longer one is cut by whoever hands it in.
pub const AT_ONCE: usize = 500;

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

ops! {
    publish receipts::take_receipts(channel: i64, receipts: Vec<Receipt>, heard: bool, now: Micros) -> Vec<ToHear>;
}
