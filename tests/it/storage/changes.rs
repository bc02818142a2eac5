//! What customers do to messages that are there already, or are not.

use switchboard::domain::channel::{InboundKind, InboundMessage};
use switchboard::domain::clock::SECOND;
use switchboard::domain::event::EventKind;
use switchboard::domain::message::{Direction, MessageKind};

use super::shelf::*;
use crate::support::{Backend, on_both_databases};

fn reacts(target: &str, emojis: &[&str]) -> InboundKind {
    InboundKind::Reacted { provider_id: target.into(), emojis: emojis.iter().map(ToString::to_string).collect() }
}

fn edits(target: &str, text: &str, at: i64) -> InboundKind {
    edited(target, InboundMessage::plain(MessageKind::Text, text.into()), at)
}

async fn a_reaction_to_nothing_known_is_a_message(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let inbound = |what| inbound(TELEGRAM, "5001", what);
    // One that is stored, and one that comes in the same unit.
    shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "a")], NOW).await;
    let both = [says(TELEGRAM, "5001", "b"), inbound(reacts("p:a", &["👍"])), inbound(reacts("p:b", &["🔥"]))];
    let unit = shelf.commit(TELEGRAM, "5001", &both, NOW + SECOND).await;
    assert_eq!(unit.messages.len(), 1);
    assert_eq!(shelf.count("SELECT COUNT(*) FROM reactions").await, 2);
    let alone = [inbound(reacts("before-our-time", &["👍", "🎉"])), inbound(reacts("before-our-time", &[]))];
    let unit = shelf.commit(TELEGRAM, "5001", &alone, NOW + 2 * SECOND).await;
    let events: Vec<_> = unit.events.iter().map(|e| e.kind).collect();
    assert_eq!(events, [EventKind::MessageCreated]);
    let page = shelf.store().page_messages(COMPANY, unit.after.id, None, 10).await.expect("a page");
    assert_eq!(page.len(), 3);
    assert_eq!((page[0].kind, page[0].direction, page[0].text.as_str()), (MessageKind::Reaction, Direction::In, "👍 🎉"));
    assert_eq!(unit.after.inbound_count, 3);
    // The second part of a long answer is the answer too.
    let part = "INSERT INTO deliveries (id, company_id, conversation_id, message_id, channel_id, part, state, provider_id, created_at, updated_at)";
    let (conversation, message) = (unit.after.id, page[1].id);
    shelf.sql(&format!("{part} VALUES (900000, 1, {conversation}, {message}, 4, 1, 'sent', '77', 1, 1)")).await;
    shelf.commit(TELEGRAM, "5001", &[inbound(reacts("77", &["🔥"]))], NOW + 3 * SECOND).await;
    assert_eq!(shelf.count("SELECT COUNT(*) FROM messages").await, 3);
}

async fn an_older_edit_changes_nothing(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let edit = async |text: &str, at| {
        let input = inbound(TELEGRAM, "5001", edits("p:first", text, at));
        let id = shelf.commit(TELEGRAM, "5001", &[input], NOW + SECOND).await.after.id;
        shelf.store().page_messages(COMPANY, id, None, 1).await.expect("a page").remove(0)
    };
    shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "first")], NOW).await;
    assert_eq!(edit("second", NOW + 20).await.text, "second");
    let late = edit("late", NOW + 10).await;
    assert_eq!((late.text.as_str(), late.edited_at), ("second", Some(NOW + 20)));
    assert_eq!(edit("third", NOW + 20).await.text, "third", "the provider's seconds are coarse");
    assert_eq!(shelf.count("SELECT COUNT(*) FROM message_revisions").await, 2);
}

on_both_databases!(a_reaction_to_nothing_known_is_a_message, an_older_edit_changes_nothing);
