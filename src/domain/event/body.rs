//! What an event tells, and what of it only those see who may read a provider's own words.
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::views::{Assignee, ConversationSummary, ConversationView};
use crate::domain::ids::*;
use crate::domain::message::{MessageView, Revealed};

#[derive(Clone, Debug)]
pub enum EventBody {
    Message {
        message: Box<MessageView>,
        conversation: Box<ConversationSummary>,
    },
    Conversation(Box<ConversationView>),
    Notification(Notification),
    Other(Value),
    /// The object is gone; the number stays, so that no screen takes it for a gap.
    Gone,
}

/// Something that a person should look at: `code` says what, `detail` more about it.
#[derive(Clone, Debug)]
pub struct Notification {
    pub(super) shown: Value,
    /// The detail, when it is a provider's.
    words: Option<Value>,
}

/// Where a personal notification leads, who caused it, and whom it is about.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NotificationParams {
    pub conversation_id: ConversationId,
    pub message_id: Option<MessageId>,
    pub by: Assignee,
    pub customer: NotificationCustomer,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct NotificationCustomer {
    pub id: CustomerId,
    /// What was told before customers were counted has none.
    #[schemars(with = "Option<i64>")]
    pub number: i64,
    pub name: String,
}

/// How one is shown. Of a lead's notice that failed or is unclear (`notice_failed`, `notice_uncertain`) it has the lead.
/// `assigned` (somebody else has given you the conversation) and `mentioned` (a note names you) are for one person, with `id` and
/// `params`; `GET /api/notifications` keeps them.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "NotificationShown")]
pub struct NotificationView {
    pub code: String,
    pub detail: String,
    pub channel_id: Option<ChannelId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "LeadId")]
    pub lead_id: Option<LeadId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64")]
    pub id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "NotificationParams")]
    pub params: Option<NotificationParams>,
}

/// One's own notifications up to this one were read, on whatever screen; those of a conversation that is read are in
/// `unread.updated`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "NotificationsReadUpTo")]
pub struct NotificationsRead {
    pub up_to: i64,
}

impl Notification {
    /// Codes whose detail is our own sentence.
    const OURS: &[&str] = &["message_quarantined", "assigned", "mentioned"];

    pub fn new(view: &NotificationView) -> Self {
        Notification::stored(json!(view))
    }

    /// As a row holds it, whichever version wrote that.
    pub fn stored(mut stored: Value) -> Self {
        let ours = stored["code"].as_str().is_some_and(|code| Notification::OURS.contains(&code));
        let words =
            stored.get_mut("detail").filter(|_| !ours).map(|detail| std::mem::replace(detail, Value::String(String::new())));
        Notification { shown: stored, words }
    }
}

impl Revealed for Notification {
    fn holds_words(&self) -> bool {
        self.words.is_some()
    }

    fn reveal(&mut self) {
        if let Some(words) = self.words.take() {
            self.shown["detail"] = words;
        }
    }
}

impl Revealed for EventBody {
    fn holds_words(&self) -> bool {
        match self {
            EventBody::Message { message, .. } => message.holds_words(),
            EventBody::Conversation(view) => view.holds_words(),
            EventBody::Notification(notification) => notification.holds_words(),
            EventBody::Other(_) | EventBody::Gone => false,
        }
    }

    fn reveal(&mut self) {
        match self {
            EventBody::Message { message, .. } => message.reveal(),
            EventBody::Conversation(view) => view.reveal(),
            EventBody::Notification(notification) => notification.reveal(),
            EventBody::Other(_) | EventBody::Gone => {}
        }
    }
}
