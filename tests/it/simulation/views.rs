//! Rows as the outside sees them: what a snapshot shows and what the frame of an event carries.
use switchboard::domain::event::*;
use switchboard::domain::ids::*;
use switchboard::domain::message::*;

use super::rows::{MessageRow, Thread, user};
use super::store::EventRow;

/// The body of an event, read by its ids from the rows as they are now.
pub fn body(thread: &Thread, event: &EventRow) -> EventBody {
    match event.kind {
        EventKind::MessageCreated | EventKind::MessageUpdated => match event.message_id.and_then(|id| thread.message(id)) {
            Some(row) => EventBody::Message {
                message: Box::new(message(thread, row)),
                conversation: Box::new(thread.load(thread.conversation.updated_at).summary()),
            },
            None => EventBody::Gone,
        },
        EventKind::CustomerUpdated => EventBody::Other(serde_json::to_value(&thread.customer).unwrap_or_default()),
        EventKind::LeadCreated | EventKind::LeadUpdated => EventBody::Gone,
        _ => EventBody::Conversation(Box::new(conversation(thread))),
    }
}

pub fn conversation(thread: &Thread) -> ConversationView {
    let c = &thread.conversation;
    ConversationView {
        id: c.id,
        channel_id: c.channel_id,
        channel_kind: c.channel_kind,
        customer: thread.customer.clone(),
        status: c.status,
        handler: c.handler,
        assignee: c.assignee_id.map(user),
        department_id: c.department_id,
        last_message: c.last_message_id.and_then(|id| thread.message(id)).map(|row| message(thread, row)),
        unread: None,
        read_up_to: None,
        inbound_count: c.inbound_count,
        snoozed_until: c.snoozed_until,
        window_expires_at: c.window_expires_at,
        suggestion: thread.load(c.updated_at).suggestion,
        lead_id: c.lead.map(|l| l.id),
        seq: c.seq,
        created_at: c.created_at,
        updated_at: c.updated_at,
    }
}

pub fn message(thread: &Thread, row: &MessageRow) -> MessageView {
    let mine = |id: &MessageId| *id == row.id;
    let attachments = thread.attachments.iter().filter(|a| mine(&a.message_id)).map(|a| AttachmentView {
        id: a.id,
        kind: "image".into(),
        name: String::new(),
        mime: String::new(),
        size: a.size,
        status: a.status,
        url: None,
        transcript: None,
        transcript_state: TranscriptState::None,
    });
    let reactions = thread.reactions.iter().filter(|r| mine(&r.message_id));
    MessageView {
        id: row.id,
        conversation_id: thread.conversation.id,
        direction: row.direction,
        author: row.author.clone(),
        kind: row.kind,
        text: row.text.clone(),
        payload: row.payload.clone(),
        buttons: vec![],
        button: None,
        attachments: attachments.collect(),
        reply_to: row.reply_to,
        reactions: reactions.map(|r| ReactionView { emoji: r.emoji.clone(), author: r.author.clone() }).collect(),
        status: row.status,
        error: row.error.clone().map(|(code, detail)| MessageError::new(&code, Some(detail))),
        client_id: row.client_id.clone(),
        agent_run_id: row.agent_run_id,
        provider_at: row.provider_at,
        edited_at: row.edited_at,
        deleted_at: row.deleted_at,
        seq: row.seq,
        created_at: row.created_at,
    }
}
