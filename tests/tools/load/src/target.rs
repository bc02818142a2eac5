//! What a scenario needs to know of a server, so that the hub and the floor run the same ones.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

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
    hook_path: String,
    hook_headers: String,
    hello: Option<String>,
    /// Only frames with this text count: one per message.
    pub counts: &'static str,
    _provider: Option<Provider>,
}

pub const CHATS: u64 = 1_000;

impl Target {
    pub async fn echo(binary: &Path) -> Target {
        let port = free_port();
        let mut target = Target {
            name: "floor",
            process: None,
            address: format!("127.0.0.1:{port}"),
            binary: binary.into(),
            environment: vec![("PORT", port.to_string())],
            dir: Scratch::new("floor"),
            hook_path: "/hook".into(),
            hook_headers: String::new(),
            hello: None,
            counts: "@@T",
            _provider: None,
        };
        target.start().await;
        target
    }

    pub async fn hub(binary: &Path, database_url: Option<String>) -> Target {
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
        let mut target = Target {
            name: "hub",
            process: None,
            address,
            binary: binary.into(),
            environment,
            dir: Scratch::new("hub"),
            hook_path: String::new(),
            hook_headers: String::new(),
            hello: None,
            counts: "\"message.created\"",
            _provider: None,
        };
        target.start().await;
        target.sign_up(&provider).await;
        target._provider = Some(provider);
        target
    }

    /// A company, a token, a Telegram channel.
    async fn sign_up(&mut self, provider: &Provider) {
        let mut http = Http::connect(&self.address).await.expect("the hub answers");
        let json = "content-type: application/json\r\n";
        // Blocks may share a PostgreSQL: each is a company with a bot of its own.
        let number = std::time::UNIX_EPOCH.elapsed().map_or(1, |now| now.as_micros());
        let body = format!(r#"{{"email":"load{number}@load.kz","password":"load password","company_name":"Load"}}"#);
        let made = http.send("POST", "/api/auth/register", json, &body).await.expect("an answer");
        assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.body));
        let form = "content-type: application/x-www-form-urlencoded\r\n";
        let credentials = format!("username=load{number}%40load.kz&password=load+password");
        let login = http.send("POST", "/api/auth/login", form, &credentials).await;
        let login: serde_json::Value = serde_json::from_slice(&login.expect("an answer").body).expect("JSON");
        let token = login["access_token"].as_str().expect("a token");
        let headers = format!("{json}authorization: Bearer {token}\r\n");
        let body = format!(r#"{{"kind":"telegram","name":"T","token":"{number}:load-token","mode":"webhook"}}"#);
        let channel = http.send("POST", "/api/channels", &headers, &body).await.expect("an answer");
        let channel: serde_json::Value = serde_json::from_slice(&channel.body).expect("JSON");
        self.hook_path = format!("/api/telegram/webhook/{}", channel["id"]);
        self.hook_headers = format!("{json}x-telegram-bot-api-secret-token: {}\r\n", provider.secret().await);
        self.hello = Some(format!(r#"{{"type":"auth","token":"{token}"}}"#));
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
        let chat = number % CHATS + 1;
        let body = format!(
            r#"{{"update_id":{number},"message":{{"message_id":{number},"date":1767225600,"chat":{{"id":{chat},"type":"private","first_name":"C{chat}"}},"from":{{"id":{chat},"is_bot":false,"first_name":"C{chat}","language_code":"ru"}},"text":"@@T{intended:020}@@ How much is a house of 150 square metres with a garage?"}}}}"#
        );
        matches!(http.send("POST", &self.hook_path, &self.hook_headers, &body).await, Ok(reply) if reply.status == 200)
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

pub fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|window| window == needle)
}

/// The instant in a frame's text, if it is one that counts.
pub fn stamp(frame: &[u8], counts: &str) -> Option<u64> {
    find(frame, counts.as_bytes())?;
    let at = find(frame, b"@@T")? + 3;
    std::str::from_utf8(frame.get(at..at + 20)?).ok()?.parse().ok()
}
