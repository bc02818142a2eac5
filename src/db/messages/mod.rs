//! Messages with what belongs to them.
use super::store::ops;
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, MessageId};
use crate::domain::message::MessageView;

ops! {
    read messages::sent_before(company: CompanyId, sender: String, client_id: String) -> Option<(MessageId, Option<String>)>;
    read messages::page_messages(company: CompanyId, conversation: ConversationId, before: Option<MessageId>, limit: i64) -> Vec<MessageView>;
    read messages::is_received(channel: ChannelId, key: String, provider_id: String) -> bool;
    read messages::key_within(channel: ChannelId, key: String, provider_id: String) -> Option<String>;
    read messages::message_by_id(company: CompanyId, id: MessageId) -> Option<MessageView>;
}
