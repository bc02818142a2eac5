//! What the hub itself asks of the store.
use crate::domain::clock::Micros;
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, MessageId, UserId};
use crate::domain::message::{MessageStatus, MessageView};

/// A web chat as its page needs it.
#[derive(Clone, Debug)]
pub struct WebchatChannel {
    pub id: ChannelId,
    pub company_id: CompanyId,
    pub name: String,
    pub company_name: String,
    /// Other sites that may embed it; our own pages always may.
    pub allowed_origins: Vec<String>,
}

impl WebchatChannel {
    /// `origin` is `None` for our own origin (and for programs, which send none).
    pub fn allows(&self, origin: Option<&str>) -> bool {
        origin.is_none_or(|o| self.allowed_origins.iter().any(|allowed| allowed == o || allowed == "*"))
    }
}

/// How many messages one "read up to here" raises: others write in between.
pub const RECEIPTS_AT_ONCE: i64 = 200;

super::ops! {
    read runtime::ping() -> ();
    read runtime::webchat_by_key(key: String) -> Option<WebchatChannel>;
    read runtime::public_messages(conversation: ConversationId, limit: i64) -> Vec<MessageView>;
    publish runtime::raise_receipts(conversation: ConversationId, up_to: MessageId, status: MessageStatus, now: Micros) -> usize;
    publish runtime::notify_company(channel: ChannelId, code: String, detail: String, now: Micros) -> ();
    read runtime::first_company() -> Option<(CompanyId, UserId)>;
    write runtime::take_clean_stop() -> bool;
    write runtime::mark_clean_stop() -> ();
}
