//! Makes what runs here of one kind what the database says, one channel at a time.
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use actix::Recipient;
use actix_web::HttpResponse;
use futures_util::future::{BoxFuture, LocalBoxFuture};
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::connector::{Connector, KindContext, Knock, Line, Opening};
use crate::db::channels::{ChannelRuntime, HealthReport};
use crate::domain::channel::{ChannelCredentials, ChannelKind, HealthState};
use crate::domain::ids::ChannelId;
use crate::hub::lifecycle::SecretVerdict;
use crate::hub::outlet::ToProvider;

/// Another node may have changed a channel's secret.
const FILL_DOORS_EVERY: Duration = Duration::from_secs(30);
const TRY_AGAIN: Duration = Duration::from_secs(2);

/// A kind, whatever its connector's type.
pub trait ErasedConnector: Send + Sync {
    fn kind(&self) -> ChannelKind;
    /// Opens the doors and every enabled channel, and goes on looking after the doors.
    fn run(self: Arc<Self>) -> BoxFuture<'static, ()>;
    /// Makes what runs what the database says. Where there is something to check, gives what is told after the check.
    fn apply(self: Arc<Self>, channel: ChannelId) -> BoxFuture<'static, Option<oneshot::Receiver<()>>>;
    fn try_credentials(self: Arc<Self>, credentials: ChannelCredentials) -> BoxFuture<'static, SecretVerdict>;
    fn open_house(&self, secret: &str) -> Option<Recipient<ToProvider>>;
    fn knock(self: Arc<Self>, knock: Knock) -> LocalBoxFuture<'static, HttpResponse>;
    fn close_all(&self) -> BoxFuture<'_, ()>;
}

/// The channels of one kind.
pub struct RunningKind<C: Connector> {
    pub connector: C,
    pub shared: Arc<KindContext>,
    /// One change at a time.
    open: Mutex<HashMap<ChannelId, Open<C::Line>>>,
    /// What is being taken back at the provider; whoever opens the channel again waits for that.
    leaving: Mutex<HashMap<ChannelId, JoinHandle<()>>>,
    lines: RwLock<HashMap<ChannelId, C::Line>>,
    house: OnceLock<Option<C::Line>>,
}

struct Open<L> {
    line: L,
    stop: CancellationToken,
    keeping: JoinHandle<()>,
}

impl<C: Connector> RunningKind<C> {
    pub fn new(connector: C, shared: Arc<KindContext>) -> Self {
        RunningKind {
            connector,
            shared,
            open: Mutex::default(),
            leaving: Mutex::default(),
            lines: RwLock::default(),
            house: OnceLock::new(),
        }
    }

    /// The line of a channel that is open here.
    pub fn line(&self, channel: ChannelId) -> Option<C::Line> {
        self.lines.read().unwrap_or_else(PoisonError::into_inner).get(&channel).cloned()
    }

    /// A line of which this is true.
    pub fn find(&self, is: impl Fn(&C::Line) -> bool) -> Option<C::Line> {
        self.lines.read().unwrap_or_else(PoisonError::into_inner).values().find(|line| is(line)).cloned()
    }

    /// The database may be away at the start; it is asked until it answers.
    async fn run(self: Arc<Self>) {
        let mut begun = false;
        loop {
            match self.look(!begun).await {
                Ok(()) => begun = true,
                Err(e) => tracing::warn!(kind = %C::KIND, error = %e, "cannot read which channels there are"),
            }
            tokio::select! {
                () = tokio::time::sleep(if begun { FILL_DOORS_EVERY } else { TRY_AGAIN }) => {}
                () = self.shared.stop.cancelled() => return,
            }
        }
    }

    async fn look(self: &Arc<Self>, open_all: bool) -> Result<(), crate::db::DbError> {
        let store = &self.shared.ports.store;
        self.shared.doors.fill(C::KIND, store.doors_of(C::KIND).await?);
        if open_all {
            for channel in store.live_channels(C::KIND).await? {
                self.clone().apply(channel).await;
            }
        }
        Ok(())
    }

    async fn apply(self: Arc<Self>, channel: ChannelId) -> Option<oneshot::Receiver<()>> {
        let mut open = self.open.lock().await;
        if self.shared.stop.is_cancelled() {
            return None;
        }
        let row = match self.shared.ports.store.channel_runtime(channel).await {
            Ok(row) => row.filter(|(row, _)| row.kind == C::KIND),
            Err(e) => {
                tracing::warn!(channel_id = channel.get(), error = %e, "cannot read the channel: trying again");
                self.clone().try_again(channel);
                return None;
            }
        };
        let door = row.as_ref().filter(|(row, _)| row.deleted_at.is_none()).map(|(row, _)| row.door());
        self.shared.doors.change(C::KIND, channel, door);
        let was = open.remove(&channel);
        if let Some(was) = &was {
            was.stop.cancel();
        }
        let Some((row, locale)) = row.as_ref().filter(|(row, _)| row.is_live()) else {
            self.end(channel, row.map(|(row, _)| row), was).await;
            return None;
        };
        let opening = Opening { row, locale, shared: &self.shared };
        let line = match self.connector.open(opening, was.as_ref().map(|was| &was.line)).await {
            Ok(line) => line,
            Err(why) => {
                self.let_go(channel, was).await;
                self.report(channel, HealthState::Unauthorized, &why).await;
                return None;
            }
        };
        match was {
            Some(was) if line.continues(&was.line) => drop(was.keeping.await),
            Some(was) => {
                self.leave(channel, &was.line).await;
                self.let_go(channel, Some(was)).await;
            }
            None => {}
        }
        self.lines.write().unwrap_or_else(PoisonError::into_inner).insert(channel, line.clone());
        self.shared.ports.outlets.register(channel, line.outlet());
        self.shared.ports.fetchers.register(channel, line.fetcher());
        let (tell, checked) = oneshot::channel();
        let stop = self.shared.stop.child_token();
        let leaving = self.leaving.lock().await.remove(&channel);
        let keep = line.keep(tell, stop.clone());
        let keeping = tokio::spawn(async move {
            if let Some(leaving) = leaving {
                let _ = leaving.await;
            }
            keep.await;
        });
        open.insert(channel, Open { line, stop, keeping });
        Some(checked)
    }

    /// Disabled or deleted: nothing runs, and the provider is told to keep what comes.
    async fn end(&self, channel: ChannelId, row: Option<ChannelRuntime>, was: Option<Open<C::Line>>) {
        if let Some(was) = &was {
            self.leave(channel, &was.line).await;
        }
        self.let_go(channel, was).await;
        if row.is_some_and(|row| row.deleted_at.is_none()) {
            self.report(channel, HealthState::Disabled, "").await;
        }
    }

    async fn let_go(&self, channel: ChannelId, was: Option<Open<C::Line>>) {
        let Some(was) = was else { return };
        self.shared.ports.outlets.remove(channel);
        self.shared.ports.fetchers.remove(channel);
        self.lines.write().unwrap_or_else(PoisonError::into_inner).remove(&channel);
        was.line.close();
        let _ = was.keeping.await;
    }

    /// Best effort, in its own time: the provider may be away.
    async fn leave(&self, channel: ChannelId, line: &C::Line) {
        if let Some(leave) = line.leave() {
            self.leaving.lock().await.insert(channel, tokio::spawn(leave));
        }
    }

    fn try_again(self: Arc<Self>, channel: ChannelId) {
        let arbiter = self.shared.arbiter.clone();
        arbiter.spawn(async move {
            tokio::time::sleep(TRY_AGAIN).await;
            self.apply(channel).await;
        });
    }

    async fn report(&self, channel: ChannelId, state: HealthState, detail: &str) {
        let ports = &self.shared.ports;
        let report = HealthReport { state, detail: detail.to_owned(), checked_at: ports.clock.now(), retry_at: None };
        if let Err(e) = ports.store.report_health(channel, report).await {
            tracing::warn!(channel_id = channel.get(), error = %e, "cannot store the channel's health");
        }
    }
}

impl<C: Connector> ErasedConnector for RunningKind<C> {
    fn kind(&self) -> ChannelKind {
        C::KIND
    }

    fn run(self: Arc<Self>) -> BoxFuture<'static, ()> {
        Box::pin(RunningKind::run(self))
    }

    fn apply(self: Arc<Self>, channel: ChannelId) -> BoxFuture<'static, Option<oneshot::Receiver<()>>> {
        Box::pin(RunningKind::apply(self, channel))
    }

    fn try_credentials(self: Arc<Self>, credentials: ChannelCredentials) -> BoxFuture<'static, SecretVerdict> {
        Box::pin(async move { self.connector.try_credentials(&credentials).await })
    }

    fn open_house(&self, secret: &str) -> Option<Recipient<ToProvider>> {
        self.house.get_or_init(|| self.connector.open_house(secret, &self.shared)).as_ref().map(Line::outlet)
    }

    fn knock(self: Arc<Self>, knock: Knock) -> LocalBoxFuture<'static, HttpResponse> {
        C::knock(self, knock)
    }

    fn close_all(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            if let Some(house) = self.house.get().and_then(Option::as_ref) {
                house.close();
            }
            for one in self.open.lock().await.values() {
                one.stop.cancel();
                one.line.close();
            }
        })
    }
}
