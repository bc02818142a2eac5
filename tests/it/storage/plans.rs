//! How SQLite finds what the hub asks for all the time: by an index, however old and large the tables are.

use std::sync::{Arc, Mutex};

use diesel::connection::InstrumentationEvent;
use diesel::sql_types::{Integer, Text};
use diesel_async::{AsyncConnection, RunQueryDsl};
use switchboard::db::sqlite::{Conn, queries::*};

use super::shelf::*;
use crate::support::Backend;

/// What grows with every message. `meta`, `channels` and the like may be read whole.
const BIG: [&str; 9] = [
    "conversations",
    "messages",
    "deliveries",
    "attachments",
    "inbound_raw",
    "events",
    "episodes",
    "identities",
    "identity_keys",
];
/// Jobs that failed stay for a while; timers are as many as people snooze.
const GROWING: [&str; 3] = ["jobs", "timers", "sessions"];
/// Indexes that hold only the few rows that are still open: reading one whole is cheap.
const SMALL: [&str; 2] = ["deliveries_open", "jobs_due"];

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = Integer)]
    #[allow(dead_code)]
    id: i32,
    #[diesel(sql_type = Text)]
    detail: String,
}

/// Remembers the text of every statement of the connection.
fn listen(c: &mut Conn) -> Arc<Mutex<Vec<String>>> {
    let heard = Arc::new(Mutex::new(vec![]));
    let said = heard.clone();
    c.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            said.lock().expect("a list").push(text.split(" -- binds").next().unwrap_or_default().to_owned());
        }
    });
    heard
}

/// The lines of a plan that read a big table from end to end.
async fn whole_readings(c: &mut Conn, sql: &str) -> Vec<String> {
    let plan: Vec<Line> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(c).await.expect(sql);
    let words = |line: &Line| line.detail.replace(['`', '"'], "");
    let whole = |line: &String| {
        let table = line.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
        table.is_some_and(|t| BIG.contains(&t) || GROWING.contains(&t)) && !SMALL.iter().any(|index| line.ends_with(index))
    };
    plan.iter().map(words).filter(whole).collect()
}

async fn what_the_hub_asks(c: &mut Conn, conversation: i64) {
    let far = NOW + 1;
    conversations::state_by_id(c, conversation).await.expect("the state");
    conversations::load_state(c, TELEGRAM, "5001".into()).await.expect("the state by its key");
    conversations::with_open_deliveries(c).await.expect("what is to leave");
    runtime::oldest_queued_at(c).await.expect("the age of what is to leave");
    runtime::due_timers(c, far, 200).await.expect("due timers");
    let jobs = channels_runtime::claim_jobs(c, "fetch_media".into(), "me".into(), far, far + 1, 8).await.expect("jobs");
    assert_eq!(jobs.len(), 1);
    channels_runtime::finish_job(c, jobs[0].id, "me".into()).await.expect("a job is done");
    channels_runtime::release_jobs(c, "fetch_media".into()).await.expect("jobs are free");
    files::unused_files(c, far, 100).await.expect("unused files");
    feed::events_after(c, COMPANY, 0, 256).await.expect("events");
    sessions::changed_since(c, far).await.expect("changed sessions");
    purge::old_events(c, COMPANY, NOW, 0, NOW, 500).await.expect("old events");
    purge::purge_raw(c, 1, 500).await.expect("old payloads");
    purge::purge_failed_jobs(c, 1, 500).await.expect("old jobs");
    purge::purge_sessions(c, 1, 500).await.expect("old sessions");
}

#[test]
fn what_is_asked_all_the_time_is_found_by_an_index() {
    crate::support::run(Backend::Sqlite, |backend| async move {
        let shelf = Shelf::open(backend).await;
        let state = shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "hello"), replies("hello")], NOW).await.after;
        let job = "INSERT INTO jobs (company_id, kind, payload, run_at, created_at) VALUES (1, 'fetch_media', '{}', 1, 1)";
        shelf.sql(job).await;
        let mut c = shelf.sqlite().await;
        let heard = listen(&mut c);
        what_the_hub_asks(&mut c, state.id).await;
        let asked: Vec<String> = std::mem::take(&mut *heard.lock().expect("a list"));
        assert!(asked.len() > 15, "{asked:#?}");
        for sql in asked {
            let whole = whole_readings(&mut c, &sql).await;
            assert!(whole.is_empty(), "{sql}\nreads a whole table: {whole:?}");
        }
        // As it was once: the values are bound, and the index is passed over.
        let bound = "SELECT message_id FROM deliveries WHERE conversation_id = ? AND state IN (?, ?, ?)";
        assert_eq!(whole_readings(&mut c, bound).await, ["SCAN deliveries"]);
    });
}
