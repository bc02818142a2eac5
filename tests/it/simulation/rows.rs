//! The rows of one conversation as the tables hold them, and the state they load to.
use serde_json::Value;
use switchboard::domain::channel::ChannelKind;
use switchboard::domain::clock::Micros;
use switchboard::domain::conversation::*;
use switchboard::domain::event::{Assignee, CustomerBrief, Suggestion};
use switchboard::domain::ids::*;
use switchboard::domain::message::*;

pub struct ConversationRow {
    pub id: ConversationId,
    pub company_id: CompanyId,
    pub channel_id: ChannelId,
    pub channel_kind: ChannelKind,
    pub episode_id: EpisodeId,
    pub version: i64,
    pub generation: i64,
    pub status: ConversationStatus,
    pub handler: Handler,
    pub assignee_id: Option<UserId>,
    pub department_id: Option<DepartmentId>,
    pub inbound_count: i64,
    pub last_message_id: Option<MessageId>,
    pub public_seq: Seq,
    pub public_author: String,
    pub other_seq: Seq,
    pub snoozed_until: Option<Micros>,
    pub window_expires_at: Option<Micros>,
    pub seq: Seq,
    pub created_at: Micros,
    pub updated_at: Micros,
    pub turn_since: Option<Micros>,
    pub lead: Option<OpenLead>,
    pub suggestion_run_id: Option<AgentRunId>,
}

pub struct IdentityRow {
    pub id: IdentityId,
    pub key: String,
    pub address: String,
    pub blocked_at: Option<Micros>,
}

pub struct EpisodeRow {
    pub id: EpisodeId,
    pub number: i64,
    pub closed_at: Option<Micros>,
}

pub struct MessageRow {
    pub id: MessageId,
    pub direction: Direction,
    pub author: Author,
    pub kind: MessageKind,
    pub text: String,
    pub payload: Option<Value>,
    pub status: MessageStatus,
    pub error: Option<(String, String)>,
    pub reply_to: Option<MessageId>,
    pub sender: String,
    pub client_id: Option<String>,
    pub provider_id: Option<String>,
    pub provider_at: Option<Micros>,
    pub generation: Option<i64>,
    pub agent_run_id: Option<AgentRunId>,
    pub edited_at: Option<Micros>,
    pub deleted_at: Option<Micros>,
    pub seq: Seq,
    pub created_at: Micros,
}

pub struct AttachmentRow {
    pub id: AttachmentId,
    pub message_id: MessageId,
    pub status: AttachmentStatus,
    pub size: i64,
}

pub struct ReactionRow {
    pub message_id: MessageId,
    pub author: String,
    pub emoji: String,
}

pub struct DeliveryRow {
    pub id: DeliveryId,
    pub message_id: MessageId,
    pub part: i64,
    pub attempt: i64,
    pub state: MessageStatus,
    pub retries: i64,
    pub not_before: Option<Micros>,
    pub uncertain_at: Option<Micros>,
    pub provider_id: Option<String>,
}

/// Everything that hangs on one conversation.
pub struct Thread {
    pub conversation: ConversationRow,
    pub identity: IdentityRow,
    pub customer: CustomerBrief,
    pub episodes: Vec<EpisodeRow>,
    pub messages: Vec<MessageRow>,
    pub attachments: Vec<AttachmentRow>,
    pub reactions: Vec<ReactionRow>,
    pub deliveries: Vec<DeliveryRow>,
    pub timers: Vec<OpenTimer>,
    pub runs: Vec<RunRow>,
    /// By their numbers.
    pub leads: Vec<i64>,
}

/// A turn of the agent that has ended.
pub struct RunRow {
    pub id: AgentRunId,
    pub generation: i64,
    pub state: RunState,
    pub reply: String,
}

/// The users table: who can be an assignee.
pub fn user(id: UserId) -> Assignee {
    Assignee { id, name: format!("operator {id}") }
}

impl Thread {
    pub fn message(&self, id: MessageId) -> Option<&MessageRow> {
        self.messages.iter().find(|m| m.id == id)
    }

    pub fn delivery(&self, id: DeliveryId) -> Option<&DeliveryRow> {
        self.deliveries.iter().find(|d| d.id == id)
    }

    fn suggestion(&self, run_id: AgentRunId) -> Option<Suggestion> {
        let run = self.runs.iter().find(|r| r.id == run_id)?;
        Some(Suggestion { run_id, text: run.reply.clone() })
    }

    /// No newer attempt of the same part exists.
    pub fn is_latest(&self, d: &DeliveryRow) -> bool {
        !self.deliveries.iter().any(|n| n.message_id == d.message_id && n.part == d.part && n.attempt > d.attempt)
    }

    /// What the provider calls a message: its own id, or that of one of its parts.
    pub fn by_provider(&self, provider_id: &str) -> Option<MessageId> {
        let message = self.messages.iter().find(|m| m.provider_id.as_deref() == Some(provider_id)).map(|m| m.id);
        message.or_else(|| self.deliveries.iter().find(|d| d.provider_id.as_deref() == Some(provider_id)).map(|d| d.message_id))
    }

    /// `State::load`: the latest attempt of every part that has not been sent, of messages with a part on its way.
    pub fn load(&self, now: Micros) -> State {
        let c = &self.conversation;
        let episode_number = self.episodes.iter().find(|e| e.id == c.episode_id).map_or(0, |e| e.number);
        let queue = self
            .deliveries
            .iter()
            .filter(|d| d.state.rank() < MessageStatus::Sent.rank() && self.is_latest(d))
            .map(|d| self.open(d));
        let mut state = State {
            id: c.id,
            company_id: c.company_id,
            channel_id: c.channel_id,
            channel_kind: c.channel_kind,
            identity_id: self.identity.id,
            home_key: self.identity.key.clone(),
            address: self.identity.address.clone(),
            blocked: self.identity.blocked_at.is_some(),
            customer: self.customer.clone(),
            episode_id: c.episode_id,
            episode_number,
            version: c.version,
            generation: c.generation,
            status: c.status,
            handler: c.handler,
            assignee: c.assignee_id.map(user),
            department_id: c.department_id,
            inbound_count: c.inbound_count,
            last_message_id: c.last_message_id,
            public_seq: c.public_seq,
            public_author: c.public_author.clone(),
            other_seq: c.other_seq,
            snoozed_until: c.snoozed_until,
            window_expires_at: c.window_expires_at,
            seq: c.seq,
            created_at: c.created_at,
            updated_at: c.updated_at,
            turn_since: c.turn_since,
            suggestion: c.suggestion_run_id.and_then(|id| self.suggestion(id)),
            lead: c.lead,
            queue: queue.collect(),
            timers: self.timers.clone(),
        };
        state.timers.sort_unstable_by_key(|t| t.kind);
        state.settle_queue(now);
        state
    }

    fn open(&self, d: &DeliveryRow) -> OpenDelivery {
        OpenDelivery {
            id: d.id,
            message_id: d.message_id,
            part: d.part,
            attempt: d.attempt,
            state: d.state,
            retries: d.retries,
            not_before: d.not_before,
            uncertain_at: d.uncertain_at,
            automatic: d.attempt == 1 && self.message(d.message_id).is_some_and(|m| m.generation.is_some()),
        }
    }
}
