//! Old rows go whole, however many there are; what is young stays.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use switchboard::domain::clock::{DAY, HOUR};
use switchboard::domain::conversation::{EndedRun, Prompt, Run, RunState};
use switchboard::domain::ids::CompanyId;
use switchboard::jobs::purge::everything_old;

use super::shelf::*;
use crate::support::{Backend, on_both_databases};

/// The numbers from one row to another, in both dialects.
const ANOTHER: CompanyId = CompanyId::new(2);

fn numbers(from: i64, to: i64) -> String {
    format!("WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to})")
}

async fn events(shelf: &Shelf, company: CompanyId, from: i64, to: i64, at: i64) {
    let rows = numbers(from, to);
    let head = format!("UPDATE company_feeds SET last_seq = {to} WHERE company_id = {company}");
    let sql = format!(
        "{rows} INSERT INTO events (company_id, seq, kind, at) SELECT {company}, i, 'unread.updated', {at} FROM n; {head}"
    );
    shelf.sql(&sql).await;
}

async fn seqs(shelf: &Shelf, company: CompanyId) -> (i64, i64) {
    let one =
        async |what: &str| shelf.count(&format!("SELECT COALESCE({what}, 0) FROM events WHERE company_id = {company}")).await;
    (one("MIN(seq)").await, one("MAX(seq)").await)
}

async fn nothing_old_is_left(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    events(&shelf, COMPANY, 1, 1_700, NOW - 8 * DAY).await;
    events(&shelf, COMPANY, 1_701, 1_710, NOW - DAY).await;
    // Too many of an age that may go, then too many that are too young to go.
    events(&shelf, ANOTHER, 1, 800, NOW - 2 * HOUR).await;
    events(&shelf, ANOTHER, 801, 101_200, NOW - HOUR / 2).await;
    let rows = numbers(1, 1_300);
    let raws = "INSERT INTO inbound_raw (id, channel_id, external_id, body, state, received_at) SELECT";
    let (old, young) = (NOW - 31 * DAY, NOW - 29 * DAY);
    let body = if backend == Backend::Sqlite { "X''" } else { "''::bytea" };
    shelf
        .sql(&format!("{rows} {raws} i, 4, 'u:' || i, {body}, 'done', CASE WHEN i > 1290 THEN {young} ELSE {old} END FROM n"))
        .await;
    shelf
        .sql(&format!(
            "INSERT INTO jobs (company_id, kind, payload, state, run_at, created_at) VALUES \
             (1, 'x', '{{}}', 'failed', 1, {old}), (1, 'x', '{{}}', 'failed', 1, {young}), (1, 'x', '{{}}', 'queued', 1, {old}); \
             INSERT INTO sessions (company_id, user_id, refresh_hash, rotated_at, address, user_agent, created_at, last_seen_at, expires_at) \
             VALUES (1, 7, '', 1, '', '', 1, 1, {}), (1, 7, '', 1, '', '', 1, 1, {NOW})",
            NOW - 8 * DAY
        ))
        .await;
    everything_old(shelf.store(), NOW, || true).await.expect("a purge");
    assert_eq!(seqs(&shelf, COMPANY).await, (1_701, 1_710), "a week is kept");
    assert_eq!(seqs(&shelf, ANOTHER).await, (801, 101_200), "100,000 are kept, and all of the last hour");
    assert_eq!(shelf.count("SELECT COUNT(*) FROM inbound_raw").await, 10);
    assert_eq!(shelf.count("SELECT COUNT(*) FROM jobs").await, 2);
    assert_eq!(shelf.count("SELECT COUNT(*) FROM sessions").await, 1);
}

/// What a turn was told goes after a month; what it said and cost stays. A wording goes when no kept trace names it.
async fn what_the_agent_was_told_goes_in_time(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let store = shelf.store();
    let conversation = shelf.commit(WEBCHAT, "k", &[says(WEBCHAT, "k", "hi")], NOW).await.after.id;
    let version = store.ensure_agent_version(COMPANY, WEBCHAT, json!({}), NOW).await.expect("an answer").expect("made").id;
    let turn = async |hash: &str, at: i64| {
        let prompt = Some(Prompt { hash: hash.into(), text: Some(format!("You are {hash}. Bye.")) });
        let trace = json!({ "prompt": hash, "at": 5, "facts": "<now>", "messages": [1], "tool_calls": [] });
        let run = Run { agent_version_id: version, trace, prompt, reply: "Hello".into(), started_at: at, ..Run::default() };
        let ended = EndedRun { id: 0, generation: 1, state: RunState::Fenced, run, message: None };
        store.record_fenced_run(COMPANY, WEBCHAT, conversation, ended, at).await.expect("recorded");
    };
    for (hash, days) in [("a", 40), ("a", 31), ("b", 29), ("b", 1), ("c", 0)] {
        turn(hash, NOW - days * DAY).await;
    }
    assert_eq!(shelf.count("SELECT COUNT(*) FROM prompts").await, 3, "once each");
    everything_old(store, NOW, || true).await.expect("a purge");
    assert_eq!(shelf.count("SELECT COUNT(*) FROM agent_runs WHERE reply = 'Hello'").await, 5);
    assert_eq!(shelf.count("SELECT COUNT(*) FROM agent_runs WHERE traced_at IS NULL").await, 2);
    assert_eq!(shelf.count("SELECT COUNT(*) FROM prompts").await, 3, "what was used a month ago may still be named");
    let told = async |order: &str| {
        let id = shelf.count(&format!("SELECT id FROM agent_runs ORDER BY started_at {order} LIMIT 1")).await;
        store.agent_run(COMPANY, id).await.expect("an answer").expect("a run").prompt
    };
    assert_eq!(told("").await, json!(""), "purged");
    assert_eq!(told("DESC").await, json!("You a<now>re c. Bye."), "as it was sent");
    everything_old(store, NOW + 3 * DAY, || true).await.expect("a purge");
    assert_eq!(shelf.count("SELECT COUNT(*) FROM prompts WHERE hash = 'a'").await, 0);
    assert_eq!(shelf.count("SELECT COUNT(*) FROM prompts").await, 2);
    assert_eq!(told("DESC").await, json!("You a<now>re c. Bye."));
}

/// What stood against a day's budgets goes when the day is over, with what somebody who died had set aside; what was spent stays.
async fn budgets_of_old_days_go(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let today = NOW.div_euclid(DAY);
    let days = numbers(today - 700, today);
    let rows = "INSERT INTO ai_budgets (company_id, day, channel_id, spent_micros) SELECT";
    let spent = "INSERT INTO ai_spend (company_id, day, channel_id, cost_micros) SELECT";
    shelf
        .sql(&format!(
            "{days} {rows} {COMPANY}, i, 0, 7 FROM n; {days} {rows} {COMPANY}, i, {TELEGRAM}, 7 FROM n; \
             {days} {spent} {COMPANY}, i, {TELEGRAM}, 7 FROM n; \
             INSERT INTO ai_reservations (company_id, day, channel_id, micros, expires_at) VALUES \
             ({COMPANY}, {}, {TELEGRAM}, 5, {NOW}), ({COMPANY}, {today}, {TELEGRAM}, 5, {NOW})",
            today - 3
        ))
        .await;
    everything_old(shelf.store(), NOW, || true).await.expect("a purge");
    assert_eq!(shelf.count(&format!("SELECT COUNT(*) FROM ai_budgets WHERE day < {today} - 2")).await, 0);
    assert_eq!(shelf.count("SELECT COUNT(*) FROM ai_budgets").await, 6, "of today and the two days before");
    assert_eq!(shelf.count(&format!("SELECT COUNT(*) FROM ai_reservations WHERE day = {today}")).await, 1);
    assert_eq!(shelf.count("SELECT COUNT(*) FROM ai_reservations").await, 1);
    assert_eq!(shelf.count("SELECT COUNT(*) FROM ai_spend").await, 701, "the books are kept");
}

async fn a_drain_ends_it_between_two_slices(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    events(&shelf, COMPANY, 1, 2_000, NOW - 8 * DAY).await;
    // It is asked before each slice, of the other company too.
    let asked = AtomicUsize::new(0);
    everything_old(shelf.store(), NOW, || asked.fetch_add(1, Ordering::Relaxed) < 3).await.expect("a purge");
    let (first, last) = seqs(&shelf, COMPANY).await;
    assert!([1_001, 1_501].contains(&first) && last == 2_000, "whole slices are gone: {first} is the first");
}

on_both_databases!(
    nothing_old_is_left,
    what_the_agent_was_told_goes_in_time,
    budgets_of_old_days_go,
    a_drain_ends_it_between_two_slices,
);
