//! Telegram posts one update a request. It is acknowledged when it is committed, and not before.
//!
//! Bot API, setWebhook: every request carries `X-Telegram-Bot-Api-Secret-Token`. Anything but 2xx makes Telegram come again
//! (it heeds `Retry-After`), for up to 24 hours.
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::http::{StatusCode, header};
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use serde_json::json;

use super::Telegram;
use super::colleagues::after::After;
use super::inbox::Arrival;
use crate::connectors::connector::{Connector, Knock};
use crate::connectors::doors::{Door, DoorAnswer};
use crate::connectors::ports::ReceiveError;
use crate::connectors::running::RunningKind;
use crate::domain::ids::ChannelId;

const SECRET_HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";
const BODY_LIMIT: usize = 3 << 20;
const PATIENCE: Duration = Duration::from_secs(10);

/// With a `channel_id` in the address that channel's secret is expected; without one the secret itself names the channel.
pub async fn receive(running: Arc<RunningKind<Telegram>>, knock: Knock) -> HttpResponse {
    let Knock { request, body, address } = knock;
    let Some(secret) = secret_of(&request) else { return forbidden() };
    let channel = match request.match_info().get("channel_id").map(str::parse::<ChannelId>) {
        Some(Ok(id)) => Some(id),
        None => None,
        // An id that is no number is told the same as one that does not exist.
        Some(Err(_)) => return forbidden(),
    };
    let shared = &running.shared;
    match shared.doors.knock(Telegram::KIND, channel, &secret, address, shared.ports.clock.now()) {
        DoorAnswer::Opens(door) if door.live => take(&running, &door, body).await,
        // Telegram keeps the update until the channel is enabled again or its webhook is gone.
        DoorAnswer::Opens(_) => later(&ReceiveError::Unavailable("the channel is disabled".to_owned())),
        DoorAnswer::NotYet => later(&ReceiveError::Unavailable("the channels have not been read yet".to_owned())),
        DoorAnswer::Stays => forbidden(),
        DoorAnswer::Limited { seconds } => {
            let mut answer =
                problem(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "Too many wrong secrets came from this address.");
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            answer
        }
    }
}

async fn take(running: &RunningKind<Telegram>, door: &Arc<Door>, body: Payload) -> HttpResponse {
    let (ports, channel) = (&running.shared.ports, door.channel_id);
    let (bot, now) = (&running.connector, ports.clock.now());
    let body = match body.to_bytes_limited(BODY_LIMIT).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return problem(StatusCode::BAD_REQUEST, "validation", "The request's body broke off."),
        Err(_) => return problem(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "An update of at most 3 MB was expected."),
    };
    let origin = match bot.origins.of(ports, channel, now).await {
        Ok(Some(origin)) => origin,
        Ok(None) => return forbidden(),
        Err(e) => return later(&e.into()),
    };
    if door.worth_noting(now) {
        let (store, door) = (ports.store.clone(), door.clone());
        tokio::spawn(async move {
            if store.note_channel_event(channel, now).await.is_err() {
                door.not_noted();
            }
        });
    }
    let arrival = Arrival::read(body, &origin, ports);
    let callback = arrival.callback.clone();
    let stored = match tokio::time::timeout(PATIENCE, arrival.store(ports, &bot.tries)).await {
        Ok(stored) => stored,
        Err(_) => Err(ReceiveError::Busy),
    };
    let (answer, after) = match stored {
        Ok(after) => (HttpResponse::Ok().finish(), after),
        // Telegram comes again, but whoever pressed does not wait that long.
        Err(e) => (later(&e), After { callback, ..After::default() }),
    };
    after.begin(channel, running.line(channel).map(|line| line.api), ports.outlets.clone());
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
    answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    answer
}

fn later(error: &ReceiveError) -> HttpResponse {
    tracing::warn!(error = %error, "an update is turned away: Telegram will come again");
    let mut answer = problem(StatusCode::SERVICE_UNAVAILABLE, "overloaded", "The update cannot be stored now: come again.");
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
    answer
}

fn problem(status: StatusCode, code: &str, detail: &str) -> HttpResponse {
    let body = json!({
        "type": "about:blank", "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(), "detail": detail, "code": code,
    });
    HttpResponse::build(status).content_type("application/problem+json").body(Bytes::from(body.to_string()))
}
