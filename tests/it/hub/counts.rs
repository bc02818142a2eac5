//! Each screen is told its company's counts, whatever became of the others', and of the first try.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix::{Addr, Arbiter};
use switchboard::domain::access::Principal;
use switchboard::domain::conversation::Input;
use switchboard::domain::ids::{ChannelId, CompanyId};
use switchboard::hub::publisher::{FeedShard, Publisher, Transient};

use super::screen::Screen;
use crate::jobs::house::{House, in_a_house};
use crate::storage::shelf::*;
use crate::support::Backend;

const QUICK: CompanyId = CompanyId::new(2);
const KEY: &str = "c1";
/// A channel of each company.
const CHANNELS: [(CompanyId, ChannelId); 3] =
    [(COMPANY, TELEGRAM), (QUICK, ChannelId::new(6)), (CompanyId::new(3), ChannelId::new(7))];

/// The newest number that this screen was told of what is unread.
fn unread(screen: &Screen) -> Option<i64> {
    let told = screen.frames.iter().rfind(|frame| frame["type"] == "counts.updated")?;
    told["counts"]["all"]["unread"].as_i64()
}

async fn told(screen: &mut Screen, number: i64) {
    let what = format!("{number} unread");
    let is_it = |frame: &serde_json::Value| {
        (frame["type"] == "counts.updated" && frame["counts"]["all"]["unread"] == number).then_some(())
    };
    screen.until(&what, is_it).await;
}

/// Three companies, each with a conversation that has been read.
async fn companies(backend: Backend) -> House {
    let house = House::open(backend).await;
    house
        .shelf
        .sql(
            "INSERT INTO companies (id, name, created_at) VALUES (3, 'Third', 1); INSERT INTO company_feeds (company_id) VALUES (3); \
             INSERT INTO channels (id, company_id, kind, name, created_at, updated_at) \
             VALUES (6, 2, 'telegram', 'B', 1, 1), (7, 3, 'telegram', 'C', 1, 1)",
        )
        .await;
    for (company, channel) in CHANNELS {
        write(&house, company, channel, KEY).await;
        let conversation = house.shelf.state(channel, KEY).await.id;
        let who = Principal { company_id: company, ..operator() };
        house.shelf.store().mark_read(who, conversation, None, NOW).await.expect("a look");
    }
    house
}

async fn write(house: &House, company: CompanyId, channel: ChannelId, key: &str) {
    let mut said = says(channel, key, &format!("{key} in {company}"));
    let Input::Inbound(inbound) = &mut said else { panic!("an inbound") };
    inbound.company_id = company;
    house.shelf.commit(channel, key, &[said], NOW).await;
}

/// From here on what the people of all companies but the quick one have read cannot be read, or only after seconds.
fn in_trouble(backend: Backend, fails: bool) -> String {
    let view = |condition: &str| {
        format!(
            "ALTER TABLE read_states RENAME TO kept; \
             CREATE VIEW read_states AS SELECT * FROM kept WHERE CASE WHEN company_id = {QUICK} THEN TRUE ELSE {condition} END;"
        )
    };
    match (backend, fails) {
        (Backend::Sqlite, true) => view("abs(-9223372036854775807 - (company_id > 0)) > 0"),
        (Backend::Sqlite, false) => view(
            "(WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 12000000 + company_id - company_id) \
             SELECT MAX(i) FROM k) > 0",
        ),
        // So dear that only rows which were asked for meet it.
        (Backend::Postgres, _) => {
            let deed = if fails { "RAISE EXCEPTION 'trouble'" } else { "PERFORM pg_sleep(6)" };
            format!(
                "CREATE FUNCTION trouble() RETURNS boolean LANGUAGE plpgsql COST 1000000 AS $$ BEGIN {deed}; RETURN TRUE; END $$; {}",
                view("trouble()")
            )
        }
    }
}

const AS_BEFORE: &str = "DROP VIEW read_states; ALTER TABLE kept RENAME TO read_states;";

async fn a_company_that_is_slow_to_read_holds_up_no_other(backend: Backend) {
    let house = companies(backend).await;
    let shard = house.hub.core.publisher.start_shard();
    house.shelf.sql(&in_trouble(backend, false)).await;
    let mut slow = Screen::open(&house, &shard, COMPANY);
    while slow.step().await {}
    let mut quick = Screen::open(&house, &shard, QUICK);
    told(&mut quick, 0).await;
    write(&house, QUICK, CHANNELS[1].1, "c2").await;
    told(&mut quick, 1).await;
    while slow.step().await {}
    assert_eq!(unread(&slow), None, "its look is still under way");
    house.shelf.sql(AS_BEFORE).await;
    told(&mut slow, 0).await;
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("a log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn warnings(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().expect("a log").clone()).expect("text");
        text.lines().filter(|line| line.contains("counts could not be read")).map(str::to_owned).collect()
    }
}

async fn what_cannot_be_read_is_warned_of_once_and_told_later(backend: Backend) {
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing::Level::WARN);
    let _listening = tracing::subscriber::set_default(lines.with_writer(move || writer.clone()).finish());
    let house = companies(backend).await;
    let shard = house.hub.core.publisher.start_shard();
    house.shelf.sql(&in_trouble(backend, true)).await;
    let mut screens: Vec<Screen> = CHANNELS.iter().map(|(company, _)| Screen::open(&house, &shard, *company)).collect();
    // The second warning is about both.
    for n in 1.. {
        for screen in &mut screens {
            while screen.step().await {}
        }
        write(&house, QUICK, CHANNELS[1].1, &format!("new {n}")).await;
        told(&mut screens[1], n).await;
        if log.warnings().iter().any(|line| line.contains("companies=2")) {
            break;
        }
    }
    let warnings = log.warnings();
    assert!(warnings.len() <= 2, "{warnings:#?}");
    assert_eq!((unread(&screens[0]), unread(&screens[2])), (None, None));
    house.shelf.sql(AS_BEFORE).await;
    told(&mut screens[0], 0).await;
    told(&mut screens[2], 0).await;
}

/// A shard on a thread of its own.
async fn shard_elsewhere(publisher: &Publisher) -> (Arbiter, Addr<FeedShard>) {
    let (arbiter, publisher) = (Arbiter::new(), publisher.clone());
    let (tell, told) = tokio::sync::oneshot::channel();
    arbiter.spawn_fn(move || drop(tell.send(publisher.start_shard())));
    (arbiter, told.await.expect("a shard"))
}

async fn who_was_not_reached_is_told_again(backend: Backend) {
    let house = companies(backend).await;
    let publisher = &house.hub.core.publisher;
    write(&house, COMPANY, TELEGRAM, "c2").await;
    let (arbiter, shard) = shard_elsewhere(publisher).await;
    let mut screen = Screen::open(&house, &shard, COMPANY);
    told(&mut screen, 1).await;
    while screen.step().await {}
    // Its thread is busy, and its mailbox fills.
    let (release, wait) = std::sync::mpsc::channel::<()>();
    let (tell, is_busy) = tokio::sync::oneshot::channel();
    arbiter.spawn_fn(move || {
        let _ = tell.send(());
        let _ = wait.recv();
    });
    is_busy.await.expect("it is busy");
    for _ in 0..10_000 {
        publisher.pass(Transient::presence(QUICK, OPERATOR, true));
    }
    // One event alone: no hole makes the screen catch up, after which it would be told anyway.
    let conversation = house.shelf.state(TELEGRAM, "c2").await.id;
    house.shelf.store().mark_read(operator(), conversation, None, NOW).await.expect("a look");
    tokio::time::sleep(Duration::from_secs(2)).await;
    while screen.step().await {}
    assert_eq!(unread(&screen), Some(1), "nothing has reached it");
    drop(release);
    told(&mut screen, 0).await;
    arbiter.stop();
}

in_a_house!(
    a_company_that_is_slow_to_read_holds_up_no_other,
    what_cannot_be_read_is_warned_of_once_and_told_later,
    who_was_not_reached_is_told_again
);
