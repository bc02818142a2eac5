//! A small Telegram, a hub that remembers, a store of files in memory, and a database with one channel.
use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use actix_web::web::{self, Bytes, Data, Path};
use actix_web::{App, HttpResponse, HttpServer};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt, TryStreamExt};
use serde_json::{Value, json};

use crate::connectors::doors::hash;
use crate::connectors::ports::*;
use crate::connectors::telegram as bots;
use crate::connectors::{Connectors, kind};
use crate::db::Store;
use crate::domain::channel::{Inbound, Receipt};
use crate::domain::clock::Clock;
use crate::domain::ids::ChannelId;
use crate::hub::fetching::Fetchers;
use crate::hub::leases::Leases;
use crate::hub::outlet::Outlets;

/// The one that the connector finds.
pub const CHANNEL: ChannelId = ChannelId::new(7);

pub const TOKEN: &str = "900100:very-secret-token";
pub const SECRET: &str = "webhook-secret";

/// What Telegram has seen and will say.
#[derive(Default)]
pub struct Telegram {
    pub calls: Vec<(String, Value)>,
    pub webhook: String,
    /// Waiting for getUpdates.
    pub updates: Vec<Value>,
    /// Said once, before anything else, by method.
    pub script: HashMap<String, VecDeque<(u16, String)>>,
}

pub type Shared = Arc<Mutex<Telegram>>;

pub fn count(telegram: &Shared, method: &str) -> usize {
    telegram.lock().expect("lock").calls.iter().filter(|(m, _)| m == method).count()
}

pub fn last(telegram: &Shared, method: &str) -> Value {
    let telegram = telegram.lock().expect("lock");
    telegram.calls.iter().rev().find(|(m, _)| m == method).map(|(_, v)| v.clone()).unwrap_or_default()
}

pub fn say(telegram: &Shared, method: &str, status: u16, body: Value) {
    let mut telegram = telegram.lock().expect("lock");
    telegram.script.entry(method.to_owned()).or_default().push_back((status, body.to_string()));
}

async fn call(telegram: Data<Mutex<Telegram>>, path: Path<(String, String)>, body: Bytes) -> HttpResponse {
    let (token, method) = path.into_inner();
    let mut t = telegram.lock().expect("lock");
    let asked: Value = serde_json::from_slice(&body).unwrap_or_else(|_| json!({ "form": String::from_utf8_lossy(&body) }));
    t.calls.push((method.clone(), asked.clone()));
    if let Some((status, body)) = t.script.get_mut(&method).and_then(VecDeque::pop_front) {
        return HttpResponse::build(status.try_into().expect("status")).body(body);
    }
    if token != TOKEN {
        return HttpResponse::Unauthorized().json(json!({ "ok": false, "error_code": 401, "description": "Unauthorized" }));
    }
    let result = match method.as_str() {
        "getMe" => json!({ "id": 900100, "is_bot": true, "first_name": "Shop", "username": "our_bot" }),
        "setWebhook" => {
            t.webhook = asked["url"].as_str().unwrap_or_default().to_owned();
            json!(true)
        }
        "deleteWebhook" => {
            t.webhook.clear();
            json!(true)
        }
        "getWebhookInfo" => json!({ "url": t.webhook, "has_custom_certificate": false, "pending_update_count": 0 }),
        "getUpdates" => {
            let offset = asked["offset"].as_i64().unwrap_or(0);
            t.updates.retain(|u| u["update_id"].as_i64().unwrap_or(0) >= offset);
            json!(t.updates)
        }
        "getFile" => json!({ "file_id": asked["file_id"], "file_unique_id": "u", "file_path": "photos/file_1.jpg" }),
        "sendMessage" | "sendPhoto" | "sendDocument" => json!({ "message_id": 500 + t.calls.len(), "date": 1 }),
        _ => json!(true),
    };
    HttpResponse::Ok().json(json!({ "ok": true, "result": result }))
}

pub const PICTURE: &[u8] = &[0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3, 4];

pub fn telegram() -> (Shared, String) {
    let state: Shared = Arc::default();
    let data = Data::from(state.clone());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(data.clone())
            .route("/file/bot{token}/{path:.*}", web::get().to(|| async { HttpResponse::Ok().body(PICTURE) }))
            .route("/bot{token}/{method}", web::post().to(call))
    })
    .workers(1)
    .disable_signals()
    .bind(("127.0.0.1", 0))
    .expect("bind");
    let url = format!("http://{}", server.addrs()[0]);
    actix_web::rt::spawn(server.run());
    (state, url)
}

#[derive(Default)]
pub struct Hub {
    pub received: Mutex<Vec<Inbound>>,
    /// Said once, before anything else.
    pub refusals: Mutex<VecDeque<ReceiveError>>,
}

pub struct HubHandle(pub Arc<Hub>);

impl Receiver for HubHandle {
    fn receive(&self, inbound: Inbound) -> BoxFuture<'static, Result<(), ReceiveError>> {
        let hub = self.0.clone();
        async move {
            if let Some(refusal) = hub.refusals.lock().expect("lock").pop_front() {
                return Err(refusal);
            }
            hub.received.lock().expect("lock").push(inbound);
            Ok(())
        }
        .boxed()
    }

    fn receipts(&self, _: ChannelId, _: Vec<Receipt>) -> BoxFuture<'static, Result<(), ReceiveError>> {
        async { Ok(()) }.boxed()
    }
}

#[derive(Default)]
pub struct Files {
    kept: Arc<Mutex<HashMap<String, Bytes>>>,
    /// How many more files find the disk full.
    pub full_for: Arc<AtomicUsize>,
}

impl FileStore for Files {
    fn open(&self, key: &str) -> BoxFuture<'static, io::Result<OpenFile>> {
        let found = self.kept.lock().expect("lock").get(key).cloned().ok_or(io::ErrorKind::NotFound.into());
        let open = |bytes: Bytes| OpenFile { size: bytes.len() as u64, bytes: futures_util::stream::iter([Ok(bytes)]).boxed() };
        async move { found.map(open) }.boxed()
    }

    fn put(&self, bytes: BoxStream<'static, io::Result<Bytes>>) -> BoxFuture<'static, io::Result<StoredFile>> {
        let files = self.kept.clone();
        let full = self.full_for.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok();
        async move {
            let chunks: Vec<Bytes> = bytes.try_collect().await?;
            if full {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let whole = chunks.concat();
            let (key, size) = (hash(&format!("{whole:?}")), whole.len() as u64);
            files.lock().expect("lock").insert(key.clone(), whole.into());
            Ok(StoredFile { key, size })
        }
        .boxed()
    }
}

/// A fresh database in a folder of its own, and a way to look into it.
pub struct Database {
    pub store: Store,
    folder: std::path::PathBuf,
}

impl Database {
    pub async fn new(mode: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("switchboard-{}-{:x}", std::process::id(), rand::random::<u64>()));
        let url = format!("sqlite://{}", folder.join("hub.db").display());
        let (sink, _) = tokio::sync::mpsc::unbounded_channel();
        let store = tokio::task::spawn_blocking(move || Store::open(&url, sink)).await.expect("task").expect("open");
        let this = Database { store, folder };
        this.run(&format!(
            "INSERT INTO companies (id, name, created_at) VALUES (1, 'C', 1);
             INSERT INTO channels (id, company_id, kind, name, mode, token, secret, secret_hash, created_at, updated_at)
             VALUES (7, 1, 'telegram', 'T', '{mode}', '{TOKEN}', '{SECRET}', '{}', 1, 1);",
            hash(SECRET)
        ));
        this
    }

    pub fn run(&self, sql: &str) {
        self.connection().batch_execute(sql).expect("sql");
    }

    pub fn text(&self, sql: &str) -> String {
        #[derive(QueryableByName)]
        struct One {
            #[diesel(sql_type = diesel::sql_types::Text)]
            value: String,
        }
        let sql = format!("SELECT CAST(({sql}) AS TEXT) AS value");
        diesel::sql_query(sql).get_result::<One>(&mut self.connection()).map(|one| one.value).unwrap_or_default()
    }

    fn connection(&self) -> SqliteConnection {
        let path = self.folder.join("hub.db");
        let mut c = SqliteConnection::establish(path.to_str().expect("path")).expect("connect");
        c.batch_execute("PRAGMA busy_timeout=5000").expect("pragma");
        c
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub fn ports(database: &Database, hub: &Arc<Hub>) -> Ports {
    Ports {
        hub: Arc::new(HubHandle(hub.clone())),
        store: database.store.clone(),
        clock: Clock::System,
        outlets: Outlets::default(),
        fetchers: Fetchers::default(),
        files: Arc::new(Files::default()),
        unseal: Arc::new(|_, _, _, sealed| Ok(sealed.to_owned())),
        agent_of: Arc::new(|_| async { None }.boxed()),
        public_url: "https://hub.example".to_owned(),
        leases: Leases::alone(),
    }
}

pub fn start(ports: Ports, api_url: &str) -> Connectors {
    let (api_url, public_url) = (api_url.to_owned(), ports.public_url.clone());
    let telegram = bots::Telegram::new(bots::TelegramSettings { api_url, public_url, webhook_url: None });
    Connectors::start(ports, vec![kind(telegram.expect("a client"))])
}
