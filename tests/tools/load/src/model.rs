//! An OpenAI-compatible server that only takes its time. What it takes is no part of what is measured; when it was asked and
//! when it had said its last word is.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::marks::{QUESTION, REPLY, last_mark, marked};
use crate::net::Requests;
use crate::scenarios::now;

/// An answer comes in so many pieces, evenly over the time it takes.
const PIECES: u32 = 5;

pub struct Model {
    pub address: String,
    book: Arc<Book>,
}

#[derive(Default)]
struct Book {
    takes_ms: AtomicU64,
    open: AtomicUsize,
    peak: AtomicUsize,
    /// By turn.
    calls: Mutex<HashMap<u64, Call>>,
}

#[derive(Clone, Copy, Default)]
pub struct Call {
    /// The last byte of the request was here.
    pub asked: u64,
    /// The last byte of the answer was about to leave.
    pub ended: u64,
    /// More than once would be a repeat.
    pub times: u32,
}

impl Model {
    pub async fn start() -> Model {
        let listener = tokio::net::TcpSocket::new_v4().expect("a socket");
        listener.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
        let listener: TcpListener = listener.listen(4096).expect("a listener");
        let address = listener.local_addr().expect("an address").to_string();
        let book = Arc::new(Book::default());
        let ours = book.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                tokio::spawn(serve(stream, ours.clone()));
            }
        });
        Model { address, book }
    }

    /// From now on an answer takes so long.
    pub fn take(&self, time: Duration) {
        self.book.takes_ms.store(time.as_millis() as u64, Ordering::Relaxed);
    }

    /// Requests that wait for the rest of their answer.
    pub fn open(&self) -> usize {
        self.book.open.load(Ordering::Relaxed)
    }

    /// The most that were open at once since it was asked last.
    pub fn peak(&self) -> usize {
        self.book.peak.swap(self.open(), Ordering::Relaxed)
    }

    pub fn call(&self, turn: u64) -> Option<Call> {
        self.book.calls.lock().unwrap().get(&turn).copied()
    }
}

/// Counts a request as long as it is answered, also one that its asker gives up.
struct Open<'a>(&'a Book);

impl<'a> Open<'a> {
    fn begin(book: &'a Book) -> Self {
        let open = book.open.fetch_add(1, Ordering::Relaxed) + 1;
        book.peak.fetch_max(open, Ordering::Relaxed);
        Open(book)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn serve(stream: TcpStream, book: Arc<Book>) -> Option<()> {
    let mut requests = Requests::of(stream);
    loop {
        let (_, body) = requests.next().await?;
        let _open = Open::begin(&book);
        let turn = last_mark(&body, QUESTION)?;
        {
            let mut calls = book.calls.lock().unwrap();
            let call = calls.entry(turn).or_default();
            *call = Call { asked: now(), ended: 0, times: call.times + 1 };
        }
        let pause = Duration::from_millis(book.takes_ms.load(Ordering::Relaxed)) / PIECES;
        let stream = requests.stream();
        for piece in 0..PIECES {
            tokio::time::sleep(pause).await;
            let out = match piece {
                0 => format!("{HEAD}{}", chunk(&text(&marked(REPLY, turn)))),
                1..4 => chunk(&text(" a house of that size costs about as much as a flat in town,")),
                _ => format!("{}0\r\n\r\n", chunk(&(text(" and it stands after a summer.") + END))),
            };
            if piece + 1 == PIECES
                && let Some(call) = book.calls.lock().unwrap().get_mut(&turn)
            {
                call.ended = now();
            }
            stream.write_all(out.as_bytes()).await.ok()?;
        }
    }
}

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
const END: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
    data: {\"choices\":[],\"usage\":{\"prompt_tokens\":900,\"completion_tokens\":60}}\n\n\
    data: [DONE]\n\n";

fn text(words: &str) -> String {
    format!("data: {{\"model\":\"double\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{words}\"}}}}]}}\n\n")
}

fn chunk(data: &str) -> String {
    format!("{:x}\r\n{data}\r\n", data.len())
}
