//! Meta inside the test: the Graph API of one WhatsApp number, and what it posts, signed, to a hub's webhook. Misbehaviour on request
//! and a ledger of everything that was sent.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::http1::{Request, answer, read_request};
use super::{Answer, Api, PATIENCE};

pub const NUMBER: &str = "1122334455667";
pub const ACCESS_TOKEN: &str = "EAAGtestAccessTokenForTheDoubleOnly";
pub const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";
pub const VERIFY_TOKEN: &str = "verify-token-of-a-test";

/// What the double does instead of behaving, for the next call of a kind.
#[derive(Clone, Debug)]
pub enum Misdeed {
    /// Meta's own error: code, subcode and HTTP status.
    Refuse(i64, i64, u16),
    /// A 5xx from something in front of Meta: nobody knows.
    Gateway(u16),
    /// Carries it out, then closes without a byte of answer.
    AcceptThenDrop,
}

#[derive(Clone)]
pub struct Meta {
    inner: Arc<Inner>,
}

struct Inner {
    address: SocketAddr,
    state: Mutex<State>,
    changed: Notify,
    http: reqwest::Client,
}

#[derive(Default)]
struct State {
    /// What was posted to `messages`, but for read marks.
    sent: Vec<Value>,
    files: HashMap<String, (String, Vec<u8>)>,
    misdeeds: HashMap<&'static str, Vec<Misdeed>>,
    quality: Option<&'static str>,
    uploads: usize,
}

impl Meta {
    pub async fn start() -> Meta {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let inner = Arc::new(Inner {
            address: listener.local_addr().expect("a bound address"),
            state: Mutex::default(),
            changed: Notify::new(),
            http: reqwest::Client::builder().no_proxy().build().expect("a client"),
        });
        let meta = Meta { inner };
        let here = meta.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(connection(here.clone(), stream));
            }
        });
        meta
    }

    /// For `WHATSAPP_API_URL`.
    pub fn url(&self) -> String {
        format!("http://{}", self.inner.address)
    }

    /// `what`: `state`, `messages`, `media`.
    pub fn misbehave(&self, what: &'static str, misdeed: Misdeed) {
        self.state().misdeeds.entry(what).or_default().push(misdeed);
    }

    pub fn rate(&self, quality: &'static str) {
        self.state().quality = Some(quality);
    }

    /// A file that a customer has sent.
    pub fn keep(&self, id: &str, mime: &str, bytes: &[u8]) {
        self.state().files.insert(id.into(), (mime.into(), bytes.to_vec()));
    }

    /// Waits until so many messages have been taken.
    pub async fn sent(&self, count: usize) -> Vec<Value> {
        self.wait(|state| (state.sent.len() >= count).then(|| state.sent.clone())).await
    }

    pub fn sent_now(&self) -> usize {
        self.state().sent.len()
    }

    async fn wait<T>(&self, mut of: impl FnMut(&State) -> Option<T>) -> T {
        let look = async {
            loop {
                let changed = self.inner.changed.notified();
                if let Some(found) = of(&self.state()) {
                    return found;
                }
                let _ = tokio::time::timeout(Duration::from_millis(200), changed).await;
            }
        };
        tokio::time::timeout(PATIENCE, look).await.expect("Meta waits in vain")
    }

    /// Posts a body as Meta does: with non-ASCII escaped, signed with the app's secret.
    pub async fn post(&self, hub: &Api, path: &str, body: &Value) -> Answer {
        let bytes = escaped(body);
        let signature = sign(APP_SECRET, &bytes);
        self.post_signed(hub, path, bytes, Some(&signature)).await
    }

    pub async fn post_signed(&self, hub: &Api, path: &str, bytes: Vec<u8>, signature: Option<&str>) -> Answer {
        let mut request =
            self.inner.http.post(format!("{}{path}", hub.base())).header("content-type", "application/json").body(bytes);
        if let Some(signature) = signature {
            request = request.header("x-hub-signature-256", signature);
        }
        hub.send(request).await.expect("an answer")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap()
    }

    fn misdeed(&self, what: &'static str) -> Option<Misdeed> {
        let mut state = self.state();
        let waiting = state.misdeeds.get_mut(what)?;
        (!waiting.is_empty()).then(|| waiting.remove(0))
    }

    fn handle(&self, request: Request) -> Option<Vec<u8>> {
        let path = request.path.clone();
        if request.header("authorization") != Some(&format!("Bearer {ACCESS_TOKEN}")) {
            return Some(refusal(190, 0, 401));
        }
        if let Some(id) = path.strip_prefix("/file/") {
            let state = self.state();
            let Some((mime, bytes)) = state.files.get(id) else { return Some(refusal(100, 33, 404)) };
            return Some(answer(200, &[("content-type", mime.clone())], bytes));
        }
        let rest = path.strip_prefix("/v25.0/")?.to_owned();
        let done = match rest.split_once('/') {
            Some((NUMBER, "messages")) => self.message(&request),
            Some((NUMBER, "media")) => self.media(),
            None if rest == NUMBER => match self.misdeed("state") {
                Some(Misdeed::Refuse(code, subcode, status)) => Some(refusal(code, subcode, status)),
                Some(Misdeed::Gateway(status)) => Some(answer(status, &[], b"<html>")),
                _ => Some(json_answer(&self.number())),
            },
            None => Some(self.place(&rest)),
            _ => Some(refusal(100, 33, 400)),
        };
        self.inner.changed.notify_waiters();
        done
    }

    fn number(&self) -> Value {
        let quality = self.state().quality.unwrap_or("GREEN");
        json!({
            "id": NUMBER, "display_phone_number": "+7 727 311 2233", "verified_name": "Stroika", "quality_rating": quality,
            "messaging_limit_tier": "TIER_1K",
        })
    }

    fn message(&self, request: &Request) -> Option<Vec<u8>> {
        let body: Value = serde_json::from_slice(&request.body).expect("JSON");
        assert_eq!(body["messaging_product"], "whatsapp");
        if body["status"] == "read" {
            return Some(json_answer(&json!({ "success": true })));
        }
        let misdeed = self.misdeed("messages");
        match misdeed {
            Some(Misdeed::Refuse(code, subcode, status)) => return Some(refusal(code, subcode, status)),
            Some(Misdeed::Gateway(status)) => return Some(answer(status, &[], b"<html>")),
            _ => {}
        }
        let mut state = self.state();
        state.sent.push(body.clone());
        let id = format!("wamid.out{}", state.sent.len());
        if matches!(misdeed, Some(Misdeed::AcceptThenDrop)) {
            return None;
        }
        let to = body.get("to").or(body.get("recipient")).cloned();
        Some(json_answer(&json!({
            "messaging_product": "whatsapp", "contacts": [{ "input": to, "wa_id": to }],
            "messages": [{ "id": id, "message_status": "accepted" }],
        })))
    }

    fn media(&self) -> Option<Vec<u8>> {
        match self.misdeed("media") {
            Some(Misdeed::Refuse(code, subcode, status)) => Some(refusal(code, subcode, status)),
            Some(Misdeed::Gateway(status)) => Some(answer(status, &[], b"<html>")),
            _ => {
                let mut state = self.state();
                state.uploads += 1;
                Some(json_answer(&json!({ "id": format!("media{}", state.uploads) })))
            }
        }
    }

    fn place(&self, id: &str) -> Vec<u8> {
        let state = self.state();
        let Some((mime, bytes)) = state.files.get(id) else { return refusal(100, 33, 400) };
        json_answer(&json!({
            "messaging_product": "whatsapp", "id": id, "mime_type": mime, "file_size": bytes.len(),
            "url": format!("http://{}/file/{id}", self.inner.address),
        }))
    }
}

async fn connection(meta: Meta, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let mut stream = BufReader::new(stream);
    while let Ok(Some(request)) = read_request(&mut stream).await {
        match meta.handle(request) {
            Some(bytes) if stream.get_mut().write_all(&bytes).await.is_ok() => {}
            _ => return,
        }
    }
}

fn json_answer(body: &Value) -> Vec<u8> {
    answer(200, &[("content-type", "application/json".into())], body.to_string().as_bytes())
}

fn refusal(code: i64, subcode: i64, status: u16) -> Vec<u8> {
    let body = json!({ "error": {
        "message": format!("(#{code}) No"), "type": "OAuthException", "code": code, "error_subcode": subcode,
        "error_data": { "messaging_product": "whatsapp", "details": "Meta's own words" }, "fbtrace_id": "A",
    } });
    answer(status, &[("content-type", "application/json".into())], body.to_string().as_bytes())
}

/// Meta writes what is no ASCII as `\uXXXX`, and signs that.
fn escaped(body: &Value) -> Vec<u8> {
    let mut out = String::new();
    for c in body.to_string().chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out.into_bytes()
}

/// As Meta signs the bytes of a body.
pub fn sign(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// The envelope of messages, statuses or whatever `value` holds.
pub fn envelope(field: &str, mut value: Value) -> Value {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({ "display_phone_number": "77273112233", "phone_number_id": NUMBER });
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": "900", "changes": [{ "field": field, "value": value }] }] })
}

/// What somebody writes now: the rest of the message is `what`.
pub fn said(from: &str, id: &str, what: Value) -> Value {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time").as_secs();
    let mut message = json!({ "from": from, "id": id, "timestamp": now.to_string() });
    for (name, value) in what.as_object().expect("an object") {
        message[name] = value.clone();
    }
    message
}

pub fn text(body: &str) -> Value {
    json!({ "type": "text", "text": { "body": body } })
}

/// A webhook with these messages of one person.
pub fn messages(from: &str, name: &str, messages: Vec<Value>) -> Value {
    let contact = json!({ "profile": { "name": name }, "wa_id": from, "user_id": format!("KZ.{from}") });
    envelope("messages", json!({ "contacts": [contact], "messages": messages }))
}

pub fn statuses(all: Vec<Value>) -> Value {
    envelope("messages", json!({ "statuses": all }))
}
