//! Telegram posts one update a request. It is acknowledged when it is committed, and not before.
//!
//! Bot API, setWebhook: every request carries `X-Telegram-Bot-Api-Secret-Token`. Anything but 2xx makes Telegram come again
//! (it heeds `Retry-After`), for up to 24 hours.
use std::time::Duration;

use actix_web::http::header::RETRY_AFTER;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use serde_json::json;

use super::after::After;
use super::inbox::Arrival;
use crate::connectors::Connectors;
use crate::connectors::doors::hash;
use crate::connectors::ports::ReceiveError;
use crate::db::DbError;
use crate::domain::channel::ChannelKind;
use crate::domain::ids::ChannelId;

const SECRET_HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";
const BODY_LIMIT: usize = 3 << 20;
const PATIENCE: Duration = Duration::from_secs(10);

/// With a `channel_id` in the address that channel's secret is expected; without one the secret itself names the channel.
pub async fn receive(request: HttpRequest, body: Payload) -> HttpResponse {
    let Some(connectors) = request.app_data::<Data<Connectors>>() else {
        return later(&ReceiveError::Unavailable("no connectors in app_data".to_owned()));
    };
    let Some(secret) = secret_of(&request) else { return forbidden() };
    let channel = match request.match_info().get("channel_id") {
        // An id that is no number is told the same as one that does not exist.
        Some(id) => Ok(id.parse::<ChannelId>().ok()),
        None => by_secret(connectors, &secret).await,
    };
    match channel {
        Ok(Some(channel)) => take(connectors, channel, &secret, body).await,
        Ok(None) => forbidden(),
        Err(e) => later(&e.into()),
    }
}

async fn by_secret(connectors: &Connectors, secret: &str) -> Result<Option<ChannelId>, DbError> {
    let kind = ChannelKind::Telegram.as_str().to_owned();
    connectors.ports().store.channel_by_secret(kind, hash(secret)).await
}

async fn take(connectors: &Connectors, channel: ChannelId, secret: &str, body: Payload) -> HttpResponse {
    let ports = connectors.ports();
    let now = ports.clock.now();
    let door = match connectors.doors().find(ports, channel, secret, now).await {
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
    let (answer, after) = match stored {
        Ok(after) => (HttpResponse::Ok().finish(), after),
        // Telegram comes again, but whoever pressed does not wait that long.
        Err(e) => (later(&e), After { callback, ..After::default() }),
    };
    after.begin(channel, connectors.api(channel), ports.outlets.clone());
    answer
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
