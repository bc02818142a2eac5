//! An OpenAI-compatible server inside the test: streamed chat and transcription by script, misbehaviour on request, and an
//! append-only ledger of everything it was asked.
//!
//! Who answers a chat: a wrong key (401), an unknown model (404), the answer to checks, the rules (newest first), the queue,
//! the default. Calls by which the hub tries a key take nothing from the queue.

mod hearing;
mod ledger;
mod manners;
mod render;
mod script;
mod serve;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};

pub use hearing::Hearing;
pub use ledger::Ask;
pub use manners::Gate;
pub use script::Reply;

#[derive(Clone)]
pub struct OpenAi {
    inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub address: SocketAddr,
    pub state: Mutex<State>,
    /// Rings after every change of the ledger.
    pub changed: Notify,
    /// False: nobody listens on our port.
    pub listening: watch::Sender<bool>,
}

type Rule<T> = Arc<dyn Fn(&Ask) -> Option<T> + Send + Sync>;

#[derive(Default)]
pub(super) struct State {
    pub asks: Vec<Ask>,
    pub connections: usize,
    key: Option<String>,
    models: Option<Vec<String>>,
    check: Option<Reply>,
    rules: Vec<Rule<Reply>>,
    queue: VecDeque<Reply>,
    default: Option<Reply>,
    hearing_rules: Vec<Rule<Hearing>>,
    hearings: VecDeque<Hearing>,
}

impl OpenAi {
    pub async fn start() -> OpenAi {
        serve::start().await
    }

    /// For `OPENAI_BASE_URL`.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.inner.address)
    }

    /// Any other key is answered 401. Without it every key is good.
    pub fn only_key(&self, key: &str) {
        self.state().key = Some(key.into());
    }

    /// Any other model is answered 404. Without it every model is known.
    pub fn only_models(&self, models: &[&str]) {
        self.state().models = Some(models.iter().map(|model| (*model).to_owned()).collect());
    }

    /// The answer to each of the hub's checks from now on.
    pub fn answer_checks(&self, reply: Reply) {
        self.state().check = Some(reply);
    }

    /// The next answer that has none yet.
    pub fn queue(&self, reply: Reply) {
        self.state().queue.push_back(reply);
    }

    pub fn queue_all(&self, replies: impl IntoIterator<Item = Reply>) {
        self.state().queue.extend(replies);
    }

    /// Asked before the queue; newest first; `None` passes on.
    pub fn rule(&self, rule: impl Fn(&Ask) -> Option<Reply> + Send + Sync + 'static) {
        self.state().rules.push(Arc::new(rule));
    }

    /// When nothing else answers. At first it is the word "Unscripted".
    pub fn otherwise(&self, reply: Reply) {
        self.state().default = Some(reply);
    }

    /// What the next recording says.
    pub fn hear(&self, hearing: Hearing) {
        self.state().hearings.push_back(hearing);
    }

    pub fn hear_by(&self, rule: impl Fn(&Ask) -> Option<Hearing> + Send + Sync + 'static) {
        self.state().hearing_rules.push(Arc::new(rule));
    }

    /// Forgets the script, not the ledger.
    pub fn behave(&self) {
        let mut state = self.state();
        let asks = std::mem::take(&mut state.asks);
        *state = State { asks, ..State::default() };
    }

    /// Nobody listens any more (connection refused, open connections torn), or again.
    pub fn listen(&self, listening: bool) {
        self.inner.listening.send_replace(listening);
    }

    /// Every chat but the checks, in order of arrival.
    pub fn chats(&self) -> Vec<Ask> {
        self.state().asks.iter().filter(|ask| ask.is_chat() && !ask.is_check()).cloned().collect()
    }

    pub fn checks(&self) -> Vec<Ask> {
        self.state().asks.iter().filter(|ask| ask.is_check()).cloned().collect()
    }

    pub fn recordings(&self) -> Vec<Ask> {
        self.state().asks.iter().filter(|ask| !ask.is_chat()).cloned().collect()
    }

    /// How often a client has connected.
    pub fn connections(&self) -> usize {
        self.state().connections
    }

    /// Waits for that many chats.
    pub async fn asked(&self, chats: usize) -> Vec<Ask> {
        self.until(&format!("{chats} chats"), || Some(self.chats()).filter(|asked| asked.len() >= chats)).await
    }

    pub async fn heard(&self, recordings: usize) -> Vec<Ask> {
        self.until(&format!("{recordings} recordings"), || Some(self.recordings()).filter(|asked| asked.len() >= recordings))
            .await
    }

    /// Waits for something to appear in the ledger, up to 90 s: only a hang ends it.
    pub async fn until<T>(&self, what: &str, mut find: impl FnMut() -> Option<T>) -> T {
        let deadline = Instant::now() + Duration::from_secs(90);
        loop {
            let rang = self.inner.changed.notified();
            if let Some(found) = find() {
                return found;
            }
            assert!(Instant::now() < deadline, "waited in vain for {what}; asked: {:#?}", self.state().asks);
            let _ = tokio::time::timeout(Duration::from_millis(250), rang).await;
        }
    }

    fn choose_reply(&self, ask: &Ask) -> Reply {
        let state = self.state();
        if state.key.as_ref().is_some_and(|key| key != ask.key()) {
            return Reply::bad_key();
        }
        if state.models.as_ref().is_some_and(|models| !models.iter().any(|model| model == ask.model())) {
            return Reply::unknown_model();
        }
        if ask.is_check() {
            return state.check.clone().unwrap_or_else(|| Reply::text("pong"));
        }
        // A rule may look into the ledger.
        let rules = state.rules.clone();
        drop(state);
        if let Some(reply) = rules.iter().rev().find_map(|rule| rule(ask)) {
            return reply;
        }
        let mut state = self.state();
        let queued = state.queue.pop_front();
        queued.or_else(|| state.default.clone()).unwrap_or_else(|| Reply::text("Unscripted"))
    }

    fn choose_hearing(&self, ask: &Ask) -> Hearing {
        let state = self.state();
        if state.key.as_ref().is_some_and(|key| key != ask.key()) {
            return Hearing::Status(401, "{\"error\":{\"code\":\"invalid_api_key\"}}".into());
        }
        let rules = state.hearing_rules.clone();
        drop(state);
        if let Some(hearing) = rules.iter().rev().find_map(|rule| rule(ask)) {
            return hearing;
        }
        let mut state = self.state();
        match state.hearings.front() {
            // A client that is told to ask again in another format hears the same recording.
            Some(Hearing::OnlyJson(_)) if ask.body["response_format"] == "verbose_json" => state.hearings[0].clone(),
            _ => state.hearings.pop_front().unwrap_or_else(|| Hearing::Text("Unscripted".into())),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
