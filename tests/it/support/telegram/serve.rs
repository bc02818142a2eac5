//! The Bot API's front: `/bot{token}/{method}`, `/file/bot{token}/{path}`, the ledger, misbehaviour.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

use super::ledger::SentFile;
use super::script::{error, moved, too_many};
use super::{Call, Deed, Inner, Telegram};
use crate::support::http1::{Request, answer, form, multipart, read_request};

pub(super) async fn start() -> Telegram {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let inner = Arc::new(Inner {
        address: listener.local_addr().expect("a bound address"),
        state: Mutex::default(),
        changed: Notify::new(),
        listening: watch::Sender::new(true),
        http: reqwest::Client::builder().no_proxy().build().expect("a client"),
    });
    let telegram = Telegram { inner };
    tokio::spawn(listen(telegram.clone(), listener));
    telegram
}

async fn listen(telegram: Telegram, listener: TcpListener) {
    let address: SocketAddr = telegram.inner.address;
    let mut listening = telegram.inner.listening.subscribe();
    let mut listener = Some(listener);
    loop {
        if !*listening.borrow_and_update() {
            listener = None;
        } else if listener.is_none() {
            listener = TcpListener::bind(address).await.ok();
            if listener.is_none() {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
        }
        tokio::select! {
            changed = listening.changed() => if changed.is_err() { return },
            stream = async { listener.as_ref().unwrap().accept().await }, if listener.is_some() => {
                if let Ok((stream, _)) = stream {
                    tokio::spawn(connection(telegram.clone(), stream, listening.clone()));
                }
            }
        }
    }
}

async fn connection(telegram: Telegram, stream: TcpStream, mut listening: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let mut stream = BufReader::new(stream);
    let mut gone = listening.clone();
    let serve = async {
        while let Ok(Some(request)) = read_request(&mut stream).await {
            match telegram.handle(request).await {
                Some(bytes) if stream.get_mut().write_all(&bytes).await.is_ok() => {}
                _ => return,
            }
        }
    };
    listening.borrow_and_update();
    tokio::select! {
        () = serve => {}
        _ = gone.wait_for(|listening| !listening) => {}
    }
}

impl Telegram {
    /// The bytes to answer; `None` closes the connection without a word.
    async fn handle(&self, request: Request) -> Option<Vec<u8>> {
        if let Some(path) = request.path.strip_prefix("/file/bot") {
            return Some(self.download(path));
        }
        let Some((token, method)) = request.path.strip_prefix("/bot").and_then(|rest| rest.split_once('/')) else {
            return Some(json_answer(404, error(404, "Not Found")));
        };
        let (token, method) = (token.replace("%3A", ":"), method.to_lowercase());
        let (params, files) = arguments(&request);
        let (index, deed) = self.enter(&token, &method, params.clone(), files);
        self.inner.changed.notify_waiters();
        if let Some(Deed::Slow(wait)) = &deed {
            tokio::time::sleep(*wait).await;
        }
        let (status, body) = match deed {
            None | Some(Deed::Slow(_)) => self.carry_out(index, &token, &method, &params).await,
            Some(Deed::Moved(chat)) => (400, moved(chat)),
            Some(Deed::TooMany(seconds)) => (429, too_many(seconds)),
            Some(Deed::Refuse(status, text)) => (status, error(status, text)),
            Some(Deed::Gateway(status)) => {
                return Some(self.raw(index, status, b"<html>Bad Gateway</html>"));
            }
            Some(Deed::Garbage) => {
                self.carry_out(index, &token, &method, &params).await;
                return Some(self.raw(index, 200, b"<html>hello</html>"));
            }
            Some(Deed::Hang) => {
                self.carry_out(index, &token, &method, &params).await;
                std::future::pending::<()>().await;
                return None;
            }
            Some(Deed::AcceptThenDrop) => {
                self.carry_out(index, &token, &method, &params).await;
                return None;
            }
            Some(Deed::Drop) => return None,
        };
        self.answered(index, status);
        Some(json_answer(status, body))
    }

    async fn carry_out(&self, index: usize, token: &str, method: &str, params: &Value) -> (u16, Value) {
        let (status, body) = self.perform(token, method, params).await;
        self.state().calls[index].result = body["result"].clone();
        (status, body)
    }

    /// Writes the call into the ledger before anything else happens to it.
    fn enter(&self, token: &str, method: &str, params: Value, files: Vec<SentFile>) -> (usize, Option<Deed>) {
        let mut state = self.state();
        let mut call = Call {
            at: Instant::now(),
            method: method.into(),
            params,
            files,
            performed: false,
            answered: None,
            result: Value::Null,
        };
        let known = state.bots.get(token).is_some_and(|bot| !bot.revoked);
        let deed = if known { state.script.take(method, call.chat()) } else { Some(Deed::UNAUTHORIZED) };
        call.performed = deed.as_ref().is_none_or(Deed::performs);
        state.calls.push(call);
        (state.calls.len() - 1, deed)
    }

    fn answered(&self, index: usize, status: u16) {
        let mut state = self.state();
        let call = &mut state.calls[index];
        call.answered = Some(status);
        call.performed &= status == 200;
        drop(state);
        self.inner.changed.notify_waiters();
    }

    fn raw(&self, index: usize, status: u16, body: &[u8]) -> Vec<u8> {
        self.answered(index, status);
        answer(status, &[("content-type", "text/html".into())], body)
    }

    fn download(&self, path: &str) -> Vec<u8> {
        let state = self.state();
        let file = path.split_once('/').and_then(|(_, path)| path.strip_prefix("files/"));
        match file.and_then(|id| state.files.get(id)) {
            Some(bytes) => answer(200, &[("content-type", "application/octet-stream".into())], bytes),
            None => answer(404, &[], b""),
        }
    }
}

fn json_answer(status: u16, body: Value) -> Vec<u8> {
    answer(status, &[("content-type", "application/json".into())], body.to_string().as_bytes())
}

/// Arguments come as JSON, as a form, as multipart or in the query, in any mixture.
fn arguments(request: &Request) -> (Value, Vec<SentFile>) {
    let mut params = json!({});
    let mut files = Vec::new();
    for (key, value) in form(&request.query) {
        params[key] = json!(value);
    }
    let kind = request.header("content-type").unwrap_or_default();
    if kind.starts_with("multipart/") {
        for part in multipart(kind, &request.body) {
            match part.file_name {
                Some(name) => {
                    files.push(SentFile { field: part.name, name, mime: part.mime.unwrap_or_default(), bytes: part.bytes })
                }
                None => params[part.name] = json!(String::from_utf8_lossy(&part.bytes)),
            }
        }
    } else if kind.starts_with("application/x-www-form-urlencoded") {
        for (key, value) in form(&String::from_utf8_lossy(&request.body)) {
            params[key] = json!(value);
        }
    } else if let Ok(Value::Object(fields)) = serde_json::from_slice(&request.body) {
        for (key, value) in fields {
            params[key] = value;
        }
    }
    (params, files)
}
