//! What a Conversation holds in memory. Every field has a column; `State::load(rows)` gives the same again.
use crate::domain::access::Scope;
use crate::domain::channel::ChannelKind;
use crate::domain::clock::{Micros, SECOND};
use crate::domain::event::{Assignee, ConversationSummary, CustomerBrief, Suggestion};
use crate::domain::ids::*;
use crate::domain::message::MessageStatus;
use crate::domain::text::word_enum;

use super::input::TimerKind;

word_enum! { ConversationStatus { Open = "open", Pending = "pending", Snoozed = "snoozed", Closed = "closed" } }
word_enum! { Handler { Bot = "bot", Agent = "agent", Operator = "operator", Queue = "queue" } }

/// How long an unclear send holds the ones behind it: a late receipt may still settle it.
pub const UNCERTAIN_HOLD: Micros = 30 * SECOND;

/// One part of a message that has at least one part still on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenDelivery {
    pub id: DeliveryId,
    pub message_id: MessageId,
    pub part: i64,
    pub attempt: i64,
    pub state: MessageStatus,
    pub retries: i64,
    pub not_before: Option<Micros>,
    pub uncertain_at: Option<Micros>,
    /// Part of an automatic reply: a takeover takes it back while it is queued.
    pub automatic: bool,
}

impl OpenDelivery {
    pub fn is_open(&self) -> bool {
        matches!(self.state, MessageStatus::Queued | MessageStatus::Sending | MessageStatus::Uncertain)
    }
}

/// A wait that is set: a row of `timers`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OpenTimer {
    /// 0 while the unit that sets it is not stored.
    pub id: TimerId,
    pub kind: TimerKind,
    pub due_at: Micros,
}

/// The lead that this stretch of the conversation came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OpenLead {
    pub id: LeadId,
    pub at: Micros,
}

#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub id: ConversationId,
    pub company_id: CompanyId,
    pub channel_id: ChannelId,
    pub channel_kind: ChannelKind,
    pub identity_id: IdentityId,
    /// The identity's first key, which picks this conversation's place; a column of the identity, and never another.
    pub home_key: String,
    /// Where a send goes; a column of the identity.
    pub address: String,
    pub blocked: bool,
    pub customer: CustomerBrief,
    pub episode_id: EpisodeId,
    pub episode_number: i64,
    pub version: i64,
    pub generation: i64,
    pub status: ConversationStatus,
    pub handler: Handler,
    pub assignee: Option<Assignee>,
    pub department_id: Option<DepartmentId>,
    pub inbound_count: i64,
    pub last_message_id: Option<MessageId>,
    /// The newest message in or out: its feed position and who said it ("c", "u:7", …).
    pub public_seq: Seq,
    pub public_author: String,
    /// The newest message in or out by anyone else than `public_author`.
    pub other_seq: Seq,
    pub snoozed_until: Option<Micros>,
    pub window_expires_at: Option<Micros>,
    pub seq: Seq,
    pub created_at: Micros,
    pub updated_at: Micros,
    /// An automatic answer is owed since then.
    pub turn_since: Option<Micros>,
    /// The agent's reply that waits for a person's approval; gone with the next word of anybody.
    pub suggestion: Option<Suggestion>,
    pub lead: Option<OpenLead>,
    /// Deliveries of messages that are not all done, in the order they must leave: of each part that has not been sent the
    /// latest attempt. To load it: those rows by id, then [`State::settle_queue`].
    pub queue: Vec<OpenDelivery>,
    /// At most one of a kind, in the order of the kinds.
    pub timers: Vec<OpenTimer>,
}

impl State {
    pub fn scope(&self) -> Scope {
        Scope { department_id: self.department_id, assignee_id: self.assignee.as_ref().map(|a| a.id) }
    }

    /// The feed position of the newest message in or out that is not `author`'s own.
    pub fn newest_by_others(&self, author: &str) -> Seq {
        if self.public_author == author { self.other_seq } else { self.public_seq }
    }

    /// Takes note that `author` said something in public at `seq`.
    pub fn said(&mut self, author: &str, seq: Seq) {
        if self.public_author != author {
            self.other_seq = self.public_seq;
            self.public_author = author.to_owned();
        }
        self.public_seq = seq;
    }

    /// The delivery whose turn it is: the first open one. Order holds because nothing behind it may pass,
    /// except past an UNCERTAIN one that has had its [`UNCERTAIN_HOLD`].
    pub fn head(&self, now: Micros) -> Option<&OpenDelivery> {
        self.queue.iter().filter(|d| d.is_open()).find(|d| !uncertain_passed(d, now))
    }

    /// The message's status: that of its lowest part; a failed or unclear part decides for all. A part that is being sent
    /// counts as queued: screens show what has left, not who holds it.
    pub fn message_status(&self, message_id: MessageId) -> Option<MessageStatus> {
        message_status(self.queue.iter().filter(|d| d.message_id == message_id))
    }

    /// Forgets parts that were sent (they decide nothing while another part is open), messages of which no part is open,
    /// and unclear ones that hold nobody any more.
    pub fn settle_queue(&mut self, now: Micros) {
        let open: Vec<MessageId> =
            self.queue.iter().filter(|d| d.is_open() && !uncertain_passed(d, now)).map(|d| d.message_id).collect();
        self.queue.retain(|d| open.contains(&d.message_id) && d.state.rank() < MessageStatus::Sent.rank());
    }

    pub fn summary(&self) -> ConversationSummary {
        ConversationSummary {
            id: self.id,
            status: self.status,
            handler: self.handler,
            assignee: self.assignee.clone(),
            last_message_id: self.last_message_id,
            inbound_count: self.inbound_count,
            snoozed_until: self.snoozed_until,
            window_expires_at: self.window_expires_at,
            seq: self.seq,
            updated_at: self.updated_at,
            suggestion: self.suggestion.clone(),
            lead_id: self.lead.map(|l| l.id),
        }
    }
}

pub(super) fn uncertain_passed(d: &OpenDelivery, now: Micros) -> bool {
    d.state == MessageStatus::Uncertain && d.uncertain_at.is_none_or(|at| at + UNCERTAIN_HOLD <= now)
}

/// See [`State::message_status`]; counts only the latest attempt of each part.
pub fn message_status<'a>(parts: impl Iterator<Item = &'a OpenDelivery>) -> Option<MessageStatus> {
    let mut latest: Vec<&OpenDelivery> = Vec::new();
    for d in parts {
        match latest.iter_mut().find(|l| l.part == d.part) {
            Some(l) if l.attempt < d.attempt => *l = d,
            Some(_) => {}
            None => latest.push(d),
        }
    }
    let has = |s: MessageStatus| latest.iter().any(|d| d.state == s);
    if latest.is_empty() {
        None
    } else if has(MessageStatus::Failed) {
        Some(MessageStatus::Failed)
    } else if has(MessageStatus::Uncertain) {
        Some(MessageStatus::Uncertain)
    } else if has(MessageStatus::Cancelled) {
        Some(MessageStatus::Cancelled)
    } else if has(MessageStatus::Sending) {
        Some(MessageStatus::Queued)
    } else {
        latest.iter().map(|d| d.state).min_by_key(|s| s.rank())
    }
}
