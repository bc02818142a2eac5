//! The composition root: what is made, in which order, and how it stops.
mod first_channel;
mod place;
mod ports;
mod tidy;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{NormalizePath, TrailingSlash, from_fn};
use actix_web::rt::net::TcpStream;
use actix_web::web::Data;
use actix_web::{App, HttpServer};

use crate::api;
use crate::api::health::LastLook;
use crate::api::limits::RateLimits;
use crate::api::ws::Epoch;
use crate::clients::guarded::GuardedClient;
use crate::clients::openai::{Model, OpenAi};
use crate::clients::storage::{Local, Storage};
use crate::config::Config;
use crate::connectors::Connectors;
use crate::db::{EventSink, Store};
use crate::domain::clock::Clock;
use crate::hub::Hub;
use crate::hub::agent::Outside;
use crate::hub::lifecycle::ChannelLifecycle;
use crate::hub::newcomers::Newcomers;
use crate::hub::start::{Events, Settings, Woken};
use crate::hub::visitor_session::Reception;
use crate::jobs;
use crate::passwords::Passwords;
use crate::secrets::{Vault, VisitorTokens};
use crate::sessions::{Sessions, TokenKeys};

/// As many connections may wait to be accepted: a whole office comes back at once after a restart.
const BACKLOG: u32 = 4096;
/// How long the first requests may wait for the channels to be read.
const DOORS_WITHIN: Duration = Duration::from_secs(5);
/// How long sends that have begun may take to end when the process stops.
const STOP_WITHIN: Duration = Duration::from_millis(8_500);

/// What handlers are given, each on its own in `app_data`.
#[derive(Clone)]
pub struct Parts {
    pub config: Data<Config>,
    pub store: Data<Store>,
    pub sessions: Data<Sessions>,
    pub passwords: Data<Passwords>,
    pub limits: Data<RateLimits>,
    pub last_look: Data<LastLook>,
    pub vault: Data<Vault>,
    pub storage: Data<Arc<dyn Storage>>,
    pub model: Arc<dyn Model>,
    /// The way out to addresses that companies bring.
    pub guarded: Data<GuardedClient>,
}

impl Parts {
    /// Opens everything that a request may need. Blocks: call it before the event loop runs.
    pub fn open(config: Config, sink: EventSink) -> Result<Self, String> {
        let store = Store::open(config.database_url.reveal(), sink)?;
        let storage: Arc<dyn Storage> = Arc::new(Local::open(&config.storage)?);
        let keys = TokenKeys::new(&config.secret_key, config.access_token_minutes);
        Ok(Parts {
            sessions: Data::new(Sessions::new(store.clone(), keys, Clock::System)),
            passwords: Data::new(Passwords::default()),
            limits: Data::new(RateLimits::default()),
            last_look: Data::new(LastLook::default()),
            vault: Data::new(Vault::new(&config.encryption_keys)),
            storage: Data::new(storage),
            model: Arc::new(OpenAi::new()?),
            guarded: Data::new(GuardedClient::new()?),
            store: Data::new(store),
            config: Data::new(config),
        })
    }
}

/// The HTTP application: what surrounds every request, and the router behind it.
pub fn http(
    parts: &Parts,
    live: &Serving,
) -> App<
    impl ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse, Error = actix_web::Error, InitError = ()> + use<>,
> {
    let parts = parts.clone();
    let live = live.clone();
    // This worker's own: whatever its sessions hear goes through here.
    let shard = live.hub.core.publisher.start_shard();
    App::new()
        .configure(move |cfg| {
            cfg.app_data(Data::new(shard))
                .app_data(Data::new(live.hub))
                .app_data(Data::new(live.epoch))
                .app_data(Data::new(live.reception))
                .app_data(Data::new(live.connectors))
                .app_data(Data::new(ports::CALLS))
                .app_data(live.lifecycle);
            cfg.app_data(parts.config)
                .app_data(parts.store)
                .app_data(parts.sessions)
                .app_data(parts.passwords)
                .app_data(parts.limits)
                .app_data(parts.last_look)
                .app_data(parts.vault)
                .app_data(parts.storage)
                .app_data(parts.guarded)
                .configure(api::routes);
        })
        .wrap(from_fn(api::shell::surround))
        .wrap(NormalizePath::new(TrailingSlash::Trim))
}

/// Runs until it is told to stop.
///
/// Start: store → hub (sequencer, writer, actors, scheduler) → connectors → jobs → HTTP. Stop: no new sends and jobs, those
/// that have begun end → screens are told to come back → HTTP finishes what it has → the mark of a clean stop.
pub fn serve(config: Config) -> Result<(), String> {
    let (sink, events) = tokio::sync::mpsc::unbounded_channel();
    let listener = listen(&config)?;
    let parts = Parts::open(config, sink)?;
    actix::System::new().block_on(async move {
        let live = Serving::start(&parts, events).await?;
        // Callers wait in the backlog meanwhile: better late than a webhook turned away.
        if tokio::time::timeout(DOORS_WITHIN, live.connectors.doors_are_known()).await.is_err() {
            tracing::warn!("the channels have not been read yet: webhooks are turned away until they are");
        }
        let server = server(&parts, &live, listener)?;
        let handle = server.handle();
        let running = actix::spawn(server);
        tracing::info!(address = %format!("http://{}:{}", parts.config.host, parts.config.port), "listening");
        told_to_stop().await;
        tracing::info!("stopping: what has begun is finished first");
        let drained = live.hub.drain();
        tokio::join!(drained, live.connectors.drain(STOP_WITHIN), live.jobs.drain(STOP_WITHIN));
        live.hub.core.publisher.restart();
        // Close frames leave before the sockets do.
        tokio::time::sleep(Duration::from_millis(150)).await;
        handle.stop(true).await;
        live.hub.go_to_sleep().await;
        tracing::info!("stopped");
        running.await.map_err(|e| e.to_string())?.map_err(|e| format!("the server stopped: {e}"))
    })
}

/// What begins once the event loop runs.
#[derive(Clone)]
pub struct Serving {
    pub hub: Hub,
    pub epoch: Epoch,
    pub connectors: Connectors,
    pub jobs: jobs::RunningJobs,
    pub reception: Reception,
    lifecycle: Data<Arc<dyn ChannelLifecycle>>,
}

impl Serving {
    pub async fn start(parts: &Parts, events: Events) -> Result<Self, String> {
        let redis = match &parts.config.redis_url {
            Some(url) => Some(redis::Client::open(url.reveal().as_str()).map_err(|e| format!("REDIS_URL: {e}"))?),
            None => None,
        };
        let agents = Outside {
            model: parts.model.clone(),
            vault: parts.vault.clone().into_inner(),
            guarded: parts.guarded.clone().into_inner(),
            openai: parts.config.openai.clone(),
        };
        let place = place::of(&parts.config);
        let settings = Settings { clock: Clock::System, redis, place, shards: shards(), sleep_after: sleep_after(), agents };
        let store = (**parts.store).clone();
        let Woken { hub, epoch, channels_changed } =
            Hub::wake_up(store, events, settings).await.map_err(|e| format!("cannot start: {e}"))?;
        let connectors = Connectors::start(ports::fill_in(parts, &hub), ports::kinds(&parts.config)?);
        ports::open_house(&parts.config, &connectors);
        actix::spawn(tidy::old_tries(hub.clone(), parts.limits.clone().into_inner()));
        let jobs = jobs::start(&hub, &parts.storage, parts.config.public_address(""));
        actix::spawn(ports::close_ended(parts.sessions.clone(), hub.clone()));
        if matches!(**parts.store, Store::Pg(_)) {
            actix::spawn((**parts.sessions).clone().follow_other_nodes());
        }
        actix::spawn(ports::follow_channels(channels_changed, connectors.clone()));
        let lifecycle: Arc<dyn ChannelLifecycle> = Arc::new(ports::OnEveryNode::new(connectors.clone(), hub.core.relay.clone()));
        let lifecycle = Data::new(lifecycle);
        actix::spawn(first_channel::make(parts.clone(), hub.clone(), lifecycle.clone()));
        let tokens = Arc::new(VisitorTokens::new(&parts.config.secret_key));
        let reception = Reception { newcomers: Newcomers::default(), tokens };
        Ok(Serving { hub, epoch: Epoch(epoch), connectors, jobs, reception, lifecycle })
    }
}

/// Arbiters that hold conversations.
fn shards() -> usize {
    std::thread::available_parallelism().map_or(2, |n| n.get().clamp(1, 4))
}

/// Five minutes; debug builds let a test shorten it.
fn sleep_after() -> Duration {
    let asked =
        std::env::var("SWITCHBOARD_SLEEP_AFTER_MS").ok().filter(|_| cfg!(debug_assertions)).and_then(|ms| ms.parse().ok());
    asked.map_or(Duration::from_secs(300), Duration::from_millis)
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
}

/// Takes the port first, so that a taken one is told before anything else begins.
pub fn listen(config: &Config) -> Result<TcpListener, String> {
    let (host, port) = (config.host.as_str(), config.port);
    let trouble = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("PORT {port} on {host} is taken: stop what uses it, or choose another, e.g. PORT={}", port.saturating_add(1))
        }
        std::io::ErrorKind::PermissionDenied => {
            format!("PORT {port} is not allowed for this user: choose one above 1023, e.g. PORT=8000")
        }
        _ => format!("HOST is {host:?}, PORT is {port}: cannot listen there ({e})"),
    };
    let address = std::net::ToSocketAddrs::to_socket_addrs(&(host, port)).map_err(trouble)?.next();
    let address = address.ok_or_else(|| format!("HOST is {host:?}: expected an address or a name that has one"))?;
    let socket = socket2::Socket::new(socket2::Domain::for_address(address), socket2::Type::STREAM, None).map_err(trouble)?;
    socket.set_reuse_address(true).map_err(trouble)?;
    socket.bind(&address.into()).map_err(trouble)?;
    socket.listen(BACKLOG as i32).map_err(trouble)?;
    socket.set_nonblocking(true).map_err(trouble)?;
    Ok(socket.into())
}

pub fn server(parts: &Parts, live: &Serving, listener: TcpListener) -> Result<Server, String> {
    let parts = parts.clone();
    let live = live.clone();
    let server = HttpServer::new(move || http(&parts, &live))
        .disable_signals()
        .backlog(BACKLOG)
        .keep_alive(Duration::from_secs(75))
        .client_request_timeout(Duration::from_secs(10))
        .client_disconnect_timeout(Duration::from_secs(2))
        .shutdown_timeout(1)
        .on_connect(|connection, _| {
            if let Some(stream) = connection.downcast_ref::<TcpStream>() {
                cut_off_the_deaf(stream);
            }
        })
        .listen(listener)
        .map_err(|e| format!("cannot listen: {e}"))?;
    Ok(server.run())
}

/// A peer that takes no bytes for ten seconds is dropped by the kernel, and only a little waits for it in the meantime.
fn cut_off_the_deaf(stream: &TcpStream) {
    let socket = socket2::SockRef::from(stream);
    let set = socket.set_tcp_user_timeout(Some(Duration::from_secs(10))).and_then(|()| socket.set_send_buffer_size(128 * 1024));
    if let Err(e) = set.and_then(|()| socket.set_tcp_nodelay(true)) {
        tracing::debug!(error = %e, "a connection keeps the system's own limits");
    }
}
