//! Whether the process lives, whether what it needs is there, and its figures.
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::{HttpRequest, HttpResponse, web};
use schemars::JsonSchema;
use serde::Serialize;

use super::extract::{Client, client_address};
use super::guard::bearer;
use super::limits::RateLimits;
use crate::clients::storage::Storage;
use crate::config::Config;
use crate::db::Store;
use crate::domain::flaw::Flaw;
use crate::domain::text::word_enum;
use crate::error::{Error, Result};
use crate::secrets::same;
use crate::telemetry::metrics;

/// Longer than this and a part counts as down.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long an answer stands before anybody looks again.
const GOOD_FOR: Duration = Duration::from_secs(1);

word_enum! { DatabaseName { Sqlite = "SQLite", Postgres = "PostgreSQL" } }
word_enum! { ProcessState { Healthy = "healthy", Unhealthy = "unhealthy", Stopping = "stopping" } }
word_enum! { PartState { Ok = "ok", Down = "down", Off = "off" } }

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Health")]
pub struct Alive {
    status: &'static str,
    version: &'static str,
    #[schemars(with = "DatabaseName")]
    database: &'static str,
    auth: &'static str,
}

/// What the hub stands on.
#[derive(Clone, Serialize, JsonSchema)]
#[schemars(rename = "Parts")]
pub struct PartsView {
    status: ProcessState,
    version: &'static str,
    database: Part,
    storage: Part,
    redis: Part,
    /// How many channels are in each state.
    channels: BTreeMap<String, i64>,
}

#[derive(Clone, Serialize, JsonSchema)]
#[schemars(inline)]
struct Part {
    status: PartState,
}

/// The document's fields. It says that the process answers and looks at nothing else.
pub async fn document(store: web::Data<Store>) -> HttpResponse {
    let version = env!("CARGO_PKG_VERSION");
    HttpResponse::Ok().json(Alive { status: "healthy", version, database: store.name(), auth: "JWT" })
}

/// What the last look found: however many ask, the parts are looked at once a second.
#[derive(Default)]
pub struct LastLook(tokio::sync::Mutex<Option<(Instant, HealthFound)>>);

#[derive(Clone)]
struct HealthFound {
    needed_are_there: bool,
    shown: PartsView,
}

/// Tests what the hub stands on: 503 when a part that is needed is down. Channels only inform: a provider's outage is not ours.
pub async fn parts(
    client: Client,
    limits: web::Data<RateLimits>,
    last: web::Data<LastLook>,
    config: web::Data<Config>,
    store: web::Data<Store>,
    storage: web::Data<Arc<dyn Storage>>,
    hub: Option<web::Data<crate::hub::Hub>>,
) -> Result<HttpResponse> {
    limits.public_call(client.address)?;
    let found = {
        // Whoever comes during a look waits for what it finds.
        let mut last = last.0.lock().await;
        match &*last {
            Some((at, found)) if at.elapsed() < GOOD_FOR => found.clone(),
            _ => {
                let found = look(&config, &store, &storage).await;
                *last = Some((Instant::now(), found.clone()));
                found
            }
        }
    };
    // A stopping process is still right, but nothing new should come here.
    let draining = hub.is_some_and(|hub| hub.core.drain.is_draining());
    let healthy = !draining && found.needed_are_there;
    let mut body = found.shown;
    body.status = match (healthy, draining) {
        (true, _) => ProcessState::Healthy,
        (_, true) => ProcessState::Stopping,
        _ => ProcessState::Unhealthy,
    };
    let mut response = if healthy { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    if !healthy {
        response.insert_header(("retry-after", "5"));
    }
    Ok(response.json(body))
}

async fn look(config: &Config, store: &Store, storage: &Arc<dyn Storage>) -> HealthFound {
    let database = within(async { store.ping().await.map_err(|e| e.to_string()) }).await;
    let files = within(storage.check()).await;
    let redis = match &config.redis_url {
        Some(url) => Some(within(redis_answers(url.reveal().clone())).await),
        None => None,
    };
    let channels = within(async { store.channels_by_health().await.map_err(|e| e.to_string()) }).await;
    let needed_are_there = database.is_ok() && files.is_ok() && redis.as_ref().is_none_or(Result::is_ok);
    let shown = PartsView {
        status: if needed_are_there { ProcessState::Healthy } else { ProcessState::Unhealthy },
        version: env!("CARGO_PKG_VERSION"),
        database: part("database", &database),
        storage: part("storage", &files),
        redis: redis.as_ref().map_or(Part { status: PartState::Off }, |r| part("redis", r)),
        channels: channels.unwrap_or_default().into_iter().collect(),
    };
    HealthFound { needed_are_there, shown }
}

/// What is wrong stands in the log; the answer is public and says only that something is.
fn part(name: &str, state: &Result<(), String>) -> Part {
    match state {
        Ok(()) => Part { status: PartState::Ok },
        Err(why) => {
            tracing::warn!(part = name, why, "unhealthy");
            Part { status: PartState::Down }
        }
    }
}

async fn within<T>(test: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    tokio::time::timeout(PATIENCE, test).await.unwrap_or_else(|_| Err("no answer in time".into()))
}

async fn redis_answers(url: String) -> Result<(), String> {
    let client = redis::Client::open(url).map_err(|e| e.to_string())?;
    let mut c = client.get_multiplexed_async_connection().await.map_err(|e| e.to_string())?;
    redis::cmd("PING").query_async::<()>(&mut c).await.map_err(|e| e.to_string())
}

/// Prometheus' page: with the token when one is set, else for this machine alone.
pub async fn figures(req: HttpRequest, config: web::Data<Config>) -> Result<HttpResponse> {
    match &config.metrics_token {
        Some(token) if !bearer(&req).is_some_and(|given| same(given, token.reveal())) => return Err(Error::not_signed_in()),
        None if !client_address(&req).is_loopback() => {
            return Err(Error::forbidden(Flaw::FiguresFromElsewhere));
        }
        _ => {}
    }
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(metrics().render()))
}
