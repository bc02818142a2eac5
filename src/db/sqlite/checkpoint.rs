//! Moving what is committed from the write-ahead log into the database file, beside the writer instead of within a COMMIT.
//!
//! SQLite's own way is to do it in the COMMIT that fills the log: each few hundred messages one waits for two more syncs and
//! for pages that are nothing to it, and so does everybody behind it. A passive checkpoint blocks nobody who reads or writes.
//! Under a stream of writes it alone never sees the log's end, without which the log is not begun anew: that little rest is
//! left to the writer, when the log is long (`wal_autocheckpoint` in [`connect`](super::connect)).
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::Integer;

/// Between two of them: a page that many transactions have written meanwhile is moved once.
const PAUSE: Duration = Duration::from_millis(250);

/// Pages in the log, four times as many as those at which the writer begins it anew.
const FAR_TOO_LONG: i32 = 32_000;
const BETWEEN_WARNINGS: Duration = Duration::from_secs(60);

/// The handle on the thread that moves pages; the thread ends when the last one is dropped.
#[derive(Clone)]
pub struct Checkpoints(SyncSender<()>);

impl Checkpoints {
    pub fn start(path: &Path) -> Result<Checkpoints, String> {
        let connection = super::connect(path)?;
        // One that waits is enough, for however many commits.
        let (due, asked) = sync_channel(1);
        thread::Builder::new()
            .name("db-checkpoint".to_owned())
            .spawn(move || serve(connection, &asked))
            .map_err(|e| format!("cannot start a database thread: {e}"))?;
        Ok(Checkpoints(due))
    }

    /// To be told after each COMMIT.
    pub fn committed(&self) {
        let _ = self.0.try_send(());
    }
}

#[derive(QueryableByName)]
struct Moved {
    /// Pages in the log; -1 while somebody else moves them.
    #[diesel(sql_type = Integer)]
    log: i32,
}

fn serve(mut connection: SqliteConnection, asked: &Receiver<()>) {
    let mut warned: Option<Instant> = None;
    while asked.recv().is_ok() {
        let moved = diesel::sql_query("PRAGMA wal_checkpoint(PASSIVE)").get_result::<Moved>(&mut connection);
        let trouble = match moved {
            Ok(Moved { log }) if log > FAR_TOO_LONG => Some(format!("a reader that does not end keeps {log} pages in it")),
            Ok(_) => None,
            Err(e) => Some(e.to_string()),
        };
        // A COMMIT says nothing of it: without this line the log would grow in silence.
        if let Some(why) = trouble.filter(|_| warned.is_none_or(|at| at.elapsed() > BETWEEN_WARNINGS)) {
            tracing::warn!(why, "the write-ahead log of the database cannot be emptied: it goes on growing");
            warned = Some(Instant::now());
        }
        thread::sleep(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use std::fs::metadata;

    use diesel::connection::SimpleConnection;

    use super::super::tests::Folder;
    use super::*;

    const INSERT: &str = "INSERT INTO t VALUES (randomblob(100000))";

    #[test]
    fn what_is_committed_comes_into_the_file_without_another_commit() {
        let folder = Folder::new("checkpoint");
        let mut c = folder.open();
        c.batch_execute("PRAGMA wal_autocheckpoint=0; CREATE TABLE t (a)").expect("a table");
        let checkpoints = Checkpoints::start(&folder.file()).expect("a thread");
        c.batch_execute(INSERT).expect("a row");
        let length = || metadata(folder.file()).map_or(0, |file| file.len());
        assert!(length() < 100_000);
        checkpoints.committed();
        let since = Instant::now();
        while length() < 100_000 {
            assert!(since.elapsed() < Duration::from_secs(30), "it is in the log still");
            thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn under_a_stream_of_commits_the_log_does_not_grow_for_ever() {
        let folder = Folder::new("stream");
        let mut c = folder.open();
        c.batch_execute("CREATE TABLE t (a)").expect("a table");
        let checkpoints = Checkpoints::start(&folder.file()).expect("a thread");
        let log = folder.file().with_extension("db-wal");
        // Three times what the log holds, and pages of 4 KB.
        for _ in 0..1000 {
            c.batch_execute(INSERT).expect("a row");
            checkpoints.committed();
        }
        let pages = metadata(log).map_or(0, |file| file.len()) / 4096;
        assert!((1..10_000).contains(&pages), "{pages} pages");
    }
}
