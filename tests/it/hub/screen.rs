//! An operator's session that moves only when the test lets it: each poll of it is the test's.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use actix::Addr;
use actix_http::ws::{OpCode, Parser};
use actix_web_actors::ws::WebsocketContext;
use bytes::{Bytes, BytesMut};
use futures_util::future::{BoxFuture, FutureExt, ready};
use futures_util::stream::{Stream, poll_fn};
use serde_json::{Value, json};
use switchboard::domain::access::Principal;
use switchboard::domain::clock::Micros;
use switchboard::domain::ids::CompanyId;
use switchboard::hub::operator_session::{Desk, OperatorSession};
use switchboard::hub::publisher::FeedShard;
use tokio::sync::{Notify, mpsc};

use crate::jobs::house::House;
use crate::storage::shelf;
use crate::support::PATIENCE;

/// A session that nobody wakes for so long has nothing left to do.
const QUIET: Duration = Duration::from_millis(400);

pub struct Screen {
    session: Pin<Box<dyn Stream<Item = Result<Bytes, actix_web::Error>>>>,
    say: mpsc::UnboundedSender<Result<Bytes, actix_web::error::PayloadError>>,
    woken: Arc<Woken>,
    /// Until it is woken there is no reason to poll it.
    rests: bool,
    unread: BytesMut,
    pub frames: Vec<Value>,
}

#[derive(Default)]
struct Woken(Notify);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.notify_one();
    }
}

/// Lets everybody in as the owner of this company.
struct Anybody(CompanyId);

impl Desk for Anybody {
    fn sign_in(&self, _: String) -> BoxFuture<'static, Option<(Arc<Principal>, Micros)>> {
        ready(Some((Arc::new(Principal { company_id: self.0, ..shelf::operator() }), Micros::MAX))).boxed()
    }

    fn is_alive(&self, _: i64) -> BoxFuture<'static, bool> {
        ready(true).boxed()
    }

    fn send(&self, _: Arc<Principal>, _: Value) -> BoxFuture<'static, Result<Value, Value>> {
        ready(Err(Value::Null)).boxed()
    }
}

impl Screen {
    /// It has said who it is, and nobody has heard it yet.
    pub fn open(house: &House, shard: &Addr<FeedShard>, company: CompanyId) -> Screen {
        let (say, mut said) = mpsc::unbounded_channel();
        let session = OperatorSession::new(house.hub.clone(), Arc::new(Anybody(company)), shard.clone(), "an epoch".into());
        let session = WebsocketContext::create(session, poll_fn(move |cx| said.poll_recv(cx)));
        let (session, woken) = (Box::pin(session), Arc::default());
        let screen = Screen { session, say, woken, rests: false, unread: BytesMut::new(), frames: vec![] };
        screen.say(OpCode::Text, json!({"type": "auth", "token": "anything"}).to_string());
        screen
    }

    fn say(&self, code: OpCode, payload: impl Into<Bytes>) {
        let mut frame = BytesMut::new();
        Parser::write_message(&mut frame, payload.into(), code, true, true);
        self.say.send(Ok(frame.freeze())).expect("the session lives");
    }

    /// Waits until it has a reason to move. False: it found none for a while.
    pub async fn is_due(&mut self) -> bool {
        self.rests = self.rests && tokio::time::timeout(QUIET, self.woken.0.notified()).await.is_err();
        !self.rests
    }

    /// Lets it move once, as soon as it is due.
    pub async fn step(&mut self) -> bool {
        if !self.is_due().await {
            return false;
        }
        match self.session.as_mut().poll_next(&mut Context::from_waker(&Waker::from(self.woken.clone()))) {
            Poll::Pending => self.rests = true,
            Poll::Ready(Some(bytes)) => self.unread.extend_from_slice(&bytes.expect("frames")),
            Poll::Ready(None) => panic!("the session has ended: {:#?}", self.frames),
        }
        while let Some((_, code, payload)) = Parser::parse(&mut self.unread, false, 1 << 20).expect("frames") {
            let payload = payload.unwrap_or_default().freeze();
            match code {
                OpCode::Text => self.frames.push(serde_json::from_slice(&payload).expect("JSON")),
                OpCode::Ping => self.say(OpCode::Pong, payload),
                other => panic!("the hub said {other:?} after {:#?}", self.frames),
            }
        }
        true
    }

    pub async fn until<T>(&mut self, what: &str, found: impl Fn(&Value) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = self.frames.iter().find_map(&found) {
                return found;
            }
            assert!(Instant::now() < deadline, "waited in vain for {what}: {:#?}", self.frames);
            self.step().await;
        }
    }

    /// Where the feed stood when it joined.
    pub async fn start(&mut self) -> i64 {
        self.until("ready", |frame| (frame["type"] == "ready").then(|| frame["seq"].as_i64().expect("a position"))).await
    }

    /// The position of the message that says this.
    pub async fn message(&mut self, text: &str) -> i64 {
        self.until(text, |frame| (text_of(frame)? == text).then(|| frame["seq"].as_i64().expect("a position"))).await
    }

    /// The messages that it has shown, as often as it has.
    pub fn texts(&self) -> Vec<&str> {
        self.frames.iter().filter_map(text_of).collect()
    }
}

fn text_of(frame: &Value) -> Option<&str> {
    if frame["type"] == "message.created" { frame["data"]["text"].as_str() } else { None }
}
