//! What a screen can learn: a company's numbered events, each serialised once and then shared by every socket.
mod body;
mod views;

use std::sync::{Arc, OnceLock};

use bytestring::ByteString;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::access::{Principal, Scope};
use super::clock::{self, Micros};
use super::form::TimeForm;
use super::ids::*;
use super::message::Revealed;
use super::text::word_enum;

pub use body::{EventBody, Notification, NotificationCustomer, NotificationParams, NotificationView, NotificationsRead};
pub use views::{Assignee, ConversationSummary, ConversationView, CustomerBrief, Left, Suggestion, UnreadView};

word_enum! {
    /// The durable event types of the contract that this version makes.
    EventKind {
        MessageCreated = "message.created",
        MessageUpdated = "message.updated",
        ConversationCreated = "conversation.created",
        ConversationUpdated = "conversation.updated",
        ConversationAssigned = "conversation.assigned",
        CustomerUpdated = "customer.updated",
        LeadCreated = "lead.created",
        LeadUpdated = "lead.updated",
        UnreadUpdated = "unread.updated",
        NotificationCreated = "notification.created",
        NotificationsRead = "notifications.read",
    }
}

impl EventKind {
    /// Such an event brings the conversation whole.
    fn is_about_a_conversation(self) -> bool {
        matches!(self, EventKind::ConversationCreated | EventKind::ConversationUpdated | EventKind::ConversationAssigned)
    }
}

/// A committed event. `before` is where the conversation belonged when that differs from `scope`.
#[derive(Debug)]
pub struct Event {
    pub company_id: CompanyId,
    pub seq: Seq,
    pub at: Micros,
    /// `None`: a newer version wrote it, and this one does not know its kind.
    pub kind: Option<EventKind>,
    pub conversation_id: Option<ConversationId>,
    pub message_id: Option<MessageId>,
    pub customer_id: Option<CustomerId>,
    /// A personal event: only this user's sessions see it.
    pub user_id: Option<UserId>,
    pub scope: Scope,
    pub before: Option<Scope>,
    pub body: EventBody,
    frames: Frames,
}

/// An event as sockets get it, each made when the first one needs it.
#[derive(Debug, Default)]
struct Frames {
    plain: OnceLock<ByteString>,
    entered: OnceLock<ByteString>,
    left: OnceLock<ByteString>,
    /// The same with a provider's words, for those who may read them: made where there are such words.
    revealed: OnceLock<Arc<Event>>,
}

/// An event without its rendered frames: what the writer and the replay build one from.
#[derive(Clone, Debug)]
pub struct EventParts {
    pub company_id: CompanyId,
    pub seq: Seq,
    pub at: Micros,
    pub kind: EventKind,
    pub conversation_id: Option<ConversationId>,
    pub message_id: Option<MessageId>,
    pub customer_id: Option<CustomerId>,
    pub user_id: Option<UserId>,
    pub scope: Scope,
    pub before: Option<Scope>,
    pub body: EventBody,
}

/// A numbered frame; before it stands `prev`, the number of the frame before it in this session's view.
#[derive(Serialize, JsonSchema)]
pub struct FeedFrame<'a, D: Serialize> {
    seq: Seq,
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ConversationId")]
    conversation_id: Option<ConversationId>,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    at: Micros,
    data: D,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ConversationSummary")]
    conversation: Option<&'a ConversationSummary>,
}

impl Event {
    pub fn new(p: EventParts) -> Arc<Self> {
        Arc::new(Event {
            company_id: p.company_id,
            seq: p.seq,
            at: p.at,
            kind: Some(p.kind),
            conversation_id: p.conversation_id,
            message_id: p.message_id,
            customer_id: p.customer_id,
            user_id: p.user_id,
            scope: p.scope,
            // What comes along with a conversation goes where that goes, and that is told by the conversation's own event.
            before: p.before.filter(|b| *b != p.scope && p.kind.is_about_a_conversation()),
            body: p.body,
            frames: Frames::default(),
        })
    }

    /// The event whose frames this viewer gets.
    fn as_read_by(&self, viewer: &Principal) -> &Event {
        if viewer.reads_providers() && self.body.holds_words() {
            self.frames.revealed.get_or_init(|| self.reveal())
        } else {
            self
        }
    }

    fn reveal(&self) -> Arc<Event> {
        let mut body = self.body.clone();
        body.reveal();
        Arc::new(Event {
            company_id: self.company_id,
            seq: self.seq,
            at: self.at,
            kind: self.kind,
            conversation_id: self.conversation_id,
            message_id: self.message_id,
            customer_id: self.customer_id,
            user_id: self.user_id,
            scope: self.scope,
            before: self.before,
            body,
            frames: Frames::default(),
        })
    }

    /// An event of a kind that this version does not know, because a newer one writes to the same database. It shows nothing,
    /// but it has its number: a number that nobody publishes would be a hole for ever, and stop the company's whole feed.
    pub fn of_a_newer_version(company_id: CompanyId, seq: Seq, at: Micros) -> Arc<Self> {
        Arc::new(Event {
            company_id,
            seq,
            at,
            kind: None,
            conversation_id: None,
            message_id: None,
            customer_id: None,
            user_id: None,
            scope: Scope::default(),
            before: None,
            body: EventBody::Gone,
            frames: Frames::default(),
        })
    }

    /// About how many bytes it holds, its rendered frame included.
    pub fn weight(&self) -> usize {
        let text = match &self.body {
            EventBody::Message { message, .. } => message.text.len(),
            EventBody::Conversation(view) => view.last_message.as_ref().map_or(0, |m| m.text.len()),
            EventBody::Notification(_) | EventBody::Other(_) | EventBody::Gone => 0,
        };
        2048 + 2 * text
    }

    /// The frame this viewer gets after the one at `prev`; `None` when the viewer may not see it. Whoever has just seen the
    /// event before this one, as nearly all have, gets the shared bytes.
    pub fn frame_for(&self, viewer: &Principal, prev: Seq) -> Option<ByteString> {
        if matches!(self.body, EventBody::Gone) || self.user_id.is_some_and(|u| u != viewer.user_id) {
            return None;
        }
        let sees = viewer.sees(&self.scope);
        let read = self.as_read_by(viewer);
        let shared = match self.before.map(|before| viewer.sees(&before)) {
            Some(false) if sees => read.frames.entered.get_or_init(|| read.render("conversation.entered")),
            Some(true) if !sees => read.frames.left.get_or_init(|| read.render("conversation.left")),
            _ if sees => read.frames.plain.get_or_init(|| read.render(read.kind.map_or("", EventKind::as_str))),
            _ => return None,
        };
        if prev == self.seq - 1 {
            return Some(shared.clone());
        }
        let rest = &shared[head(self.seq - 1).len()..];
        Some(ByteString::from(head(prev) + rest))
    }

    /// The frame for a viewer who has seen the event before this one.
    fn render(&self, kind: &str) -> ByteString {
        fn json<D: Serialize>(event: &Event, kind: &str, data: D, conversation: Option<&ConversationSummary>) -> String {
            let frame =
                FeedFrame { seq: event.seq, kind, conversation_id: event.conversation_id, at: event.at, data, conversation };
            // Our own types always serialise; an empty object would still carry the number.
            serde_json::to_string(&frame).unwrap_or_else(|_| format!("{{\"seq\":{}}}", event.seq))
        }
        let text = match &self.body {
            _ if kind == "conversation.left" => json(self, kind, Left { id: self.conversation_id.unwrap_or_default() }, None),
            EventBody::Message { message, conversation } => json(self, kind, message, Some(conversation)),
            EventBody::Conversation(view) => json(self, kind, view, None),
            EventBody::Notification(notification) => json(self, kind, &notification.shown, None),
            EventBody::Other(value) => json(self, kind, value, None),
            EventBody::Gone => json(self, kind, Value::Null, None),
        };
        // `{"seq"…` becomes `{"prev":N,"seq"…`
        ByteString::from(format!("{},{}", head(self.seq - 1), &text[1..]))
    }
}

/// How every frame begins: the only part that differs from viewer to viewer.
fn head(prev: Seq) -> String {
    format!("{{\"prev\":{prev}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::Role;

    #[test]
    fn only_the_head_differs_from_viewer_to_viewer() {
        let viewer = Principal {
            company_id: CompanyId::new(1),
            user_id: UserId::new(7),
            session_id: 1,
            role: Role::Owner,
            name: "A".into(),
            email: "a@a.kz".into(),
            departments: Default::default(),
        };
        let event = Event::new(EventParts {
            company_id: CompanyId::new(1),
            seq: 100,
            at: 0,
            kind: EventKind::NotificationCreated,
            conversation_id: None,
            message_id: None,
            customer_id: None,
            user_id: Some(UserId::new(7)),
            scope: Scope::default(),
            before: None,
            body: EventBody::Other(serde_json::json!({ "code": "x" })),
        });
        let frames = [99, 7].map(|prev| event.frame_for(&viewer, prev).expect("a frame"));
        for (frame, prev) in frames.iter().zip([99, 7]) {
            let json: Value = serde_json::from_str(frame).expect("JSON");
            assert_eq!((&json["prev"], &json["seq"], &json["data"]["code"]), (&prev.into(), &100.into(), &"x".into()));
            assert!(frame.starts_with(&format!("{{\"prev\":{prev},\"seq\":100,")), "{frame}");
        }
        assert!(event.frame_for(&Principal { user_id: UserId::new(8), ..viewer }, 99).is_none(), "it is personal");
    }
}
