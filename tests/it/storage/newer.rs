//! A database that a newer version has changed is left alone. One that a newer version writes to while this one still runs,
//! as in a rolling deploy, is read as far as it is known: nothing waits for what is not.

use switchboard::db::DbError;
use switchboard::db::channels::ChannelChange;
use switchboard::db::search::Lookup;
use switchboard::domain::channel::{ChannelKind, HealthState};
use switchboard::domain::event::{EventBody, EventKind};
use switchboard::domain::ids::CompanyId;
use switchboard::domain::search::SearchQuery;
use switchboard::jobs::search_index::catch_up;

use super::shelf::*;
use crate::support::{Backend, Hub, newer_events, on_both_databases};

async fn a_newer_database_is_refused(backend: Backend) {
    let hub = Hub::prepare(backend, &[]).await;
    assert_eq!(hub.run(&["migrate"]).0, 0);
    assert_eq!(hub.run(&["migrate"]).0, 0, "what is up to date stays so");
    let shelf = Shelf::around(hub);
    shelf.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000000')").await;
    for command in ["migrate", "serve"] {
        let (code, said) = shelf.hub.run(&[command]);
        assert_ne!(code, 0, "{command}");
        let line = said.lines().last().unwrap_or_default();
        assert!(line.starts_with("switchboard: ") && line.contains("newer Switchboard"), "{command}: {said}");
        assert!(line.contains("20991231000000") && line.contains("start that version instead"), "{line}");
    }
}

async fn an_unknown_kind_is_gone_and_never_a_hole(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "before")], NOW).await;
    let begun = shelf.store().feed_head(COMPANY).await.expect("a head");
    // More than the index takes in at once.
    shelf.sql(&newer_events(COMPANY, 600)).await;
    shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "between")], NOW).await;
    shelf.sql(&newer_events(COMPANY, 1)).await;
    let head = shelf.store().feed_head(COMPANY).await.expect("a head");
    let events = shelf.store().events_after(COMPANY, 0, 10_000).await.expect("events");
    assert!(events.iter().map(|e| e.seq).eq(1..=head), "every number is published");
    for event in &events {
        let newer = event.seq > begun && event.kind != Some(EventKind::MessageCreated);
        assert_eq!((event.kind.is_none(), matches!(event.body, EventBody::Gone)), (newer, newer), "{event:?}");
    }
    catch_up(shelf.store(), || true).await.expect("it follows");
    assert_eq!(shelf.store().companies_behind().await.expect("an answer"), Vec::<CompanyId>::new());
    for word in ["before", "between"] {
        let lookup = Lookup::new(COMPANY, &SearchQuery::parse(word).expect("a query"), None);
        let hits = shelf.store().find_messages(operator(), lookup, i64::MAX, 50).await.expect("an answer");
        assert_eq!(hits.found.len(), 1, "{word}");
    }
}

/// A conversation that stands where only a newer version can stand is left to it, and not moved to where this one would be.
async fn a_newer_state_is_left_alone(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let unit = shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "before")], NOW).await;
    for (table, column, word, back) in [
        ("conversations", "status", "resolved", "open"),
        ("conversations", "handler", "flow", "queue"),
        ("channels", "kind", "fax", "telegram"),
    ] {
        shelf.hub.newer_word(table, column, word).await;
        let read = shelf.store().state_by_id(unit.after.id).await;
        assert!(matches!(read, Err(DbError::Unavailable(_))), "{word}: {read:?}");
        assert_eq!(
            shelf.count(&format!("SELECT COUNT(*) FROM {table} WHERE {column} = '{word}'")).await,
            shelf.count(&format!("SELECT COUNT(*) FROM {table}")).await
        );
        shelf.sql(&format!("UPDATE {table} SET {column} = '{back}'")).await;
    }
    assert!(shelf.store().state_by_id(unit.after.id).await.expect("a state").is_some());
}

/// What only a newer version can say of a channel is shown as something that is known, and never written over with it.
async fn a_newer_channel_is_left_alone(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let store = shelf.store();
    let shown = async || store.channel(COMPANY, TELEGRAM).await.expect("an answer").expect("a channel");
    let rename = |name: &str| ChannelChange { name: Some(name.into()), ..ChannelChange::default() };
    shelf.hub.newer_word("channels", "health_state", "limited").await;
    assert!(store.change_channel(COMPANY, OPERATOR, TELEGRAM, rename("Renamed"), NOW).await.expect("a change"));
    let it = shown().await;
    assert_eq!((it.name.as_str(), it.health_state), ("Renamed", HealthState::Checking));
    shelf.hub.newer_word("channels", "kind", "fax").await;
    let changed = store.change_channel(COMPANY, OPERATOR, TELEGRAM, rename("A fax"), NOW).await;
    assert!(matches!(changed, Err(DbError::Unavailable(_))), "{changed:?}");
    assert!(store.mark_checking(COMPANY, TELEGRAM).await.expect("an answer"));
    let it = shown().await;
    assert_eq!((it.name.as_str(), it.kind), ("Renamed", ChannelKind::Api), "nothing goes out by itself");
    let kept = format!("SELECT COUNT(*) FROM channels WHERE id = {TELEGRAM} AND health_state = 'limited' AND kind = 'fax'");
    assert_eq!(shelf.count(&kept).await, 1);
}

on_both_databases!(
    a_newer_database_is_refused,
    an_unknown_kind_is_gone_and_never_a_hole,
    a_newer_state_is_left_alone,
    a_newer_channel_is_left_alone,
);
