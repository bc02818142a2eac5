//! What came in, what goes out, and what the feed says of it.
use diesel::prelude::*;
use serde_json::Value;

use crate::db::schema::*;
use crate::domain::access::Scope;
use crate::domain::clock::Micros;
use crate::domain::event::EventKind;
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, CustomerId, MessageId, UserId};

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

impl EventRow {
    /// About nothing yet, and without its place.
    pub fn of(company_id: CompanyId, kind: EventKind, at: Micros) -> EventRow {
        EventRow {
            company_id,
            seq: 0,
            kind: kind.as_str().into(),
            conversation_id: None,
            message_id: None,
            customer_id: None,
            user_id: None,
            department_before: None,
            department_after: None,
            assignee_before: None,
            assignee_after: None,
            diff: None,
            at,
            lead_id: None,
        }
    }

    /// Of a conversation that stays where it is, before and after.
    pub fn within(self, scope: &Scope) -> EventRow {
        EventRow {
            department_before: scope.department_id,
            department_after: scope.department_id,
            assignee_before: scope.assignee_id,
            assignee_after: scope.assignee_id,
            ..self
        }
    }
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = notifications)]
pub struct NotificationRow {
    pub id: i64,
    pub company_id: CompanyId,
    pub user_id: UserId,
    pub code: String,
    pub conversation_id: ConversationId,
    pub message_id: Option<MessageId>,
    pub params: Value,
    pub read_at: Option<Micros>,
    pub created_at: Micros,
}
