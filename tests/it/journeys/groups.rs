//! A Telegram group that becomes a supergroup has another id from then on, and stays one conversation, whatever comes first.

use serde_json::json;

use crate::support::telegram::Group;
use crate::support::world::TOKEN;
use crate::support::{Backend, Deed, Person, World, api::id, on_both_databases};

/// Bot API: the old chat's last message names the new chat, the new chat's first message names the old one.
fn service(world: &World, by: &Person, chat: i64, name: &str, other: i64) {
    let message = json!({"message_id": 9_000, "date": 1_800_000_000, "from": by.from(), name: other,
        "chat": {"id": chat, "type": if name == "migrate_to_chat_id" { "group" } else { "supergroup" }, "title": "Соседи"}});
    world.telegram.push(TOKEN, chat, json!({"message": message}));
}

async fn says(world: &World, by: &Person, group: &Group, text: &str) -> i64 {
    by.says_in(group, text);
    let frame = world.feed.message(text).await;
    frame["conversation_id"].as_i64().unwrap_or_else(|| panic!("no conversation in {frame}"))
}

async fn a_group_that_moves_keeps_its_conversation(backend: Backend) {
    let world = World::new(backend).await;
    let anna = world.customer(501, "Анна");
    for (old, to_first) in [(-5_001, true), (-5_002, false)] {
        let (before, after) = (Group::new(old, "Соседи"), Group::new(-1_000_000_000_000 + old, "Соседи"));
        let conversation = says(&world, &anna, &before, &format!("before {old}")).await;
        let (to, from) = (
            || service(&world, &anna, old, "migrate_to_chat_id", after.id),
            || service(&world, &anna, after.id, "migrate_from_chat_id", old),
        );
        // The other of the two comes in the end: chats overtake each other.
        if to_first {
            to()
        } else {
            from()
        }
        world.telegram.all_acknowledged().await;
        assert_eq!(says(&world, &anna, &after, &format!("after {old}")).await, conversation);
        if to_first {
            from()
        } else {
            to()
        }
        assert_eq!(says(&world, &anna, &before, &format!("late {old}")).await, conversation, "from where it was");
        assert_eq!(says(&world, &anna, &after, &format!("again {old}")).await, conversation);
        assert_eq!(says(&world, &anna, &before, &format!("late again {old}")).await, conversation);
        world.owner.answer(conversation, &format!("answer {old}")).await;
        world.telegram.shown(after.id, &format!("answer {old}")).await;
    }
    assert_eq!(world.owner.conversations("status=any").await.len(), 2, "no twins");
}

async fn the_answer_to_a_send_tells_of_the_move(backend: Backend) {
    let world = World::new(backend).await;
    let anna = world.customer(501, "Анна");
    let (before, after) = (Group::new(-5_003, "Соседи"), Group::new(-1_000_000_005_003, "Соседи"));
    let conversation = says(&world, &anna, &before, "before").await;
    world.telegram.script_chat("sendMessage", before.id, 1, Deed::Moved(after.id));
    let message = world.owner.answer(conversation, "answer").await;
    world.telegram.shown(after.id, "answer").await;
    world.feed.status(id(&message), "sent").await;
    assert_eq!(says(&world, &anna, &after, "after").await, conversation);
    world.owner.answer(conversation, "straight").await;
    world.telegram.shown(after.id, "straight").await;
    assert_eq!(world.telegram.screen_of(before.id).len(), 0);
    assert_eq!(world.owner.conversations("status=any").await.len(), 1, "no twin");
}

async fn a_group_that_nobody_knew_has_one_conversation_too(backend: Backend) {
    let world = World::new(backend).await;
    let anna = world.customer(501, "Анна");
    let (before, after) = (Group::new(-5_004, "Соседи"), Group::new(-1_000_000_005_004, "Соседи"));
    service(&world, &anna, after.id, "migrate_from_chat_id", before.id);
    world.telegram.all_acknowledged().await;
    let conversation = says(&world, &anna, &after, "after").await;
    // What waited for us in the old chat all the while.
    assert_eq!(says(&world, &anna, &before, "before").await, conversation);
    service(&world, &anna, before.id, "migrate_to_chat_id", after.id);
    world.telegram.all_acknowledged().await;
    world.owner.answer(conversation, "answer").await;
    world.telegram.shown(after.id, "answer").await;
    let all = world.owner.conversations("status=any").await;
    assert_eq!(all.len(), 1, "{all:#?}");
    assert_eq!(all[0]["status"], "open");
}

on_both_databases!(
    a_group_that_moves_keeps_its_conversation,
    the_answer_to_a_send_tells_of_the_move,
    a_group_that_nobody_knew_has_one_conversation_too
);
