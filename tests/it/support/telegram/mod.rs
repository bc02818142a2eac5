//! A Telegram Bot API server inside the test: the calls a hub makes, webhook deliveries with
//! Telegram's secret header, order and retries, `getUpdates` with real offsets, misbehaviour on
//! request and an append-only ledger.
//!
//! What it must get right, because tests lean on it: an update is repeated until a 2xx; the next
//! update of a chat waits for the one before; different chats travel in parallel; a confirmed
//! offset is gone for ever; the secret header is exactly the `secret_token` of `setWebhook`.

mod deliver;
mod ledger;
mod methods;
mod script;
mod serve;
mod update;

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::{Notify, Semaphore, watch};

pub use ledger::{Call, Delivery};
pub use script::Deed;
pub use update::{Group, Person};

#[derive(Clone)]
pub struct Telegram {
    inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub address: SocketAddr,
    pub state: Mutex<State>,
    /// Rings after every ledger entry and every change of a webhook.
    pub changed: Notify,
    /// False: nobody listens on our port.
    pub listening: watch::Sender<bool>,
    pub http: reqwest::Client,
}

#[derive(Default)]
pub(super) struct State {
    pub bots: HashMap<String, Bot>,
    pub script: Script,
    pub calls: Vec<Call>,
    pub deliveries: Vec<Delivery>,
    /// update id → place in `deliveries`; each bot counts from its own base.
    pub delivery_of: HashMap<i64, usize>,
    pub files: HashMap<String, Vec<u8>>,
    /// As a local Bot API server: getFile tells where in this folder a file lies.
    pub local: Option<String>,
    pub message_ids: HashMap<i64, i64>,
    /// Deliver every n-th acknowledged update a second time; 0 = never.
    pub duplicate_every: usize,
    /// Two addresses behind one balancer: what one cannot take goes to the other.
    pub balanced: Option<(String, String)>,
}

use script::Script;

pub(super) struct Bot {
    pub id: i64,
    pub username: String,
    pub revoked: bool,
    pub webhook: Option<Webhook>,
    pub next_update: i64,
    /// Waiting updates by chat; the front one may be on its way.
    pub waiting: HashMap<i64, VecDeque<(i64, Arc<Value>)>>,
    pub couriers: std::collections::HashSet<i64>,
    pub last_error: Option<String>,
    /// The newest `getUpdates`; an older one that still waits is told 409.
    pub poll: usize,
}

#[derive(Clone)]
pub(super) struct Webhook {
    pub url: String,
    pub secret: Option<String>,
    pub permits: Arc<Semaphore>,
}

impl Telegram {
    pub async fn start() -> Telegram {
        serve::start().await
    }

    /// For `TELEGRAM_API_URL`.
    pub fn url(&self) -> String {
        format!("http://{}", self.inner.address)
    }

    /// What BotFather does: afterwards `token` works.
    pub fn bot(&self, token: &str, username: &str) {
        let mut state = self.state();
        let base = 1_000_001 + 100_000_000 * state.bots.len() as i64;
        let id = token.split(':').next().and_then(|id| id.parse().ok()).unwrap_or(42);
        state.bots.insert(
            token.into(),
            Bot {
                id,
                username: username.into(),
                revoked: false,
                webhook: None,
                next_update: base,
                waiting: HashMap::new(),
                couriers: Default::default(),
                last_error: None,
                poll: 0,
            },
        );
    }

    pub fn revoke(&self, token: &str, revoked: bool) {
        self.state().bots.get_mut(token).expect("an unknown bot").revoked = revoked;
    }

    pub fn person(&self, token: &str, id: i64, name: &str) -> Person {
        Person { telegram: self.clone(), token: token.into(), id, name: name.into() }
    }

    /// The double does `deed` for the next `times` calls of `method` (`*` = any).
    pub fn script(&self, method: &str, times: usize, deed: Deed) {
        self.state().script.add(method, None, times, deed);
    }

    pub fn script_chat(&self, method: &str, chat: i64, times: usize, deed: Deed) {
        self.state().script.add(method, Some(chat), times, deed);
    }

    pub fn behave(&self) {
        self.state().script.clear();
    }

    pub fn duplicate_every(&self, n: usize) {
        self.state().duplicate_every = n;
    }

    /// From now on a webhook that finds nobody at one of these addresses (`127.0.0.1:8000`) is posted to the other, as nginx does.
    pub fn balance(&self, one: u16, other: u16) {
        self.state().balanced = Some((format!("127.0.0.1:{one}"), format!("127.0.0.1:{other}")));
    }

    /// Nobody listens any more (connection refused), or again.
    pub fn listen(&self, listening: bool) {
        self.inner.listening.send_replace(listening);
    }

    pub fn webhook(&self, token: &str) -> Option<(String, Option<String>)> {
        let state = self.state();
        let webhook = state.bots.get(token)?.webhook.as_ref()?;
        Some((webhook.url.clone(), webhook.secret.clone()))
    }

    /// Waits until the hub has registered its webhook; answers its URL and secret.
    pub async fn registered(&self, token: &str) -> (String, Option<String>) {
        self.until("setWebhook", || self.webhook(token)).await
    }

    /// A file that lies on Telegram's servers; answers its `file_id`.
    pub fn store_file(&self, name: &str, bytes: &[u8]) -> String {
        let mut state = self.state();
        let id = format!("F{}-{name}", state.files.len() + 1);
        state.files.insert(id.clone(), bytes.to_vec());
        id
    }

    /// From now on it is a local Bot API server, with its files in this folder.
    pub fn is_local(&self, folder: &str) {
        self.state().local = Some(folder.to_string());
    }

    pub fn calls_of(&self, method: &str) -> Vec<Call> {
        let method = method.to_lowercase();
        self.state().calls.iter().filter(|call| call.method == method).cloned().collect()
    }

    /// What this customer's phone shows, in order.
    pub fn screen_of(&self, chat: i64) -> Vec<Call> {
        let state = self.state();
        let shown = |call: &&Call| call.is_send() && call.performed && call.chat() == chat;
        state.calls.iter().filter(shown).cloned().collect()
    }

    /// Waits until this customer's phone shows a message with this text.
    pub async fn shown(&self, chat: i64, text: &str) -> Call {
        let what = format!("{text:?} on the phone of {chat}");
        let find = || self.screen_of(chat).into_iter().find(|call| call.text() == text);
        self.until(&what, find).await
    }

    pub async fn called(&self, method: &str, times: usize) -> Vec<Call> {
        let what = format!("{times} × {method}");
        self.until(&what, || Some(self.calls_of(method)).filter(|calls| calls.len() >= times)).await
    }

    pub fn deliveries(&self) -> Vec<Delivery> {
        self.state().deliveries.clone()
    }

    pub fn unacknowledged(&self) -> usize {
        self.state().deliveries.iter().filter(|delivery| !delivery.acked).count()
    }

    pub async fn all_acknowledged(&self) {
        self.until("a 2xx for every update", || (self.unacknowledged() == 0).then_some(())).await
    }

    /// Waits for something to appear in our books, up to 90 s: only a hang ends it.
    pub async fn until<T>(&self, what: &str, mut find: impl FnMut() -> Option<T>) -> T {
        let deadline = Instant::now() + Duration::from_secs(90);
        loop {
            let rang = self.inner.changed.notified();
            if let Some(found) = find() {
                return found;
            }
            if Instant::now() > deadline {
                let state = self.state();
                let skip = state.calls.len().saturating_sub(8);
                let last: Vec<_> =
                    state.calls[skip..].iter().map(|c| format!("{} {} -> {:?}", c.method, c.params, c.answered)).collect();
                panic!("waited in vain for {what}; last calls: {last:#?}");
            }
            let _ = tokio::time::timeout(Duration::from_millis(250), rang).await;
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl State {
    /// Message ids run per chat, incoming and outgoing together, as on Telegram.
    pub fn next_message_id(&mut self, chat: i64) -> i64 {
        let id = self.message_ids.entry(chat).or_insert(100);
        *id += 1;
        *id
    }
}

impl Bot {
    pub fn me(&self) -> Value {
        json!({"id": self.id, "is_bot": true, "first_name": self.username, "username": self.username,
            "can_join_groups": true, "can_read_all_group_messages": false,
            "supports_inline_queries": false, "can_connect_to_business": false,
            "has_main_web_app": false})
    }

    pub fn pending(&self) -> usize {
        self.waiting.values().map(VecDeque::len).sum()
    }
}
