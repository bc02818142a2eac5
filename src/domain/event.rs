//! What a screen can learn: a company's numbered events, each serialised once and then shared by every socket.
use std::sync::{Arc, OnceLock};

use bytestring::ByteString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::access::{Principal, Scope};
use super::channel::ChannelKind;
use super::clock::{self, Micros};
use super::conversation::{ConversationStatus, Handler};
use super::ids::*;
use super::message::{MessageView, Revealed};
use super::text::word_enum;

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
    }
}

impl EventKind {
    pub fn is_about_a_lead(self) -> bool {
        matches!(self, EventKind::LeadCreated | EventKind::LeadUpdated)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Assignee {
    pub id: UserId,
    pub name: String,
}

/// A reply that the agent proposes and nobody has sent yet.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Suggestion {
    pub run_id: AgentRunId,
    pub text: String,
}

#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct CustomerBrief {
    pub id: CustomerId,
    pub name: String,
    pub phone: Option<String>,
    pub username: Option<String>,
    pub language: Option<String>,
}

/// A conversation as lists and `conversation.*` frames show it. `unread` differs per viewer, so only HTTP answers carry it.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct ConversationView {
    pub id: ConversationId,
    pub channel_id: ChannelId,
    pub channel_kind: ChannelKind,
    pub customer: CustomerBrief,
    pub status: ConversationStatus,
    pub handler: Handler,
    pub assignee: Option<Assignee>,
    pub department_id: Option<DepartmentId>,
    pub last_message: Option<MessageView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<i64>,
    pub inbound_count: i64,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    pub snoozed_until: Option<Micros>,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    pub window_expires_at: Option<Micros>,
    pub suggestion: Option<Suggestion>,
    pub lead_id: Option<LeadId>,
    pub seq: Seq,
    #[serde(serialize_with = "clock::as_rfc3339")]
    pub created_at: Micros,
    #[serde(serialize_with = "clock::as_rfc3339")]
    pub updated_at: Micros,
}

/// What a message brings along about its conversation, so that a plain message is one frame.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct ConversationSummary {
    pub id: ConversationId,
    pub status: ConversationStatus,
    pub handler: Handler,
    pub assignee: Option<Assignee>,
    pub last_message_id: Option<MessageId>,
    pub inbound_count: i64,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    pub snoozed_until: Option<Micros>,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    pub window_expires_at: Option<Micros>,
    pub suggestion: Option<Suggestion>,
    pub lead_id: Option<LeadId>,
    pub seq: Seq,
    #[serde(serialize_with = "clock::as_rfc3339")]
    pub updated_at: Micros,
}

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
    shown: Value,
    /// The detail, when it is a provider's.
    words: Option<Value>,
}

impl Notification {
    /// Codes whose detail is our own sentence.
    const OURS: &[&str] = &["message_quarantined"];

    pub fn new(mut stored: Value) -> Self {
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

impl Revealed for ConversationView {
    fn holds_words(&self) -> bool {
        self.last_message.as_ref().is_some_and(MessageView::holds_words)
    }

    fn reveal(&mut self) {
        if let Some(message) = &mut self.last_message {
            message.reveal();
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
    frame: OnceLock<ByteString>,
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

#[derive(Serialize)]
struct FeedFrame<'a, D: Serialize> {
    seq: Seq,
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_id: Option<ConversationId>,
    #[serde(serialize_with = "clock::as_rfc3339")]
    at: Micros,
    data: D,
    #[serde(skip_serializing_if = "Option::is_none")]
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
            // A lead goes where its conversation goes, and that is told by the conversation's own event.
            before: p.before.filter(|b| *b != p.scope && !p.kind.is_about_a_lead()),
            body: p.body,
            frame: OnceLock::new(),
            entered: OnceLock::new(),
            left: OnceLock::new(),
            revealed: OnceLock::new(),
        })
    }

    /// The event whose frames this viewer gets.
    fn as_read_by(&self, viewer: &Principal) -> &Event {
        if viewer.reads_providers() && self.body.holds_words() { self.revealed.get_or_init(|| self.reveal()) } else { self }
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
            frame: OnceLock::new(),
            entered: OnceLock::new(),
            left: OnceLock::new(),
            revealed: OnceLock::new(),
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
            frame: OnceLock::new(),
            entered: OnceLock::new(),
            left: OnceLock::new(),
            revealed: OnceLock::new(),
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
            Some(false) if sees => read.entered.get_or_init(|| read.render("conversation.entered")),
            Some(true) if !sees => read.left.get_or_init(|| read.render("conversation.left")),
            _ if sees => read.frame.get_or_init(|| read.render(read.kind.map_or("", EventKind::as_str))),
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
            _ if kind == "conversation.left" => json(self, kind, serde_json::json!({ "id": self.conversation_id }), None),
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
