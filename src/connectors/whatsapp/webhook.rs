//! Meta posts what happens to all numbers of an account, many things a request. A request is acknowledged when all of it is committed.
//!
//! Cloud API, webhooks: anything but 200 makes Meta come again, for up to seven days; an address is proved once by a GET.
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;
use subtle::ConstantTimeEq;

use super::codec::{self, NumberOrigin};
use super::{NumberLine, Whatsapp, inbox};
use crate::config::Secret;
use crate::connectors::connector::{Connector, Knock};
use crate::connectors::doors::{Door, DoorAnswer};
use crate::connectors::ports::ReceiveError;
use crate::connectors::running::RunningKind;
use crate::domain::channel::InboundKind;
use crate::domain::ids::ChannelId;
use crate::secrets::webhook_keys::is_signed;

const SIGNATURE: &str = "X-Hub-Signature-256";
/// Cloud API: "Payloads can be up to 3 MB."
const BODY_LIMIT: usize = 3 << 20;
const PATIENCE: Duration = Duration::from_secs(10);

type Running = Arc<RunningKind<Whatsapp>>;

/// With a `channel_id` in the address that channel's own app signs; without one the instance's app does, for all channels that have
/// none of their own.
pub async fn receive(running: Running, knock: Knock) -> HttpResponse {
    let Knock { request, body, address } = knock;
    let channel = match request.match_info().get("channel_id").map(str::parse::<ChannelId>) {
        Some(Ok(id)) => Some(id),
        None => None,
        // An id that is no number is told the same as one that does not exist.
        Some(Err(_)) => return forbidden(),
    };
    if request.method() == Method::GET {
        return prove(&running, &request, channel, address);
    }
    match channel {
        Some(channel) => of_channel(&running, channel, &request, body, address).await,
        None => of_instance(&running, &request, body, address).await,
    }
}

/// Cloud API, webhooks, "Verification requests".
#[derive(Deserialize)]
struct Proof {
    #[serde(rename = "hub.mode")]
    mode: Option<String>,
    #[serde(rename = "hub.verify_token")]
    verify_token: Option<String>,
    #[serde(rename = "hub.challenge")]
    challenge: Option<String>,
}

fn prove(running: &Running, request: &HttpRequest, channel: Option<ChannelId>, address: IpAddr) -> HttpResponse {
    let Ok(Query(Proof { mode, verify_token, challenge })) = Query::<Proof>::from_query(request.query_string()) else {
        return HttpResponse::Forbidden().finish();
    };
    let (Some("subscribe"), Some(shown), Some(challenge)) = (mode.as_deref(), verify_token, challenge) else {
        return HttpResponse::Forbidden().finish();
    };
    let shared = &running.shared;
    let (doors, now) = (&shared.doors, shared.ports.clock.now());
    let answer = match channel {
        Some(channel) => doors.knock(Whatsapp::KIND, Some(channel), &shown, address, now),
        None => match &running.connector.settings.verify_token {
            Some(ours) if ours.reveal().as_bytes().ct_eq(shown.as_bytes()).into() => return said_back(challenge),
            _ => doors.wrong(address, now),
        },
    };
    match answer {
        DoorAnswer::Opens(_) => said_back(challenge),
        DoorAnswer::NotYet => later("the channels have not been read yet"),
        DoorAnswer::Limited { seconds } => limited(seconds),
        DoorAnswer::Stays => HttpResponse::Forbidden().finish(),
    }
}

/// As text and nothing else: it comes from a stranger until the token is right, and from Meta after that.
fn said_back(challenge: String) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(challenge)
}

async fn of_channel(
    running: &Running,
    channel: ChannelId,
    request: &HttpRequest,
    body: Payload,
    address: IpAddr,
) -> HttpResponse {
    let (doors, now) = (&running.shared.doors, running.shared.ports.clock.now());
    let door = match doors.of(Whatsapp::KIND, channel) {
        DoorAnswer::Opens(door) => door,
        DoorAnswer::NotYet => return later("the channels have not been read yet"),
        _ => return wrong(running, address),
    };
    // Meta keeps what comes until the channel is enabled again.
    let Some(line) = running.line(channel).filter(|_| door.live) else { return later("the channel is disabled") };
    let Some(secret) = line.keys.app_secret.as_ref().or(running.connector.settings.app_secret.as_ref()) else {
        return wrong(running, address);
    };
    let body = match signed(running, secret, request, body, address).await {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let Ok((changes, others)) = codec::changes(&body) else { return unreadable(&body) };
    note_others(&others);
    let stored = async {
        for change in &changes {
            if change.number == line.graph.number() {
                take(running, &line, change).await?;
            } else {
                // Another number of the same account, which has a channel of its own or none.
                tracing::info!(channel_id = channel.get(), number = change.number, "news of another number is left alone");
            }
        }
        Ok(())
    };
    note_event(running, &door, now);
    answer(tokio::time::timeout(PATIENCE, stored).await.unwrap_or(Err(ReceiveError::Busy)))
}

async fn of_instance(running: &Running, request: &HttpRequest, body: Payload, address: IpAddr) -> HttpResponse {
    let Some(secret) = &running.connector.settings.app_secret else { return wrong(running, address) };
    let body = match signed(running, secret, request, body, address).await {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let Ok((changes, others)) = codec::changes(&body) else { return unreadable(&body) };
    note_others(&others);
    let stored = async {
        for change in &changes {
            let is_of = |line: &NumberLine| line.graph.number() == change.number && line.keys.app_secret.is_none();
            match running.find(is_of) {
                Some(line) => {
                    take(running, &line, change).await?;
                    if let DoorAnswer::Opens(door) = running.shared.doors.of(Whatsapp::KIND, line.origin.channel_id) {
                        note_event(running, &door, running.shared.ports.clock.now());
                    }
                }
                None => of_no_line(running, change).await?,
            }
        }
        Ok(())
    };
    answer(tokio::time::timeout(PATIENCE, stored).await.unwrap_or(Err(ReceiveError::Busy)))
}

/// One channel that is shut must not keep all others waiting at Meta: what comes for it is kept as it came.
async fn of_no_line(running: &Running, change: &codec::Change<'_>) -> Result<(), ReceiveError> {
    let ports = &running.shared.ports;
    let Some(channel) = ports.store.channel_of_account(Whatsapp::KIND, change.number.clone()).await? else {
        tracing::info!(number = change.number, field = change.field, "WhatsApp tells of a number that no channel has");
        return Ok(());
    };
    let Some((row, _)) = ports.store.channel_runtime(channel).await? else { return Ok(()) };
    if row.is_live() {
        // It is being opened.
        return Err(ReceiveError::Unavailable("the channel is not open yet".to_owned()));
    }
    let origin = NumberOrigin { company_id: row.company_id, channel_id: channel };
    let news = codec::read(change, &origin, ports.clock.now());
    for reading in news.messages {
        let (name, body) = match reading {
            codec::MessageReading::Customer(inbound) => match inbound.raw {
                Some(raw) => (raw.external_id, raw.body),
                None => continue,
            },
            codec::MessageReading::Unreadable { external_id, body, .. } => (external_id, body),
        };
        inbox::keep_raw(ports, channel, name, body, "the channel is disabled".to_owned()).await?;
    }
    Ok(())
}

/// The bytes of the body, if they are signed.
async fn signed(
    running: &Running,
    secret: &Secret<String>,
    request: &HttpRequest,
    body: Payload,
    address: IpAddr,
) -> Result<Bytes, HttpResponse> {
    let Some(shown) = request.headers().get(SIGNATURE).and_then(|value| value.to_str().ok()) else {
        return Err(wrong(running, address));
    };
    let body = match body.to_bytes_limited(BODY_LIMIT).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return Err(problem(StatusCode::BAD_REQUEST, "validation", "The request's body broke off.")),
        Err(_) => return Err(problem(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "A body of at most 3 MB was expected.")),
    };
    if is_signed(secret, &body, shown) { Ok(body) } else { Err(wrong(running, address)) }
}

async fn take(running: &Running, line: &NumberLine, change: &codec::Change<'_>) -> Result<(), ReceiveError> {
    let ports = &running.shared.ports;
    let news = codec::read(change, &line.origin, ports.clock.now());
    let heard: Vec<(String, String)> = news.messages.iter().filter_map(last_word).collect();
    inbox::store(news, line.origin.channel_id, ports, &running.connector.people).await?;
    heard.into_iter().for_each(|(address, message)| line.heard.note(&address, &message));
    Ok(())
}

/// Who has said something, and what it is called.
fn last_word(reading: &codec::MessageReading) -> Option<(String, String)> {
    let codec::MessageReading::Customer(inbound) = reading else { return None };
    let InboundKind::Message(message) = &inbound.what else { return None };
    Some((inbound.address.clone(), message.provider_id.clone()?))
}

fn note_event(running: &Running, door: &Arc<Door>, now: i64) {
    if door.worth_noting(now) {
        let (store, door) = (running.shared.ports.store.clone(), door.clone());
        tokio::spawn(async move {
            if store.note_channel_event(door.channel_id, now).await.is_err() {
                door.not_noted();
            }
        });
    }
}

/// News of accounts and templates.
fn note_others(fields: &[String]) {
    for field in fields {
        tracing::info!(field, "WhatsApp tells what concerns no number");
    }
}

/// Signed, and no webhook body: coming again would not help.
fn unreadable(body: &[u8]) -> HttpResponse {
    tracing::warn!(bytes = body.len(), "a signed body that is no webhook of WhatsApp's");
    HttpResponse::Ok().finish()
}

fn answer(stored: Result<(), ReceiveError>) -> HttpResponse {
    match stored {
        Ok(()) => HttpResponse::Ok().finish(),
        Err(e) => later(&e.to_string()),
    }
}

fn wrong(running: &Running, address: IpAddr) -> HttpResponse {
    match running.shared.doors.wrong(address, running.shared.ports.clock.now()) {
        DoorAnswer::Limited { seconds } => limited(seconds),
        _ => forbidden(),
    }
}

/// Unknown channel, missing and wrong signature are told the same.
fn forbidden() -> HttpResponse {
    let mut answer = problem(StatusCode::UNAUTHORIZED, "not_signed_in", "The signature of this channel's Meta app was expected.");
    answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    answer
}

fn limited(seconds: u64) -> HttpResponse {
    let detail = "Too many wrong signatures or tokens came from this address.";
    let mut answer = problem(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail);
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    answer
}

fn later(why: &str) -> HttpResponse {
    tracing::warn!(why, "a webhook is turned away: Meta will come again");
    let mut answer = problem(StatusCode::SERVICE_UNAVAILABLE, "overloaded", "This cannot be stored now: come again.");
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
