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
    let mut screens: Vec<Screen> = (0..SCREENS)
        .map(|n| Screen::watch(world.hub.url(), world.owner.token().into(), Some((40, 700)), dice.seed + n))
        .collect();
    for screen in &mut screens {
        screen.joined().await;
    }
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
    let mut stories = Vec::new();
    for screen in screens {
        let story = screen.story().await;
        reconnects += story.reconnects;
        stories.push(story.shown.into_iter().map(|shown| (shown.message, shown.text)).collect::<Vec<_>>());
    }
    let caught_up = start.elapsed();
    let mut truth: Vec<(i64, String)> = stories.concat();
    truth.sort_unstable();
    truth.dedup();
    if truth.len() != total {
        wrong.push(format!("{total} were said, all screens together showed {}", truth.len()));
    }
    for (at, story) in stories.iter().enumerate() {
        // By id within a conversation, by seq over all: sorted they are the same set.
        let mut mine = story.clone();
        mine.sort_unstable();
        if mine != truth {
            let missing: Vec<_> = truth.iter().filter(|one| !story.contains(one)).collect();
            wrong.push(format!("screen {at} showed {} of {total}; it missed {missing:?}", story.len()));
        }
    }
    println!(
        "R12 {backend:?} seed {}: {SCREENS} screens, {reconnects} reconnects, {total} messages at {rate:.0}/s, \
         {} frames shown, all caught up {} ms after the last, {} wrong",
        dice.seed,
        total as u64 * SCREENS,
        caught_up.as_millis(),
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
