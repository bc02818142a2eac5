//! A company that has been there for years: what is asked all the time reads what is open, or new, and nothing else.
//! PostgreSQL counts the rows it reads; SQLite's plans are looked at in `plans.rs`.

use std::collections::BTreeSet;

use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use switchboard::db::conversations::{ListFilter, View};
use switchboard::domain::ids::{ConversationId, MessageId};
use switchboard::domain::message::MessageStatus;

use super::plans::listen;
use super::shelf::*;
use crate::support::{Backend, on_both_databases};

const CONVERSATIONS: i64 = 20_000;
/// Of them; all others are closed.
const LIVE: i64 = 100;
/// In so many a note names the person; all of them are closed.
const NAMED: i64 = 30;
const FIRST: i64 = 1_000_001;
/// A conversation of the web chat in which this much was said and read.
const LONG: ConversationId = ConversationId::new(1);
const SAID: i64 = 100_000;
const PAGE: i64 = 500;

/// 100,000 deliveries wait, five in each conversation; turns are owed in every tenth.
fn rows() -> String {
    let numbers = |n: i64| format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {n})");
    let each = numbers(CONVERSATIONS);
    format!(
        "{each} INSERT INTO customers (id, company_id, name, created_at, updated_at) SELECT 1000000 + i, 1, 'C', 1, 1 FROM n; \
         INSERT INTO customers (id, company_id, name, created_at, updated_at) VALUES (1, 1, 'V', 1, 1); \
         {each} INSERT INTO identities (id, company_id, channel_id, customer_id, home_key, address, created_at) \
           SELECT 1000000 + i, 1, 4, 1000000 + i, 'k', 'k', 1 FROM n; \
         INSERT INTO identities (id, company_id, channel_id, customer_id, home_key, address, created_at) \
           VALUES (1, 1, 3, 1, 'v', 'v', 1); \
         {each} INSERT INTO conversations (id, company_id, channel_id, identity_id, customer_id, episode_id, status, handler, \
           inbound_count, turn_since, created_at, updated_at) SELECT 1000000 + i, 1, 4, 1000000 + i, 1000000 + i, 1, \
           CASE WHEN i > {LIVE} THEN 'closed' ELSE 'open' END, 'queue', 1, CASE WHEN i % 10 = 0 THEN 1 END, 1, i FROM n; \
         INSERT INTO conversations (id, company_id, channel_id, identity_id, customer_id, episode_id, status, handler, \
           inbound_count, created_at, updated_at) VALUES (1, 1, 3, 1, 1, 1, 'closed', 'queue', {SAID} / 2, 1, 0); \
         {each} INSERT INTO messages (id, company_id, conversation_id, episode_id, direction, author_type, kind, text, status, \
           sender, seq, created_at) SELECT 1000000 + i, 1, 1000000 + i, 1, 'out', 'operator', 'text', 'a', 'queued', 'u:7', 1, 1 FROM n; \
         {} INSERT INTO messages (id, company_id, conversation_id, episode_id, direction, author_type, kind, text, status, \
           sender, seq, created_at) SELECT i, 1, {LONG}, 1, CASE WHEN i % 2 = 0 THEN 'out' ELSE 'in' END, 'operator', 'text', 'a', \
           CASE WHEN i % 2 = 1 THEN 'received' WHEN i > {SAID} - 10 THEN 'sent' ELSE 'read' END, 'u:7', 1, 1 FROM n; \
         {} INSERT INTO deliveries (id, company_id, conversation_id, message_id, channel_id, part, state, created_at, updated_at) \
           SELECT i, 1, 1000001 + (i % {CONVERSATIONS}), 1000001 + (i % {CONVERSATIONS}), 4, i / {CONVERSATIONS}, \
           CASE WHEN i % 1000 = 7 THEN 'uncertain' WHEN i % 1000 = 8 THEN 'sending' ELSE 'queued' END, 1000000 + i, 1 FROM n; \
         {each} INSERT INTO notifications (id, company_id, user_id, code, conversation_id, params, created_at) \
           SELECT i, 1, CASE WHEN i > {CONVERSATIONS} - {NAMED} THEN 7 ELSE 8 END, 'mentioned', 1000000 + i, '{{}}', 1 FROM n;",
        numbers(SAID),
        numbers(CONVERSATIONS * 5 - 1),
    )
}

/// Rows of a table that were read so far, by whoever reads and whatever way.
async fn read_from(c: &mut switchboard::db::pg::Conn, table: &str) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    diesel::sql_query("SELECT pg_stat_force_next_flush()").execute(c).await.expect("what was counted is handed in");
    let sql = format!(
        "SELECT (SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = '{table}')::bigint + \
         (SELECT SUM(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = '{table}')::bigint AS n"
    );
    let row: Row = diesel::sql_query(sql).get_result(c).await.expect("a count");
    row.n
}

/// Asks everything; `at_most!(table, rows, what)` holds what was read against a number of rows.
macro_rules! ask_all {
    ($backend:ident, $c:ident, $at_most:ident) => {{
        use switchboard::db::$backend::queries::*;
        let heard = listen(&mut $c);
        let (mut after, mut pages, mut seen, mut oldest) = (ConversationId::NONE, 0, BTreeSet::new(), i64::MAX);
        heard.lock().expect("a list").clear();
        loop {
            let page = $at_most!("deliveries", 5 * PAGE, outbox::leaving_after(&mut $c, after, PAGE));
            pages += 1;
            seen.extend(page.iter().map(|leaving| leaving.conversation_id));
            oldest =
                page.iter().filter_map(|leaving| leaving.head).map(|head| head.queued_at).chain([oldest]).min().expect("one");
            match page.last() {
                Some(last) if page.len() as i64 == PAGE => after = last.conversation_id,
                _ => break,
            }
        }
        let asked = heard.lock().expect("a list").iter().filter(|sql| sql.contains("RECURSIVE walk")).count() as i64;
        assert_eq!((seen.len() as i64, pages, oldest), (CONVERSATIONS, CONVERSATIONS / PAGE + 1, 1_000_001));
        assert_eq!(asked, pages, "a page is a statement");
        let turns =
            $at_most!("conversations", PAGE + 1, outbox::owed_turns_after(&mut $c, ConversationId::new(FIRST + 500), PAGE));
        assert_eq!((turns.len() as i64, turns[0]), (PAGE, ConversationId::new(FIRST + 509)));
        let homes = $at_most!("conversations", 50, outbox::homes_of(&mut $c, turns[..50].to_vec()));
        assert_eq!(homes.len(), 50);
        let counts = $at_most!("conversations", LIVE, counts::count_views(&mut $c, operator()));
        assert_eq!(counts.all.unread, 100);
        for (status, limit) in [(None, 50), (Some("any"), 100), (Some("closed"), 50)] {
            let status = status.map(str::to_owned);
            let filter = ListFilter {
                view: View::All,
                status,
                customer_id: None,
                before: Some((15_000, ConversationId::new(FIRST))),
                limit: 50,
            };
            // The page, and its rows once more by their ids.
            let page = $at_most!("conversations", limit + 50, inbox::list_conversations(&mut $c, operator(), filter));
            assert_eq!(page.len(), 50);
        }
        let status = Some("any".to_owned());
        let filter = ListFilter { view: View::Mentions, status, customer_id: None, before: None, limit: 20 };
        let named = $at_most!("conversations", NAMED + 20, inbox::list_conversations(&mut $c, operator(), filter.clone()));
        assert_eq!(named.len(), 20);
        let rest = ListFilter { before: named.last().map(|view| (view.updated_at, view.id)), ..filter.clone() };
        let rest = $at_most!("notifications", NAMED, inbox::list_conversations(&mut $c, operator(), rest));
        assert_eq!(rest.len(), 10);
        let open = ListFilter { status: None, ..filter };
        let open = $at_most!("conversations", NAMED, inbox::list_conversations(&mut $c, operator(), open));
        assert!(open.is_empty(), "{open:?}");
        $at_most!("customers", 51, customers::customers_page(&mut $c, operator(), i64::MAX, 50));
        // Five of a hundred thousand rise. Each is read once, written by its id, and read for its event.
        let raised =
            $at_most!("messages", 5 * 5, runtime::raise_receipts(&mut $c, LONG, MessageId::new(SAID), MessageStatus::Read, NOW));
        assert_eq!(raised.value, 5);
        let again =
            $at_most!("messages", 0, runtime::raise_receipts(&mut $c, LONG, MessageId::new(SAID), MessageStatus::Read, NOW));
        assert_eq!(again.value, 0);
        // The first look reads from the nearer end, a later one what lies between.
        for up_to in [Some(SAID - 9), Some(SAID - 3), None, Some(5)] {
            $at_most!("messages", 30, inbox::mark_read(&mut $c, operator(), LONG, up_to.map(MessageId::new), NOW));
        }
        for from in [SAID - 7, SAID - 3] {
            $at_most!("messages", 30, inbox::mark_unread(&mut $c, operator(), LONG, MessageId::new(from), NOW));
        }
        inbox::mark_read(&mut $c, operator(), LONG, None, NOW).await.expect("a look");
    }};
}

async fn a_long_history_is_not_read(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    match backend {
        Backend::Sqlite => {
            shelf.sql(&format!("PRAGMA foreign_keys = OFF; BEGIN; {} COMMIT;", rows())).await;
            let mut c = shelf.sqlite().await;
            macro_rules! at_most {
                ($table:literal, $rows:expr, $ask:expr) => {{
                    let _ = $rows;
                    $ask.await.expect("an answer")
                }};
            }
            ask_all!(sqlite, c, at_most);
        }
        Backend::Postgres => {
            shelf.sql(&format!("SET session_replication_role = replica; {} ANALYZE;", rows())).await;
            let database = shelf.hub.database.as_ref().expect("a database");
            let c = <switchboard::db::pg::Conn as diesel_async::AsyncConnection>::establish(&database.url).await;
            let mut c = c.expect("a connection");
            macro_rules! at_most {
                ($table:literal, $rows:expr, $ask:expr) => {{
                    let before = read_from(&mut c, $table).await;
                    let answer = $ask.await.expect("an answer");
                    let read = read_from(&mut c, $table).await - before;
                    // Looking for a place in an index may give a row or two beside.
                    assert!(read <= $rows + 10, "{} reads {read} rows of {}, {} are enough", stringify!($ask), $table, $rows);
                    answer
                }};
            }
            ask_all!(pg, c, at_most);
        }
    }
    let unread =
        format!("SELECT COUNT(*) FROM messages WHERE conversation_id = {LONG} AND direction = 'out' AND status <> 'read'");
    assert_eq!(shelf.count(&unread).await, 0);
    assert_eq!(shelf.count(&format!("SELECT read_count FROM read_states WHERE conversation_id = {LONG}")).await, SAID / 2);
}

on_both_databases!(a_long_history_is_not_read);
