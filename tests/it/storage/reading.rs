//! What has been read stays read, whoever says what at the same moment.

use std::future::Future;

use futures_util::future::join_all;
use switchboard::domain::conversation::Input;
use switchboard::domain::message::MessageStatus;

use super::shelf::*;
use crate::support::{Backend, on_both_databases};

const MESSAGES: i64 = 30;

/// Starts all of them at once, and waits for all.
async fn together<T: Send + 'static>(work: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>) -> Vec<T> {
    join_all(work.into_iter().map(tokio::spawn)).await.into_iter().map(|done| done.expect("a task")).collect()
}

async fn receipts_never_go_back(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let replies: Vec<Input> = (0..MESSAGES).map(|n| replies(&n.to_string())).collect();
    let first = shelf.commit(WEBCHAT, "v", &[says(WEBCHAT, "v", "hello")], NOW).await;
    let unit = shelf.commit(WEBCHAT, "v", &replies, NOW).await;
    let conversation = first.after.id;
    let last = unit.after.last_message_id.expect("a message");
    for round in 0..6 {
        // Few at a time: each shall find rows that another is about to change.
        let up_to = unit.messages[round * 5 + 4].id;
        let receipts = (0..12).map(|n| {
            let store = shelf.store().clone();
            let status = if n % 2 == 0 { MessageStatus::Delivered } else { MessageStatus::Read };
            async move { store.raise_receipts(conversation, up_to, status, NOW).await.expect("a receipt") }
        });
        together(receipts).await;
    }
    let unread = format!("SELECT COUNT(*) FROM messages WHERE direction = 'out' AND id <= {last} AND status <> 'read'");
    assert_eq!(shelf.count(&unread).await, 0);
    let most = "SELECT COALESCE(MAX(n), 0) FROM (SELECT COUNT(*) AS n FROM events WHERE kind = 'message.updated' GROUP BY message_id) AS e";
    assert!(shelf.count(most).await <= 2, "a message rises twice at most");
}

async fn reading_never_goes_back(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let mut ids = vec![];
    for n in 0..MESSAGES {
        let unit = shelf.commit(WEBCHAT, "v", &[says(WEBCHAT, "v", &n.to_string())], NOW).await;
        ids.push((unit.after.id, unit.messages[0].id));
    }
    for round in 0..5 {
        let looks = ids[round * 6..round * 6 + 6].iter().rev().map(|(conversation, message)| {
            let (store, conversation, message) = (shelf.store().clone(), *conversation, *message);
            async move { store.mark_read(operator(), conversation, Some(message), NOW).await.expect("a look") }
        });
        together(looks).await;
        let (conversation, newest) = ids[round * 6 + 5];
        assert_eq!(shelf.store().read_up_to(conversation, OPERATOR).await.expect("a row"), Some(newest));
        let count = shelf.count(&format!("SELECT read_count FROM read_states WHERE conversation_id = {conversation}")).await;
        assert_eq!(count, round as i64 * 6 + 6);
    }
}

on_both_databases!(receipts_never_go_back, reading_never_goes_back);
