//! Episodes: the stretches of a conversation that reports count.

use switchboard::domain::clock::SECOND;
use switchboard::domain::conversation::ConversationStatus;

use super::shelf::*;
use crate::support::{Backend, on_both_databases};

async fn episode(shelf: &Shelf, number: i64, column: &str) -> i64 {
    shelf.count(&format!("SELECT COALESCE({column}, 0) FROM episodes WHERE number = {number}")).await
}

async fn each_episode_ends_by_itself(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let says = |text: &str| says(WEBCHAT, "v", text);
    let close = || status(ConversationStatus::Closed);
    shelf.commit(WEBCHAT, "v", &[says("first")], NOW).await;
    shelf.commit(WEBCHAT, "v", &[replies("answer"), close(), says("again")], NOW + SECOND).await;
    assert_eq!(episode(&shelf, 1, "closed_at").await, NOW + SECOND);
    assert_eq!(episode(&shelf, 2, "closed_at").await, 0, "the new one is open");
    let of =
        |text: &str| format!("SELECT e.number FROM messages m JOIN episodes e ON e.id = m.episode_id WHERE m.text = '{text}'");
    assert_eq!((shelf.count(&of("answer")).await, shelf.count(&of("again")).await), (1, 2));
    shelf.commit(WEBCHAT, "v", &[close(), says("third"), close()], NOW + 2 * SECOND).await;
    assert_eq!(episode(&shelf, 2, "closed_at").await, NOW + 2 * SECOND);
    assert_eq!(episode(&shelf, 3, "closed_at").await, NOW + 2 * SECOND, "it begins and ends in one unit");
    assert_eq!(shelf.state(WEBCHAT, "v").await.episode_number, 3);
}

async fn the_first_reply_is_remembered(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let says = |text: &str| says(WEBCHAT, "v", text);
    shelf.commit(WEBCHAT, "v", &[says("first")], NOW).await;
    assert_eq!(episode(&shelf, 1, "first_reply_at").await, 0);
    shelf.commit(WEBCHAT, "v", &[replies("one")], NOW + SECOND).await;
    shelf.commit(WEBCHAT, "v", &[replies("two")], NOW + 2 * SECOND).await;
    assert_eq!(episode(&shelf, 1, "first_reply_at").await, NOW + SECOND);
    let close = status(ConversationStatus::Closed);
    shelf.commit(WEBCHAT, "v", &[close, says("again"), replies("three")], NOW + 3 * SECOND).await;
    assert_eq!(episode(&shelf, 1, "first_reply_at").await, NOW + SECOND);
    assert_eq!(episode(&shelf, 2, "first_reply_at").await, NOW + 3 * SECOND);
}

on_both_databases!(each_episode_ends_by_itself, the_first_reply_is_remembered);
