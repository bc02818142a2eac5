//! PostgreSQL: pooled reads, few writers. Everything runs on a runtime of its own, so that neither a vanished HTTP client
//! nor a stopping worker can cut a transaction in two.
use std::sync::Arc;

use bb8::{Pool, RunError};
use diesel::result::QueryResult;
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, SimpleAsyncConnection, TransactionManager};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::engine::{COLD_WITHIN, DbError, EventSink, Wrote};
use crate::telemetry::metrics;
use link::{ANSWER_WITHIN, BY_INDEX, CONNECT_WITHIN, Link, Maker, connect};

pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

pub type Conn = AsyncPgConnection;
pub type Db = diesel::pg::Pg;

/// Inserts all rows, a thousand with a statement: one takes 65,535 values and no more.
macro_rules! insert_all {
    ($c:expr, $table:expr, $rows:expr) => {{
        for rows in $rows.chunks(1000) {
            diesel::insert_into($table).values(rows).execute($c).await?;
        }
    }};
}

mod bulk;
mod jobs;
pub(super) mod leases;
mod link;
#[allow(clippy::duplicate_mod)]
#[path = "queries.rs"]
pub mod queries;
pub(super) mod signals;
mod sqlstate;
mod words;

/// What the shared queries ask of a backend, in PostgreSQL's words.
pub mod backend {
    pub use super::bulk::{draw, draw_ids, look, write};
    pub use super::words::{find_words, put_words};

    /// Conversations are locked in id order before anything else of a unit is read.
    pub const LOCK_SUFFIX: &str = " FOR UPDATE";
    /// A row that another node has is passed over.
    pub const CLAIM_SUFFIX: &str = " FOR UPDATE SKIP LOCKED";
    pub use super::jobs::{claim_jobs, clock, put_jobs};
    pub use super::leases::fallen as fallen_fences;
    pub const NAME: &str = "PostgreSQL";
}

pub struct Engine {
    runtime: tokio::runtime::Runtime,
    readers: Pool<Maker>,
    writers: Pool<Maker>,
    cold: Pool<Maker>,
    /// For the batches of units alone: there is one Writer.
    committer: Pool<Maker>,
    /// For leases alone: a node must not lose what it holds because its writes queue up.
    leases: Pool<Maker>,
    sink: EventSink,
}

const READERS: u32 = 6;
const WRITERS: u32 = 3;
/// Searches, exports and counts, which may take a second: they wait for each other, and nobody waits for them.
const COLD_READERS: u32 = 2;
/// The second is opened only while the first does not answer.
const LEASE_KEEPERS: u32 = 2;

impl Engine {
    pub fn open(url: &str, sink: EventSink) -> Result<Arc<Self>, String> {
        let url = normalise(url);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("db-postgres")
            .enable_all()
            .build()
            .map_err(|e| format!("cannot start the database runtime: {e}"))?;
        migrate(&runtime, &url)?;
        let (readers, writers, cold, committer, leases) = runtime.block_on(async {
            let pool = |size: u32, besides: &'static str| {
                let maker = Maker { url: url.clone(), besides };
                Pool::builder().max_size(size).connection_timeout(CONNECT_WITHIN).retry_connection(false).build_unchecked(maker)
            };
            (pool(READERS, ""), pool(WRITERS, ""), pool(COLD_READERS, ""), pool(1, BY_INDEX), pool(LEASE_KEEPERS, ""))
        });
        Ok(Arc::new(Engine { runtime, readers, writers, cold, committer, leases, sink }))
    }

    pub async fn read<T, F>(&self, f: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    {
        self.run(work("read", self.readers.clone(), f)).await
    }

    /// For reads that may take long, on connections of their own: the server ends a statement after [`COLD_WITHIN`].
    pub async fn read_cold<T, F>(&self, f: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<T>> + Send + 'static,
    {
        let pool = self.cold.clone();
        let within = COLD_WITHIN.as_millis();
        self.run(async move {
            // All are at work, and have been for as long as one waits for a connection.
            let mut link = pool.get().await.map_err(|e| match e {
                RunError::TimedOut if pool.state().connections > 0 => DbError::Busy,
                e => DbError::Unavailable(e.to_string()),
            })?;
            let limit = format!("SET statement_timeout = {within}");
            let done = on("cold", &mut link, |c| {
                async move {
                    c.batch_execute(&limit).await?;
                    f(c).await
                }
                .boxed()
            });
            done.await.map_err(too_long)
        })
        .await
    }

    /// Runs `f` in a transaction; its events are handed on after the COMMIT.
    pub async fn write<T, F>(&self, f: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<Wrote<T>>> + Send + 'static,
    {
        self.transact("write", self.writers.clone(), f).await
    }

    /// [`Engine::write`] for a batch of units.
    pub async fn commit<T, F>(&self, f: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<Wrote<T>>> + Send + 'static,
    {
        self.transact("units", self.committer.clone(), f).await
    }

    /// [`Engine::write`] for leases.
    pub async fn keep<T, F>(&self, f: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<Wrote<T>>> + Send + 'static,
    {
        self.transact("leases", self.leases.clone(), f).await
    }

    async fn transact<T, F>(&self, lane: &'static str, pool: Pool<Maker>, f: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<Wrote<T>>> + Send + 'static,
    {
        let sink = self.sink.clone();
        self.run(async move {
            let wrote = work(lane, pool, |c| transaction(c, f).boxed()).await?;
            if !wrote.events.is_empty() {
                let _ = sink.send(wrote.events);
            }
            Ok(wrote.value)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, DbError>> + Send + 'static,
    ) -> Result<T, DbError> {
        match self.runtime.spawn(work).await {
            Ok(result) => result,
            Err(_) => Err(DbError::Unavailable("a database task stopped half-way".into())),
        }
    }
}

/// Runs `f` on a connection of the pool.
async fn work<T, F>(lane: &'static str, pool: Pool<Maker>, f: F) -> Result<T, DbError>
where
    F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<T>>,
{
    let mut link = pool.get().await.map_err(|e| DbError::Unavailable(e.to_string()))?;
    on(lane, &mut link, f).await
}

/// Within [`ANSWER_WITHIN`]. A connection that kept silent, or failed for a reason nobody knows (its prepared statements may be
/// older than the schema), is given up: whatever it had open ends on the server when it closes.
async fn on<T, F>(lane: &'static str, link: &mut Link, f: F) -> Result<T, DbError>
where
    F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<T>>,
{
    link.told.forget();
    let done = match tokio::time::timeout(ANSWER_WITHIN, f(&mut link.conn)).await {
        Ok(done) => done.map_err(|e| DbError::new(e, link.told.code())),
        Err(_) => Err(DbError::Unavailable("PostgreSQL does not answer".into())),
    };
    metrics().db_round_trips.with_label_values(&[lane]).inc_by(link.told.answers());
    if matches!(done, Err(DbError::Unavailable(_) | DbError::Failed(_))) {
        // The pool must not hand it to anybody else.
        AnsiTransactionManager::transaction_manager_status_mut(&mut link.conn).set_in_error();
    }
    done
}

async fn transaction<T, F>(c: &mut Conn, f: F) -> QueryResult<Wrote<T>>
where
    F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, QueryResult<Wrote<T>>>,
{
    c.batch_execute("BEGIN").await?;
    let done = match f(c).await {
        Ok(wrote) => c.batch_execute("COMMIT").await.map(|()| wrote),
        Err(e) => Err(e),
    };
    if done.is_err() {
        // A broken connection cannot roll back; the server does it when the connection closes.
        let _ = c.batch_execute("ROLLBACK").await;
    }
    done
}

/// A statement that was ended by its time limit.
fn too_long(e: DbError) -> DbError {
    if let DbError::Conflict(_) = e { DbError::Busy } else { e }
}

/// The documents write SQLAlchemy's `postgresql+asyncpg://`.
fn normalise(url: &str) -> String {
    url.replacen("postgresql+asyncpg://", "postgresql://", 1)
}

/// diesel's migration harness is synchronous: it gets a thread that may block, inside the runtime that drives the connection.
fn migrate(runtime: &tokio::runtime::Runtime, url: &str) -> Result<(), String> {
    let link = runtime
        .block_on(connect(url))
        .map_err(|e| format!("cannot reach PostgreSQL: {e}. Check DATABASE_URL and that the server is running"))?;
    let handle = runtime.handle().clone();
    std::thread::spawn(move || {
        let _inside = handle.enter();
        let mut conn = diesel_async::async_connection_wrapper::AsyncConnectionWrapper::<Conn>::from(link.conn);
        // Two nodes may start at once.
        diesel::connection::SimpleConnection::batch_execute(&mut conn, "SET lock_timeout = 0; SELECT pg_advisory_lock(7281)")
            .map_err(|e| e.to_string())?;
        let result = super::store::migrate(&mut conn, MIGRATIONS);
        let _ = diesel::connection::SimpleConnection::batch_execute(&mut conn, "SELECT pg_advisory_unlock(7281)");
        result
    })
    .join()
    .map_err(|_| "the migration stopped half-way".to_owned())?
}
