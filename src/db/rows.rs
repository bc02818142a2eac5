//! Rows of the tables that a message passes through, as structs. The same ones serve both backends.
use diesel::prelude::*;
use serde_json::Value;

use super::schema::*;
use crate::domain::clock::Micros;
use crate::domain::conversation::{ConversationStatus, Handler, State};
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, CustomerId, MessageId, UserId};
use crate::domain::lead::{LeadStatus, NoticeState};
use crate::domain::message::*;

#[derive(Clone, Debug, Queryable, Selectable, Insertable, serde::Serialize)]
#[diesel(table_name = messages)]
pub struct MessageRow {
    pub id: MessageId,
    pub company_id: CompanyId,
    pub conversation_id: ConversationId,
    pub episode_id: i64,
    pub direction: Direction,
    pub author_type: AuthorType,
    pub author_id: Option<i64>,
    pub author_name: String,
    pub kind: MessageKind,
    pub text: String,
    pub payload: Option<Value>,
    pub status: MessageStatus,
    pub error_code: Option<String>,
    pub error_detail: Option<String>,
    pub reply_to_id: Option<MessageId>,
    pub sender: String,
    pub client_id: Option<String>,
    pub content_hash: Option<String>,
    pub provider_id: Option<String>,
    pub provider_at: Option<Micros>,
    pub origin: String,
    pub generation: Option<i64>,
    pub agent_run_id: Option<i64>,
    pub edited_at: Option<Micros>,
    pub deleted_at: Option<Micros>,
    pub seq: i64,
    pub created_at: Micros,
}

impl MessageRow {
    /// The view without attachments and reactions, which stand in tables of their own.
    pub fn view(&self) -> MessageView {
        let gone = self.deleted_at.is_some();
        MessageView {
            id: self.id,
            conversation_id: self.conversation_id,
            direction: self.direction,
            author: Author { kind: self.author_type, id: self.author_id, name: self.author_name.clone() },
            kind: self.kind,
            text: if gone { String::new() } else { self.text.clone() },
            payload: self.payload.clone().filter(|_| !gone),
            buttons: buttons_of(self.payload.as_ref().filter(|_| !gone)),
            button: Press::of(self.payload.as_ref().filter(|_| !gone), self.reply_to_id),
            attachments: vec![],
            reply_to: self.reply_to_id,
            reactions: vec![],
            status: self.status,
            error: self.error_code.as_ref().map(|code| MessageError::new(code, self.error_detail.clone())),
            client_id: self.client_id.clone(),
            agent_run_id: self.agent_run_id,
            provider_at: self.provider_at,
            edited_at: self.edited_at,
            deleted_at: self.deleted_at,
            seq: self.seq,
            created_at: self.created_at,
        }
    }
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, serde::Serialize)]
#[diesel(table_name = attachments)]
pub struct AttachmentRow {
    pub id: i64,
    pub company_id: CompanyId,
    pub message_id: Option<MessageId>,
    pub uploaded_by: Option<UserId>,
    pub position: i64,
    pub kind: String,
    pub name: String,
    pub mime: String,
    pub size: i64,
    pub status: AttachmentStatus,
    pub storage_key: Option<String>,
    pub provider_file_id: Option<String>,
    pub provider_unique_id: Option<String>,
    pub error: Option<String>,
    pub created_at: Micros,
    pub transcript: Option<String>,
    pub transcript_state: TranscriptState,
}

impl AttachmentRow {
    pub fn view(&self) -> AttachmentView {
        AttachmentView {
            id: self.id,
            kind: self.kind.clone(),
            name: self.name.clone(),
            mime: self.mime.clone(),
            size: self.size,
            status: self.status,
            transcript: self.transcript.clone(),
            transcript_state: self.transcript_state,
            url: (self.status == AttachmentStatus::Ready).then(|| format!("/api/files/{}", self.id)),
        }
    }
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, serde::Serialize)]
#[diesel(table_name = customers)]
pub struct CustomerRow {
    pub id: CustomerId,
    pub company_id: CompanyId,
    pub name: String,
    pub phone: Option<String>,
    pub phone_e164: Option<String>,
    pub email: Option<String>,
    pub username: Option<String>,
    pub language: Option<String>,
    pub source: Option<String>,
    pub notes: String,
    pub seq: i64,
    pub created_at: Micros,
    pub updated_at: Micros,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, serde::Serialize)]
#[diesel(table_name = identities)]
pub struct IdentityRow {
    pub id: i64,
    pub company_id: CompanyId,
    pub channel_id: ChannelId,
    pub customer_id: CustomerId,
    pub home_key: String,
    pub address: String,
    pub username: Option<String>,
    pub blocked_at: Option<Micros>,
    pub created_at: Micros,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, serde::Serialize)]
#[diesel(table_name = identity_keys)]
pub struct IdentityKeyRow {
    pub company_id: CompanyId,
    pub channel_id: ChannelId,
    pub key: String,
    pub identity_id: i64,
}

/// Declares a conversation's columns once, each with its type and where the state has it: the row, what a unit writes over it,
/// and the names for SQL that is written by hand all come from this list.
macro_rules! conversation_columns {
    ($state:ident; fixed { $($fixed:ident: $fixed_type:ty = $fixed_value:expr;)+ } moving { $($moving:ident: $type:ty = $value:expr;)+ }) => {
        #[derive(Clone, Debug, Queryable, Selectable, Insertable, serde::Serialize)]
        #[diesel(table_name = conversations)]
        pub struct ConversationRow {
            $(pub $fixed: $fixed_type,)+
            $(pub $moving: $type,)+
        }

        /// What a unit writes over the row it stands on.
        #[derive(Clone, Debug, AsChangeset)]
        #[diesel(table_name = conversations, treat_none_as_null = true)]
        pub struct ConversationChange {
            $(pub $moving: $type,)+
        }

        impl ConversationRow {
            pub fn of($state: &State) -> Self {
                ConversationRow { $($fixed: $fixed_value,)+ $($moving: $value,)+ }
            }
        }

        impl ConversationChange {
            pub const COLUMNS: &'static [&'static str] = &[$(stringify!($moving)),+];

            pub fn of($state: &State) -> Self {
                ConversationChange { $($moving: $value,)+ }
            }
        }
    };
}

conversation_columns! {
    s;
    fixed {
        id: ConversationId = s.id;
        company_id: CompanyId = s.company_id;
        channel_id: ChannelId = s.channel_id;
        identity_id: i64 = s.identity_id;
        customer_id: CustomerId = s.customer.id;
        created_at: Micros = s.created_at;
    }
    moving {
        episode_id: i64 = s.episode_id;
        version: i64 = s.version;
        generation: i64 = s.generation;
        status: ConversationStatus = s.status;
        handler: Handler = s.handler;
        assignee_id: Option<UserId> = s.assignee.as_ref().map(|a| a.id);
        department_id: Option<i64> = s.department_id;
        inbound_count: i64 = s.inbound_count;
        last_message_id: Option<MessageId> = s.last_message_id;
        public_seq: i64 = s.public_seq;
        public_author: String = s.public_author.clone();
        other_seq: i64 = s.other_seq;
        snoozed_until: Option<Micros> = s.snoozed_until;
        window_expires_at: Option<Micros> = s.window_expires_at;
        seq: i64 = s.seq;
        updated_at: Micros = s.updated_at;
        turn_since: Option<Micros> = s.turn_since;
        lead_id: Option<i64> = s.lead.map(|l| l.id);
        lead_at: Option<Micros> = s.lead.map(|l| l.at);
        suggestion_run_id: Option<i64> = s.suggestion.as_ref().map(|s| s.run_id);
    }
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, serde::Serialize)]
#[diesel(table_name = episodes)]
pub struct EpisodeRow {
    pub id: i64,
    pub company_id: CompanyId,
    pub conversation_id: ConversationId,
    pub number: i64,
    pub opened_at: Micros,
    pub first_reply_at: Option<Micros>,
    pub closed_at: Option<Micros>,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, serde::Serialize)]
#[diesel(table_name = deliveries)]
pub struct DeliveryRow {
    pub id: i64,
    pub company_id: CompanyId,
    pub conversation_id: ConversationId,
    pub message_id: MessageId,
    pub channel_id: ChannelId,
    pub part: i64,
    pub attempt: i64,
    pub state: String,
    pub retries: i64,
    pub not_before: Option<Micros>,
    pub claimed_at: Option<Micros>,
    pub provider_id: Option<String>,
    pub uncertain_at: Option<Micros>,
    pub error_code: Option<String>,
    pub error_detail: Option<String>,
    pub created_at: Micros,
    pub updated_at: Micros,
}

/// As PostgreSQL reads bytes in a text.
fn as_bytea<S: serde::Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&format!("\\x{}", hex::encode(bytes)))
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, serde::Serialize)]
#[diesel(table_name = inbound_raw)]
pub struct RawRow {
    pub id: i64,
    pub channel_id: ChannelId,
    pub external_id: String,
    pub conversation_id: Option<ConversationId>,
    #[serde(serialize_with = "as_bytea")]
    pub body: Vec<u8>,
    pub state: String,
    pub attempts: i64,
    pub error: Option<String>,
    pub received_at: Micros,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, serde::Serialize)]
#[diesel(table_name = events)]
pub struct EventRow {
    pub company_id: CompanyId,
    pub seq: i64,
    pub kind: String,
    pub conversation_id: Option<ConversationId>,
    pub message_id: Option<MessageId>,
    pub customer_id: Option<CustomerId>,
    pub user_id: Option<UserId>,
    pub department_before: Option<i64>,
    pub department_after: Option<i64>,
    pub assignee_before: Option<UserId>,
    pub assignee_after: Option<UserId>,
    pub diff: Option<Value>,
    pub at: Micros,
    pub lead_id: Option<i64>,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = leads)]
pub struct LeadRow {
    pub id: i64,
    pub company_id: CompanyId,
    pub customer_id: CustomerId,
    pub conversation_id: ConversationId,
    pub episode_id: i64,
    pub agent_run_id: Option<i64>,
    pub name: String,
    pub phone: String,
    pub phone_e164: String,
    pub city: String,
    pub object_type: String,
    pub area: String,
    pub summary: String,
    pub language: String,
    pub status: LeadStatus,
    pub assignee_id: Option<UserId>,
    pub notice_state: NoticeState,
    pub notice_detail: Option<String>,
    pub seq: i64,
    pub created_at: Micros,
    pub updated_at: Micros,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = timers)]
pub struct TimerRow {
    pub id: i64,
    pub company_id: CompanyId,
    pub conversation_id: ConversationId,
    pub kind: String,
    pub due_at: Micros,
    pub version: i64,
}

/// A job as the unit that causes it writes it; others queue a `jobs::NewJob`.
#[derive(Clone, Debug, Selectable, Insertable, serde::Serialize)]
#[diesel(table_name = jobs)]
pub struct QueuedJob {
    pub company_id: CompanyId,
    pub kind: String,
    pub key: String,
    pub payload: Value,
    pub run_at: Micros,
    pub created_at: Micros,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = agent_runs)]
pub struct NewAgentRun {
    pub id: i64,
    pub company_id: CompanyId,
    pub conversation_id: ConversationId,
    pub agent_version_id: i64,
    pub generation: i64,
    pub state: String,
    pub model: String,
    pub trace: Value,
    pub tokens_in: i64,
    pub tokens_out: i64,
    pub cost_micros: i64,
    pub started_at: Micros,
    pub ended_at: Option<Micros>,
    pub reply: String,
    pub acts: Value,
    pub reason: Option<String>,
    pub function_called: Option<String>,
    pub message_id: Option<MessageId>,
    pub latency_ms: i64,
    /// When it began, as long as its trace is kept.
    pub traced_at: Option<Micros>,
}
