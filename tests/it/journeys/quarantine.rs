//! A message that breaks its actor, or the database, each time: set aside, told to a person, and nobody else notices.
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

/// Lets the database fail on each message of this text.
async fn fail_on(world: &World, text: &str, sqlstate: &str, sentence: &str) {
    let sql = match world.hub.database {
        Some(_) => format!(
            "CREATE FUNCTION fault() RETURNS trigger AS $$ BEGIN IF NEW.text = '{text}' THEN \
             RAISE EXCEPTION 'thrown by a test' USING ERRCODE = '{sqlstate}'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql; \
             CREATE TRIGGER fault BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION fault()"
        ),
        None => format!(
            "CREATE TRIGGER fault BEFORE INSERT ON messages WHEN NEW.text = '{text}' BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        ),
    };
    world.hub.sql(&sql).await;
}

async fn a_message_the_database_fails_on_for_no_known_reason_is_set_aside(backend: Backend) {
    let world = World::new(backend).await;
    let (victim, neighbour) = (world.customer(501, "V"), world.customer(502, "N"));
    let conversation = world.begin(&victim, "before").await;
    world.begin(&neighbour, "hello").await;
    fail_on(&world, "poison", "XX000", "unheard of").await;
    victim.says("poison");
    for n in 0..10 {
        neighbour.says(&format!("unharmed {n}"));
    }
    world.feed.message("unharmed 9").await;
    victim.says("after");
    world.feed.message("after").await;
    world.telegram.all_acknowledged().await;
    world.feed.wait("notification.created", |_| true).await;
    assert_eq!(world.hub.count("SELECT COUNT(*) FROM inbound_raw WHERE state = 'quarantined'").await, 1);
    let texts = world.owner.messages(conversation).await.len();
    assert_eq!(texts, 2);
    let attempts = world.telegram.deliveries().iter().map(|d| d.attempts.len()).max();
    assert!(attempts.is_some_and(|n| n >= 5), "set aside after {attempts:?} attempts");
}

async fn a_deadlock_is_not_the_messages_fault(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(501, "P");
    world.begin(&person, "before").await;
    fail_on(&world, "patience", "40P01", "database is locked").await;
    person.says("patience");
    // More often than would set aside what fails for no known reason.
    let often = || world.telegram.deliveries().iter().any(|d| d.attempts.len() > 7).then_some(());
    world.telegram.until("the provider comes again and again", often).await;
    let drop = if world.hub.database.is_some() { "DROP TRIGGER fault ON messages" } else { "DROP TRIGGER fault" };
    world.hub.sql(drop).await;
    world.feed.message("patience").await;
    world.telegram.all_acknowledged().await;
    let kept_otherwise = "SELECT COUNT(*) FROM inbound_raw WHERE state <> 'done'";
    assert_eq!(world.hub.count(kept_otherwise).await, 0);
}

on_both_databases!(
    a_poisonous_message_is_set_aside,
    a_message_the_database_fails_on_for_no_known_reason_is_set_aside,
    a_deadlock_is_not_the_messages_fault,
);
