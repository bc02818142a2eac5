//! What a chat page may say, and a message as it is shown there.
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Ctx, VisitorSession};
use crate::domain::agent::Language;
use crate::domain::ids::MessageId;
use crate::domain::message::*;
use crate::domain::problem::ProblemView;
use crate::hub::conversation::Typing;
use crate::hub::frames::{AnyHears, VisitorFile, VisitorMessage, VisitorsAuthor};
use crate::hub::{socket, unreadable};

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum VisitorFrame {
    /// Its `after` is not read: `welcome` is whole, because what the page has may have changed since.
    Hello {
        channel_key: String,
        #[serde(default, deserialize_with = "unreadable::text_or_none")]
        visitor: Option<String>,
        /// What the page speaks; a browser's header is only a guess.
        #[serde(default, deserialize_with = "unreadable::text_or_none")]
        language: Option<String>,
    },
    Send {
        client_id: String,
        #[serde(default)]
        text: String,
        /// What `POST /c/recordings` answered.
        #[serde(default)]
        recording: Option<String>,
    },
    /// A button under one of our messages.
    Press {
        client_id: String,
        message_id: MessageId,
        button_id: String,
    },
    Typing {
        #[serde(default = "yes")]
        on: bool,
    },
    Read {
        message_id: MessageId,
    },
    Received {
        message_id: MessageId,
    },
    Ping,
}

fn yes() -> bool {
    true
}

impl VisitorSession {
    pub(super) fn visitor_frame(&mut self, text: &str, ctx: &mut Ctx) {
        if !self.rate.allows() {
            return socket::close(ctx, 4429, "too many frames");
        }
        let frame = serde_json::from_str::<VisitorFrame>(text);
        match (frame, &self.guest) {
            (Ok(VisitorFrame::Hello { channel_key, visitor, language }), _) => {
                let known = language.filter(|l| Language::parse(l).is_some());
                self.language = known.or(self.language.take());
                self.hello(channel_key, visitor, ctx);
            }
            (Ok(VisitorFrame::Ping), _) => ctx.text("{\"type\":\"pong\"}"),
            (_, None) if self.greeted => ctx.text(unreadable::answer(text, "Wait for welcome before you send anything else.")),
            (_, None) => socket::close(ctx, 4408, "the first frame must be hello"),
            (Ok(VisitorFrame::Send { client_id, text, recording }), Some(_)) => self.queue_send(client_id, text, recording, ctx),
            (Ok(VisitorFrame::Press { client_id, message_id, button_id }), Some(_)) => {
                self.queue_press(client_id, message_id, button_id, ctx);
            }
            (Ok(VisitorFrame::Read { message_id }), Some(_)) => self.receipt(message_id, MessageStatus::Read),
            (Ok(VisitorFrame::Received { message_id }), Some(_)) => self.receipt(message_id, MessageStatus::Delivered),
            (Ok(VisitorFrame::Typing { on }), Some(guest)) => {
                if let Some(conversation) = guest.conversation_id {
                    let hub = self.hub.clone();
                    actix::spawn(async move { hub.typing(None, conversation, Typing::Customer { on }).await });
                }
            }
            (Err(_), Some(_)) => {
                ctx.text(unreadable::answer(text, "This frame is not known, holds half a character, or lacks a field."));
            }
        }
    }
}

pub(super) fn problem(status: u16, code: &str, detail: &str) -> ProblemView {
    ProblemView::new(status, code, code, detail)
}

/// The visitor's frame of this `client_id` was not taken.
pub(super) fn refused(client_id: &str, problem: &ProblemView) -> String {
    AnyHears::nack(Some(client_id.into()), problem).text()
}

/// A message as its visitor sees it: no notes, no events, no inner names. `own` keeps the page's own id.
pub(super) fn public(m: &MessageView, own: bool) -> VisitorMessage {
    let file = |a: &AttachmentView| VisitorFile {
        id: a.id,
        kind: a.kind.clone(),
        name: a.name.clone(),
        mime: a.mime.clone(),
        size: a.size,
        status: a.status,
        url: a.url.as_ref().map(|_| format!("/c/files/{}", a.id)),
    };
    let is_named = matches!(m.author.kind, AuthorType::Operator | AuthorType::Agent);
    let name = if is_named { m.author.name.clone() } else { String::new() };
    VisitorMessage {
        id: m.id,
        direction: m.direction,
        author: VisitorsAuthor { kind: m.author.kind, name },
        kind: m.kind,
        text: m.text.clone(),
        buttons: m.buttons.clone(),
        button: m.button.clone(),
        attachments: m.attachments.iter().map(file).collect(),
        status: m.status,
        client_id: m.client_id.clone().filter(|_| own && m.direction == Direction::In),
        seq: m.seq,
        created_at: m.created_at,
    }
}
