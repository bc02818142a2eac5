use std::path::Path;

use super::*;

fn with(settings: &[(&str, &str)]) -> Result<Config, String> {
    let mut s = Sources::built_in().expect("defaults");
    s.put("SECRET_KEY", "s".repeat(32), "environment");
    s.put("ENCRYPTION_KEY", "e".repeat(32), "environment");
    for (name, value) in settings {
        s.put(name, (*value).to_owned(), "environment");
    }
    Config::from_sources(&s)
}

#[test]
fn the_defaults_are_the_contracts() {
    let config = with(&[]).expect("defaults");
    assert_eq!((config.host.as_str(), config.port, config.access_token_minutes), ("127.0.0.1", 8000, 10080));
    assert_eq!(config.storage, Path::new("data/files"));
    assert!(config.allowed_hosts.iter().any(|h| h == "localhost"));
    assert!(config.trusts("127.0.0.1".parse().expect("ip")) && !config.trusts("10.0.0.1".parse().expect("ip")));
}

#[test]
fn a_wrong_value_is_one_line_with_name_value_and_expectation() {
    for (name, value, expected) in [
        ("PORT", "eighty", "a port number"),
        ("REGISTRATION", "maybe", "open, invite or closed"),
        ("DATABASE_URL", "mysql://x", "sqlite://"),
        ("PUBLIC_URL", "hub.example", "a URL"),
        ("TRUSTED_PROXIES", "10.0.0.0/99", "networks"),
        ("LOG_FORMAT", "xml", "text or json"),
        ("AI_DAILY_BUDGET", "-1", "US dollars"),
        ("PASSWORD_MIN_LENGTH", "0", "whole number"),
        ("STORAGE_QUOTA_MB", "lots", "whole number of megabytes"),
        ("REDIS_URL", "localhost", "redis://"),
        ("TELEGRAM_CHAT_ID", "our chat", "a chat's number"),
        ("AWS_STORAGE_BUCKET_NAME", "attachments", "on disk only"),
    ] {
        let line = with(&[(name, value)]).expect_err(name);
        assert!(line.starts_with(name) && line.contains(expected) && !line.contains('\n'), "{line}");
    }
}

#[test]
fn networks_hold_their_addresses() {
    let net = Network::parse("10.1.0.0/16").expect("net");
    assert!(net.holds("10.1.200.3".parse().expect("ip")) && !net.holds("10.2.0.1".parse().expect("ip")));
    assert!(net.holds("::ffff:10.1.2.3".parse().expect("ip")));
    assert!(Network::parse("::/0").expect("net").holds("2001:db8::1".parse().expect("ip")));
}

#[test]
fn secrets_do_not_print() {
    let config = with(&[("DATABASE_URL", "postgres://u:hunter2@h/db")]).expect("config");
    assert!(!format!("{config:?}").contains("hunter2"));
    assert_eq!(config.encryption_keys.len(), 1);
}

/// A setting is in force, or said to be without effect: in the README as in `check-config`.
#[test]
fn the_readme_names_every_setting() {
    let readme = include_str!("../../README.md");
    let sources = Sources::built_in().expect("defaults");
    for name in sources.all().map(|(name, _)| name).chain(WITHOUT_EFFECT.iter().copied()) {
        let family = name.split_once('_').map(|(family, _)| format!("`{family}_*`"));
        let by_family = NOT_YET.contains(&name) && family.is_some_and(|family| readme.contains(&family));
        assert!(by_family || readme.contains(&format!("`{name}`")), "{name} is not in README.md");
    }
    assert!(NOT_YET.iter().all(|name| sources.all().any(|(known, _)| known == *name)));
}
