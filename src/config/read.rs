//! How single settings are read and what is expected of them.
use std::path::{Path, PathBuf};

use url::Url;

use super::{Database, Network, Secret, Sources};

/// The folder of the SQLite file; `None` with PostgreSQL.
pub(super) fn data_dir(s: &Sources) -> Result<Option<PathBuf>, String> {
    match Database::parse(s.text("DATABASE_URL")).map_err(|e| s.wrong("DATABASE_URL", e.trim_start_matches("expected ")))? {
        Database::Sqlite(path) => {
            let dir = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            Ok(Some(dir.to_owned()))
        }
        Database::Pg(_) => Ok(None),
    }
}

pub(super) fn http_url(s: &Sources, name: &str) -> Result<Url, String> {
    let url: Url = s.parse(name, "a URL like https://hub.example.com")?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url),
        _ => Err(s.wrong(name, "a URL that starts with http:// or https://")),
    }
}

pub(super) fn optional_url(s: &Sources, name: &str) -> Result<Option<Url>, String> {
    s.optional(name).map(|_| http_url(s, name)).transpose()
}

pub(super) fn redis_url(s: &Sources) -> Result<Option<Secret<String>>, String> {
    match s.optional("REDIS_URL") {
        Some(url) if !["redis://", "rediss://", "unix://"].iter().any(|scheme| url.starts_with(scheme)) => {
            Err(s.wrong("REDIS_URL", "redis://host:6379/0, or nothing"))
        }
        url => Ok(url.map(Secret)),
    }
}

pub(super) fn secret(s: &Sources, name: &str) -> Option<Secret<String>> {
    s.optional(name).map(Secret)
}

/// As Telegram takes it: a number, with that of a topic behind a colon, or a public channel's name.
pub(super) fn telegram_chat(s: &Sources) -> Result<Option<String>, String> {
    let name = "TELEGRAM_CHAT_ID";
    match s.optional(name) {
        Some(chat) if !chat.starts_with('@') && !is_place(&chat) => Err(s.wrong(
            name,
            "a chat's number like -1001234567890 (a topic's behind it: -1001234567890:7), or @name of a public channel",
        )),
        chat => Ok(chat),
    }
}

fn is_place(chat: &str) -> bool {
    let (chat, topic) = chat.split_once(':').unwrap_or((chat, "0"));
    chat.parse::<i64>().is_ok() && topic.parse::<i32>().is_ok()
}

pub(super) fn in_range(s: &Sources, name: &str, least: i64, most: i64) -> Result<i64, String> {
    let expected = format!("a whole number from {least} to {most}");
    let value: i64 = s.parse(name, &expected)?;
    if (least..=most).contains(&value) { Ok(value) } else { Err(s.wrong(name, &expected)) }
}

pub(super) fn minutes(s: &Sources, name: &str, most: i64) -> Result<i64, String> {
    in_range(s, name, 1, most)
}

pub(super) fn allowed_hosts(s: &Sources, public_url: &Url) -> Vec<String> {
    let mut hosts: Vec<String> = s.list("ALLOWED_HOSTS").iter().map(|h| h.to_lowercase()).collect();
    if hosts.is_empty() {
        hosts.extend(public_url.host_str().map(str::to_lowercase));
        hosts.extend(["localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
    }
    hosts
}

pub(super) fn trusted_proxies(s: &Sources) -> Result<Vec<Network>, String> {
    let mut list = s.list("TRUSTED_PROXIES");
    if list.is_empty() {
        list = vec!["127.0.0.0/8".into(), "::1".into()];
    }
    list.iter()
        .map(|text| Network::parse(text).ok_or_else(|| s.wrong("TRUSTED_PROXIES", "addresses or networks like 10.0.0.0/8")))
        .collect()
}

pub(super) fn origins(s: &Sources) -> Result<Vec<String>, String> {
    s.list("CORS_ORIGINS")
        .iter()
        .map(|text| match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url.origin().ascii_serialization()),
            _ => Err(s.wrong("CORS_ORIGINS", "origins like https://app.example.com, comma-separated")),
        })
        .collect()
}

/// Files that somebody expects in a bucket must not quietly lie on one machine's disk.
pub(super) fn no_bucket(s: &Sources) -> Result<(), String> {
    let name = "AWS_STORAGE_BUCKET_NAME";
    s.optional(name).map_or(Ok(()), |_| Err(s.wrong(name, "nothing: this version keeps files on disk only, in STORAGE")))
}

pub(super) fn log_filter(s: &Sources) -> Result<String, String> {
    let text = s.text("RUST_LOG");
    tracing_subscriber::EnvFilter::try_new(text)
        .map(|_| text.to_owned())
        .map_err(|_| s.wrong("RUST_LOG", "filter directives like info or switchboard=debug,info"))
}
