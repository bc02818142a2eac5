//! Things break on purpose, while three books are kept: what the provider saw (the double's
//! ledger), what is stored (the API and the database), and what screens showed (resuming sockets).
//! A test passes when the three agree. Each prints its figures and its seed; `FAULT_SEED` repeats
//! the choices; `FAULT_KILLS`, `FAULT_SECONDS`, `FAULT_WRITES`, `FAULT_CYCLES` and `FAULT_RESTARTS` make a run longer.

mod aborted;
mod inbound;
mod nodes;
mod outbound;
mod screen;
mod storm;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::support::{Dice, Person, World};

/// Customers who keep writing, each numbering their own messages.
struct Crowd {
    stop: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<Vec<usize>>,
    started: Instant,
}

impl Crowd {
    /// `rate` messages a second, spread at random over the people.
    fn start(people: Vec<Person>, rate: u64, seed: u64) -> Crowd {
        Crowd::start_at(people, rate, seed, 0)
    }

    /// Each has said that many before.
    fn start_at(people: Vec<Person>, rate: u64, seed: u64, said: usize) -> Crowd {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            let mut dice = Dice::from(seed);
            let mut said = vec![said; people.len()];
            let mut ticks = tokio::time::interval(Duration::from_millis(10));
            let (start, mut total) = (Instant::now(), 0);
            while !stopped.load(Ordering::Relaxed) {
                ticks.tick().await;
                let due = (start.elapsed().as_secs_f64() * rate as f64) as u64;
                while total < due {
                    let who = dice.between(0, people.len() as u64) as usize;
                    people[who].says(&line(&people[who], said[who]));
                    said[who] += 1;
                    total += 1;
                }
            }
            said
        });
        Crowd { stop, task, started: Instant::now() }
    }

    /// How many messages each has sent, and how many a second it were.
    async fn stop(self) -> (Vec<usize>, f64) {
        self.stop.store(true, Ordering::Relaxed);
        let said = self.task.await.expect("the crowd");
        let rate = said.iter().sum::<usize>() as f64 / self.started.elapsed().as_secs_f64();
        (said, rate)
    }
}

fn line(person: &Person, n: usize) -> String {
    format!("{} #{n}", person.name)
}

fn people(world: &World, count: usize) -> Vec<Person> {
    (0..count).map(|n| world.customer(10_000 + n as i64, &format!("Person{n}"))).collect()
}

/// What is stored of each person: the incoming texts in the order of their ids.
async fn stored(world: &World, people: &[Person]) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for person in people {
        let conversation = world.conversation_of(person).await;
        let mut messages = world.owner.messages(conversation).await;
        messages.retain(|m| m["direction"] == "in");
        messages.sort_by_key(|m| m["id"].as_i64());
        all.push(messages.iter().map(|m| m["text"].as_str().unwrap_or_default().to_string()).collect());
    }
    all
}

/// Lost, doubled, inverted: one line for each difference between what was said and a book.
fn differences(book: &str, people: &[Person], said: &[usize], kept: &[Vec<String>]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, person) in people.iter().enumerate() {
        let wanted: Vec<String> = (0..said[at]).map(|n| line(person, n)).collect();
        if wanted == kept[at] {
            continue;
        }
        let count = |text: &String| kept[at].iter().filter(|t| *t == text).count();
        let lost: Vec<_> = wanted.iter().filter(|text| count(text) == 0).collect();
        let doubled: Vec<_> = wanted.iter().filter(|text| count(text) > 1).collect();
        let strange: Vec<_> = kept[at].iter().filter(|text| !wanted.contains(text)).collect();
        let inverted = lost.is_empty() && doubled.is_empty() && strange.is_empty();
        found.push(format!(
            "{book}: {}: lost {lost:?}, doubled {doubled:?}, strange {strange:?}, out of order: {inverted}",
            person.name
        ));
    }
    found
}
