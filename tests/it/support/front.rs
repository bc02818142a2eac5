//! One address before two servers, as `OPENAI_BASE_URL` wants it: recordings go to the one, all else to the other. It keeps a
//! book of what passed, and can make the model's next answer a call of a tool.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};

use super::http1::{Request, answer, read_request};

#[derive(Clone)]
pub struct Front {
    inner: Arc<Inner>,
}

struct Inner {
    address: SocketAddr,
    chat: String,
    speech: String,
    http: reqwest::Client,
    passed: Mutex<Vec<Passed>>,
    forced: Mutex<Option<String>>,
}

/// A request and what became of it.
#[derive(Clone, Debug)]
pub struct Passed {
    pub path: String,
    /// Null for a form.
    pub asked: Value,
    /// `None` while the server is silent.
    pub status: Option<u16>,
    pub answered: String,
}

impl Passed {
    pub fn is_chat(&self) -> bool {
        self.path.ends_with("/chat/completions")
    }

    /// The roles of the messages, in their order.
    pub fn roles(&self) -> Vec<&str> {
        self.asked["messages"].as_array().into_iter().flatten().filter_map(|m| m["role"].as_str()).collect()
    }
}

impl Front {
    /// Both addresses end in `/v1`.
    pub async fn start(chat: &str, speech: &str) -> Front {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let inner = Inner {
            address: listener.local_addr().expect("a bound address"),
            chat: chat.into(),
            speech: speech.into(),
            http: reqwest::Client::builder().no_proxy().build().expect("a client"),
            passed: Mutex::default(),
            forced: Mutex::default(),
        };
        let front = Front { inner: Arc::new(inner) };
        let accepting = front.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let front = accepting.clone();
                tokio::spawn(async move { front.connection(stream).await });
            }
        });
        front
    }

    /// For `OPENAI_BASE_URL`.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.inner.address)
    }

    /// The next chat that a customer's word ends is told to answer by a call of this tool. Left alone, a very small model
    /// hardly ever calls one.
    pub fn force(&self, tool: &str) {
        *self.inner.forced.lock().unwrap() = Some(tool.into());
    }

    /// Waits until the model has nothing to do. llama.cpp's server reads a prompt to its end even for a client that has left,
    /// and answers nobody before.
    pub async fn idle(&self) {
        let models = self.inner.http.get(format!("{}/models", self.inner.chat)).timeout(Duration::from_secs(120));
        models.send().await.expect("the model's server answers");
    }

    pub fn passed(&self) -> Vec<Passed> {
        self.book().clone()
    }

    fn book(&self) -> MutexGuard<'_, Vec<Passed>> {
        self.inner.passed.lock().unwrap()
    }

    /// One request a connection: its end is the end of the answer.
    async fn connection(&self, stream: TcpStream) {
        let (reader, mut writer) = stream.into_split();
        let mut reader = BufReader::new(reader);
        let Ok(Some(request)) = read_request(&mut reader).await else { return };
        let (index, request) = self.enter(request);
        tokio::select! {
            () = self.carry(index, request, &mut writer) => {}
            // A client that leaves is a client that leaves, behind us too.
            _ = reader.fill_buf() => {}
        }
    }

    fn enter(&self, mut request: Request) -> (usize, Request) {
        let mut asked: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let is_customers = asked["messages"].as_array().and_then(|all| all.last()).is_some_and(|last| last["role"] == "user");
        if is_customers && let Some(tool) = self.inner.forced.lock().unwrap().take() {
            asked["tool_choice"] = json!({"type": "function", "function": {"name": tool}});
            request.body = asked.to_string().into_bytes();
        }
        let mut book = self.book();
        book.push(Passed { path: request.path.clone(), asked, status: None, answered: String::new() });
        (book.len() - 1, request)
    }

    async fn carry(&self, index: usize, request: Request, to: &mut OwnedWriteHalf) {
        let server = if request.path.starts_with("/v1/audio/") { &self.inner.speech } else { &self.inner.chat };
        let mut on = self.inner.http.post(format!("{server}{}", request.path.trim_start_matches("/v1")));
        for (name, value) in &request.headers {
            if matches!(name.to_ascii_lowercase().as_str(), "content-type" | "authorization" | "accept") {
                on = on.header(name, value);
            }
        }
        let mut back = match on.body(request.body).send().await {
            Ok(back) => back,
            Err(error) => {
                eprintln!("{server} did not answer: {error}");
                let _ = to.write_all(&answer(502, &[], b"")).await;
                return;
            }
        };
        let status = back.status().as_u16();
        self.book()[index].status = Some(status);
        let kind = back.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let head = format!("HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n");
        let _ = to.write_all(head.as_bytes()).await;
        while let Ok(Some(piece)) = back.chunk().await {
            self.book()[index].answered.push_str(&String::from_utf8_lossy(&piece));
            if to.write_all(&piece).await.is_err() {
                return;
            }
        }
    }
}
