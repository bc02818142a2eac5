//! Deliveries: what is owed to customers and has not left yet, gone round page by page, and what providers say of messages
//! after they took them.
use crate::domain::channel::{ChannelKind, OutFile, Outbound, Receipt, parts};
use crate::domain::clock::Micros;
use crate::domain::ids::*;
use crate::domain::message::Button;

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

/// A delivery with all that sending it takes.
pub struct OutgoingRow {
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub channel_id: ChannelId,
    pub channel_kind: ChannelKind,
    pub part: i64,
    pub text: String,
    pub buttons: Vec<Button>,
    pub files: Vec<OutFile>,
    pub reply_to_provider_id: Option<String>,
    pub address: String,
}

impl OutgoingRow {
    /// `None` when the message has no such part (any more).
    pub fn outbound(self, delivery_id: i64) -> Option<Outbound> {
        let mut contents = parts(self.channel_kind.limits(), &self.text, &self.files);
        let is_last = self.part + 1 == contents.len() as i64;
        let content = contents.drain(..).nth(self.part as usize)?;
        Some(Outbound {
            delivery_id,
            message_id: self.message_id,
            conversation_id: self.conversation_id,
            channel_id: self.channel_id,
            address: self.address,
            // Only the first part quotes.
            reply_to_provider_id: self.reply_to_provider_id.filter(|_| self.part == 0),
            content,
            buttons: if is_last { self.buttons } else { vec![] },
        })
    }
}

super::ops! {
    read outgoing::outgoing(delivery: i64) -> Option<OutgoingRow>;
    read outgoing::parts_to_resend(company: CompanyId, message: MessageId) -> Vec<(i64, i64)>;
    read outbox::leaving_after(after: ConversationId, limit: i64) -> Vec<Leaving>;
    read outbox::owed_turns_after(after: ConversationId, limit: i64) -> Vec<ConversationId>;
    read outbox::homes_of(ids: Vec<ConversationId>) -> Vec<(ConversationId, ChannelId, String)>;
    publish receipts::take_receipts(channel: ChannelId, receipts: Vec<Receipt>, heard: bool, now: Micros) -> Vec<ToHear>;
}
