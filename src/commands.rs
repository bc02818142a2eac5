//! What the commands do.
use std::io::IsTerminal;
use std::path::Path;

use switchboard::actions::register_company::{Founding, register_company};
use switchboard::api::{check, docs};
use switchboard::app;
use switchboard::config::{Config, NOT_YET, Sources, WITHOUT_EFFECT};
use switchboard::db::Store;
use switchboard::domain::clock::Clock;
use switchboard::domain::email;
use switchboard::error::Error;
use switchboard::passwords::{self, Passwords};
use switchboard::telemetry;

type CommandResult = Result<(), CommandError>;

/// Why a command did not do its work, as the one line to print.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// Something must be set differently; trying again changes nothing.
    #[error("{0}")]
    Configuration(String),
    #[error("{0}")]
    Other(String),
}

impl CommandError {
    /// 78 is what sysexits calls a configuration error, so that a service manager can tell the two apart.
    pub fn code(&self) -> u8 {
        match self {
            CommandError::Configuration(_) => 78,
            CommandError::Other(_) => 1,
        }
    }
}

impl From<String> for CommandError {
    fn from(line: String) -> Self {
        CommandError::Other(line)
    }
}

fn configured() -> Result<Config, CommandError> {
    Config::load().map_err(CommandError::Configuration)
}

pub fn serve() -> CommandResult {
    let config = configured()?;
    telemetry::start(&config);
    Ok(app::serve(config)?)
}

pub fn migrate() -> CommandResult {
    let store = open()?;
    println!("The {} schema is up to date.", store.name());
    Ok(())
}

pub fn check_config(connect: bool) -> CommandResult {
    let sources = Sources::gather().map_err(CommandError::Configuration)?;
    for (name, setting) in sources.all() {
        println!("{name:<28} {:<48} {}", sources.shown(name), setting.source);
    }
    for (name, source) in &sources.idle {
        println!("warning: {name} (from {source}) is accepted and has no effect");
    }
    for (name, setting) in sources.all().filter(|(name, s)| NOT_YET.contains(name) && s.source != "default") {
        println!("warning: {name} (from {}) has no effect in this version yet", setting.source);
    }
    let config = Config::from_sources(&sources).map_err(CommandError::Configuration)?;
    if config.public_url.host_str().is_some_and(|h| h == "localhost" || h == "127.0.0.1") {
        println!("warning: PUBLIC_URL is {}: Telegram and WhatsApp cannot reach it (polling works)", config.public_url);
    }
    if !config.is_https() && config.host != "127.0.0.1" {
        println!("warning: PUBLIC_URL is not https: passwords and messages travel in the open");
    }
    println!("note: accepted without effect: {}", WITHOUT_EFFECT.join(", "));
    if connect {
        let store = open()?;
        block_on(store.ping()).map_err(|e| format!("DATABASE_URL: {e}"))?;
        println!("database: {} answers", store.name());
        if let Some(url) = &config.redis_url {
            let client = redis::Client::open(url.reveal().as_str()).map_err(|e| format!("REDIS_URL: {e}"))?;
            client.get_connection_with_timeout(std::time::Duration::from_secs(3)).map_err(|e| format!("REDIS_URL: {e}"))?;
            println!("redis: answers");
        }
    }
    println!("The settings are good.");
    Ok(())
}

pub fn create_owner(email: String, company: String, name: Option<String>) -> CommandResult {
    let config = configured()?;
    let email = check::email(&email).map_err(|e| e.detail.to_string())?;
    let company_name = check::name("company", &company).map_err(|e| e.detail.to_string())?;
    let password = read_password(&config)?;
    let store = open()?;
    let founding = Founding { email: email.clone(), password, company_name, user_name: name, locale: None, time_zone: None };
    match block_on(register_company(&store, &Passwords::default(), &Clock::System, founding)) {
        Ok(_) => {
            println!("Done: {email} may sign in.");
            Ok(())
        }
        Err(e) if e.code == Error::email_taken().code => Err(format!("{email} has an account already").into()),
        Err(e) => Err(e.cause().map_or_else(|| e.to_string(), str::to_owned).into()),
    }
}

/// The console's types are made from these (`npm run gen`), and a test holds them against the code.
pub fn api_documents(folder: &Path) -> CommandResult {
    for (name, text) in docs::files() {
        let file = folder.join(name);
        std::fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    Ok(())
}

pub fn reset_password(email: String) -> CommandResult {
    let config = configured()?;
    let old = email::old_spelling(&email);
    let email = email::normal(&email).unwrap_or_else(|| old.clone());
    let store = open()?;
    let find = |email: String| block_on(store.account_by_email(email)).map_err(|e| e.to_string());
    let account = match find(email.clone())? {
        None if old != email => find(old)?,
        found => found,
    };
    let account = account.ok_or_else(|| format!("{email} has no account"))?;
    let password = read_password(&config)?;
    let hashed = passwords::hash_now(&password).map_err(|e| e.to_string())?;
    let ended = block_on(store.set_password(account.user_id, hashed, Clock::System.now())).map_err(|e| e.to_string())?;
    println!("Done: {} sessions of {email} are ended.", ended.len());
    Ok(())
}

/// From standard input, never from the command line, where other users of the machine could read it.
fn read_password(config: &Config) -> Result<String, String> {
    if std::io::stdin().is_terminal() {
        eprint!("Password (it is shown while you type): ");
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|e| format!("the password cannot be read: {e}"))?;
    let password = line.trim_end_matches(['\r', '\n']);
    check::password(password, config.password_min_length).map_err(|e| e.detail.to_string())?;
    if let Some(warning) = passwords::strength(password).warning {
        eprintln!("warning: {warning}");
    }
    Ok(password.to_owned())
}

fn open() -> Result<Store, CommandError> {
    let config = configured()?;
    let (sink, _) = tokio::sync::mpsc::unbounded_channel();
    Ok(Store::open(config.database_url.reveal(), sink)?)
}

fn block_on<F: Future>(work: F) -> F::Output {
    actix::System::new().block_on(work)
}
