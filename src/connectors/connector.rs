//! What a kind of channel with a provider must be able to do. A new kind is a folder that implements [`Connector`] and
//! [`Line`], its features in `domain/channel/kind.rs`, and its line in `app/ports.rs`.
use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;

use actix::Recipient;
use actix_rt::ArbiterHandle;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::future::{BoxFuture, LocalBoxFuture};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::doors::Doors;
use super::ports::Ports;
use super::running::RunningKind;
use crate::db::channels::ChannelRuntime;
use crate::domain::channel::{ChannelCredentials, ChannelKind};
use crate::hub::fetching::Fetcher;
use crate::hub::lifecycle::SecretVerdict;
use crate::hub::outlet::ToProvider;

/// One kind of channel.
pub trait Connector: Send + Sync + Sized + 'static {
    type Line: Line;
    const KIND: ChannelKind;

    /// A line as the channel's row says; what cannot be read of it is told to its owner. `was` is the line that is open until
    /// now: one to the same account goes on with what must not begin anew, as its pacing.
    fn open(&self, channel: Opening<'_>, was: Option<&Self::Line>) -> impl Future<Output = Result<Self::Line, String>> + Send;

    /// Asks the provider whether it knows these.
    fn try_credentials(&self, credentials: &ChannelCredentials) -> impl Future<Output = SecretVerdict> + Send;

    /// The line of the instance's own account, which tells the first company something and hears nothing; `None` where a kind tells
    /// colleagues nothing.
    fn open_house(&self, secret: &str, shared: &KindContext) -> Option<Self::Line>;

    /// Takes one request of the provider. It is told apart from a stranger's before anything else is done for it, and answered
    /// as the provider expects.
    fn knock(running: Arc<RunningKind<Self>>, knock: Knock) -> LocalBoxFuture<'static, HttpResponse>;
}

/// One channel that is open here.
pub trait Line: Clone + Send + Sync + 'static {
    /// Whether it leads to the same account as `was`, and has taken over what went on there.
    fn continues(&self, was: &Self) -> bool;

    /// How the hub sends.
    fn outlet(&self) -> Recipient<ToProvider>;

    /// How jobs get customers' files.
    fn fetcher(&self) -> Arc<dyn Fetcher>;

    /// Keeps it connected until `until`, and writes down how well it works; `checked` is told of the first time.
    fn keep(&self, checked: oneshot::Sender<()>, until: CancellationToken) -> BoxFuture<'static, ()>;

    /// Takes back what was set up at the provider, where anything was.
    fn leave(&self) -> Option<BoxFuture<'static, ()>>;

    /// Takes no more to send; what was taken is sent.
    fn close(&self);
}

/// What all kinds share.
pub struct KindContext {
    pub ports: Ports,
    pub doors: Doors,
    pub arbiter: ArbiterHandle,
    /// Sends in flight, which a drain awaits.
    pub sends: TaskTracker,
    pub stop: CancellationToken,
}

/// A channel that is to be opened.
#[derive(Clone, Copy)]
pub struct Opening<'a> {
    pub row: &'a ChannelRuntime,
    /// Its company's.
    pub locale: &'a str,
    pub shared: &'a KindContext,
}

impl Opening<'_> {
    /// A sealed column, opened.
    pub fn unsealed(&self, field: &'static str, sealed: Option<&str>) -> Result<String, String> {
        let sealed = sealed.filter(|s| !s.is_empty()).ok_or("there is none")?;
        (self.shared.ports.unseal)(self.row.company_id, self.row.id, field, sealed)
    }
}

/// A request of a provider.
pub struct Knock {
    pub request: HttpRequest,
    pub body: Payload,
    /// Whose it is, as far as our own proxies tell.
    pub address: IpAddr,
}
