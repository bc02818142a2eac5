//! One attempt on the wire, below async-openai: its requests go out here (tower service), its answers come in here.
//!
//! Why: its own executor repeats three times by itself, reads bodies without a limit, reads strictly where servers are
//! sloppy, and prints what it cannot read into the log. From here it gets clean answers or our own [`Failure`].
use std::time::Instant;

use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use async_openai::{Client, config::OpenAIConfig};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use reqwest::{Body, Request, Response};
use serde_json::{Value, json};

use super::failure::Failure;
use super::model::{Access, ErrorKind};
use super::stream::{ANSWER_LIMIT, Ending, cleaned};
use super::{CallLimits, Clients};
use crate::clients::guarded::{GuardedError, read_limited};

const ERROR_LIMIT: usize = 64 << 10;

#[derive(Clone)]
pub struct Wire {
    clients: Clients,
    limits: CallLimits,
    access: Access,
    authorization: Option<HeaderValue>,
    deadline: Instant,
    pub ending: Ending,
}

impl Wire {
    pub fn new(clients: &Clients, limits: CallLimits, access: &Access, deadline: Instant) -> Result<Self, Failure> {
        let authorization = authorization(access.api_key.reveal().trim())?;
        let (clients, access, ending) = (clients.clone(), access.clone(), Ending::default());
        Ok(Wire { clients, limits, access, authorization, deadline, ending })
    }

    /// async-openai above this wire. It never sees the key, and nothing in the environment changes where it calls.
    pub fn client(&self, streamed: bool) -> Client<OpenAIConfig> {
        let mut base = self.access.base_url.clone();
        base.set_query(None);
        base.set_fragment(None);
        let config = OpenAIConfig::new()
            .with_api_base(base.as_str().trim_end_matches('/'))
            .with_api_key("")
            .with_org_id("")
            .with_project_id("");
        let wire = self.clone();
        let service = tower::service_fn(move |factory: HttpRequestFactory| {
            let wire = wire.clone();
            async move { wire.carry(factory, streamed).await.map_err(|failure| OpenAIError::Boxed(Box::new(failure))) }
        });
        Client::build(self.clients.trusted.clone(), config).with_http_service(service)
    }

    async fn carry(self, factory: HttpRequestFactory, streamed: bool) -> Result<Response, Failure> {
        let mut request = factory.build().await.map_err(|_| Failure::new(ErrorKind::Refused, "The address is no URL"))?;
        // It keeps the whole body for repeats that are not its own.
        drop(factory);
        request.headers_mut().remove(AUTHORIZATION);
        request.headers_mut().extend(self.authorization.clone().map(|value| (AUTHORIZATION, value)));
        request.url_mut().set_query(self.access.base_url.query());
        *request.timeout_mut() = Some(self.deadline.saturating_duration_since(Instant::now()));
        let answer = self.send(request).await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        if !status.is_success() {
            let body = read_limited(answer, ERROR_LIMIT).await.unwrap_or_default();
            return Err(Failure::of_answer(status, &headers, &body));
        }
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
        if kind.starts_with("text/html") {
            return Err(Failure::nonsense());
        }
        if streamed && !kind.starts_with("application/json") {
            let events = cleaned(Box::pin(answer.bytes_stream()), self.limits.idle, self.ending);
            return Ok(rebuilt(Body::wrap_stream(events)));
        }
        let body = read_limited(answer, ANSWER_LIMIT).await?;
        whole(&body, streamed, &self.ending).map(|body| rebuilt(body.into()))
    }

    async fn send(&self, request: Request) -> Result<Response, GuardedError> {
        match self.access.trusted {
            true => Ok(self.clients.trusted.execute(request).await?),
            false => self.clients.guarded.execute(request).await,
        }
    }
}

/// None without a key: some servers at home want none.
fn authorization(key: &str) -> Result<Option<HeaderValue>, Failure> {
    let odd = || Failure::new(ErrorKind::BadKey, "The key contains characters that no key has");
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(odd());
    }
    let mut value = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| odd())?;
    value.set_sensitive(true);
    Ok(Some(value).filter(|_| !key.is_empty()))
}

/// A body that came in one piece, as what async-openai expects: one event for a chat, an object for a transcription.
fn whole(body: &[u8], streamed: bool, ending: &Ending) -> Result<Vec<u8>, Failure> {
    let text = String::from_utf8_lossy(body);
    let object = match serde_json::from_str::<Value>(&text) {
        Ok(value) if value.is_object() => value,
        _ if streamed => return Err(Failure::nonsense()),
        // Some servers transcribe to plain text, whatever was asked for.
        Ok(Value::String(text)) => json!({ "text": text }),
        _ if text.trim_start().starts_with(['{', '[', '<']) => return Err(Failure::nonsense()),
        _ => json!({ "text": text }),
    };
    if !streamed {
        return Ok(object.to_string().into_bytes());
    }
    ending.set_done();
    Ok(format!("data: {object}\n\n").into_bytes())
}

fn rebuilt(body: Body) -> Response {
    let mut answer = http::Response::new(body);
    *answer.status_mut() = StatusCode::OK;
    answer.into()
}

/// Our own failure back out of async-openai's error.
pub fn failure_of(error: OpenAIError) -> Failure {
    match error {
        OpenAIError::Boxed(inner) => inner.downcast::<Failure>().map_or_else(|_| Failure::nonsense(), |failure| *failure),
        OpenAIError::InvalidArgument(_) => Failure::new(ErrorKind::Refused, "The request cannot be written as JSON"),
        _ => Failure::nonsense(),
    }
}
