//! Any server that speaks OpenAI's language: chat (streamed) and transcription. Its answers are read leniently, its errors
//! become one of nine kinds, and no call outlives its deadline.
//!
//! A call's way: [`breaker`] (is the server in trouble?) → [`retry`] → [`shape`] and [`fitting`] (what does this server take?) →
//! [`wire`], where the key, the guard, the limits and the errors are ours (a transcription's form is async-openai's) →
//! [`stream`] and [`sse`], where each event is parsed once → [`chunk`] → [`draft`] (chunks become an
//! answer, with [`halves`] of letters joined and the [`extras`] that a server wants to see again).
mod breaker;
mod chat;
mod chunk;
mod doubt;
mod draft;
mod extras;
mod failure;
mod fitting;
mod halves;
mod model;
mod retry;
mod shape;
mod sse;
mod stream;
mod transcribe;
mod wire;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use reqwest::redirect;
use serde_json::json;

pub use model::*;

use super::guarded::{self, GuardedClient};
use crate::telemetry::metrics;

/// How long and how often. The deadline of a call stands above all of them.
#[derive(Clone, Copy, Debug)]
pub struct CallLimits {
    /// Look-up, TCP and TLS together.
    pub connect: Duration,
    /// Silence in the middle of an answer. A comment (`: ping`) breaks it too.
    pub idle: Duration,
    /// Before the first repeat; it doubles.
    pub pause: Duration,
    /// Failed calls in a row after which a server is left alone…
    pub open_after: u32,
    /// …for so long.
    pub open_for: Duration,
    /// Of [`Model::check`].
    pub check: Duration,
}

impl Default for CallLimits {
    fn default() -> Self {
        CallLimits {
            connect: guarded::CONNECT_TIMEOUT,
            idle: Duration::from_secs(10),
            pause: Duration::from_millis(400),
            open_after: 5,
            open_for: Duration::from_secs(30),
            check: Duration::from_secs(10),
        }
    }
}

/// The real one. Cheap to clone; one for the whole process keeps connections warm and remembers what it learnt.
#[derive(Clone)]
pub struct OpenAi {
    inner: Arc<Inner>,
}

struct Inner {
    clients: Clients,
    limits: CallLimits,
    breaker: breaker::Breaker,
    shapes: shape::Shapes,
}

/// The instance's own server, and addresses that companies bring.
#[derive(Clone)]
struct Clients {
    trusted: reqwest::Client,
    guarded: GuardedClient,
}

impl OpenAi {
    pub fn new() -> Result<Self, String> {
        Self::with(CallLimits::default())
    }

    pub fn with(limits: CallLimits) -> Result<Self, String> {
        let trusted = reqwest::Client::builder()
            .connect_timeout(limits.connect)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .pool_idle_timeout(Duration::from_secs(20))
            .user_agent(concat!("switchboard/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|e| format!("cannot prepare the HTTP client for the model: {e}"))?;
        let guarded = GuardedClient::build(guarded::builder().connect_timeout(limits.connect))?;
        let breaker = breaker::Breaker::new(limits.open_after, limits.open_for);
        let inner = Inner { clients: Clients { trusted, guarded }, limits, breaker, shapes: Default::default() };
        Ok(OpenAi { inner: Arc::new(inner) })
    }
}

/// A dropped call counts as none.
async fn counted<T>(kind: &str, call: impl Future<Output = Result<T, ModelError>>) -> Result<T, ModelError> {
    let begun = Instant::now();
    let result = call.await;
    let outcome = result.as_ref().err().map_or("ok", |e| e.kind.as_str());
    metrics().model_calls.with_label_values(&[kind, outcome]).inc();
    metrics().model_seconds.with_label_values(&[kind]).observe(begun.elapsed().as_secs_f64());
    result
}

/// What [`Model::check`] says to the model.
pub const CHECK_TEXT: &str = "ping";

impl Model for OpenAi {
    fn chat(&self, access: &Access, request: ChatRequest, on_text: OnText) -> BoxFuture<'static, Result<ChatAnswer, ModelError>> {
        let (inner, access) = (self.inner.clone(), access.clone());
        Box::pin(counted("chat", async move { inner.chat(&access, &request, &on_text).await }))
    }

    fn transcribe(&self, access: &Access, audio: Audio) -> BoxFuture<'static, Result<Transcript, ModelError>> {
        let (inner, access) = (self.inner.clone(), access.clone());
        Box::pin(counted("transcribe", async move { inner.transcribe(&access, &audio).await }))
    }

    /// A person waits for it, so an open circuit does not stop it, and a success closes one.
    fn check(&self, access: &Access, model: &str) -> BoxFuture<'static, Result<(), ModelError>> {
        let (inner, access) = (self.inner.clone(), access.clone());
        let request = ChatRequest {
            model: model.to_owned(),
            messages: Arc::new(vec![json!({"role": "user", "content": CHECK_TEXT})]),
            tools: Arc::default(),
            temperature: 0.0,
            // Some reasoning models refuse fewer.
            max_tokens: 16,
            deadline: Instant::now() + inner.limits.check,
        };
        Box::pin(async move {
            let on_text: OnText = Arc::new(|_| {});
            inner.shapes.forget(&access, &request.model);
            inner.ask(&access, &request, &on_text).await?;
            inner.breaker.reset(&access, breaker::Endpoint::Chat);
            Ok(())
        })
    }
}
