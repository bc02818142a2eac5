//! A thousand conversations in turns of the agent at once: what the agent adds to the model's own time, what that does to
//! operators who work beside it, and whether memory stays.
//!
//! **Overhead of a turn** is everything but the model:
//!
//! * from the moment the customer's webhook was meant to leave until the model has the whole request (the message is
//!   committed, the turn begun, the prompt written; nobody waits for a next line: `debounce_ms` is 0),
//! * and from the moment before the model's last byte leaves until the reply has arrived: on an operator's screen
//!   (committed), and at Telegram (committed, claimed, sent). Both are told.
//!
//! Turns begin at a steady rate and the model takes so long that a thousand are open at any time. A thousand that begin in
//! the same millisecond would queue for two cores and measure the queue. Hub, doubles, screens and clocks share one machine,
//! and whatever they keep each other waiting is in the figures.

mod turns;

use std::sync::Arc;
use std::time::Duration;

use super::screen::{Shown, WATCHERS, Watchers, at_rate, warm_up};
use crate::Plan;
use crate::figures::{Figures, percentile};
use crate::model::Model;
use crate::target::{HUB, Target};
use turns::Turns;

/// Turns begun a second.
pub const RATE: u64 = 100;
/// With the rate above there are 1,050 turns open at once.
const THINKS: Duration = Duration::from_millis(10_500);
/// At least so many are open at the peak, or nothing was measured.
const OPEN: usize = 1_000;
/// Telegram takes 30 messages a second from a bot, so the customers write to several.
const BOTS: usize = 16;
/// Messages a second to the channel that people answer.
const BESIDE: u64 = 200;
const BY_AGENT: &str = r#"{"answers_first":"agent","debounce_ms":0}"#;

pub async fn run(plan: &Plan, figures: &mut Figures) {
    let model = Arc::new(Model::start().await);
    let environment = vec![
        ("OPENAI_API_KEY", "sk-load".into()),
        ("OPENAI_BASE_URL", format!("http://{}/v1", model.address)),
        ("AI_DAILY_BUDGET", "1000000".into()),
    ];
    let mut target = Target::hub(&plan.hub, plan.database.clone(), environment).await;
    target.answer_first(0, r#"{"answers_first":"people"}"#).await;
    for door in 1..=BOTS {
        target.open_door().await;
        target.answer_first(door, BY_AGENT).await;
    }
    // What a channel's settings were is remembered for a second.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let target = Arc::new(target);
    let watchers = Watchers::open(&target, WATCHERS).await;
    let turns = Turns::watch(&target, model.clone()).await;

    // Everybody has a conversation before anything is measured.
    model.take(Duration::from_millis(50));
    warm_up(&target).await;
    turns.begin(2 * RATE, turns::CUSTOMERS).await;
    turns.all_ended().await;
    watchers.take();

    let mut without = at_rate(&target, &watchers, BESIDE, plan.seconds).await;

    let quiet = target.process().pss();
    // Open and nothing else: all of them wait for the model while operators work.
    model.take(THINKS);
    turns.begin(3 * RATE, OPEN as u64).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    model.peak();
    let held_seconds = plan.seconds.min(5);
    let mut held = at_rate(&target, &watchers, BESIDE, held_seconds).await;
    assert!(model.open() >= OPEN, "only {} turns were still open", model.open());
    turns.all_ended().await;

    // What the first thousand made the allocator take once is no turn's price.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let rest = target.process().pss();

    // The steady flow: as many end as begin.
    let ramp = THINKS.as_secs() + 2;
    let total = RATE * (ramp + 2 * plan.seconds + 2);
    let flow = tokio::spawn(turns.clone().begin_all(RATE, total));
    tokio::time::sleep(Duration::from_secs(ramp)).await;
    let memory = target.process().pss();
    figures.add("agent memory a turn open KB", target.name, (memory as f64 - quiet as f64) / model.open() as f64);
    let (cpu, first) = (target.process().cpu(), turns.begun());
    tokio::time::sleep(Duration::from_secs(plan.seconds)).await;
    let (cpu, last) = (target.process().cpu() - cpu, turns.begun());
    let mut flowing = at_rate(&target, &watchers, BESIDE, plan.seconds).await;
    let grown = target.process().pss() as f64 - memory as f64;
    let peak = model.peak();
    assert!(peak >= OPEN, "only {peak} turns were open at once");
    flow.await.expect("the customers");
    turns.all_ended().await;
    watchers.take();
    let again = at_rate(&target, &watchers, BESIDE, plan.seconds).await;
    without.seen.extend(again.seen);
    let kept = target.process().pss() as f64 - rest as f64;

    figures.add("agent turns open at once", target.name, peak as f64);
    let mut told = turns.overheads(first..last);
    figures.add("agent before the model p50 ms", target.name, percentile(&mut told.before, 0.5) / 1e6);
    figures.add("agent before the model p99 ms", target.name, percentile(&mut told.before, 0.99) / 1e6);
    figures.add("agent overhead to screen p50 ms", target.name, percentile(&mut told.to_screen, 0.5) / 1e6);
    figures.add("agent overhead to screen p99 ms", target.name, percentile(&mut told.to_screen, 0.99) / 1e6);
    figures.add("agent overhead to Telegram p50 ms", target.name, percentile(&mut told.to_provider, 0.5) / 1e6);
    figures.add("agent overhead to Telegram p99 ms", target.name, percentile(&mut told.to_provider, 0.99) / 1e6);
    figures.add("agent CPU µs/turn", target.name, cpu.as_secs_f64() * 1e6 / (last - first) as f64);
    figures.add("agent memory grown, turns open, MB", target.name, grown / 1024.0);
    figures.add("agent memory grown, all ended, MB", target.name, kept / 1024.0);
    beside(figures, "no turns", &mut without);
    beside(figures, "turns open", &mut held);
    beside(figures, "turns open, begun and ended", &mut flowing);
}

fn beside(figures: &mut Figures, when: &str, shown: &mut Shown) {
    figures.add(&format!("beside agents, {when}, p50 ms"), HUB, percentile(&mut shown.seen, 0.5) / 1e6);
    figures.add(&format!("beside agents, {when}, p99 ms"), HUB, percentile(&mut shown.seen, 0.99) / 1e6);
}
