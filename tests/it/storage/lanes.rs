//! A search that takes long delays nobody but other searches, and ends.

use std::time::Duration;

use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use switchboard::db::conversations::{ListFilter, View};
use switchboard::db::search::Lookup;
use switchboard::db::{DbError, Store};
use switchboard::domain::search::SearchQuery;
use tokio::task::JoinHandle;

use super::shelf::*;
use crate::support::{Backend, on_both_databases};

/// More reads than there are readers, none of which ends before it is told to.
fn occupy(store: &Store, until: &tokio::sync::watch::Sender<bool>) -> Vec<JoinHandle<Result<(), DbError>>> {
    let one = |_| {
        let (store, mut told) = (store.clone(), until.subscribe());
        tokio::spawn(async move {
            match &store {
                Store::Sqlite(engine) => {
                    let wait = move || {
                        while !*told.borrow() {
                            std::thread::sleep(Duration::from_millis(2))
                        }
                    };
                    let waited = async move {
                        wait();
                        Ok(())
                    };
                    engine.read_cold(move |_| waited.boxed()).await
                }
                Store::Pg(engine) => {
                    let waited = async move {
                        let _ = told.wait_for(|told| *told).await;
                        Ok(())
                    };
                    engine.read_cold(move |_| waited.boxed()).await
                }
            }
        })
    };
    (0..8).map(one).collect()
}

async fn who_searches_keeps_nobody_waiting(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "hello")], NOW).await;
    let store = shelf.store().clone();
    let (tell, _) = tokio::sync::watch::channel(false);
    let occupied = occupy(&store, &tell);
    tokio::time::sleep(Duration::from_millis(50)).await;
    // These have readers of their own.
    store.load_state(TELEGRAM, "5001".into()).await.expect("a load").expect("a conversation");
    let filter = ListFilter { view: View::All, status: None, customer_id: None, before: None, limit: 50 };
    assert_eq!(store.list_conversations(operator(), filter).await.expect("a list").len(), 1);
    store.count_views(operator()).await.expect("counts");
    // A search waits behind the others, and is told that it is too much.
    let query = SearchQuery::parse("hello").expect("a query");
    let lookup = Lookup::new(COMPANY, &query, None);
    let search = store.find_messages(operator(), lookup.clone(), i64::MAX, 50).await;
    assert!(matches!(search, Err(DbError::Busy)), "{:?}", search.map(|hits| hits.found.len()));
    let _ = tell.send(true);
    for one in occupied {
        // Those that stood behind gave up as well.
        assert!(matches!(one.await.expect("a task"), Ok(()) | Err(DbError::Busy)));
    }
    store.find_messages(operator(), lookup, i64::MAX, 50).await.expect("the readers are free again");
}

/// SQLite has no way to stop a statement that safe code could use: there searches go step by step.
#[test]
fn postgres_ends_a_statement_that_takes_too_long() {
    crate::support::run(Backend::Postgres, |backend| async move {
        let shelf = Shelf::open(backend).await;
        let Store::Pg(engine) = shelf.store().clone() else { panic!("PostgreSQL") };
        let sleep = diesel::sql_query("SELECT pg_sleep(60)");
        let slept = engine.read_cold(|c| async move { sleep.execute(c).await }.boxed()).await;
        assert!(matches!(slept, Err(DbError::Busy)), "{slept:?}");
        engine.read_cold(|_| async { Ok(()) }.boxed()).await.expect("the connection is as good as before");
    });
}

on_both_databases!(who_searches_keeps_nobody_waiting);
