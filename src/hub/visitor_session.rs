//! One visitor's chat page. The visitor's token is ours (256 random bits, stored hashed): its hash is the identity's key.
//! A page that brings no token, or one that we neither made nor know, is given a fresh one.
mod sends;

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::{
    Actor, ActorContext, ActorFutureExt, Addr, AsyncContext, Handler, Message, Running, StreamHandler, WrapFuture,
};
use actix_web_actors::ws;
use bytestring::ByteString;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Hub;
use super::conversation::Typing;
use super::newcomers::Newcomers;
use super::publisher::{FeedShard, VisitorJoin, VisitorLeave};
use super::socket::{self, FrameRate, Heartbeat, SocketFrame};
use super::unreadable;
use crate::db::WebchatChannel;
use crate::db::runtime::RECEIPTS_AT_ONCE;
use crate::domain::agent::Language;
use crate::domain::event::{Event, EventBody};
use crate::domain::ids::*;
use crate::domain::message::*;
use crate::secrets::{VisitorTokens, token_hash};

const HELLO_WITHIN: Duration = Duration::from_secs(5);
const HISTORY: i64 = 30;
const FRAMES_PER_SECOND: u32 = 10;
const MAX_TEXT: usize = 16 * 1024;
const MAX_SENDS: usize = 32;
const MAX_TOKEN: usize = 128;

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum VisitorFrame {
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

struct Guest {
    channel: WebchatChannel,
    /// Hash of the visitor's token: the identity's key.
    key: String,
    conversation_id: Option<ConversationId>,
}

/// What all chat pages of the process share.
#[derive(Clone)]
pub struct Reception {
    pub newcomers: Newcomers,
    pub tokens: Arc<VisitorTokens>,
}

pub struct VisitorSession {
    id: u64,
    hub: Hub,
    shard: Addr<FeedShard>,
    /// The peer's address and the Origin it came with: new conversations are counted by one, the channel checks the other.
    address: IpAddr,
    origin: Option<String>,
    language: Option<String>,
    reception: Reception,
    /// `hello` was said; a second one changes nothing.
    greeted: bool,
    guest: Option<Guest>,
    heartbeat: Heartbeat,
    rate: FrameRate,
    sends: VecDeque<sends::VisitorSend>,
    sending: bool,
}

type Ctx = ws::WebsocketContext<VisitorSession>;

/// What `hello` comes to, before anything is written.
enum Hello {
    Welcome { guest: Box<Guest>, token: String, history: Vec<MessageView>, agent: Option<Value> },
    Unknown,
    Unavailable,
}

impl VisitorSession {
    pub fn new(
        hub: Hub,
        shard: Addr<FeedShard>,
        reception: Reception,
        address: IpAddr,
        origin: Option<String>,
        language: Option<String>,
    ) -> Self {
        VisitorSession {
            id: socket::next_socket_id(),
            hub,
            shard,
            address,
            origin,
            language,
            reception,
            greeted: false,
            guest: None,
            heartbeat: Heartbeat::default(),
            rate: FrameRate::new(FRAMES_PER_SECOND),
            sends: VecDeque::new(),
            sending: false,
        }
    }

    fn hello(&mut self, channel_key: String, visitor: Option<String>, ctx: &mut Ctx) {
        if self.greeted {
            return;
        }
        self.greeted = true;
        let (hub, origin, shard) = (self.hub.clone(), self.origin.clone(), self.shard.clone());
        let (id, addr, tokens) = (self.id, ctx.address(), self.reception.tokens.clone());
        let language = self.language.clone();
        let hello = async move {
            // No key holds a NUL, and PostgreSQL would not look for one.
            if channel_key.contains('\0') {
                return Hello::Unknown;
            }
            let channel = match hub.core.store.webchat_by_key(channel_key).await {
                Ok(Some(channel)) if channel.allows(origin.as_deref()) => channel,
                Ok(_) => return Hello::Unknown,
                Err(_) => return Hello::Unavailable,
            };
            let (store, mut state) = (&hub.core.store, None);
            if let Some(shown) = visitor.as_deref().filter(|t| t.len() <= MAX_TOKEN) {
                match store.load_state(channel.id, token_hash(shown)).await {
                    Ok(found) => state = found,
                    Err(_) => return Hello::Unavailable,
                }
            }
            // One of ours may have no row yet: its first message may be under way.
            let token = visitor.filter(|t| state.is_some() || tokens.is_ours(t)).unwrap_or_else(|| tokens.make());
            let key = token_hash(&token);
            let conversation_id = state.map(|s| s.id);
            let mut history = vec![];
            if let Some(conversation_id) = conversation_id {
                // Join before reading: what is committed in between arrives twice rather than never.
                let _ = shard.send(VisitorJoin { id, conversation_id, addr }).await;
                match store.public_messages(conversation_id, HISTORY).await {
                    Ok(page) => history = page,
                    Err(_) => return Hello::Unavailable,
                }
            }
            let agent = hub.core.agents.shown_to_visitors(channel.id, language.as_deref()).await;
            Hello::Welcome { guest: Box::new(Guest { channel, key, conversation_id }), token, history, agent }
        };
        ctx.spawn(hello.into_actor(self).map(|hello, me, ctx| match hello {
            Hello::Unknown => {
                ctx.text(
                    json!({ "type": "nack", "problem": problem(404, "not_found", "There is no such chat here.") }).to_string(),
                );
                socket::close(ctx, 4404, "no such chat");
            }
            Hello::Unavailable => socket::close(ctx, 1013, "try again"),
            Hello::Welcome { guest, token, history, agent } => {
                let online = !me.hub.core.publisher.online(guest.channel.company_id).is_empty();
                let messages: Vec<Value> = history.iter().rev().map(|m| public(m, true)).collect();
                let welcome = json!({
                    "type": "welcome", "visitor": token, "conversation_id": guest.conversation_id,
                    "company": { "name": guest.channel.company_name }, "channel": { "name": guest.channel.name },
                    "operators_online": online, "messages": messages, "agent": agent,
                });
                ctx.text(welcome.to_string());
                me.guest = Some(*guest);
            }
        }));
    }

    /// The visitor has seen everything up to this message.
    fn receipt(&self, up_to: MessageId, status: MessageStatus) {
        let Some(conversation) = self.guest.as_ref().and_then(|g| g.conversation_id) else { return };
        let core = self.hub.core.clone();
        actix::spawn(async move {
            loop {
                match core.store.raise_receipts(conversation, up_to, status, core.clock.now()).await {
                    // A slice; what lies behind it rises next.
                    Ok(raised) if raised as i64 >= RECEIPTS_AT_ONCE => {}
                    Ok(_) => return,
                    Err(e) => return tracing::warn!(conversation_id = conversation.get(), error = %e, "a receipt was not stored"),
                }
            }
        });
    }

    fn visitor_frame(&mut self, text: &str, ctx: &mut Ctx) {
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

fn problem(status: u16, code: &str, detail: &str) -> Value {
    json!({ "type": "about:blank", "title": code, "status": status, "detail": detail, "code": code })
}

/// A message as its visitor sees it: no notes, no events, no inner names. `own` keeps the page's own id.
fn public(m: &MessageView, own: bool) -> Value {
    let attachments: Vec<Value> = m
        .attachments
        .iter()
        .map(|a| {
            let url = a.url.as_ref().map(|_| format!("/c/files/{}", a.id));
            json!({ "id": a.id, "kind": a.kind, "name": a.name, "mime": a.mime, "size": a.size, "status": a.status, "url": url })
        })
        .collect();
    let name = if matches!(m.author.kind, AuthorType::Operator | AuthorType::Agent) { m.author.name.as_str() } else { "" };
    let client_id = m.client_id.as_ref().filter(|_| own && m.direction == Direction::In);
    json!({
        "id": m.id, "direction": m.direction, "author": { "type": m.author.kind, "name": name }, "kind": m.kind, "text": m.text,
        "buttons": m.buttons, "button": m.button, "attachments": attachments, "status": m.status, "client_id": client_id, "seq": m.seq,
        "created_at": crate::domain::clock::rfc3339(m.created_at),
    })
}

impl Actor for VisitorSession {
    type Context = Ctx;

    fn started(&mut self, ctx: &mut Ctx) {
        ctx.set_mailbox_capacity(socket::MAILBOX);
        crate::telemetry::metrics().sockets.with_label_values(&["visitor"]).inc();
        ctx.run_later(HELLO_WITHIN, |me, ctx| {
            if me.guest.is_none() {
                socket::close(ctx, 4408, "no hello in time");
            }
        });
        ctx.run_interval(Duration::from_secs(5), |me, ctx| {
            if me.heartbeat.is_dead() {
                socket::close(ctx, 1001, "no pong");
            } else if me.heartbeat.is_due() {
                ctx.ping(b"");
                me.heartbeat.pinged();
            }
        });
    }

    fn stopping(&mut self, _: &mut Ctx) -> Running {
        if let Some(conversation_id) = self.guest.as_ref().and_then(|g| g.conversation_id) {
            self.shard.do_send(VisitorLeave { id: self.id, conversation_id });
        }
        crate::telemetry::metrics().sockets.with_label_values(&["visitor"]).dec();
        Running::Stop
    }
}

impl StreamHandler<Result<ws::Message, ws::ProtocolError>> for VisitorSession {
    fn handle(&mut self, message: Result<ws::Message, ws::ProtocolError>, ctx: &mut Ctx) {
        match socket::read(message, ctx) {
            SocketFrame::Text(text) => self.visitor_frame(&text, ctx),
            SocketFrame::Pong(_) => self.heartbeat.ponged(),
            SocketFrame::Close(code, why) => socket::close(ctx, code, why),
            SocketFrame::Nothing => {}
        }
    }

    fn finished(&mut self, ctx: &mut Ctx) {
        ctx.stop();
    }
}

/// Something happened in this visitor's conversation.
#[derive(Message)]
#[rtype(result = "()")]
pub struct VisitorEvent(pub Arc<Event>);

impl Handler<VisitorEvent> for VisitorSession {
    type Result = ();

    fn handle(&mut self, VisitorEvent(event): VisitorEvent, ctx: &mut Ctx) {
        let EventBody::Message { message, .. } = &event.body else { return };
        if !matches!(message.direction, Direction::In | Direction::Out) {
            return;
        }
        let kind =
            if event.kind == Some(crate::domain::event::EventKind::MessageCreated) { "message" } else { "message.updated" };
        ctx.text(json!({ "type": kind, "message": public(message, true) }).to_string());
    }
}

#[derive(Message)]
#[rtype(result = "()")]
pub struct TransientText(pub ByteString);

impl Handler<TransientText> for VisitorSession {
    type Result = ();

    fn handle(&mut self, TransientText(frame): TransientText, ctx: &mut Ctx) {
        ctx.text(frame);
    }
}

/// The process restarts: the page comes back by itself.
#[derive(Message)]
#[rtype(result = "()")]
pub struct CloseVisit;

impl Handler<CloseVisit> for VisitorSession {
    type Result = ();

    fn handle(&mut self, _: CloseVisit, ctx: &mut Ctx) {
        socket::close(ctx, 1012, "restarting");
    }
}
