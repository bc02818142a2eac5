//! One signed-in screen: a cursor on its company's feed, either catching up in pages or live.
//!
//! Resume, overflow and reconnect are one path: "I have everything up to N" → pages → live. While the peer does not read,
//! this actor and its timers stand still (actix-web-actors); the shard then finds the mailbox full, marks the session
//! behind, and the kernel cuts a peer that never reads again.
mod catch_up;
pub mod frames;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix::prelude::{
    Actor, ActorContext, ActorFutureExt, Addr, AsyncContext, Handler, Message, Running, SpawnHandle, StreamHandler, WrapFuture,
};
use actix_web_actors::ws;
use bytestring::ByteString;
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::Hub;
use super::conversation::Typing;
use super::frames::OperatorFrame;
use super::publisher::{Behind, FeedShard, Join, Leave, Slice, Transient};
use super::socket::{self, FrameRate, Heartbeat, SocketFrame};
use crate::domain::access::Principal;
use crate::domain::clock::Micros;
use crate::domain::ids::*;
use crate::telemetry::metrics;

pub const SIGNED_OUT: u16 = 4401;
pub const NO_AUTH: u16 = 4408;
pub const TOO_FAST: u16 = 4429;
pub const RESTARTING: u16 = 1012;

const AUTH_WITHIN: Duration = Duration::from_secs(5);
/// The session is looked up again every this many beats: it may have ended without our hearing.
const BEATS_BETWEEN_CHECKS: u32 = 12;
const PAGE: i64 = 256;
const FRAMES_PER_SECOND: u32 = 20;
/// Sends of one socket wait in line behind each other, so that they keep their order.
const MAX_SENDS: usize = 64;

/// What a session needs from the API, which creates it.
pub trait Desk: Send + Sync {
    /// Who holds this access token, and until when; `None` = nobody (any longer).
    fn sign_in(&self, token: String) -> BoxFuture<'static, Option<(Arc<Principal>, Micros)>>;
    /// Whether this session, accepted before, still lives. True too when nobody can tell.
    fn is_alive(&self, session: SessionId) -> BoxFuture<'static, bool>;
    /// Does what a `send` frame asks; `Err` is a problem body.
    fn send(&self, who: Arc<Principal>, frame: Value) -> BoxFuture<'static, Result<Value, Value>>;
}

#[derive(PartialEq)]
enum Phase {
    Stranger,
    SigningIn,
    Behind,
    Live,
}

pub struct OperatorSession {
    id: u64,
    hub: Hub,
    desk: Arc<dyn Desk>,
    shard: Addr<FeedShard>,
    epoch: Arc<str>,
    phase: Phase,
    who: Option<Arc<Principal>>,
    /// When its access token expires.
    until: Micros,
    beats: u32,
    /// Everything up to here has been looked at.
    cursor: Seq,
    /// Where the feed stood when this session joined.
    head: Seq,
    /// The last frame this viewer got.
    prev: Seq,
    /// The newest event that the shard handed over before we had read its word that we are live.
    heard: Seq,
    behind: Behind,
    /// A page was sent: the next one waits for its Pong.
    page_out: bool,
    heartbeat: Heartbeat,
    /// Closes a stranger; thousands of these would lie about for nothing once somebody has signed in.
    auth_limit: Option<SpawnHandle>,
    rate: FrameRate,
    sends: VecDeque<Value>,
    sending: bool,
    viewing: Option<ConversationId>,
}

type Ctx = ws::WebsocketContext<OperatorSession>;

impl OperatorSession {
    pub fn new(hub: Hub, desk: Arc<dyn Desk>, shard: Addr<FeedShard>, epoch: Arc<str>) -> Self {
        OperatorSession {
            id: socket::next_socket_id(),
            hub,
            desk,
            shard,
            epoch,
            phase: Phase::Stranger,
            who: None,
            until: 0,
            beats: 0,
            cursor: 0,
            head: 0,
            prev: 0,
            heard: 0,
            behind: Arc::new(AtomicBool::new(false)),
            page_out: false,
            heartbeat: Heartbeat::default(),
            auth_limit: None,
            rate: FrameRate::new(FRAMES_PER_SECOND),
            sends: VecDeque::new(),
            sending: false,
            viewing: None,
        }
    }

    fn sign_in(&mut self, token: String, epoch: Option<String>, after: Option<Seq>, ctx: &mut Ctx) {
        if self.phase != Phase::Stranger {
            return;
        }
        self.phase = Phase::SigningIn;
        if let Some(limit) = self.auth_limit.take() {
            ctx.cancel_future(limit);
        }
        let (desk, hub, shard) = (self.desk.clone(), self.hub.clone(), self.shard.clone());
        let (id, addr, behind) = (self.id, ctx.address(), self.behind.clone());
        let join = async move {
            let (who, until) = desk.sign_in(token).await?;
            // First be known to the shard, then look at the head: what is committed later reaches the shard after us.
            let (company_id, user_id, session_id) = (who.company_id, who.user_id, who.session_id);
            shard.send(Join { id, company_id, user_id, session_id, addr, behind }).await.ok()?;
            let head = hub.core.store.feed_head(company_id).await.ok();
            let floor = hub.core.store.feed_floor(company_id).await.ok();
            Some((who, until, head.zip(floor)))
        };
        ctx.spawn(join.into_actor(self).map(move |joined, me, ctx| match joined {
            None => socket::close(ctx, SIGNED_OUT, "not signed in"),
            Some((who, _, None)) => {
                me.shard.do_send(Leave { id: me.id, company_id: who.company_id });
                socket::close(ctx, 1013, "try again");
            }
            Some((who, until, Some((head, floor)))) => {
                me.until = until;
                me.welcome(who, head, floor, epoch, after, ctx);
            }
        }));
    }

    fn welcome(&mut self, who: Arc<Principal>, head: Seq, floor: Seq, epoch: Option<String>, after: Option<Seq>, ctx: &mut Ctx) {
        let kept = |after: Seq| after >= head || (floor > 0 && after + 1 >= floor);
        let resume = after.filter(|a| epoch.as_deref() == Some(&*self.epoch) && *a <= head && *a >= 0 && kept(*a));
        let (epoch, seq, user_id, role) = (&*self.epoch, head, who.user_id, who.role);
        let hello = if after.is_some() && resume.is_none() {
            OperatorFrame::Resync { epoch, seq, user_id: Some(user_id), role: Some(role) }
        } else {
            OperatorFrame::Ready { epoch, seq, user_id, role }
        };
        ctx.text(hello.text());
        let publisher = &self.hub.core.publisher;
        publisher.came(who.company_id, who.user_id);
        ctx.text(OperatorFrame::PresenceSnapshot { online: publisher.online(who.company_id) }.text());
        self.who = Some(who);
        self.head = head;
        self.cursor = resume.unwrap_or(head);
        self.prev = self.cursor;
        self.catch_up(ctx);
    }

    /// The Pong to this tells how long the event took from its webhook to this browser.
    fn ping(&mut self, event_at: i64, ctx: &mut Ctx) {
        ctx.ping(event_at.to_string().as_bytes());
        self.heartbeat.pinged();
    }

    fn beat(&mut self, ctx: &mut Ctx) {
        if self.heartbeat.is_dead() {
            return socket::close(ctx, 1001, "no pong");
        }
        if self.heartbeat.is_due() {
            self.ping(0, ctx);
        }
        self.hurry_if_behind(ctx);
        self.beats += 1;
        let Some(session) = self.who.as_ref().map(|who| who.session_id) else { return };
        if self.hub.core.clock.now() >= self.until {
            return socket::close(ctx, SIGNED_OUT, "the access token has expired");
        }
        if self.beats.is_multiple_of(BEATS_BETWEEN_CHECKS) {
            ctx.spawn(self.desk.is_alive(session).into_actor(self).map(|alive, _, ctx| {
                if !alive {
                    socket::close(ctx, SIGNED_OUT, "signed out");
                }
            }));
        }
    }

    /// Whatever gets through a mailbox that was full once may be the last thing that does.
    fn hurry_if_behind(&mut self, ctx: &mut Ctx) {
        if self.phase == Phase::Live && self.behind.load(Ordering::Acquire) {
            self.catch_up(ctx);
        }
    }
}

impl Actor for OperatorSession {
    type Context = Ctx;

    fn started(&mut self, ctx: &mut Ctx) {
        ctx.set_mailbox_capacity(socket::MAILBOX);
        self.auth_limit = Some(ctx.run_later(AUTH_WITHIN, |_, ctx| socket::close(ctx, NO_AUTH, "no auth in time")));
        metrics().sockets.with_label_values(&["operator"]).inc();
    }

    fn stopping(&mut self, _: &mut Ctx) -> Running {
        if let Some(who) = &self.who {
            self.shard.do_send(Leave { id: self.id, company_id: who.company_id });
            let publisher = &self.hub.core.publisher;
            publisher.left(who.company_id, who.user_id);
            publisher.counts().left(who.company_id, who.user_id, self.id);
            if let Some(conversation) = self.viewing {
                let typing = Typing::Viewing { user_id: who.user_id, name: who.name.clone(), on: false, session_id: self.id };
                self.sign_of_life(conversation, typing);
            }
        }
        metrics().sockets.with_label_values(&["operator"]).dec();
        Running::Stop
    }
}

impl StreamHandler<Result<ws::Message, ws::ProtocolError>> for OperatorSession {
    fn handle(&mut self, message: Result<ws::Message, ws::ProtocolError>, ctx: &mut Ctx) {
        match socket::read(message, ctx) {
            SocketFrame::Text(text) => self.client_frame(&text, ctx),
            SocketFrame::Pong(payload) => {
                self.heartbeat.ponged();
                if let Some(at) = std::str::from_utf8(&payload).ok().and_then(|t| t.parse::<i64>().ok()).filter(|at| *at > 0) {
                    metrics().webhook_to_browser.observe((self.hub.core.clock.now() - at).max(0) as f64 / 1e6);
                }
                if std::mem::take(&mut self.page_out) {
                    self.catch_up(ctx);
                }
            }
            SocketFrame::Close(code, why) => socket::close(ctx, code, why),
            SocketFrame::Nothing => {}
        }
    }

    fn finished(&mut self, ctx: &mut Ctx) {
        ctx.stop();
    }
}

/// Events in feed order, from the shard.
#[derive(Message)]
#[rtype(result = "()")]
pub struct LiveEvents(pub Slice);

impl Handler<LiveEvents> for OperatorSession {
    type Result = ();

    fn handle(&mut self, LiveEvents(events): LiveEvents, ctx: &mut Ctx) {
        if self.phase == Phase::Behind {
            // An actor reads its mailbox before the answers it waits for: "live" may lie there already, and these came after it.
            self.heard = events.last().map_or(self.heard, |last| last.seq.max(self.heard));
        } else if self.phase == Phase::Live {
            let hole = events.iter().any(|event| {
                let hole = event.seq > self.cursor + 1;
                if !hole {
                    self.show(event, ctx);
                }
                hole
            });
            if let Some(last) = events.last().filter(|_| !hole) {
                metrics().commit_to_socket.observe((self.hub.core.clock.now() - last.at).max(0) as f64 / 1e6);
                if last.message_id.is_some() && self.heartbeat.may_sample() {
                    self.ping(last.at, ctx);
                }
            }
            if hole {
                return self.catch_up(ctx);
            }
            self.hurry_if_behind(ctx);
        }
    }
}

#[derive(Message)]
#[rtype(result = "()")]
pub struct TransientFrame(pub Arc<Transient>);

impl Handler<TransientFrame> for OperatorSession {
    type Result = ();

    fn handle(&mut self, TransientFrame(frame): TransientFrame, ctx: &mut Ctx) {
        if self.who.as_ref().is_some_and(|who| frame.seen_by(who)) {
            ctx.text(frame.frame.clone());
        }
        self.hurry_if_behind(ctx);
    }
}

/// What only this person is told, and only for now.
#[derive(Message)]
#[rtype(result = "()")]
pub struct PersonalFrame(pub ByteString);

impl Handler<PersonalFrame> for OperatorSession {
    type Result = ();

    fn handle(&mut self, PersonalFrame(frame): PersonalFrame, ctx: &mut Ctx) {
        ctx.text(frame);
        self.hurry_if_behind(ctx);
    }
}

/// The shard's clock: one timer for all of its sessions.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Beat;

impl Handler<Beat> for OperatorSession {
    type Result = ();

    fn handle(&mut self, _: Beat, ctx: &mut Ctx) {
        self.beat(ctx);
    }
}

/// Close with this code: signed out elsewhere, or the process restarts.
#[derive(Message)]
#[rtype(result = "()")]
pub struct CloseSession(pub u16);

impl Handler<CloseSession> for OperatorSession {
    type Result = ();

    fn handle(&mut self, CloseSession(code): CloseSession, ctx: &mut Ctx) {
        socket::close(ctx, code, if code == RESTARTING { "restarting" } else { "signed out" });
    }
}
