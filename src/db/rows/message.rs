//! A message and what hangs on it.
use diesel::prelude::*;
use serde_json::Value;

use crate::db::schema::*;
use crate::domain::clock::Micros;
use crate::domain::ids::{CompanyId, ConversationId, MessageId, UserId};
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
