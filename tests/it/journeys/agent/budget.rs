//! Money is set aside before a model is asked: many turns that begin at once do not spend the same cent.

use std::time::Duration;

use super::*;
use crate::support::{World, eventually, on_both_databases};

const CUSTOMERS: i64 = 200;

/// The instance's key, with a cent a day for each company.
async fn with_a_cent(backend: Backend, model: &OpenAi) -> World {
    let url = model.url();
    let settings = [("OPENAI_API_KEY", "sk-test"), ("OPENAI_BASE_URL", url.as_str()), ("AI_DAILY_BUDGET", "0.01")];
    World::with(backend, "webhook", &settings).await
}

async fn handed_over(world: &World, why: &str) -> i64 {
    let told = format!("direction = 'event' AND CAST(payload AS TEXT) LIKE '%handed_over%{why}%'");
    let other = format!("direction = 'event' AND CAST(payload AS TEXT) LIKE '%{why}%handed_over%'");
    world.hub.count(&format!("SELECT COUNT(*) FROM messages WHERE {told} OR {other}")).await
}

async fn two_hundred_turns_at_once_spend_a_cent(backend: Backend) {
    let model = OpenAi::start().await;
    // 3,500 millionths of a dollar each: the third one is the last.
    model.otherwise(Reply::text("В каком городе?").with_usage(1_000, 100).after(Duration::from_millis(300)));
    let world = with_a_cent(backend, &model).await;
    let people: Vec<_> = (0..CUSTOMERS).map(|n| world.customer(3_000 + n, &format!("P{n}"))).collect();
    for person in &people {
        person.says("Хочу дом");
    }
    world.telegram.all_acknowledged().await;
    eventually("the end of all turns", || async {
        let all = world.hub.count("SELECT COUNT(*) FROM conversations").await;
        let owed = world.hub.count("SELECT COUNT(*) FROM conversations WHERE turn_since IS NOT NULL").await;
        (all == CUSTOMERS && owed == 0).then_some(())
    })
    .await;
    assert_eq!(model.chats().len(), 3, "who asks when nothing is left is not asked for");
    assert_eq!(world.hub.count("SELECT CAST(SUM(cost_micros) AS BIGINT) FROM ai_spend").await, 10_500);
    let budgets = "SELECT COUNT(*) FROM ai_budgets WHERE spent_micros = 10500 AND reserved_micros = 0";
    assert_eq!(world.hub.count(budgets).await, 2, "the company's and the channel's");
    assert_eq!(handed_over(&world, "over_budget").await, CUSTOMERS - 3);
}

/// With plenty left the money is in memory: turns touch no budget, whoever fills the purse next counts them.
async fn with_plenty_left_turns_touch_no_budget(backend: Backend) {
    let model = OpenAi::start().await;
    model.otherwise(Reply::text("В каком городе?").with_usage(1_000, 100));
    let url = model.url();
    let settings = [("OPENAI_API_KEY", "sk-test"), ("OPENAI_BASE_URL", url.as_str()), ("AI_DAILY_BUDGET", "1000")];
    let world = World::with(backend, "webhook", &settings).await;
    for n in 0..20 {
        world.begin(&world.customer(4_000 + n, &format!("P{n}")), "Хочу дом").await;
    }
    eventually("the end of all turns", || async {
        (world.hub.count("SELECT COUNT(*) FROM messages WHERE author_type = 'agent'").await == 20).then_some(())
    })
    .await;
    assert_eq!(model.chats().len(), 20);
    assert_eq!(world.hub.count("SELECT CAST(SUM(cost_micros) AS BIGINT) FROM ai_spend").await, 70_000);
    assert_eq!(world.hub.count("SELECT COUNT(*) FROM ai_reservations").await, 1, "one purse");
    let untouched = "SELECT COUNT(*) FROM ai_budgets WHERE spent_micros = 0 AND reserved_micros > 70000";
    assert_eq!(world.hub.count(untouched).await, 2, "the company's and the channel's");
}

async fn who_cannot_tell_what_is_left_spends_nothing(backend: Backend) {
    let model = OpenAi::start().await;
    model.otherwise(Reply::text("В каком городе?"));
    let world = with_a_cent(backend, &model).await;
    world.hub.sql("ALTER TABLE ai_reservations RENAME TO gone").await;
    let conversation = world.begin(&world.customer(1, "A"), "Хочу дом").await;
    eventually("a hand-over", || async { (handed_over(&world, "budget_unknown").await == 1).then_some(()) }).await;
    assert!(model.chats().is_empty(), "no model was asked");
    assert_eq!(world.owner.get(&format!("/api/conversations/{conversation}")).await["handler"], "queue");
}

on_both_databases!(
    two_hundred_turns_at_once_spend_a_cent,
    with_plenty_left_turns_touch_no_budget,
    who_cannot_tell_what_is_left_spends_nothing,
);
