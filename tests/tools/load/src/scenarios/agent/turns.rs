//! The customers of the agent's channels: what they ask, and the moments of each of their turns.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::BOTS;
use crate::marks::{QUESTION, REPLY, find, mark, marked};
use crate::model::Model;
use crate::scenarios::now;
use crate::scenarios::screen::steadily;
use crate::target::{Letter, Target};

/// More than are in a turn at once: nobody writes again while an answer is owed.
pub const CUSTOMERS: u64 = 1_600;

#[derive(Clone)]
pub struct Turns {
    target: Arc<Target>,
    model: Arc<Model>,
    book: Arc<Book>,
}

#[derive(Default)]
struct Book {
    begun: AtomicU64,
    /// By turn: when its webhook was meant to leave, when its reply was on a screen.
    meant: Mutex<HashMap<u64, u64>>,
    shown: Mutex<HashMap<u64, u64>>,
}

/// In nanoseconds.
#[derive(Default)]
pub struct Overheads {
    pub before: Vec<u64>,
    pub to_screen: Vec<u64>,
    pub to_provider: Vec<u64>,
}

impl Turns {
    /// With an operator's socket of its own.
    pub async fn watch(target: &Arc<Target>, model: Arc<Model>) -> Turns {
        let mut socket = target.watch().await.expect("a socket");
        let book = Arc::new(Book::default());
        let (ours, counts) = (book.clone(), target.counts);
        tokio::spawn(async move {
            while let Ok(frame) = socket.next().await {
                if find(frame, counts.as_bytes()).is_some()
                    && let Some(turn) = mark(frame, REPLY)
                {
                    ours.shown.lock().unwrap().insert(turn, now());
                }
            }
        });
        Turns { target: target.clone(), model, book }
    }

    pub async fn begin(&self, rate: u64, count: u64) {
        self.clone().begin_all(rate, count).await;
    }

    /// Customers write, one after the other; each message begins a turn.
    pub async fn begin_all(self, rate: u64, count: u64) {
        let book = self.book.clone();
        let letters = move |_, intended| {
            let turn = book.begun.fetch_add(1, Ordering::Relaxed);
            book.meant.lock().unwrap().insert(turn, intended);
            let customer = turn % CUSTOMERS;
            let text = marked(QUESTION, turn) + " How much is a house of 150 square metres with a garage?";
            Letter { door: 1 + customer as usize % BOTS, chat: 1_000_000 + customer, text }
        };
        let taken = steadily(&self.target, rate, count, Arc::new(letters)).await;
        assert_eq!(taken.len() as u64, count, "customers of the agent were refused");
    }

    /// The number of the next turn.
    pub fn begun(&self) -> u64 {
        self.book.begun.load(Ordering::Relaxed)
    }

    /// Waits until every turn's reply was handed over.
    pub async fn all_ended(&self) {
        let start = Instant::now();
        for turn in 0..self.begun() {
            while self.handed(turn).is_none() {
                assert!(start.elapsed() < Duration::from_secs(30), "turn {turn} of {} has no end", self.begun());
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
    }

    fn handed(&self, turn: u64) -> Option<u64> {
        self.target.provider.as_ref().and_then(|provider| provider.handed(turn))
    }

    /// Of turns that have ended.
    pub fn overheads(&self, turns: Range<u64>) -> Overheads {
        let mut told = Overheads::default();
        let (meant, shown) = (self.book.meant.lock().unwrap(), self.book.shown.lock().unwrap());
        for turn in turns {
            let call = self.model.call(turn).expect("the model was asked");
            assert_eq!(call.times, 1, "the model was asked again");
            let before = call.asked.saturating_sub(meant[&turn]);
            told.before.push(before);
            told.to_screen.push(before + shown[&turn].saturating_sub(call.ended));
            told.to_provider.push(before + self.handed(turn).expect("a reply").saturating_sub(call.ended));
        }
        told
    }
}
