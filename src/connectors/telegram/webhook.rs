//! Telegram posts one update a request. It is acknowledged when it is committed, and not before.
//!
//! Bot API, setWebhook: every request carries `X-Telegram-Bot-Api-Secret-Token`. Anything but 2xx makes Telegram come again
//! (it heeds `Retry-After`), for up to 24 hours.
use std::time::Duration;

use actix_web::http::header::RETRY_AFTER;
use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data, Path, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Route};
use bytes::Bytes;
use serde_json::json;

use super::inbox::Arrival;
use crate::connectors::Connectors;
use crate::connectors::doors::hash;
use crate::connectors::ports::ReceiveError;
use crate::domain::channel::ChannelKind;
use crate::domain::ids::ChannelId;
use crate::error::Error;

const SECRET_HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";
const BODY_LIMIT: usize = 3 << 20;
const PATIENCE: Duration = Duration::from_secs(10);

/// Needs `Data<Connectors>`.
pub fn configure(cfg: &mut ServiceConfig) {
    let door = |path: &str, post: Route| web::resource(path).route(post).default_service(web::to(only_post));
    cfg.service(door("/api/telegram/webhook", web::post().to(by_secret)));
    cfg.service(door("/api/telegram/webhook/{channel_id}", web::post().to(by_channel)));
}

async fn only_post() -> Result<HttpResponse, Error> {
    Err(Error::method_not_allowed("POST".to_owned()))
}

/// The bare path: the secret itself names the channel.
async fn by_secret(connectors: Data<Connectors>, request: HttpRequest, body: Payload) -> HttpResponse {
    let Some(secret) = secret_of(&request) else { return forbidden() };
    let kind = ChannelKind::Telegram.as_str().to_owned();
    match connectors.ports().store.channel_by_secret(kind, hash(&secret)).await {
        Ok(Some(channel)) => take(&connectors, channel, &secret, body).await,
        Ok(None) => forbidden(),
        Err(e) => later(&e.into()),
    }
}

/// An id that is no number is told the same as one that does not exist.
async fn by_channel(connectors: Data<Connectors>, channel: Path<String>, request: HttpRequest, body: Payload) -> HttpResponse {
    match (secret_of(&request), channel.parse::<ChannelId>()) {
        (Some(secret), Ok(channel)) => take(&connectors, channel, &secret, body).await,
        _ => forbidden(),
    }
}

async fn take(connectors: &Connectors, channel: ChannelId, secret: &str, body: Payload) -> HttpResponse {
    let ports = connectors.ports();
    let now = ports.clock.now();
    let door = match connectors.doors().find(&ports.store, channel, secret, now).await {
        Ok(Some(door)) => door,
        Ok(None) => return forbidden(),
        Err(e) => return later(&e.into()),
    };
    if !door.live {
        // Telegram keeps the update until the channel is enabled again or its webhook is gone.
        return later(&ReceiveError::Unavailable("the channel is disabled".to_owned()));
    }
    let body = match body.to_bytes_limited(BODY_LIMIT).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return problem(StatusCode::BAD_REQUEST, "validation", "The request's body broke off."),
        Err(_) => return problem(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "An update of at most 3 MB was expected."),
    };
    if door.worth_noting(now) {
        let store = ports.store.clone();
        tokio::spawn(async move { store.note_channel_event(channel, now).await });
    }
    let arrival = Arrival::read(body, &door.origin, ports);
    let callback = arrival.callback.clone();
    let stored = match tokio::time::timeout(PATIENCE, arrival.store(ports)).await {
        Ok(stored) => stored,
        Err(_) => Err(ReceiveError::Busy),
    };
    if let Some((id, api)) = callback.zip(connectors.api(channel)) {
        tokio::spawn(async move { api.answer_callback(&id).await });
    }
    match stored {
        Ok(()) => HttpResponse::Ok().finish(),
        Err(e) => later(&e),
    }
}

fn secret_of(request: &HttpRequest) -> Option<String> {
    let secret = request.headers().get(SECRET_HEADER)?.to_str().ok()?;
    Some(secret.to_owned()).filter(|s| !s.is_empty())
}

/// Unknown channel, missing secret and wrong secret are told the same.
fn forbidden() -> HttpResponse {
    let detail = "The secret token of this bot's webhook was expected.";
    let mut answer = problem(StatusCode::UNAUTHORIZED, "not_signed_in", detail);
    answer.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
    answer
}

fn later(error: &ReceiveError) -> HttpResponse {
    tracing::warn!(error = %error, "an update is turned away: Telegram will come again");
    let mut answer = problem(StatusCode::SERVICE_UNAVAILABLE, "overloaded", "The update cannot be stored now: come again.");
    answer.headers_mut().insert(RETRY_AFTER, header::HeaderValue::from_static("2"));
    answer
}

fn problem(status: StatusCode, code: &str, detail: &str) -> HttpResponse {
    let body = json!({
        "type": "about:blank", "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(), "detail": detail, "code": code,
    });
    HttpResponse::build(status).content_type("application/problem+json").body(Bytes::from(body.to_string()))
}
