//! SQLite: one write connection on its own thread, a few read connections on theirs.
//!
//! Queries are async in form only: [`Conn`] runs each statement where it stands, so a whole piece of work costs one thread
//! hop and cannot be cancelled half-way by whoever asked for it.
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::QueryResult;
use diesel_async::SimpleAsyncConnection;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use futures_util::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};

use super::engine::{COLD_WITHIN, DbError, EventSink, Wrote};

pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

pub type Db = diesel::sqlite::Sqlite;

/// Inserts rows one by one: a prepared statement each time, inside the same transaction.
macro_rules! insert_all {
    ($c:expr, $table:expr, $rows:expr) => {{
        for row in $rows.iter() {
            diesel::insert_into($table).values(row).execute($c).await?;
        }
    }};
}

mod bulk;
mod checkpoint;
mod connection;
mod jobs;
#[path = "queries.rs"]
pub mod queries;
mod words;

use checkpoint::Checkpoints;
pub use connection::Conn;

/// What the shared queries ask of a backend, in SQLite's words.
pub mod backend {
    use diesel::QueryResult;

    use super::Conn;
    pub use super::bulk::{draw, draw_ids, look, write};
    pub use super::words::{find_words, put_words};
    use crate::domain::lease::Fence;

    /// There is one process: nobody else acts.
    pub async fn fallen_fences(_: &mut Conn, _: &[Fence]) -> QueryResult<Vec<Fence>> {
        Ok(vec![])
    }

    /// The one write connection is the lock.
    pub const LOCK_SUFFIX: &str = "";
    pub const CLAIM_SUFFIX: &str = "";
    pub use super::jobs::{claim_jobs, clock, put_jobs};
    pub const NAME: &str = "SQLite";
}

/// What a task leaves behind: whether the connection is known to have no open transaction.
#[derive(Clone, Copy, PartialEq)]
enum Leaves {
    Clean,
    Doubtful,
}

type Task = Box<dyn FnOnce(&mut Conn) -> Leaves + Send>;

/// Threads, each with its own connection, fed from one bounded queue.
struct Lane {
    queue: mpsc::Sender<Task>,
    /// A read whose asker has gone is not begun. A write is: whoever went away may have been promised it.
    reads: bool,
}

pub struct Engine {
    write: Lane,
    read: Lane,
    cold: Lane,
    checkpoints: Checkpoints,
    sink: EventSink,
    /// Held for the life of the process: a second one on the same file is refused.
    _lock: std::fs::File,
}

/// What conversations, sessions and lists wait for: each read takes microseconds.
const READERS: usize = 3;
/// Searches, exports and counts, which may take a second: they wait for each other, and nobody waits for them.
const COLD_READERS: usize = 2;
const QUEUE: usize = 4096;
/// Behind this many somebody who searches waits in vain.
const COLD_QUEUE: usize = 64;

impl Engine {
    /// Opens the file, refusing it when another process has it, and brings the schema up to date.
    pub fn open(path: &Path, sink: EventSink) -> Result<Arc<Self>, String> {
        let lock = take_lock(path)?;
        let mut first = connect(path)?;
        super::store::migrate(&mut first, MIGRATIONS)?;
        let write = Lane::start("db-writer", path, 1, QUEUE)?;
        let read = Lane::start("db-reader", path, READERS, QUEUE)?;
        let cold = Lane::start("db-cold", path, COLD_READERS, COLD_QUEUE)?;
        let checkpoints = Checkpoints::start(path)?;
        // The last connection that closes empties the log, which a kill may have left long: that is not waited for.
        drop(first);
        checkpoints.committed();
        let (read, cold) = (Lane { reads: true, ..read }, Lane { reads: true, ..cold });
        Ok(Arc::new(Engine { write, read, cold, checkpoints, sink, _lock: lock }))
    }

    pub async fn read<T, F>(&self, f: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    {
        self.read.run(move |c| (inline(f(c)), Leaves::Clean)).await
    }

    /// For reads that may take long, on threads of their own; whoever has waited for [`COLD_WITHIN`] is told that it is too
    /// much. A statement under way cannot be stopped without `unsafe` code: it ends by itself, and nobody asks for what
    /// stands behind it in the queue any more.
    pub async fn read_cold<T, F>(&self, f: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    {
        let result = self.cold.run(move |c| (inline(f(c)), Leaves::Clean));
        tokio::time::timeout(COLD_WITHIN, result).await.unwrap_or(Err(DbError::Busy))
    }

    /// [`Engine::write`] for a batch of units.
    pub async fn commit<T, F>(&self, f: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<Wrote<T>>> + Send + 'static,
    {
        self.write(f).await
    }

    /// Runs `f` in a transaction on the write thread; its events are handed on after the COMMIT.
    pub async fn write<T, F>(&self, f: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<Wrote<T>>> + Send + 'static,
    {
        let (sink, checkpoints) = (self.sink.clone(), self.checkpoints.clone());
        self.write
            .run(move |c| {
                let work = async {
                    c.batch_execute("BEGIN IMMEDIATE").await?;
                    let wrote = f(c).await?;
                    c.batch_execute("COMMIT").await?;
                    checkpoints.committed();
                    Ok(wrote)
                };
                let done = inline(work);
                let leaves = if done.is_ok() { Leaves::Clean } else { clean_up(c) };
                let value = done.map(|wrote| {
                    if !wrote.events.is_empty() {
                        let _ = sink.send(wrote.events);
                    }
                    wrote.value
                });
                (value, leaves)
            })
            .await
    }
}

fn inline<T>(work: impl Future<Output = QueryResult<T>>) -> QueryResult<T> {
    futures_util::FutureExt::now_or_never(work).unwrap_or_else(|| Err(not_inline()))
}

/// After an error: no transaction may stay open, whichever statement it was. Some errors roll back by themselves, then the
/// ROLLBACK only says so; that a BEGIN succeeds afterwards is the proof that none is left.
fn clean_up(c: &mut Conn) -> Leaves {
    let work = async {
        let _ = c.batch_execute("ROLLBACK").await;
        c.batch_execute("BEGIN").await?;
        c.batch_execute("ROLLBACK").await
    };
    match futures_util::FutureExt::now_or_never(work) {
        Some(Ok(())) => Leaves::Clean,
        _ => Leaves::Doubtful,
    }
}

fn not_inline() -> diesel::result::Error {
    diesel::result::Error::QueryBuilderError("a query waited for something other than SQLite".into())
}

impl Lane {
    fn start(name: &str, path: &Path, threads: usize, waiting: usize) -> Result<Self, String> {
        let (queue, tasks) = mpsc::channel::<Task>(waiting);
        let tasks = Arc::new(Mutex::new(tasks));
        for _ in 0..threads {
            let tasks = tasks.clone();
            let path = path.to_owned();
            let conn = Conn::new(connect(&path)?);
            std::thread::Builder::new()
                .name(name.to_owned())
                .spawn(move || serve(&path, conn, &tasks))
                .map_err(|e| format!("cannot start a database thread: {e}"))?;
        }
        Ok(Lane { queue, reads: false })
    }

    async fn run<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> (QueryResult<T>, Leaves) + Send + 'static,
    ) -> Result<T, DbError> {
        let (done, result) = oneshot::channel();
        let reads = self.reads;
        let task: Task = Box::new(move |c| {
            if reads && done.is_closed() {
                return Leaves::Clean;
            }
            let (result, leaves) = f(c);
            let _ = done.send(result);
            leaves
        });
        self.queue.try_send(task).map_err(|_| DbError::Busy)?;
        match result.await {
            Ok(result) => Ok(result?),
            // The task panicked, or there was no connection for it.
            Err(_) => Err(DbError::Unavailable("a database task stopped half-way".into())),
        }
    }
}

/// Serves tasks until the process ends. A panic costs the connection; three in a minute cost the process, because a hub
/// that listens and cannot store is worse than one that is restarted.
fn serve(path: &Path, mut conn: Conn, tasks: &Mutex<mpsc::Receiver<Task>>) {
    let mut panics: Vec<Instant> = Vec::new();
    let mut leaves = Leaves::Clean;
    loop {
        let task = match tasks.lock() {
            Ok(mut tasks) => tasks.blocking_recv(),
            Err(poisoned) => poisoned.into_inner().blocking_recv(),
        };
        let Some(task) = task else { return };
        if leaves == Leaves::Doubtful {
            // What an open transaction swallows would be answered as stored: without a fresh connection nothing is done.
            match connect(path) {
                Ok(fresh) => conn = Conn::new(fresh),
                Err(e) => {
                    tracing::error!(error = %e, "cannot reopen the database");
                    continue;
                }
            }
        }
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| task(&mut conn))) {
            Ok(left) => leaves = left,
            Err(_) => {
                leaves = Leaves::Doubtful;
                panics.retain(|at| at.elapsed() < Duration::from_secs(60));
                panics.push(Instant::now());
                if panics.len() >= 3 {
                    tracing::error!("three database tasks panicked within a minute: stopping, so that a restart can help");
                    std::process::exit(70);
                }
            }
        }
    }
}

/// WAL with `synchronous=FULL`: as fast as NORMAL once writes are grouped, and a pulled plug loses nothing. Pages are moved out
/// of the log by [`Checkpoints`]; the limit is where a COMMIT does the little that they left, so that the log begins anew.
fn connect(path: &Path) -> Result<SqliteConnection, String> {
    let url = path.to_str().ok_or("DATABASE_URL: the path is not UTF-8")?;
    let mut c = SqliteConnection::establish(url).map_err(|e| format!("cannot open {url}: {e}"))?;
    c.batch_execute(
        "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; \
         PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=8000; PRAGMA journal_size_limit=67108864;",
    )
    .map_err(|e| format!("cannot set up {url}: {e}"))?;
    Ok(c)
}

fn take_lock(path: &Path) -> Result<std::fs::File, String> {
    let dir: PathBuf = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
    std::fs::create_dir_all(&dir).map_err(|e| format!("cannot make the folder {}: {e}", dir.display()))?;
    let lock_path = dir.join("lock");
    let lock = std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock_path)
        .map_err(|e| format!("cannot open {}: {e}", lock_path.display()))?;
    lock.try_lock().map_err(|_| {
        format!(
            "another Switchboard is running on {} (it holds {}): stop it first, or point DATABASE_URL at another file",
            path.display(),
            lock_path.display()
        )
    })?;
    Ok(lock)
}

#[cfg(test)]
mod tests;
