//! A company whose feed is slow to read stalls no other.

use std::time::Instant;

use switchboard::domain::conversation::Input;
use switchboard::domain::ids::{ChannelId, CompanyId};

use super::screen::Screen;
use crate::jobs::house::{House, in_a_house};
use crate::storage::shelf::*;
use crate::support::{Backend, newer_events};

const SLOW: CompanyId = COMPANY;
const QUICK: CompanyId = CompanyId::new(2);
const KEY: &str = "c1";

/// From here on each read of the slow company's feed takes seconds; whatever is written goes where it went.
fn slow_down(backend: Backend) -> String {
    let condition = match backend {
        Backend::Postgres => format!("CASE WHEN company_id = {SLOW} THEN pg_sleep(4) IS NOT NULL ELSE TRUE END"),
        Backend::Sqlite => format!(
            "CASE WHEN company_id = {SLOW} THEN (WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k \
             WHERE i < 3000000 + seq - seq) SELECT MAX(i) FROM k) > 0 ELSE TRUE END"
        ),
    };
    let columns = "company_id, seq, kind, conversation_id, message_id, customer_id, user_id, department_before, \
                   department_after, assignee_before, assignee_after, diff, at, lead_id";
    let new = columns.split(", ").map(|column| format!("NEW.{}", column.trim())).collect::<Vec<_>>().join(", ");
    let view = format!("ALTER TABLE events RENAME TO kept; CREATE VIEW events AS SELECT * FROM kept WHERE {condition};");
    match backend {
        Backend::Postgres => view,
        // PostgreSQL writes through such a view by itself.
        Backend::Sqlite => format!(
            "{view} CREATE TRIGGER pass INSTEAD OF INSERT ON events BEGIN INSERT INTO kept ({columns}) VALUES ({new}); END;"
        ),
    }
}

const AS_BEFORE: &str = "DROP VIEW events; ALTER TABLE kept RENAME TO events;";

fn said_to(company: CompanyId, channel: ChannelId, text: &str) -> Input {
    let mut said = says(channel, KEY, text);
    let Input::Inbound(inbound) = &mut said else { panic!("an inbound") };
    inbound.company_id = company;
    said
}

async fn a_slow_company_stalls_no_other(backend: Backend) {
    const THEIRS: ChannelId = ChannelId::new(6);
    let house = House::open(backend).await;
    house
        .shelf
        .sql("INSERT INTO channels (id, company_id, kind, name, created_at, updated_at) VALUES (6, 2, 'telegram', 'B', 1, 1)")
        .await;
    let shard = house.hub.core.publisher.start_shard();
    let (mut slow, mut quick) = (Screen::open(&house, &shard, SLOW), Screen::open(&house, &shard, QUICK));
    while slow.step().await | quick.step().await {}
    house.shelf.sql(&slow_down(backend)).await;
    // Something of another process that nobody hands over, and behind it a message of ours: it waits for the read.
    house.shelf.sql(&newer_events(SLOW, 1)).await;
    house.shelf.commit(TELEGRAM, KEY, &[said_to(SLOW, TELEGRAM, "behind")], NOW).await;
    let begun = Instant::now();
    for n in 0..12 {
        let text = format!("at once {n}");
        house.shelf.commit(THEIRS, KEY, &[said_to(QUICK, THEIRS, &text)], NOW).await;
        quick.message(&text).await;
    }
    // On PostgreSQL other processes write too, and what they have committed is read: also past the slow one.
    if backend == Backend::Postgres {
        let beside = house.shelf.beside().await;
        for n in 0..3 {
            let text = format!("elsewhere {n}");
            beside.commit(THEIRS, KEY, &[said_to(QUICK, THEIRS, &text)], NOW).await;
            quick.message(&text).await;
        }
    }
    let took = begun.elapsed();
    while slow.step().await {}
    assert_eq!(slow.texts(), Vec::<&str>::new(), "{took:?} later its feed was still being read");
    house.shelf.sql(AS_BEFORE).await;
    slow.message("behind").await;
    println!("{backend:?}: one company's feed stood still, another's messages were shown after {} ms", took.as_millis());
}

in_a_house!(a_slow_company_stalls_no_other);
