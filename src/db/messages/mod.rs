//! Messages with what belongs to them, and a delivery with all that sending it takes.
use super::store::ops;
use crate::domain::channel::{ChannelKind, OutFile, Outbound, parts};
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, MessageId};
use crate::domain::message::{Button, MessageView};

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

ops! {
    read messages::sent_before(company: CompanyId, sender: String, client_id: String) -> Option<(MessageId, Option<String>)>;
    read messages::page_messages(company: CompanyId, conversation: ConversationId, before: Option<MessageId>, limit: i64) -> Vec<MessageView>;
    read messages::message_by_id(company: CompanyId, id: MessageId) -> Option<MessageView>;
    read messages::outgoing(delivery: i64) -> Option<OutgoingRow>;
    read messages::parts_to_resend(company: CompanyId, message: MessageId) -> Vec<(i64, i64)>;
}
