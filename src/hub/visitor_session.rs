//! One visitor's chat page. The visitor's token is ours (256 random bits, stored hashed): its hash is the identity's key.
//! A page that brings no token, or one that we neither made nor know, is given a fresh one.
pub mod frames;
mod hello;
mod sends;

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::{Actor, ActorContext, Addr, AsyncContext, Handler, Message, Running, StreamHandler};
use actix_web_actors::ws;
use bytestring::ByteString;

use self::frames::public;
use super::Hub;
use super::frames::VisitorHears;
use super::newcomers::Newcomers;
use super::publisher::{FeedShard, VisitorLeave};
use super::socket::{self, FrameRate, Heartbeat, SocketFrame};
use crate::db::WebchatChannel;
use crate::db::runtime::RECEIPTS_AT_ONCE;
use crate::domain::event::{Event, EventBody, EventKind};
use crate::domain::ids::*;
use crate::domain::message::*;
use crate::secrets::VisitorTokens;

const HELLO_WITHIN: Duration = Duration::from_secs(5);
const FRAMES_PER_SECOND: u32 = 10;
const MAX_TEXT: usize = 16 * 1024;
const MAX_SENDS: usize = 32;

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
        let message = public(message, true);
        let frame = match event.kind {
            Some(EventKind::MessageCreated) => VisitorHears::Message { message },
            _ => VisitorHears::MessageUpdated { message },
        };
        ctx.text(frame.text());
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
