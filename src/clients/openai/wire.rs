//! One attempt on the wire. A chat's request is written and its stream read here; a transcription's form goes through
//! async-openai, whose requests go out here (tower service) and whose answers come in here.
//!
//! Why: its own executor repeats three times by itself, reads bodies without a limit, reads strictly where servers are
//! sloppy, prints what it cannot read into the log, and parses what a stream brings a second time. From here come clean
//! answers or our own [`Failure`].
use std::time::Instant;

use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use async_openai::{Client, config::OpenAIConfig};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, StatusCode};
use reqwest::{Body, Request, Response};
use serde::Serialize;
use serde_json::{Value, json};

use super::failure::Failure;
use super::model::{Access, ErrorKind};
use super::stream::{ANSWER_LIMIT, Flow};
use super::{CallLimits, Clients, halves};
use crate::clients::guarded::{GuardedError, read_limited};
use crate::domain::relaxed;

const ERROR_LIMIT: usize = 64 << 10;
/// A chat's answer in one piece: words for a customer, and what belongs to them.
const CHAT_LIMIT: usize = 1 << 20;

#[derive(Clone)]
pub struct Wire {
    clients: Clients,
    limits: CallLimits,
    access: Access,
    authorization: Option<HeaderValue>,
    deadline: Instant,
}

impl Wire {
    pub fn new(clients: &Clients, limits: CallLimits, access: &Access, deadline: Instant) -> Result<Self, Failure> {
        let authorization = authorization(access.api_key.reveal().trim())?;
        Ok(Wire { clients: clients.clone(), limits, access: access.clone(), authorization, deadline })
    }

    /// Asks for a chat; the answer is read as it flows in.
    pub async fn chat(&self, body: &impl Serialize) -> Result<Flow, Failure> {
        let odd = || Failure::new(ErrorKind::Refused, "The request cannot be written as JSON");
        let body = serde_json::to_vec(body).map_err(|_| odd())?;
        let path = format!("{}/chat/completions", self.base());
        let url = path.parse().map_err(|_| Failure::new(ErrorKind::Refused, "The address is no URL"))?;
        let mut request = Request::new(Method::POST, url);
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(body.into());
        let (answer, kind) = self.ask(request).await?;
        if kind.starts_with("application/json") {
            let body = read_limited(answer, CHAT_LIMIT).await?;
            return whole(&body).map(Flow::whole);
        }
        Ok(Flow::new(Box::pin(answer.bytes_stream()), self.limits.idle))
    }

    /// async-openai above this wire, for what is not streamed. It never sees the key, and nothing in the environment changes
    /// where it calls.
    pub fn client(&self) -> Client<OpenAIConfig> {
        let config = OpenAIConfig::new().with_api_base(self.base()).with_api_key("").with_org_id("").with_project_id("");
        let wire = self.clone();
        let service = tower::service_fn(move |factory: HttpRequestFactory| {
            let wire = wire.clone();
            async move { wire.carry(factory).await.map_err(|failure| OpenAIError::Boxed(Box::new(failure))) }
        });
        Client::build(self.clients.trusted.clone(), config).with_http_service(service)
    }

    /// What comes before the path of a call.
    fn base(&self) -> String {
        let mut base = self.access.base_url.clone();
        base.set_query(None);
        base.set_fragment(None);
        base.as_str().trim_end_matches('/').to_owned()
    }

    async fn carry(self, factory: HttpRequestFactory) -> Result<Response, Failure> {
        let request = factory.build().await.map_err(|_| Failure::new(ErrorKind::Refused, "The address is no URL"))?;
        // It keeps the whole body for repeats that are not its own.
        drop(factory);
        let (answer, _) = self.ask(request).await?;
        let body = read_limited(answer, ANSWER_LIMIT).await?;
        heard(&body).map(|object| rebuilt(object.to_string().into()))
    }

    /// A successful answer and its type.
    async fn ask(&self, mut request: Request) -> Result<(Response, String), Failure> {
        request.headers_mut().remove(AUTHORIZATION);
        request.headers_mut().extend(self.authorization.clone().map(|value| (AUTHORIZATION, value)));
        request.url_mut().set_query(self.access.base_url.query());
        *request.timeout_mut() = Some(self.deadline.saturating_duration_since(Instant::now()));
        let answer = self.send(request).await?;
        let status = answer.status();
        if !status.is_success() {
            let headers = answer.headers().clone();
            let body = read_limited(answer, ERROR_LIMIT).await.unwrap_or_default();
            return Err(Failure::of_answer(status, &headers, &body));
        }
        let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.to_ascii_lowercase();
        if kind.starts_with("text/html") {
            return Err(Failure::nonsense());
        }
        Ok((answer, kind))
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

/// A chat's answer that came in one piece.
fn whole(body: &[u8]) -> Result<Value, Failure> {
    let text = String::from_utf8_lossy(body);
    relaxed::whole(&halves::kept(&text)).filter(Value::is_object).ok_or_else(Failure::nonsense)
}

/// A transcription. Some servers transcribe to plain text, whatever was asked for.
fn heard(body: &[u8]) -> Result<Value, Failure> {
    let text = String::from_utf8_lossy(body);
    match serde_json::from_str::<Value>(&text) {
        Ok(value) if value.is_object() => Ok(value),
        Ok(Value::String(text)) => Ok(json!({ "text": text })),
        _ if text.trim_start().starts_with(['{', '[', '<']) => Err(Failure::nonsense()),
        _ => Ok(json!({ "text": text })),
    }
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
