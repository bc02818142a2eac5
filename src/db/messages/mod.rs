//! Messages with what belongs to them.
use super::store::ops;
use crate::domain::ids::{CompanyId, ConversationId, MessageId};
use crate::domain::message::MessageView;

ops! {
    read messages::sent_before(company: CompanyId, sender: String, client_id: String) -> Option<(MessageId, Option<String>)>;
    read messages::page_messages(company: CompanyId, conversation: ConversationId, before: Option<MessageId>, limit: i64) -> Vec<MessageView>;
    read messages::message_by_id(company: CompanyId, id: MessageId) -> Option<MessageView>;
}
