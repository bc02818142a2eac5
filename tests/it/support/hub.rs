//! The real binary, with a data directory and a database of its own.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::postgres::Database;
use super::{Api, Dice};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

pub struct Hub {
    pub backend: Backend,
    pub port: u16,
    pub dir: PathBuf,
    pub database: Option<Database>,
    settings: Vec<(String, String)>,
    child: Mutex<Option<Child>>,
    /// Another hub owns the directory.
    borrowed: bool,
}

/// Fixed, so that a restart reads what it wrote before.
const SECRET_KEY: &str = "test-secret-key-test-secret-key-test-secret-key";
const ENCRYPTION_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

impl Hub {
    pub async fn start(backend: Backend, settings: &[(&str, &str)]) -> Hub {
        let hub = Hub::prepare(backend, settings).await;
        hub.spawn();
        hub.healthy().await;
        hub
    }

    /// A hub that is not running yet.
    pub async fn prepare(backend: Backend, settings: &[(&str, &str)]) -> Hub {
        let dir = fresh_dir();
        let database = match backend {
            Backend::Sqlite => None,
            Backend::Postgres => Some(Database::create().await),
        };
        let settings = settings.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        Hub { backend, port: free_port(), dir, database, settings, child: Mutex::default(), borrowed: false }
    }

    /// A second process on the same database, on another port, not running yet. On SQLite it
    /// shares the directory too; nodes on PostgreSQL share only the attachments.
    pub fn twin(&self, settings: &[(&str, &str)]) -> Hub {
        let mut all = self.settings.clone();
        all.extend(settings.iter().map(|(k, v)| (k.to_string(), v.to_string())));
        let mut dir = self.dir.clone();
        if let Some(database) = &self.database {
            dir = fresh_dir();
            all.push(("DATABASE_URL".into(), database.url.clone()));
            all.push(("STORAGE".into(), self.dir.join("data/files").display().to_string()));
        }
        let borrowed = self.database.is_none();
        Hub { backend: self.backend, port: free_port(), dir, database: None, settings: all, child: Mutex::default(), borrowed }
    }

    pub fn set(&mut self, key: &str, value: &str) {
        self.settings.retain(|(name, _)| name != key);
        self.settings.push((key.into(), value.into()));
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn api(&self) -> Api {
        Api::new(self.url())
    }

    /// The command with its whole environment: nothing of the machine's leaks in.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
        command.args(arguments).env_clear().current_dir(&self.dir).stdin(Stdio::null());
        for name in ["PATH", "TMPDIR", "LLVM_PROFILE_FILE"] {
            if let Ok(value) = std::env::var(name) {
                command.env(name, value);
            }
        }
        command
            .env("HOST", "127.0.0.1")
            .env("PORT", self.port.to_string())
            .env("PUBLIC_URL", self.url())
            // After each commit: a difference between memory and database ends the hub.
            .env("SWITCHBOARD_CHECK_STATE", "1")
            .env("SECRET_KEY", SECRET_KEY)
            .env("ENCRYPTION_KEY", ENCRYPTION_KEY)
            .env("RUST_LOG", std::env::var("TEST_RUST_LOG").unwrap_or("info".into()))
            .env(
                "DATABASE_URL",
                match &self.database {
                    Some(database) => database.url.clone(),
                    None => "sqlite://data/switchboard.db".into(),
                },
            );
        command.envs(self.settings.iter().map(|(k, v)| (k, v)));
        command
    }

    pub fn spawn(&self) {
        let log = File::options().create(true).append(true).open(self.log_path()).expect("a log");
        let errors = log.try_clone().expect("a log");
        let child = self.command(&["serve"]).stdout(log).stderr(errors).spawn().expect("the binary starts");
        *self.child.lock().unwrap() = Some(child);
    }

    pub async fn healthy(&self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        let api = self.api();
        loop {
            if let Some(status) = self.exited() {
                panic!("the hub ended at its start: {status}\n{}", self.log());
            }
            if api.try_get("/health").await.is_some_and(|answer| answer.status == 200) {
                return;
            }
            assert!(Instant::now() < deadline, "the hub does not come up\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.lock().unwrap().as_ref().expect("a running hub").id()
    }

    pub fn exited(&self) -> Option<ExitStatus> {
        self.child.lock().unwrap().as_mut().and_then(|child| child.try_wait().ok().flatten())
    }

    /// kill -9, and the corpse is gone when this returns.
    pub fn kill(&self) {
        if let Some(mut child) = self.child.lock().unwrap().take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args([format!("-{name}"), self.pid().to_string()]).status();
        assert!(status.is_ok_and(|status| status.success()), "kill -{name}");
    }

    /// SIGTERM, then waits for the end; answers how it ended and how long it took.
    pub async fn terminate(&self) -> (ExitStatus, Duration) {
        let start = Instant::now();
        self.signal("TERM");
        self.wait_end().await;
        let status = self.exited().expect("it has ended");
        self.child.lock().unwrap().take();
        (status, start.elapsed())
    }

    pub async fn wait_end(&self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while self.exited().is_none() {
            assert!(Instant::now() < deadline, "the hub does not end\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Starts again on the same data and port.
    pub async fn restart(&self) {
        self.spawn();
        self.healthy().await;
    }

    /// Runs a one-shot command; answers its exit code and everything it said.
    pub fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.command(arguments).output().expect("the binary starts");
        let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        (output.status.code().unwrap_or(-1), said)
    }

    /// One number out of the database, behind the hub's back.
    pub async fn count(&self, sql: &str) -> i64 {
        match &self.database {
            Some(database) => database.count(sql).await,
            None => sqlite_count(&self.dir.join("data/switchboard.db"), sql),
        }
    }

    /// Changes the database behind the hub's back.
    pub async fn sql(&self, sql: &str) {
        use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
        let done = match &self.database {
            Some(database) => AsyncPgConnection::establish(&database.url).await.expect("PostgreSQL").batch_execute(sql).await,
            None => sqlite_execute(&self.dir.join("data/switchboard.db"), sql),
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Writes a word that this version does not know into a column that has a list of them, as a newer version may whose
    /// migration has widened it.
    pub async fn newer_word(&self, table: &str, column: &str, word: &str) {
        let widened = match &self.database {
            Some(_) => format!("ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_check;"),
            None => "PRAGMA ignore_check_constraints = ON;".to_owned(),
        };
        self.sql(&format!("{widened} UPDATE {table} SET {column} = '{word}'")).await;
    }

    pub fn log(&self) -> String {
        let text = fs::read_to_string(self.log_path()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }

    fn log_path(&self) -> PathBuf {
        self.dir.join(format!("hub-{}.log", self.port))
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("--- the hub's log ({}):\n{}\n---", self.log_path().display(), self.log());
        }
        if !self.borrowed {
            let _ = fs::remove_dir_all(&self.dir);
        }
    }
}

fn fresh_dir() -> PathBuf {
    static COUNTER: AtomicUsize = AtomicUsize::new(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    let dir = std::env::temp_dir().join(format!("switchboard-test-{}-{count}", std::process::id()));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(dir.join("data")).expect("a temporary directory");
    dir
}

fn sqlite_execute(path: &Path, sql: &str) -> diesel::QueryResult<()> {
    use diesel::connection::{Connection, SimpleConnection};
    let mut connection = diesel::SqliteConnection::establish(path.to_str().expect("a path in UTF-8")).expect("a database");
    connection.batch_execute(&format!("PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; {sql}"))
}

fn sqlite_count(path: &Path, sql: &str) -> i64 {
    use diesel::prelude::*;
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let path = path.to_str().expect("a path in UTF-8");
    let mut connection = diesel::SqliteConnection::establish(path).expect("the database opens");
    diesel::sql_query("PRAGMA busy_timeout = 10000").execute(&mut connection).expect("a pragma");
    let row: Row = diesel::sql_query(format!("SELECT ({sql}) AS n")).get_result(&mut connection).expect(sql);
    row.n
}

/// Below the ephemeral range: a client that connects while the hub is down could otherwise be
/// given our own port as its source and talk to itself.
pub fn free_port() -> u16 {
    let mut dice = Dice::new();
    loop {
        let pid = u64::from(std::process::id());
        let port = 10_000 + ((dice.number() ^ pid.wrapping_mul(7919)) % 22_000) as u16;
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
