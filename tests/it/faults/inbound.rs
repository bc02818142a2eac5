//! R1: kill -9 at random instants while customers write. What got a 2xx is stored once, in order,
//! and was shown once, in order, on a screen that came back each time.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::screen::Screen;
use super::{Crowd, differences, people, stored};
use crate::support::dice::rounds;
use crate::support::{Backend, Dice, Feed, World, run_for};

async fn kills_while_customers_write(backend: Backend, short: usize) {
    let kills = rounds("FAULT_KILLS", short);
    let mut dice = Dice::new();
    let world = World::new(backend).await;
    world.telegram.duplicate_every(10);
    let people = people(&world, 30);
    let mut screen = Screen::watch(world.hub.url(), world.owner.token().into(), None, dice.seed);
    // The screen is there before the first word: its story is the whole story.
    screen.joined().await;
    let crowd = Crowd::start(people.clone(), 180, dice.seed);
    let mut ready = Vec::new();
    for _ in 0..kills {
        tokio::time::sleep(Duration::from_millis(dice.between(50, 900))).await;
        world.hub.kill();
        let start = Instant::now();
        world.hub.restart().await;
        ready.push(start.elapsed().as_millis());
    }
    let (said, rate) = crowd.stop().await;
    world.telegram.all_acknowledged().await;
    let head = Feed::open(&world.hub.url(), world.owner.token()).await;
    screen.finish_at(head.first["seq"].as_i64().unwrap());
    let story = screen.story().await;

    let kept = stored(&world, &people).await;
    let mut wrong = differences("stored", &people, &said, &kept);
    let rows = world.hub.count("SELECT COUNT(*) FROM messages WHERE direction = 'in'").await;
    let total = said.iter().sum::<usize>();
    if rows != total as i64 {
        wrong.push(format!("database: {rows} rows of {total} messages"));
    }
    let mut shown: HashMap<&str, Vec<String>> = HashMap::new();
    for one in &story.shown {
        let name = one.text.split(" #").next().unwrap_or_default();
        shown.entry(name).or_default().push(one.text.clone());
    }
    let shown: Vec<Vec<String>> = people.iter().map(|p| shown.get(p.name.as_str()).cloned().unwrap_or_default()).collect();
    wrong.extend(differences("screen", &people, &said, &shown));
    let attempts: usize = world.telegram.deliveries().iter().map(|d| d.attempts.len()).sum();
    ready.sort_unstable();
    println!(
        "R1 {backend:?} seed {}: {kills} kills, {total} messages at {rate:.0}/s, {attempts} attempts, \
         {} reconnects, {} wrong; ready again median {} ms, worst {} ms",
        dice.seed,
        story.reconnects,
        wrong.len(),
        ready[ready.len() / 2],
        ready[ready.len() - 1],
    );
    assert!(wrong.is_empty(), "seed {}: {wrong:#?}", dice.seed);
}

#[test]
fn sqlite() {
    run_for(Duration::from_secs(1800), kills_while_customers_write(Backend::Sqlite, 12));
}

#[test]
fn postgres() {
    if crate::support::postgres::wanted() {
        run_for(Duration::from_secs(1800), kills_while_customers_write(Backend::Postgres, 6));
    }
}
