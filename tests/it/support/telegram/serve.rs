//! The Bot API side: `/bot{token}/{method}` and `/file/bot{token}/{path}`.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore, watch};

use super::ledger::SentFile;
use super::script::{error, too_many};
use super::update::now;
use super::{Call, Deed, Inner, Telegram, Webhook};
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
            None | Some(Deed::Slow(_)) => self.perform(&token, &method, &params).await,
            Some(Deed::TooMany(seconds)) => (429, too_many(seconds)),
            Some(Deed::Refuse(status, text)) => (status, error(status, text)),
            Some(Deed::Gateway(status)) => {
                return Some(self.raw(index, status, b"<html>Bad Gateway</html>"));
            }
            Some(Deed::Garbage) => {
                self.perform(&token, &method, &params).await;
                return Some(self.raw(index, 200, b"<html>hello</html>"));
            }
            Some(Deed::Hang) => {
                self.perform(&token, &method, &params).await;
                std::future::pending::<()>().await;
                return None;
            }
            Some(Deed::AcceptThenDrop) => {
                self.perform(&token, &method, &params).await;
                return None;
            }
            Some(Deed::Drop) => return None,
        };
        self.answered(index, status);
        Some(json_answer(status, body))
    }

    /// Writes the call into the ledger before anything else happens to it.
    fn enter(&self, token: &str, method: &str, params: Value, files: Vec<SentFile>) -> (usize, Option<Deed>) {
        let mut state = self.state();
        let mut call = Call { at: Instant::now(), method: method.into(), params, files, performed: false, answered: None };
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

    async fn perform(&self, token: &str, method: &str, params: &Value) -> (u16, Value) {
        if method == "getupdates" {
            return self.get_updates(token, params).await;
        }
        let result = {
            let mut state = self.state();
            let chat = chat_of(params);
            let bot = state.bots.get_mut(token).expect("checked on entry");
            match method {
                "getme" => bot.me(),
                "setwebhook" => {
                    let text = |key: &str| params[key].as_str().map(str::to_string);
                    let url = text("url").unwrap_or_default();
                    let most = params["max_connections"].as_u64().unwrap_or(40) as usize;
                    bot.webhook = (!url.is_empty()).then(|| Webhook {
                        url,
                        secret: text("secret_token"),
                        permits: Arc::new(Semaphore::new(most)),
                    });
                    json!(true)
                }
                "deletewebhook" => {
                    bot.webhook = None;
                    json!(true)
                }
                "getwebhookinfo" => {
                    let url = bot.webhook.as_ref().map(|w| w.url.clone()).unwrap_or_default();
                    let mut info = json!({"url": url, "has_custom_certificate": false,
                        "pending_update_count": bot.pending()});
                    if let Some(error) = &bot.last_error {
                        info["last_error_message"] = json!(error);
                        info["last_error_date"] = json!(now());
                    }
                    info
                }
                "getfile" => {
                    let id = params["file_id"].as_str().unwrap_or_default().to_string();
                    match state.files.get(&id) {
                        Some(bytes) => json!({"file_id": id, "file_unique_id": format!("u{id}"),
                            "file_size": bytes.len(), "file_path": format!("files/{id}")}),
                        None => return (400, error(400, "Bad Request: wrong file_id")),
                    }
                }
                _ if method.starts_with("send") && method != "sendchataction" => {
                    let from = bot.me();
                    let id = state.next_message_id(chat);
                    json!({"message_id": id, "date": now(), "from": from,
                        "chat": {"id": chat, "type": "private", "first_name": "x"},
                        "text": params["text"].as_str().unwrap_or_default()})
                }
                _ => json!(true),
            }
        };
        self.dispatch(token);
        self.inner.changed.notify_waiters();
        (200, json!({"ok": true, "result": result}))
    }

    /// A long poll with Telegram's offset rule: asking for n confirms everything below n.
    async fn get_updates(&self, token: &str, params: &Value) -> (u16, Value) {
        let number = |key: &str| match &params[key] {
            Value::String(text) => text.parse().ok(),
            other => other.as_i64(),
        };
        let offset = number("offset").unwrap_or(0);
        let limit = number("limit").unwrap_or(100).clamp(1, 100) as usize;
        let wait = Duration::from_secs(number("timeout").unwrap_or(0).clamp(0, 50) as u64);
        let deadline = Instant::now() + wait;
        let mine = {
            let mut state = self.state();
            let state = &mut *state;
            let bot = state.bots.get_mut(token).expect("checked on entry");
            bot.poll += 1;
            let mut confirmed = Vec::new();
            for queue in bot.waiting.values_mut() {
                confirmed.extend(queue.iter().map(|(id, _)| *id).filter(|id| *id < offset));
                queue.retain(|(id, _)| *id >= offset);
            }
            bot.waiting.retain(|_, queue| !queue.is_empty());
            let mine = bot.poll;
            for delivery in &mut state.deliveries {
                delivery.acked |= confirmed.contains(&delivery.update_id);
            }
            mine
        };
        self.inner.changed.notify_waiters();
        loop {
            let rang = self.inner.changed.notified();
            {
                let state = self.state();
                let bot = &state.bots[token];
                if bot.webhook.is_some() {
                    let text = "Conflict: can't use getUpdates method while webhook is active; \
                        use deleteWebhook to delete the webhook first";
                    return (409, error(409, text));
                }
                if bot.poll != mine {
                    let text = "Conflict: terminated by other getUpdates request; \
                        make sure that only one bot instance is running";
                    return (409, error(409, text));
                }
                let mut ready: Vec<_> = bot.waiting.values().flatten().cloned().collect();
                ready.sort_by_key(|(id, _)| *id);
                ready.truncate(limit);
                if !ready.is_empty() || Instant::now() >= deadline {
                    let updates: Vec<&Value> = ready.iter().map(|(_, update)| &**update).collect();
                    return (200, json!({"ok": true, "result": updates}));
                }
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let _ = tokio::time::timeout(left.min(Duration::from_millis(250)), rang).await;
        }
    }
}

fn chat_of(params: &Value) -> i64 {
    match &params["chat_id"] {
        Value::String(text) => text.parse().unwrap_or_default(),
        other => other.as_i64().unwrap_or_default(),
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
