//! A message that breaks its actor each time: set aside, told to a person, and nobody else notices.
//!
//! `SWITCHBOARD_FAULT_PANIC` is the hub's fault point, compiled into debug builds only.

use crate::support::world::World;
use crate::support::{Backend, on_both_databases};

async fn a_poisonous_message_is_set_aside(backend: Backend) {
    let world = World::with(backend, "webhook", &[("SWITCHBOARD_FAULT_PANIC", "poison")]).await;
    let (victim, neighbour) = (world.customer(501, "V"), world.customer(502, "N"));
    let conversation = world.begin(&victim, "before").await;
    world.begin(&neighbour, "hello").await;
    victim.says("poison");
    for n in 0..10 {
        neighbour.says(&format!("unharmed {n}"));
    }
    world.feed.message("unharmed 9").await;
    // The provider repeats it until it is set aside; then the queue behind it moves on.
    victim.says("after");
    world.feed.message("after").await;
    world.telegram.all_acknowledged().await;
    world.feed.wait("notification.created", |_| true).await;
    let set_aside = world.hub.count("SELECT COUNT(*) FROM inbound_raw WHERE state = 'quarantined'").await;
    assert_eq!(set_aside, 1);
    let messages = world.owner.messages(conversation).await;
    let texts: Vec<&str> = messages.iter().filter_map(|m| m["text"].as_str()).collect();
    assert_eq!(texts, ["before", "after"]);
    let attempts = world.telegram.deliveries().iter().find(|d| d.attempts.len() > 1).map(|d| d.attempts.len());
    assert!(attempts.is_some_and(|n| n >= 5), "set aside after {attempts:?} attempts");
    // It stays so over a restart.
    world.hub.kill();
    world.hub.restart().await;
    assert_eq!(world.owner.messages(conversation).await.len(), 2);
}

on_both_databases!(a_poisonous_message_is_set_aside);
