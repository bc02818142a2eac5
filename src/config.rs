//! Settings: read once, checked once, typed from then on. A wrong one is one line that names it.
mod database;
mod keys;
mod read;
mod sources;

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use url::Url;

pub use database::Database;
use read::*;
pub use sources::{NOT_YET, Sources, WITHOUT_EFFECT};

use crate::domain::text::word_enum;

word_enum! {
    /// Who may register a company.
    Registration { Open = "open", Invite = "invite", Closed = "closed" }
}
word_enum! { LogFormat { Text = "text", Json = "json" } }

/// A value that logs, errors and debug output show as `***`.
#[derive(Clone)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    pub fn new(value: T) -> Self {
        Secret(value)
    }

    /// The value itself. Whoever calls this answers for where it goes.
    pub fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<T> fmt::Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// An address or a network in CIDR form.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(most), |b| b.parse().ok().filter(|b| *b <= most))?;
        Some(Network { address, bits })
    }

    pub fn holds(&self, ip: IpAddr) -> bool {
        match (self.address, ip.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(ip)) => self.bits == 0 || (u32::from(net) ^ u32::from(ip)) >> (32 - self.bits) == 0,
            (IpAddr::V6(net), IpAddr::V6(ip)) => self.bits == 0 || (u128::from(net) ^ u128::from(ip)) >> (128 - self.bits) == 0,
            _ => false,
        }
    }
}

#[derive(Clone, Debug)]
pub struct OpenAiConfig {
    pub api_key: Option<Secret<String>>,
    pub base_url: Option<Url>,
    pub model: String,
    pub transcribe_model: String,
    /// US dollars a company and day.
    pub daily_budget: f64,
}

#[derive(Clone, Debug)]
pub struct Config {
    pub host: String,
    pub port: u16,
    pub public_url: Url,
    /// Host names in lower case, without ports; `*` accepts any.
    pub allowed_hosts: Vec<String>,
    pub trusted_proxies: Vec<Network>,
    pub cors_origins: Vec<String>,
    pub database_url: Secret<String>,
    pub redis_url: Option<Secret<String>>,
    pub secret_key: Secret<String>,
    /// The first seals, all open.
    pub encryption_keys: Vec<Secret<String>>,
    pub access_token_minutes: i64,
    pub registration: Registration,
    pub password_min_length: usize,
    pub openai: OpenAiConfig,
    pub telegram_api_url: Url,
    pub whatsapp_api_url: Url,
    pub telegram_token: Option<Secret<String>>,
    pub telegram_bot_token: Option<Secret<String>>,
    pub telegram_chat_id: Option<String>,
    pub telegram_webhook_url: Option<Url>,
    pub whatsapp_verify_token: Option<Secret<String>>,
    pub whatsapp_app_secret: Option<Secret<String>>,
    pub bitrix_webhook_url: Option<Secret<String>>,
    pub bitrix_sync_minutes: u32,
    pub storage: PathBuf,
    /// Bytes of files that each company may keep; `None`: as many as fit.
    pub storage_quota: Option<u64>,
    pub metrics_token: Option<Secret<String>>,
    pub log_format: LogFormat,
    pub log_filter: String,
}

impl Config {
    /// Reads the four places; the error is the one line to print.
    pub fn load() -> Result<Self, String> {
        Config::from_sources(&Sources::gather()?)
    }

    pub fn from_sources(s: &Sources) -> Result<Self, String> {
        no_bucket(s)?;
        let public_url = http_url(s, "PUBLIC_URL")?;
        let data_dir = data_dir(s)?;
        let storage =
            s.optional("STORAGE").map_or_else(|| data_dir.clone().unwrap_or("data".into()).join("files"), PathBuf::from);
        Ok(Config {
            host: s.text("HOST").to_owned(),
            port: s.parse("PORT", "a port number from 0 to 65535")?,
            allowed_hosts: allowed_hosts(s, &public_url),
            trusted_proxies: trusted_proxies(s)?,
            cors_origins: origins(s)?,
            public_url,
            database_url: Secret(s.text("DATABASE_URL").to_owned()),
            redis_url: redis_url(s)?,
            secret_key: keys::resolve(s, "SECRET_KEY", data_dir.as_deref())?.remove(0),
            encryption_keys: keys::resolve(s, "ENCRYPTION_KEY", data_dir.as_deref())?,
            access_token_minutes: minutes(s, "ACCESS_TOKEN_EXPIRE_MINUTES", 525_600)?,
            registration: Registration::parse(s.text("REGISTRATION"))
                .ok_or_else(|| s.wrong("REGISTRATION", "open, invite or closed"))?,
            password_min_length: in_range(s, "PASSWORD_MIN_LENGTH", 1, 64)? as usize,
            openai: OpenAiConfig {
                api_key: secret(s, "OPENAI_API_KEY"),
                base_url: optional_url(s, "OPENAI_BASE_URL")?,
                model: s.text("OPENAI_MODEL").to_owned(),
                transcribe_model: s.text("OPENAI_TRANSCRIBE_MODEL").to_owned(),
                daily_budget: s
                    .parse::<f64>("AI_DAILY_BUDGET", "a number of US dollars")
                    .and_then(|b| if b >= 0.0 { Ok(b) } else { Err(s.wrong("AI_DAILY_BUDGET", "a number of US dollars")) })?,
            },
            telegram_api_url: http_url(s, "TELEGRAM_API_URL")?,
            whatsapp_api_url: http_url(s, "WHATSAPP_API_URL")?,
            telegram_token: secret(s, "TELEGRAM_TOKEN"),
            telegram_bot_token: secret(s, "TELEGRAM_BOT_TOKEN"),
            telegram_chat_id: telegram_chat(s)?,
            telegram_webhook_url: optional_url(s, "TELEGRAM_WEBHOOK_URL")?,
            whatsapp_verify_token: secret(s, "WHATSAPP_VERIFY_TOKEN"),
            whatsapp_app_secret: secret(s, "WHATSAPP_APP_SECRET"),
            bitrix_webhook_url: optional_url(s, "BITRIX_WEBHOOK_URL")?.map(|url| Secret(url.into())),
            bitrix_sync_minutes: minutes(s, "BITRIX_SYNC_INTERVAL_MINUTES", 10_080)? as u32,
            storage,
            storage_quota: match s.parse::<u32>("STORAGE_QUOTA_MB", "a whole number of megabytes, or 0 for no limit")? {
                0 => None,
                megabytes => Some(u64::from(megabytes) * 1024 * 1024),
            },
            metrics_token: secret(s, "METRICS_TOKEN"),
            log_format: LogFormat::parse(s.text("LOG_FORMAT")).ok_or_else(|| s.wrong("LOG_FORMAT", "text or json"))?,
            log_filter: log_filter(s)?,
        })
    }

    /// `https://hub.example` without a final slash.
    pub fn public_origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }

    /// An address under `PUBLIC_URL`.
    pub fn public_address(&self, path: &str) -> String {
        format!("{}/{}", self.public_url.as_str().trim_end_matches('/'), path.trim_start_matches('/'))
    }

    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    pub fn trusts(&self, ip: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|net| net.holds(ip))
    }
}

#[cfg(test)]
mod tests;
