//! Real errors of SQLite, and that none of them leaves a transaction open.
use super::*;
use crate::db::fault::{self, Fault};

pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let dir = std::env::temp_dir().join(format!("switchboard-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(&dir).expect("a folder");
        Folder(dir)
    }

    pub fn file(&self) -> PathBuf {
        self.0.join("test.db")
    }

    pub fn open(&self) -> SqliteConnection {
        connect(&self.file()).expect("a connection")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn what_sqlite_really_says_is_told_apart() {
    let folder = Folder::new("faults");
    let mut c = folder.open();
    c.batch_execute("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL UNIQUE, CHECK (n < 100))").expect("a table");
    c.batch_execute("CREATE TABLE child (t_id INTEGER REFERENCES t (id)); INSERT INTO t VALUES (1, 1)").expect("a table");
    let mut fault_of = |sql: &str| fault::of(&c.batch_execute(sql).expect_err(sql), None);
    for refused in [
        "INSERT INTO t VALUES (1, 2)",
        "INSERT INTO t VALUES (2, 1)",
        "INSERT INTO t VALUES (2, NULL)",
        "INSERT INTO t VALUES (2, 100)",
        "INSERT INTO child VALUES (7)",
        "INSERT INTO t VALUES ('a word', 2)",
        "SELECT zeroblob(2000000000)",
    ] {
        assert_eq!(fault_of(refused), Fault::Data, "{refused}");
    }
    assert_eq!(fault_of("INSERT INTO nowhere VALUES (1)"), Fault::Unknown);
    assert_eq!(fault_of("BEGIN; BEGIN"), Fault::Unknown);
    assert_eq!(fault_of("ROLLBACK; PRAGMA query_only = 1; INSERT INTO t VALUES (2, 2)"), Fault::Away);
    let full = "PRAGMA query_only = 0; PRAGMA max_page_count = 1; CREATE TABLE u (a); INSERT INTO u VALUES (zeroblob(1000000))";
    assert_eq!(fault_of(full), Fault::Away);
    c.batch_execute("PRAGMA max_page_count = 100000; BEGIN IMMEDIATE").expect("a lock");
    let mut second = folder.open();
    let busy = second.batch_execute("PRAGMA busy_timeout = 0; BEGIN IMMEDIATE").expect_err("somebody else writes");
    assert_eq!(fault::of(&busy, None), Fault::Conflict);
}

/// The next write must not land in a transaction that an earlier one has left: it would be answered as stored and be lost.
#[tokio::test]
async fn a_begin_that_fails_leaves_no_transaction_open() {
    let folder = Folder::new("begin");
    let path = folder.file();
    let engine = Engine::open(&path, mpsc::unbounded_channel().0).expect("an engine");
    let note = |n: i64| {
        let sql = format!("INSERT INTO meta (key, value) VALUES ('k{n}', 'v')");
        engine.write(move |c| Box::pin(async move { c.batch_execute(&sql).await.map(Wrote::quiet) }))
    };
    engine
        .write
        .run(|c| {
            let left = futures_util::FutureExt::now_or_never(c.batch_execute("BEGIN"));
            (left.expect("inline"), Leaves::Clean)
        })
        .await
        .expect("an open transaction");
    let first = note(1).await;
    assert!(matches!(first, Err(DbError::Failed(_))), "{first:?}");
    note(2).await.expect("the next write is stored");
    let mut other = folder.open();
    other.batch_execute("INSERT INTO meta (key, value) VALUES ('k1', 'v')").expect("nobody holds the lock");
    let taken = other.batch_execute("INSERT INTO meta (key, value) VALUES ('k2', 'v')").expect_err("it is committed");
    assert_eq!(fault::of(&taken, None), Fault::Data);
    // Somebody else writes for longer than we wait.
    other.batch_execute("BEGIN IMMEDIATE").expect("a lock");
    let busy = engine.write(|c| Box::pin(async move { c.batch_execute("SELECT 1").await.map(Wrote::quiet) }));
    let impatient = engine.write.run(|c| {
        let set = futures_util::FutureExt::now_or_never(c.batch_execute("PRAGMA busy_timeout = 10"));
        (set.expect("inline"), Leaves::Clean)
    });
    impatient.await.expect("a pragma");
    assert!(matches!(busy.await, Err(DbError::Conflict(_))));
    other.batch_execute("ROLLBACK").expect("an end");
    note(3).await.expect("stored");
}
