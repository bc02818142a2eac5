//! What the tests stand on: the real binary, its databases, its providers' doubles, its clients.

pub mod api;
pub mod chat;
pub mod cluster;
pub mod dice;
pub mod feed;
pub mod front;
pub mod http1;
pub mod hub;
pub mod meta;
pub mod nginx;
pub mod openai;
pub mod postgres;
#[path = "../../tools/proxy/src/lib.rs"]
#[allow(dead_code)] // A program too; the tests use a part of it.
pub mod proxy;
pub mod socket;
pub mod telegram;
pub mod world;

use std::future::Future;
use std::time::Duration;

pub use api::{Answer, Api};
pub use chat::Visitor;
pub use cluster::Cluster;
pub use dice::Dice;
pub use feed::Feed;
pub use hub::{Backend, Hub};
pub use meta::Meta;
pub use telegram::{Deed, Group, Person, Telegram};
pub use world::World;

/// Only a hang lasts this long; how fast the hub is, is the benchmark's business.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Each named `async fn(Backend)` becomes two tests, `sqlite::name` and `postgres::name`, with its attributes.
macro_rules! on_both_databases {
    ($($(#[$attribute:meta])* $name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] $(#[$attribute])* fn $name() {
                crate::support::run(crate::support::Backend::Sqlite, super::$name)
            })+
        }
        mod postgres {
            $(#[test] $(#[$attribute])* fn $name() {
                crate::support::run(crate::support::Backend::Postgres, super::$name)
            })+
        }
    };
}
pub(crate) use on_both_databases;

pub fn run<F: Future<Output = ()>>(backend: Backend, test: impl FnOnce(Backend) -> F) {
    if backend == Backend::Postgres && !postgres::wanted() {
        eprintln!("left out: SWITCHBOARD_TEST_ONLY=sqlite");
        return;
    }
    run_for(Duration::from_secs(300), test(backend));
}

/// The long fault runs bring their own limit.
pub fn run_for(limit: Duration, test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async { tokio::time::timeout(limit, test).await.expect("the test hangs: its time limit has passed") });
    runtime.shutdown_timeout(Duration::from_secs(2));
}

/// SQL: a newer version appends to a company's feed, in a kind that this one does not know.
pub fn newer_events(company: impl std::fmt::Display, count: i64) -> String {
    format!(
        "UPDATE company_feeds SET last_seq = last_seq + {count} WHERE company_id = {company}; \
         WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < {count}) \
         INSERT INTO events (company_id, seq, kind, at) \
         SELECT {company}, last_seq - {count} + i, 'not.yet.known', 1 FROM company_feeds, k WHERE company_id = {company}"
    )
}

/// Asks until there is an answer, up to `PATIENCE`.
pub async fn eventually<T, F>(what: &str, mut ask: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let deadline = std::time::Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(std::time::Instant::now() < deadline, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}
