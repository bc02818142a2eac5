//! What both kinds of websocket share: limits, heartbeat, rate, closing. All framing of the hub is here.
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use std::time::{Duration, Instant};

use actix::prelude::{Actor, ActorContext};
use actix_web_actors::ws;

/// Largest frame a client may send.
pub const MAX_FRAME: usize = 64 * 1024;
/// A session's mailbox: when it is full, the peer does not keep up.
pub const MAILBOX: usize = 256;
/// How often a quiet socket is pinged, and how long a Pong may take.
pub const PING_EVERY: Duration = Duration::from_secs(20);
pub const PONG_WITHIN: Duration = Duration::from_secs(10);
/// How often one socket's round trip is measured.
const SAMPLE_EVERY: Duration = Duration::from_millis(50);

/// Tells this process's sockets apart.
pub fn next_socket_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// More than `per_second` frames a second, kept up for five seconds, is too many.
pub struct FrameRate {
    per_second: u32,
    began: Instant,
    frames: u32,
}

impl FrameRate {
    const WINDOW: Duration = Duration::from_secs(5);

    pub fn new(per_second: u32) -> Self {
        FrameRate { per_second, began: Instant::now(), frames: 0 }
    }

    /// Counts a frame; false when the limit is broken.
    pub fn allows(&mut self) -> bool {
        if self.began.elapsed() >= Self::WINDOW {
            self.began = Instant::now();
            self.frames = 0;
        }
        self.frames += 1;
        self.frames <= self.per_second * Self::WINDOW.as_secs() as u32
    }
}

/// Whether the peer answers.
pub struct Heartbeat {
    last_ping: Instant,
    waiting_since: Option<Instant>,
}

impl Default for Heartbeat {
    fn default() -> Self {
        Heartbeat { last_ping: Instant::now(), waiting_since: None }
    }
}

impl Heartbeat {
    pub fn pinged(&mut self) {
        self.last_ping = Instant::now();
        self.waiting_since.get_or_insert(self.last_ping);
    }

    pub fn ponged(&mut self) {
        self.waiting_since = None;
    }

    pub fn waits(&self) -> bool {
        self.waiting_since.is_some()
    }

    /// Whether this is the socket to measure with: one now and then, of all there are, is enough for a histogram.
    pub fn may_sample(&self) -> bool {
        !self.waits() && is_sample_due()
    }

    pub fn is_dead(&self) -> bool {
        self.waiting_since.is_some_and(|since| since.elapsed() > PONG_WITHIN)
    }

    pub fn is_due(&self) -> bool {
        !self.waits() && self.last_ping.elapsed() >= PING_EVERY
    }
}

/// True for one caller every [`SAMPLE_EVERY`], whichever comes first.
fn is_sample_due() -> bool {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let now = BEGAN.elapsed().as_millis() as u64;
    let next = NEXT.load(Ordering::Relaxed);
    let after = now + SAMPLE_EVERY.as_millis() as u64;
    now >= next && NEXT.compare_exchange(next, after, Ordering::Relaxed, Ordering::Relaxed).is_ok()
}

/// Sends a close frame with a code and ends the actor.
pub fn close<A: Actor<Context = ws::WebsocketContext<A>>>(ctx: &mut ws::WebsocketContext<A>, code: u16, why: &str) {
    ctx.close(Some(ws::CloseReason { code: ws::CloseCode::from(code), description: Some(why.to_owned()) }));
    ctx.stop();
}

/// What to do with a frame after the protocol has had its share.
pub enum SocketFrame {
    Text(bytestring::ByteString),
    Pong(bytes::Bytes),
    /// Handled, or not for us.
    Nothing,
    Close(u16, &'static str),
}

pub fn read<A: Actor<Context = ws::WebsocketContext<A>>>(
    message: Result<ws::Message, ws::ProtocolError>,
    ctx: &mut ws::WebsocketContext<A>,
) -> SocketFrame {
    match message {
        Ok(ws::Message::Text(text)) => SocketFrame::Text(text),
        Ok(ws::Message::Ping(payload)) => {
            ctx.pong(&payload);
            SocketFrame::Nothing
        }
        Ok(ws::Message::Pong(payload)) => SocketFrame::Pong(payload),
        Ok(ws::Message::Close(_)) => SocketFrame::Close(1000, "goodbye"),
        Ok(ws::Message::Binary(_) | ws::Message::Continuation(_)) => SocketFrame::Close(1003, "one text frame each, please"),
        Ok(ws::Message::Nop) => SocketFrame::Nothing,
        Err(ws::ProtocolError::Overflow) => SocketFrame::Close(1009, "a frame may have 64 KB"),
        Err(_) => SocketFrame::Close(1002, "protocol error"),
    }
}
