//! A browser that never gives up: whenever its socket ends it comes back with its last position,
//! and what it has shown is one unbroken, undoubled story.

use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::watch;

use crate::support::feed::Cursor;
use crate::support::{Dice, Feed};

/// What a screen keeps of a frame.
pub struct Shown {
    pub message: i64,
    pub text: String,
}

#[derive(Default)]
pub struct Story {
    /// Incoming messages in the order they appeared.
    pub shown: Vec<Shown>,
    pub frames: usize,
    pub reconnects: usize,
}

pub struct Screen {
    /// Once set, the screen ends as soon as it has reached this position.
    until: watch::Sender<Option<i64>>,
    joined: watch::Receiver<bool>,
    task: tokio::task::JoinHandle<Story>,
}

impl Screen {
    /// With `drops`, the screen breaks its own line after that many ms at random, again and again.
    pub fn watch(url: String, token: String, drops: Option<(u64, u64)>, seed: u64) -> Screen {
        let (until, goal) = watch::channel(None);
        let (there, joined) = watch::channel(false);
        Screen { until, joined, task: tokio::spawn(look(url, token, drops, seed, goal, there)) }
    }

    /// From here on nothing may be missed: the story is the whole story.
    pub async fn joined(&mut self) {
        let _ = self.joined.wait_for(|there| *there).await;
    }

    pub fn finish_at(&self, seq: i64) {
        self.until.send_replace(Some(seq));
    }

    pub async fn story(self) -> Story {
        self.task.await.expect("a screen's contract holds")
    }
}

async fn look(
    url: String,
    token: String,
    drops: Option<(u64, u64)>,
    seed: u64,
    goal: watch::Receiver<Option<i64>>,
    there: watch::Sender<bool>,
) -> Story {
    let mut dice = Dice::from(seed);
    let mut story = Story::default();
    let mut cursor: Option<Cursor> = None;
    loop {
        let Some(feed) = Feed::join(&url, &token, cursor.as_ref()).await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        there.send_replace(true);
        if cursor.is_some() {
            assert_eq!(feed.first["type"], "ready", "a good position was refused: {}", feed.first);
            story.reconnects += 1;
        }
        let leave = drops.map(|(least, most)| Instant::now() + Duration::from_millis(dice.between(least, most)));
        loop {
            let goal = *goal.borrow();
            let reached = feed.socket.last_seq();
            let position = reached.or(cursor.as_ref().map(|c| c.seq)).unwrap_or(0);
            let start = feed.first["seq"].as_i64().unwrap_or(0);
            if goal.is_some_and(|goal| position >= goal || (cursor.is_none() && start >= goal)) {
                keep(&feed, &mut story);
                return story;
            }
            let left = leave.is_some_and(|at| Instant::now() >= at) && goal.is_none();
            if feed.socket.closed().is_some() || left {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        cursor = Some(keep(&feed, &mut story));
    }
}

/// `durable` holds the chain of `prev` and `seq`; a gap or a repeat ends the test there. The position
/// is of what was kept: more may arrive while we look.
fn keep(feed: &Feed, story: &mut Story) -> Cursor {
    let frames = feed.durable();
    let cursor = feed.cursor_after(&frames);
    for frame in frames {
        story.frames += 1;
        let data: &Value = &frame["data"];
        if frame["type"] == "message.created" && data["direction"] == "in" {
            story.shown.push(Shown {
                message: data["id"].as_i64().expect("an id"),
                text: data["text"].as_str().unwrap_or_default().to_string(),
            });
        }
    }
    cursor
}
