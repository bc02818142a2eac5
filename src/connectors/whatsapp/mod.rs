//! WhatsApp by Meta's Cloud API: [`Whatsapp`] is the kind, one [`NumberLine`] a number.
//!
//! * `webhook` takes what Meta posts, `inbox` brings it to the hub; `codec` reads it.
//! * `number` and `send` are what goes out; `client` speaks with the Graph API; `media` fetches files.
//! * `link` keeps the channel's health true.
mod client;
mod codec;
mod inbox;
mod link;
mod media;
mod number;
mod send;
mod webhook;

use std::sync::{Arc, Mutex, PoisonError};

use actix::{Actor, Addr, Recipient};
use actix_web::HttpResponse;
use futures_util::future::{BoxFuture, LocalBoxFuture};
use reqwest::Client;
use tokio::sync::{Notify, oneshot};
use tokio_util::sync::CancellationToken;

use self::client::Graph;
use self::client::answer::GraphFault;
use self::codec::NumberOrigin;
use self::inbox::KnownPeople;
use self::link::NumberLink;
use self::media::WhatsappFiles;
use self::number::{LastHeard, Number};
use super::connector::{Connector, KindContext, Knock, Line, Opening};
use super::dispatcher::{Dispatcher, Stop};
use super::http;
use super::running::RunningKind;
use crate::config::Secret;
use crate::domain::channel::{ChannelCredentials, ChannelKind};
use crate::hub::fetching::Fetcher;
use crate::hub::lifecycle::SecretVerdict;
use crate::hub::outlet::ToProvider;
use crate::secrets::WebhookKeys;

/// The instance's own settings.
#[derive(Clone, Debug)]
pub struct WhatsappSettings {
    /// `WHATSAPP_API_URL`
    pub api_url: String,
    /// `WHATSAPP_APP_SECRET`: Meta signs with it what it posts for channels without a secret of their own.
    pub app_secret: Option<Secret<String>>,
    /// `WHATSAPP_VERIFY_TOKEN`
    pub verify_token: Option<Secret<String>>,
}

/// The kind.
pub struct Whatsapp {
    settings: WhatsappSettings,
    http: Client,
    people: KnownPeople,
}

impl Whatsapp {
    pub fn new(settings: WhatsappSettings) -> Result<Self, String> {
        Ok(Whatsapp { settings, http: http::client()?, people: KnownPeople::default() })
    }

    fn graph(&self, number: &str, token: &str) -> Graph {
        Graph::new(self.http.clone(), &self.settings.api_url, number, token)
    }
}

/// One number.
#[derive(Clone)]
pub struct NumberLine {
    graph: Graph,
    origin: NumberOrigin,
    sender: Addr<Dispatcher<Number>>,
    files: WhatsappFiles,
    keys: Arc<WebhookKeys>,
    heard: Arc<LastHeard>,
    link: Arc<NumberLink>,
}

impl Connector for Whatsapp {
    type Line = NumberLine;
    const KIND: ChannelKind = ChannelKind::Whatsapp;

    async fn open(&self, channel: Opening<'_>, was: Option<&NumberLine>) -> Result<NumberLine, String> {
        let (row, ports) = (channel.row, &channel.shared.ports);
        let token = channel.unsealed("token", row.token.as_deref());
        let token = token.map_err(|why| format!("The stored access token cannot be read ({why}): enter it again."))?;
        let number = row.provider_id.as_deref().ok_or("The channel has no phone_number_id: make it anew.")?;
        let keys = channel.unsealed("secret", row.secret.as_deref()).and_then(|sealed| WebhookKeys::read(&sealed));
        let keys = keys.map_err(|why| format!("The stored app secret cannot be read ({why}): enter it again."))?;
        let graph = self.graph(number, &token);
        let files = WhatsappFiles { graph: graph.clone(), files: ports.files.clone() };
        // The same number keeps its actor, and with it its pacing and who waits for it.
        let (sender, recheck, heard) = match was.filter(|was| was.graph.same_number(&graph)) {
            Some(was) => (was.sender.clone(), was.link.recheck.clone(), was.heard.clone()),
            None => {
                let (recheck, heard) = (Arc::new(Notify::new()), Arc::new(LastHeard::default()));
                let number =
                    Number { graph: graph.clone(), files: ports.files.clone(), recheck: recheck.clone(), heard: heard.clone() };
                (Dispatcher::new(row.id, number, channel.shared.sends.clone()).start(), recheck, heard)
            }
        };
        let link = NumberLink { ports: ports.clone(), channel: row.id, graph: graph.clone(), recheck, checked: Mutex::default() };
        let origin = NumberOrigin { company_id: row.company_id, channel_id: row.id };
        Ok(NumberLine { graph, origin, sender, files, keys: Arc::new(keys), heard, link: Arc::new(link) })
    }

    async fn try_credentials(&self, credentials: &ChannelCredentials) -> SecretVerdict {
        let number = credentials.account.as_deref().unwrap_or_default();
        match self.graph(number, &credentials.token).state().await {
            Ok(_) => SecretVerdict::Good,
            Err(GraphFault::Unauthorized(words)) => SecretVerdict::Refused(words),
            Err(GraphFault::NoSuchNumber(words) | GraphFault::Refused { text: words, .. }) => SecretVerdict::NoSuchAccount(words),
            Err(e) => {
                tracing::info!(error = %e, "Meta did not say whether it knows a number and its token");
                SecretVerdict::Unknown
            }
        }
    }

    fn open_house(&self, _: &str, _: &KindContext) -> Option<NumberLine> {
        None
    }

    fn knock(running: Arc<RunningKind<Self>>, knock: Knock) -> LocalBoxFuture<'static, HttpResponse> {
        Box::pin(webhook::receive(running, knock))
    }
}

impl Line for NumberLine {
    fn continues(&self, was: &Self) -> bool {
        self.graph.same_number(&was.graph)
    }

    fn outlet(&self) -> Recipient<ToProvider> {
        self.sender.clone().recipient()
    }

    fn fetcher(&self) -> Arc<dyn Fetcher> {
        Arc::new(self.files.clone())
    }

    fn keep(&self, checked: oneshot::Sender<()>, until: CancellationToken) -> BoxFuture<'static, ()> {
        *self.link.checked.lock().unwrap_or_else(PoisonError::into_inner) = Some(checked);
        Box::pin(link::keep(self.link.clone(), until))
    }

    /// The webhook is set up at Meta by a person, who takes it back there.
    fn leave(&self) -> Option<BoxFuture<'static, ()>> {
        None
    }

    fn close(&self) {
        self.sender.do_send(Stop);
    }
}
