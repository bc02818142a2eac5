//! What a scenario needs to know of a server, so that the hub and the floor run the same ones.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::marks::{SENT, find, mark, marked};
use crate::net::{Http, Socket};
use crate::process::{Process, Scratch, free_port};
use crate::provider::Provider;

pub struct Target {
    pub name: &'static str,
    pub process: Option<Process>,
    pub address: String,
    binary: PathBuf,
    environment: Vec<(&'static str, String)>,
    dir: Scratch,
    /// Where customers' messages come in. The first one is every scenario's.
    doors: Vec<Door>,
    /// With which a colleague calls the API.
    signed_in: String,
    hello: Option<String>,
    /// Only frames with this text count: one per message.
    pub counts: &'static str,
    pub provider: Option<Provider>,
}

/// A channel's webhook.
struct Door {
    channel: String,
    path: String,
    headers: String,
}

/// What one customer writes.
pub struct Letter {
    pub door: usize,
    pub chat: u64,
    pub text: String,
}

pub const CHATS: u64 = 1_000;

/// What is measured.
pub const HUB: &str = "hub";
/// The same socket, which stores nothing.
pub const FLOOR: &str = "floor";
/// The same socket, which stores each message and nothing else.
pub const DURABLE: &str = "durable";

impl Target {
    /// [`FLOOR`] or [`DURABLE`].
    pub async fn echo(binary: &Path, name: &'static str) -> Target {
        let port = free_port();
        let mut environment = vec![("PORT", port.to_string())];
        if name == DURABLE {
            environment.push(("STORE", "data/floor.db".into()));
        }
        let mut target = Target {
            name,
            process: None,
            address: format!("127.0.0.1:{port}"),
            binary: binary.into(),
            environment,
            dir: Scratch::new(name),
            doors: vec![Door { channel: String::new(), path: "/hook".into(), headers: String::new() }],
            signed_in: String::new(),
            hello: None,
            counts: SENT,
            provider: None,
        };
        target.start().await;
        target
    }

    /// With one channel, which people answer unless `more` of the environment brings an agent.
    pub async fn hub(binary: &Path, database_url: Option<String>, more: Vec<(&'static str, String)>) -> Target {
        let provider = Provider::start().await;
        let port = free_port();
        let address = format!("127.0.0.1:{port}");
        let key = "0123456789abcdef".repeat(4);
        let mut environment = vec![
            ("HOST", "127.0.0.1".into()),
            ("PORT", port.to_string()),
            ("PUBLIC_URL", format!("http://{address}")),
            ("TELEGRAM_API_URL", format!("http://{}", provider.address)),
            ("SECRET_KEY", key.clone()),
            ("ENCRYPTION_KEY", key),
            ("RUST_LOG", "warn".into()),
        ];
        environment.extend(database_url.map(|url| ("DATABASE_URL", url)));
        environment.extend(more);
        let mut target = Target {
            name: HUB,
            process: None,
            address,
            binary: binary.into(),
            environment,
            dir: Scratch::new(HUB),
            doors: Vec::new(),
            signed_in: String::new(),
            hello: None,
            counts: "\"message.created\"",
            provider: Some(provider),
        };
        target.start().await;
        target.sign_up().await;
        target.open_door().await;
        target
    }

    /// A company and a token.
    async fn sign_up(&mut self) {
        let mut http = Http::connect(&self.address).await.expect("the hub answers");
        let json = "content-type: application/json\r\n";
        // Blocks may share a PostgreSQL: each is a company of its own.
        let number = unique();
        let body = format!(r#"{{"email":"load{number}@load.kz","password":"load password","company_name":"Load"}}"#);
        let made = http.send("POST", "/api/auth/register", json, &body).await.expect("an answer");
        assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.body));
        let form = "content-type: application/x-www-form-urlencoded\r\n";
        let credentials = format!("username=load{number}%40load.kz&password=load+password");
        let login = http.send("POST", "/api/auth/login", form, &credentials).await;
        let login: serde_json::Value = serde_json::from_slice(&login.expect("an answer").body).expect("JSON");
        let token = login["access_token"].as_str().expect("a token");
        self.signed_in = format!("{json}authorization: Bearer {token}\r\n");
        self.hello = Some(format!(r#"{{"type":"auth","token":"{token}"}}"#));
    }

    /// A Telegram channel with a bot of its own.
    pub async fn open_door(&mut self) {
        let mut http = Http::connect(&self.address).await.expect("the hub answers");
        let bot = unique();
        let body = format!(r#"{{"kind":"telegram","name":"T","token":"{bot}:load-token","mode":"webhook"}}"#);
        let channel = http.send("POST", "/api/channels", &self.signed_in, &body).await.expect("an answer");
        let channel: serde_json::Value = serde_json::from_slice(&channel.body).expect("JSON");
        let secret = self.provider.as_ref().expect("a provider").secret(&bot.to_string()).await;
        self.doors.push(Door {
            channel: channel["id"].to_string(),
            path: format!("/api/telegram/webhook/{}", channel["id"]),
            headers: format!("content-type: application/json\r\nx-telegram-bot-api-secret-token: {secret}\r\n"),
        });
    }

    /// Who answers first there, and how.
    pub async fn answer_first(&self, door: usize, settings: &str) {
        let mut http = Http::connect(&self.address).await.expect("the hub answers");
        let path = format!("/api/channels/{}/agent", self.doors[door].channel);
        let saved = http.send("PUT", &path, &self.signed_in, settings).await.expect("an answer");
        assert_eq!(saved.status, 200, "{}", String::from_utf8_lossy(&saved.body));
    }

    /// Starts the process; answers how long until it answered a request.
    pub async fn start(&mut self) -> Duration {
        let start = Instant::now();
        self.process = Some(Process::start(&self.binary, &self.dir.0, &self.environment));
        loop {
            if let Ok(mut http) = Http::connect(&self.address).await
                && http.send("GET", "/health", "", "").await.is_ok_and(|reply| reply.status == 200)
            {
                return start.elapsed();
            }
            assert!(start.elapsed() < Duration::from_secs(60), "{} does not come up", self.name);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    pub fn process(&self) -> &Process {
        self.process.as_ref().expect("a running target")
    }

    pub fn stop(&mut self) {
        if let Some(process) = self.process.take() {
            process.stop();
        }
    }

    /// One customer's message whose text says when it was meant to leave.
    pub async fn post(&self, http: &mut Http, number: u64, intended: u64) -> bool {
        self.send(http, number, &Letter::plain(number, intended)).await
    }

    /// `number` is nobody else's.
    pub async fn send(&self, http: &mut Http, number: u64, Letter { door, chat, text }: &Letter) -> bool {
        let body = format!(
            r#"{{"update_id":{number},"message":{{"message_id":{number},"date":1767225600,"chat":{{"id":{chat},"type":"private","first_name":"C{chat}"}},"from":{{"id":{chat},"is_bot":false,"first_name":"C{chat}","language_code":"ru"}},"text":"{text}"}}}}"#
        );
        let Door { path, headers, .. } = &self.doors[*door];
        matches!(http.send("POST", path, headers, &body).await, Ok(reply) if reply.status == 200)
    }

    /// A socket that has said hello and was told it is live.
    pub async fn watch(&self) -> std::io::Result<Socket> {
        let mut socket = Socket::connect(&self.address, "/ws").await?;
        if let Some(hello) = &self.hello {
            socket.send(hello).await?;
        }
        loop {
            let frame = socket.next().await?;
            if find(frame, b"\"ready\"").is_some() {
                return Ok(socket);
            }
        }
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Letter {
    /// To the first channel, from one of a thousand customers.
    pub fn plain(number: u64, intended: u64) -> Letter {
        let text = marked(SENT, intended) + " How much is a house of 150 square metres with a garage?";
        Letter { door: 0, chat: number % CHATS + 1, text }
    }
}

/// The instant in a frame's text, if it is one that counts.
pub fn stamp(frame: &[u8], counts: &str) -> Option<u64> {
    find(frame, counts.as_bytes())?;
    mark(frame, SENT)
}

fn unique() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let started = std::time::UNIX_EPOCH.elapsed().map_or(1, |now| now.as_micros() as u64);
    // Rises also when the clock does not.
    NEXT.fetch_max(started, Ordering::Relaxed);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
