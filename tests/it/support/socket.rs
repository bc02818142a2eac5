//! A websocket client that remembers every frame and why it was closed.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::PATIENCE;

pub struct Socket {
    out: mpsc::UnboundedSender<Message>,
    book: Arc<Book>,
    reader: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
struct Book {
    frames: Mutex<Vec<Value>>,
    /// Set when the socket is over: the close code, or 1006 when the line just broke.
    closed: Mutex<Option<u16>>,
    count: watch::Sender<usize>,
}

impl Socket {
    /// `Err(status)` when the handshake is refused with an HTTP status, `Err(0)` without one.
    pub async fn connect(url: &str, headers: &[(&str, &str)]) -> Result<Socket, u16> {
        let mut request = url.replace("http://", "ws://").into_client_request().expect("a URL");
        for (key, value) in headers {
            let key: tokio_tungstenite::tungstenite::http::HeaderName = key.parse().expect("a header");
            request.headers_mut().insert(key, value.parse().expect("a header value"));
        }
        let (stream, _) = tokio_tungstenite::connect_async(request).await.map_err(|error| match error {
            Error::Http(response) => response.status().as_u16(),
            _ => 0,
        })?;
        let (mut sink, mut stream) = stream.split();
        let (out, mut outgoing) = mpsc::unbounded_channel::<Message>();
        let book = Arc::new(Book::default());
        let writing = book.clone();
        let reader = tokio::spawn(async move {
            let code = loop {
                tokio::select! {
                    message = outgoing.recv() => match message {
                        Some(message) => if sink.send(message).await.is_err() { break 1006 },
                        None => break 1000,
                    },
                    message = stream.next() => match message {
                        Some(Ok(Message::Text(text))) => {
                            let frame = serde_json::from_str(&text).expect("the hub speaks JSON");
                            writing.frames.lock().unwrap().push(frame);
                            writing.count.send_modify(|count| *count += 1);
                        }
                        // The pong that tungstenite queues leaves with the next flush.
                        Some(Ok(Message::Ping(_))) => if sink.flush().await.is_err() { break 1006 },
                        Some(Ok(Message::Close(frame))) => {
                            let _ = sink.flush().await;
                            break frame.map_or(1005, |frame| frame.code.into())
                        }
                        Some(Ok(_)) => {}
                        Some(Err(_)) | None => break 1006,
                    },
                }
            };
            *writing.closed.lock().unwrap() = Some(code);
            writing.count.send_modify(|count| *count += 1);
        });
        Ok(Socket { out, book, reader })
    }

    pub fn send(&self, frame: Value) {
        self.send_raw(Message::text(frame.to_string()));
    }

    pub fn send_raw(&self, message: Message) {
        let _ = self.out.send(message);
    }

    pub fn frames(&self) -> Vec<Value> {
        self.book.frames.lock().unwrap().clone()
    }

    pub fn len(&self) -> usize {
        self.book.frames.lock().unwrap().len()
    }

    /// The position of the newest durable frame after the first.
    pub fn last_seq(&self) -> Option<i64> {
        let frames = self.book.frames.lock().unwrap();
        frames.iter().skip(1).rev().find_map(|frame| frame["seq"].as_i64())
    }

    pub fn closed(&self) -> Option<u16> {
        *self.book.closed.lock().unwrap()
    }

    /// The first frame from number `from` on that fits; panics when the socket ends before.
    pub async fn find<T>(&self, what: &str, from: usize, fits: impl Fn(&Value) -> Option<T>) -> T {
        match self.find_or_end(what, from, fits).await {
            Ok(found) => found,
            Err(code) => panic!("the socket closed ({code}) before {what}; {}", self.tail()),
        }
    }

    /// The same; `Err` is the close code.
    pub async fn find_or_end<T>(&self, what: &str, from: usize, fits: impl Fn(&Value) -> Option<T>) -> Result<T, u16> {
        let mut count = self.book.count.subscribe();
        let deadline = Instant::now() + PATIENCE;
        let mut next = from;
        loop {
            count.borrow_and_update();
            // Read before the frames: what came before the end is still found.
            let ended = self.closed();
            {
                let frames = self.book.frames.lock().unwrap();
                while next < frames.len() {
                    if let Some(found) = fits(&frames[next]) {
                        return Ok(found);
                    }
                    next += 1;
                }
            }
            if let Some(code) = ended {
                return Err(code);
            }
            assert!(Instant::now() < deadline, "waited in vain for {what}; {}", self.tail());
            let _ = tokio::time::timeout(Duration::from_millis(500), count.changed()).await;
        }
    }

    /// The first frame of this type.
    pub async fn frame(&self, kind: &str) -> Value {
        self.find(kind, 0, |frame| (frame["type"] == kind).then(|| frame.clone())).await
    }

    /// Waits for the end; answers the close code.
    pub async fn end(&self) -> u16 {
        let mut count = self.book.count.subscribe();
        let deadline = Instant::now() + PATIENCE;
        loop {
            count.borrow_and_update();
            if let Some(code) = self.closed() {
                return code;
            }
            assert!(Instant::now() < deadline, "the socket stays open; {}", self.tail());
            let _ = tokio::time::timeout(Duration::from_millis(500), count.changed()).await;
        }
    }

    fn tail(&self) -> String {
        let frames = self.frames();
        format!("last frames: {:#?}", &frames[frames.len().saturating_sub(4)..])
    }
}

impl Drop for Socket {
    /// The line breaks without a close frame, as it does when a browser's machine goes to sleep.
    fn drop(&mut self) {
        self.reader.abort();
    }
}
