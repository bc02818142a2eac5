//! Telegram: [`Telegram`] is the kind, one [`TelegramLine`] a bot.
//!
//! * `webhook` and `poll` bring in what comes, `inbox` takes it to the hub; `codec` reads updates.
//! * `bot` and `send` are what goes out; `client` speaks with the Bot API; `media` fetches files.
//! * `link` keeps a bot connected and its description true.
//! * `place` says where in Telegram something stands.
//! * `colleagues` is what the company's own people do with a bot, and what it tells them.
pub mod bot;
pub mod client;
mod codec;
mod colleagues;
mod inbox;
mod link;
mod media;
mod place;
mod poll;
pub mod send;
mod webhook;

use std::sync::{Arc, PoisonError};

use actix::{Actor, Addr, Recipient};
use actix_web::HttpResponse;
use futures_util::future::{BoxFuture, LocalBoxFuture};
use reqwest::Client;
use tokio::sync::{Notify, oneshot};
use tokio_util::sync::CancellationToken;

use self::bot::Bot;
use self::client::Api;
use self::client::answer::ApiError;
use self::colleagues::CodeTries;
use self::link::{BotLink, Origins, origin_of};
use self::media::TelegramFiles;
use super::connector::{Connector, KindContext, Knock, Line, Opening};
use super::dispatcher::{Dispatcher, Stop};
use super::http;
use super::running::RunningKind;
use crate::domain::channel::{ChannelCredentials, ChannelKind, UpdateMode};
use crate::domain::ids::ChannelId;
use crate::hub::fetching::Fetcher;
use crate::hub::lifecycle::SecretVerdict;
use crate::hub::outlet::ToProvider;

/// The instance's own bot is no company's channel.
const NO_CHANNEL: ChannelId = ChannelId::NONE;

/// The instance's own settings.
#[derive(Clone, Debug)]
pub struct TelegramSettings {
    /// `TELEGRAM_API_URL`
    pub api_url: String,
    /// `PUBLIC_URL`
    pub public_url: String,
    /// `TELEGRAM_WEBHOOK_URL`
    pub webhook_url: Option<String>,
}

impl TelegramSettings {
    /// Where this channel's updates shall be posted. The override is one address for all: the secret tells the channel.
    pub fn webhook_for(&self, channel: ChannelId) -> String {
        match self.webhook_url.as_deref().filter(|url| !url.is_empty()) {
            Some(url) => url.to_owned(),
            None => format!("{}/api/telegram/webhook/{channel}", self.public_url.trim_end_matches('/')),
        }
    }
}

/// The kind.
pub struct Telegram {
    settings: TelegramSettings,
    http: Client,
    /// Chats that guess codes.
    tries: Arc<CodeTries>,
    origins: Origins,
}

impl Telegram {
    pub fn new(settings: TelegramSettings) -> Result<Self, String> {
        Ok(Telegram { settings, http: http::client()?, tries: Arc::default(), origins: Origins::default() })
    }

    fn api(&self, token: &str) -> Api {
        Api::new(self.http.clone(), &self.settings.api_url, token)
    }
}

/// One bot.
#[derive(Clone)]
pub struct TelegramLine {
    api: Api,
    bot: Addr<Dispatcher<Bot>>,
    files: TelegramFiles,
    /// Wakes the health check: a send was refused for the token.
    recheck: Arc<Notify>,
    /// `None` for the instance's own bot, which nobody keeps connected.
    link: Option<Arc<BotLink>>,
}

impl Connector for Telegram {
    type Line = TelegramLine;
    const KIND: ChannelKind = ChannelKind::Telegram;

    async fn open(&self, channel: Opening<'_>, was: Option<&TelegramLine>) -> Result<TelegramLine, String> {
        let (row, ports) = (channel.row, &channel.shared.ports);
        let token = channel.unsealed("token", row.token.as_deref());
        let api = self.api(&token.map_err(|why| format!("The stored token cannot be read ({why}): enter it again."))?);
        self.origins.forget(row.id);
        let files = TelegramFiles { api: api.clone(), files: ports.files.clone() };
        let origin = origin_of(row, channel.locale, &ports.agent_of).await;
        // The same bot keeps its actor, and with it its pacing and who waits for it.
        let (bot, recheck) = match was.filter(|was| was.api.same_bot(&api)) {
            Some(was) => (was.bot.clone(), was.recheck.clone()),
            None => {
                let (recheck, sends) = (Arc::new(Notify::new()), channel.shared.sends.clone());
                let bot = Bot { api: api.clone(), files: ports.files.clone(), recheck: recheck.clone() };
                (Dispatcher::new(row.id, bot, sends).start(), recheck)
            }
        };
        let link = Arc::new(BotLink {
            ports: ports.clone(),
            origin,
            api: api.clone(),
            mode: row.mode,
            webhook_url: self.settings.webhook_for(row.id),
            secret: channel.unsealed("secret", row.secret.as_deref()).ok(),
            poll_offset: row.poll_offset,
            last_event_at: row.last_event_at,
            recheck: recheck.clone(),
            tries: self.tries.clone(),
            says_agent: std::sync::Mutex::default(),
            checked: std::sync::Mutex::default(),
        });
        Ok(TelegramLine { api, bot, files, recheck, link: Some(link) })
    }

    async fn try_credentials(&self, credentials: &ChannelCredentials) -> SecretVerdict {
        match self.api(&credentials.token).get_me().await {
            Ok(_) => SecretVerdict::Good,
            Err(ApiError::Unauthorized(words)) => SecretVerdict::Refused(words),
            Err(e) => {
                tracing::info!(error = %e, "Telegram did not say whether it knows a token");
                SecretVerdict::Unknown
            }
        }
    }

    fn open_house(&self, secret: &str, shared: &KindContext) -> Option<TelegramLine> {
        let (api, files, sends) = (self.api(secret), shared.ports.files.clone(), shared.sends.clone());
        let recheck = Arc::new(Notify::new());
        let bot = Bot { api: api.clone(), files: files.clone(), recheck: recheck.clone() };
        let bot = Dispatcher::start_in_arbiter(&shared.arbiter, move |_| Dispatcher::new(NO_CHANNEL, bot, sends));
        Some(TelegramLine { bot, files: TelegramFiles { api: api.clone(), files }, api, recheck, link: None })
    }

    fn knock(running: Arc<RunningKind<Self>>, knock: Knock) -> LocalBoxFuture<'static, HttpResponse> {
        Box::pin(webhook::receive(running, knock))
    }
}

impl Line for TelegramLine {
    fn continues(&self, was: &Self) -> bool {
        self.api.same_bot(&was.api)
    }

    fn outlet(&self) -> Recipient<ToProvider> {
        self.bot.clone().recipient()
    }

    fn fetcher(&self) -> Arc<dyn Fetcher> {
        Arc::new(self.files.clone())
    }

    fn keep(&self, checked: oneshot::Sender<()>, until: CancellationToken) -> BoxFuture<'static, ()> {
        let Some(link) = self.link.clone() else { return Box::pin(std::future::ready(())) };
        *link.checked.lock().unwrap_or_else(PoisonError::into_inner) = Some(checked);
        Box::pin(link::health::keep(link, until))
    }

    fn leave(&self) -> Option<BoxFuture<'static, ()>> {
        let link = self.link.clone().filter(|link| link.mode == UpdateMode::Webhook)?;
        Some(Box::pin(async move {
            if let Err(e) = link.api.delete_webhook().await {
                tracing::info!(channel_id = link.channel().get(), error = %e, "the webhook could not be removed");
            }
        }))
    }

    fn close(&self) {
        self.bot.do_send(Stop);
    }
}
