//! What a visitor says: one at a time, so that their words keep their order; a newcomer takes a place first.
use actix::prelude::{ActorFutureExt, AsyncContext, WrapFuture};
use serde_json::json;

use super::frames::{problem, public, refused};
use super::{Ctx, MAX_SENDS, MAX_TEXT, VisitorSession};
use crate::domain::channel::*;
use crate::domain::ids::*;
use crate::domain::message::*;
use crate::hub::frames::VisitorHears;
use crate::hub::publisher::VisitorJoin;
use crate::hub::{Hub, HubError};

/// One message in the making.
pub(super) struct VisitorSend {
    client_id: String,
    text: String,
    recording: Option<AttachmentId>,
    /// Our message, and the button under it.
    press: Option<(MessageId, String)>,
}

impl VisitorSession {
    pub(super) fn queue_send(&mut self, client_id: String, mut text: String, ticket: Option<String>, ctx: &mut Ctx) {
        // No database column takes a NUL, and nobody has typed it: it came with what was pasted.
        text.retain(|c| c != '\0');
        let refuse = |detail: &str, status: u16, code: &str| refused(&client_id, &problem(status, code, detail));
        let key = self.guest.as_ref().map(|g| g.key.as_str()).unwrap_or_default();
        let recording = ticket.as_ref().and_then(|ticket| self.reception.tokens.file_of(key, ticket));
        if ticket.is_some() && recording.is_none() {
            return ctx.text(refuse("There is no such recording of yours; record it again.", 422, "validation"));
        }
        if (text.trim().is_empty() && recording.is_none()) || text.len() > MAX_TEXT {
            return ctx.text(refuse("A message needs some text, at most 16 KB of it.", 422, "validation"));
        }
        self.queue(VisitorSend { client_id, text, recording, press: None }, ctx);
    }

    /// What the button says is read from the message that it stands under, never from the page.
    pub(super) fn queue_press(&mut self, client_id: String, message_id: MessageId, button_id: String, ctx: &mut Ctx) {
        self.queue(VisitorSend { client_id, text: String::new(), recording: None, press: Some((message_id, button_id)) }, ctx);
    }

    fn queue(&mut self, words: VisitorSend, ctx: &mut Ctx) {
        let refuse = |detail: &str, status: u16, code: &str| refused(&words.client_id, &problem(status, code, detail));
        if words.client_id.is_empty() || words.client_id.len() > 100 || words.client_id.contains('\0') {
            return ctx.text(refuse("client_id must have 1 to 100 characters, and no NUL.", 422, "validation"));
        }
        if self.sends.len() >= MAX_SENDS {
            return ctx.text(refuse("Too many messages at once; wait for the answers.", 503, "overloaded"));
        }
        self.sends.push_back(words);
        self.next_send(ctx);
    }

    fn next_send(&mut self, ctx: &mut Ctx) {
        let Some(guest) = self.guest.as_ref().filter(|_| !self.sending) else { return };
        let Some(VisitorSend { client_id, text, recording, press }) = self.sends.pop_front() else { return };
        let (address, now) = (self.address, self.hub.core.clock.now());
        let is_newcomer = guest.conversation_id.is_none();
        if is_newcomer && !self.reception.newcomers.take_place(address, now) {
            let problem = problem(429, "rate_limited", "Too many new conversations from this address; try again later.");
            ctx.text(refused(&client_id, &problem));
            return self.next_send(ctx);
        }
        self.sending = true;
        let mut inbound = Inbound {
            company_id: guest.channel.company_id,
            channel_id: guest.channel.id,
            channel_kind: ChannelKind::Webchat,
            key: guest.key.clone(),
            address: guest.key.clone(),
            profile: Profile { language: self.language.clone(), ..Profile::default() },
            also: vec![],
            is_group: false,
            raw: None,
            received_at: now,
            what: InboundKind::Message(InboundMessage {
                uploads: recording.into_iter().collect(),
                client_id: Some(client_id.clone()),
                ..InboundMessage::plain(if recording.is_some() { MessageKind::Voice } else { MessageKind::Text }, text)
            }),
        };
        let (hub, shard) = (self.hub.clone(), self.shard.clone());
        let (id, addr) = (self.id, ctx.address());
        let company = guest.channel.company_id;
        let repeat = client_id.clone();
        let conversation = guest.conversation_id;
        let send = async move {
            if let Some((message_id, button_id)) = press {
                inbound.what = pressed(&hub, company, conversation, message_id, &button_id, repeat.clone()).await?;
            }
            if let Some(recording) = recording
                && !is_free_or_said(&hub, &inbound, recording, repeat).await?
            {
                return Err(HubError::NotStorable("the recording is used".to_owned()));
            }
            let done = hub.receive(inbound).await?;
            if is_newcomer {
                let _ = shard.send(VisitorJoin { id, conversation_id: done.conversation_id, addr }).await;
            }
            let message = match done.message_id {
                Some(message_id) => hub.core.store.message_by_id(company, message_id).await.map_err(HubError::from),
                None => Err(HubError::Busy),
            };
            Ok::<_, HubError>((done.conversation_id, message))
        };
        ctx.spawn(send.into_actor(self).map(move |sent, me, ctx| {
            let shown = sent.and_then(|(conversation_id, message)| {
                if let Some(guest) = &mut me.guest {
                    guest.conversation_id = Some(conversation_id);
                }
                message
            });
            if is_newcomer && me.guest.as_ref().is_some_and(|g| g.conversation_id.is_none()) {
                me.reception.newcomers.give_back(address);
            }
            match shown {
                Ok(message) => {
                    let message = message.as_ref().map(|m| public(m, true));
                    ctx.text(VisitorHears::Ack { client_id, message }.text());
                }
                Err(e) => {
                    let problem = match e {
                        HubError::KeyReused => problem(422, "validation", "This client_id was used for another message."),
                        HubError::NotStorable(_) => {
                            problem(422, "validation", "This recording was sent before, or there is no such button.")
                        }
                        _ => problem(503, "overloaded", "The message could not be stored just now; send it again."),
                    };
                    ctx.text(refused(&client_id, &problem));
                }
            }
            me.sending = false;
            me.next_send(ctx);
        }));
    }
}

/// The press of a button that stands under one of our messages in this conversation.
async fn pressed(
    hub: &Hub,
    company: CompanyId,
    conversation: Option<ConversationId>,
    message_id: MessageId,
    button_id: &str,
    client_id: String,
) -> Result<InboundKind, HubError> {
    let under = hub.core.store.message_by_id(company, message_id).await?;
    let under = under.filter(|m| Some(m.conversation_id) == conversation && m.direction == Direction::Out);
    let button = under.and_then(|m| m.buttons.into_iter().find(|b| b.id == button_id));
    let Button { id, title } = button.ok_or_else(|| HubError::NotStorable("there is no such button".to_owned()))?;
    Ok(InboundKind::Message(InboundMessage {
        payload: Some(json!({ "button": { "id": id, "message_id": message_id } })),
        client_id: Some(client_id),
        ..InboundMessage::plain(MessageKind::Buttons, title)
    }))
}

/// A recording that another message has taken would undo the unit, and whatever else is committed with it; a repeat of the
/// message that took it is welcome.
async fn is_free_or_said(hub: &Hub, inbound: &Inbound, recording: AttachmentId, client_id: String) -> Result<bool, HubError> {
    let (store, company) = (&hub.core.store, inbound.company_id);
    if !store.unused_uploads(company, vec![recording]).await?.is_empty() {
        return Ok(true);
    }
    let Some(state) = store.load_state(inbound.channel_id, inbound.key.clone()).await? else { return Ok(false) };
    Ok(store.sent_before(company, customers_sender(state.customer.id), client_id).await?.is_some())
}
