//! R12: a hundred screens that lose their line again and again while messages pour in. None has a
//! gap, none shows anything twice, all end with the same story.

use std::time::{Duration, Instant};

use super::screen::Screen;
use super::{Crowd, people};
use crate::support::dice::rounds;
use crate::support::{Backend, Dice, Feed, World, run_for};

const SCREENS: u64 = 100;

async fn screens_that_lose_their_line(backend: Backend) {
    let seconds = rounds("FAULT_SECONDS", 4) as u64;
    let dice = Dice::new();
    let world = World::new(backend).await;
    let people = people(&world, 20);
    let screens: Vec<Screen> = (0..SCREENS)
        .map(|n| Screen::watch(world.hub.url(), world.owner.token().into(), Some((40, 700)), dice.seed + n))
        .collect();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let crowd = Crowd::start(people.clone(), 200, dice.seed);
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let (said, rate) = crowd.stop().await;
    world.telegram.all_acknowledged().await;
    let head = Feed::open(&world.hub.url(), world.owner.token()).await;
    let goal = head.first["seq"].as_i64().unwrap();
    let start = Instant::now();
    screens.iter().for_each(|screen| screen.finish_at(goal));
    let total: usize = said.iter().sum();
    let (mut reconnects, mut wrong) = (0, Vec::new());
    let mut truth: Option<Vec<i64>> = None;
    for (at, screen) in screens.into_iter().enumerate() {
        let story = screen.story().await;
        reconnects += story.reconnects;
        let ids: Vec<i64> = story.shown.iter().map(|shown| shown.message).collect();
        if ids.len() != total {
            wrong.push(format!("screen {at} showed {} of {total}", ids.len()));
        }
        if truth.get_or_insert_with(|| ids.clone()) != &ids {
            wrong.push(format!("screen {at} tells another story"));
        }
    }
    println!(
        "R12 {backend:?} seed {}: {SCREENS} screens, {reconnects} reconnects, {total} messages at {rate:.0}/s, \
         {} frames shown, all caught up {} ms after the last, {} wrong",
        dice.seed,
        total as u64 * SCREENS,
        start.elapsed().as_millis(),
        wrong.len()
    );
    assert!(reconnects > SCREENS as usize, "the storm was a breeze: {reconnects} reconnects");
    assert!(wrong.is_empty(), "seed {}: {wrong:#?}", dice.seed);
}

#[test]
fn sqlite() {
    run_for(Duration::from_secs(900), screens_that_lose_their_line(Backend::Sqlite));
}

#[test]
fn postgres() {
    if crate::support::postgres::wanted() {
        run_for(Duration::from_secs(900), screens_that_lose_their_line(Backend::Postgres));
    }
}
