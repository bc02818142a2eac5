//! An operator's screen on `/ws`. It holds the contract while it reads: an unbroken chain of
//! `prev`/`seq`, nothing twice, `ready` or `resync` first.

use serde_json::{Value, json};

use super::socket::Socket;

/// Where a screen stands; enough to come back.
#[derive(Clone, Debug, PartialEq)]
pub struct Cursor {
    pub epoch: Value,
    pub seq: i64,
}

pub struct Feed {
    pub socket: Socket,
    /// The first frame: `ready` or `resync`.
    pub first: Value,
    after: Option<i64>,
}

impl Feed {
    pub async fn open(url: &str, token: &str) -> Feed {
        Feed::join(url, token, None).await.expect("the feed opens")
    }

    pub async fn resume(url: &str, token: &str, cursor: &Cursor) -> Feed {
        Feed::join(url, token, Some(cursor)).await.expect("the feed opens")
    }

    /// `None` when the connection cannot be made or ends before its first frame.
    pub async fn join(url: &str, token: &str, cursor: Option<&Cursor>) -> Option<Feed> {
        let socket = Socket::connect(&format!("{url}/ws"), &[]).await.ok()?;
        let mut auth = json!({"type": "auth", "token": token});
        if let Some(cursor) = cursor {
            auth["epoch"] = cursor.epoch.clone();
            auth["after"] = json!(cursor.seq);
        }
        socket.send(auth);
        let deadline = std::time::Instant::now() + super::PATIENCE;
        while socket.len() == 0 {
            if socket.closed().is_some() || std::time::Instant::now() > deadline {
                return None;
            }
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        let first = socket.frames()[0].clone();
        let kind = first["type"].as_str().unwrap_or_default();
        assert!(matches!(kind, "ready" | "resync"), "the first frame is {first}");
        assert!(first["seq"].is_i64() && !first["epoch"].is_null(), "no position in {first}");
        let after = cursor.filter(|_| kind == "ready").map(|cursor| cursor.seq);
        Some(Feed { socket, first, after })
    }

    /// Every durable frame so far, after checking the chain.
    pub fn durable(&self) -> Vec<Value> {
        let mut position = self.start();
        let mut durable = Vec::new();
        for frame in self.socket.frames().into_iter().skip(1) {
            let Some(seq) = frame["seq"].as_i64() else {
                continue;
            };
            assert_eq!(frame["prev"].as_i64(), Some(position), "a gap before {frame}");
            assert!(seq > position, "seq does not grow: {frame}");
            position = seq;
            durable.push(frame);
        }
        durable
    }

    pub fn cursor(&self) -> Cursor {
        self.cursor_after(&self.durable())
    }

    /// The position of who has read these frames and no more.
    pub fn cursor_after(&self, frames: &[Value]) -> Cursor {
        let last = frames.last().and_then(|frame| frame["seq"].as_i64());
        Cursor { epoch: self.first["epoch"].clone(), seq: last.unwrap_or(self.start()) }
    }

    fn start(&self) -> i64 {
        self.after.unwrap_or(self.first["seq"].as_i64().expect("a position"))
    }

    /// Waits for a frame of this type that fits.
    pub async fn wait(&self, kind: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let found = |frame: &Value| (frame["type"] == kind && fits(frame)).then(|| frame.clone());
        let frame = self.socket.find(kind, 1, found).await;
        self.durable();
        frame
    }

    /// Waits for `message.created` with this text.
    pub async fn message(&self, text: &str) -> Value {
        self.wait("message.created", |frame| frame["data"]["text"] == text).await
    }

    /// Waits until the message has this status, by the frames alone.
    pub async fn status(&self, message_id: i64, status: &str) -> Value {
        let fits = |frame: &Value| {
            let kind = frame["type"].as_str().unwrap_or_default();
            let right = kind.starts_with("message.") && frame["data"]["id"] == message_id;
            (right && frame["data"]["status"] == status).then(|| frame.clone())
        };
        let frame = self.socket.find(&format!("message {message_id} {status}"), 1, fits).await;
        self.durable();
        frame
    }

    /// Sends by the socket; answers the `ack` or `nack`.
    pub async fn send(&self, client_id: &str, mut frame: Value) -> Value {
        let from = self.socket.len();
        frame["type"] = json!("send");
        frame["client_id"] = json!(client_id);
        self.socket.send(frame);
        let answer = |frame: &Value| {
            let kind = frame["type"].as_str().unwrap_or_default();
            (matches!(kind, "ack" | "nack") && frame["client_id"] == client_id).then(|| frame.clone())
        };
        self.socket.find("ack or nack", from, answer).await
    }
}
