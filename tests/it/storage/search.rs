//! The index of words: it follows the feed, and whatever is cut off is made again.

use switchboard::db::search::{Cursor, IndexChunk, Lookup};
use switchboard::domain::channel::InboundMessage;
use switchboard::domain::ids::CompanyId;
use switchboard::domain::message::MessageKind;
use switchboard::domain::search::SearchQuery;
use switchboard::jobs::search_index::catch_up;

use super::shelf::*;
use crate::support::{Backend, on_both_databases};

async fn found(shelf: &Shelf, q: &str) -> Vec<String> {
    let lookup = Lookup::new(COMPANY, &SearchQuery::parse(q).expect("a query"), None);
    let hits = shelf.store().find_messages(operator(), lookup, i64::MAX, 50).await.expect("an answer");
    hits.found.into_iter().map(|hit| hit.message.text).collect()
}

async fn index(shelf: &Shelf) {
    catch_up(shelf.store(), || true).await.expect("it follows");
    assert_eq!(shelf.store().companies_behind().await.expect("an answer"), Vec::<CompanyId>::new());
}

async fn next(shelf: &Shelf) -> IndexChunk {
    shelf.store().next_chunk(COMPANY).await.expect("an answer").expect("a chunk")
}

async fn whatever_is_cut_off_is_made_again(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    index(&shelf).await;
    shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "hello world")], NOW).await;
    let chunk = next(&shelf).await;
    assert!(shelf.store().take_in(chunk.clone()).await.expect("an answer"));
    assert_eq!(found(&shelf, "hello").await, ["hello world"]);
    // Another node, or this one before it was killed, has worked out the same.
    assert!(!shelf.store().take_in(chunk.clone()).await.expect("an answer"), "it is taken in once");
    // The cursor was not written: the same again.
    let Cursor { seq, .. } = chunk.from.expect("a cursor");
    shelf.sql(&format!("UPDATE search_cursors SET seq = {seq} WHERE company_id = {COMPANY}")).await;
    index(&shelf).await;
    assert_eq!(found(&shelf, "hello").await, ["hello world"]);
}

async fn what_is_edited_or_deleted_changes_the_index(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let unit = shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "hello")], NOW).await;
    index(&shelf).await;
    let edited = edited("p:hello", InboundMessage::plain(MessageKind::Text, "goodbye".into()), NOW);
    shelf.commit(TELEGRAM, "5001", &[inbound(TELEGRAM, "5001", edited)], NOW).await;
    index(&shelf).await;
    assert_eq!((found(&shelf, "hello").await, found(&shelf, "goodbye").await), (vec![], vec!["goodbye".to_owned()]));
    shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "more")], NOW).await;
    let id = unit.messages[0].id;
    let deleted = format!(
        "UPDATE messages SET deleted_at = 1 WHERE id = {id}; \
         UPDATE company_feeds SET last_seq = last_seq + 1 WHERE company_id = {COMPANY}; \
         INSERT INTO events (company_id, seq, kind, message_id, at) \
         SELECT {COMPANY}, last_seq, 'message.updated', {id}, 1 FROM company_feeds WHERE company_id = {COMPANY}"
    );
    shelf.sql(&deleted).await;
    index(&shelf).await;
    // Shown again, it would be found again: the index itself must have let it go.
    shelf.sql(&format!("UPDATE messages SET deleted_at = NULL WHERE id = {id}")).await;
    assert_eq!((found(&shelf, "goodbye").await, found(&shelf, "more").await), (vec![], vec!["more".to_owned()]));
}

async fn old_messages_and_purged_events_are_made_good(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    for n in 0..3 {
        let says: Vec<_> = (0..400).map(|i| says(TELEGRAM, "5001", &format!("word{n}x{i}"))).collect();
        shelf.commit(TELEGRAM, "5001", &says, NOW).await;
    }
    shelf.sql("DELETE FROM events").await;
    index(&shelf).await;
    for word in ["word0x0", "word1x399", "word2x399"] {
        assert_eq!(found(&shelf, word).await, [word], "taken in once, in chunks");
    }
    // A long sleep: events come and go meanwhile.
    shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "while asleep")], NOW).await;
    shelf.sql("DELETE FROM events").await;
    shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "awake")], NOW).await;
    index(&shelf).await;
    assert_eq!(
        (found(&shelf, "asleep").await, found(&shelf, "awake").await),
        (vec!["while asleep".into()], vec!["awake".into()])
    );
    // Of several thousand events, too.
    let lookup = Lookup::new(COMPANY, &SearchQuery::parse("word").expect("a query"), None);
    let mut below = i64::MAX;
    let mut all = 0;
    loop {
        let hits = shelf.store().find_messages(operator(), lookup.clone(), below, 170).await.expect("a page");
        all += hits.found.len();
        match hits.next {
            Some(next) => below = next,
            None => break,
        }
    }
    assert_eq!(all, 1_200);
}

on_both_databases!(
    whatever_is_cut_off_is_made_again,
    what_is_edited_or_deleted_changes_the_index,
    old_messages_and_purged_events_are_made_good,
);
