//! Webhook to screen: ten operators watch while a thousand customers write.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::{next_number, now};
use crate::figures::{Figures, percentile};
use crate::net::Http;
use crate::target::{CHATS, Letter, Target, stamp};

pub const WATCHERS: usize = 10;

/// Sockets that collect latencies until they are aborted.
pub struct Watchers {
    pub seen: Arc<AtomicU64>,
    latencies: Vec<Arc<std::sync::Mutex<Vec<u64>>>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Watchers {
    pub async fn open(target: &Target, count: usize) -> Watchers {
        let seen = Arc::new(AtomicU64::new(0));
        let (mut latencies, mut tasks) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let mut socket = target.watch().await.expect("a socket");
            let book = Arc::new(std::sync::Mutex::new(Vec::new()));
            let (seen, mine, counts) = (seen.clone(), book.clone(), target.counts);
            tasks.push(tokio::spawn(async move {
                while let Ok(frame) = socket.next().await {
                    if let Some(sent) = stamp(frame, counts) {
                        mine.lock().unwrap().push(now().saturating_sub(sent));
                        seen.fetch_add(1, Ordering::Relaxed);
                    }
                }
            }));
            latencies.push(book);
        }
        Watchers { seen, latencies, tasks }
    }

    /// Waits until this many were seen, or nothing has come for 5 s.
    pub async fn wait(&self, wanted: u64) {
        let (mut last, mut since) = (0, Instant::now());
        loop {
            let seen = self.seen.load(Ordering::Relaxed);
            if seen >= wanted || since.elapsed() > Duration::from_secs(5) {
                return;
            }
            if seen != last {
                (last, since) = (seen, Instant::now());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    pub fn take(&self) -> Vec<u64> {
        self.seen.store(0, Ordering::Relaxed);
        self.latencies.iter().flat_map(|book| std::mem::take(&mut *book.lock().unwrap())).collect()
    }
}

impl Drop for Watchers {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// Each customer has a conversation before anything is measured.
pub async fn warm_up(target: &Target) {
    let mut http = Http::connect(&target.address).await.expect("a connection");
    for _ in 0..CHATS {
        assert!(target.post(&mut http, next_number(), now()).await, "a warm-up message was refused");
    }
}

/// Open loop: messages leave when the clock says so, and a late one counts as late.
pub async fn open_loop(target: &Arc<Target>, figures: &mut Figures, rate: u64, seconds: u64) {
    let watchers = Watchers::open(target, WATCHERS).await;
    let cpu = target.process().cpu();
    let mut shown = at_rate(target, &watchers, rate, seconds).await;
    let used = target.process().cpu() - cpu;
    let name = |what: &str| format!("screen {rate}/s {what}");
    figures.add(&name("shown p50 ms"), target.name, percentile(&mut shown.seen, 0.5) / 1e6);
    figures.add(&name("shown p99 ms"), target.name, percentile(&mut shown.seen, 0.99) / 1e6);
    figures.add(&name("ack p99 ms"), target.name, percentile(&mut shown.acks, 0.99) / 1e6);
    figures.add(&name("CPU µs/message"), target.name, used.as_secs_f64() * 1e6 / shown.acks.len() as f64);
}

/// Latencies in nanoseconds: of each message on each screen, of each webhook's answer.
pub struct Shown {
    pub seen: Vec<u64>,
    pub acks: Vec<u64>,
}

/// Plain messages at this rate, in front of those who watch; none may be lost.
pub async fn at_rate(target: &Arc<Target>, watchers: &Watchers, rate: u64, seconds: u64) -> Shown {
    let total = rate * seconds;
    let acks = steadily(target, rate, total, Arc::new(Letter::plain)).await;
    let (accepted, screens) = (acks.len() as u64, watchers.tasks.len() as u64);
    watchers.wait(accepted * screens).await;
    let seen = watchers.take();
    let lost = (accepted * screens).abs_diff(seen.len() as u64);
    assert_eq!(lost, 0, "{}: {accepted} accepted, {} shown on {screens} screens", target.name, seen.len());
    assert_eq!(accepted, total, "{}: refused {}", target.name, total - accepted);
    Shown { seen, acks }
}

/// Makes the message with this number of a run, for the moment it is meant to leave.
pub type Letters = Arc<dyn Fn(u64, u64) -> Letter + Send + Sync>;

/// Sends `total` messages at `rate`; answers how long each that was accepted took.
pub async fn steadily(target: &Arc<Target>, rate: u64, total: u64, letters: Letters) -> Vec<u64> {
    let (due, queue) = mpsc::unbounded_channel::<(u64, u64)>();
    let queue = Arc::new(Mutex::new(queue));
    // A thread of its own: tokio's timers are a millisecond coarse.
    let clock = std::thread::spawn(move || {
        let start = now() + 20_000_000;
        for n in 0..total {
            let intended = start + n * 1_000_000_000 / rate;
            let wait = intended.saturating_sub(now());
            std::thread::sleep(Duration::from_nanos(wait));
            if due.send((n, intended)).is_err() {
                return;
            }
        }
    });
    let acks = Arc::new(std::sync::Mutex::new(Vec::new()));
    let workers: Vec<_> = (0..64)
        .map(|_| {
            let (target, queue, acks, letters) = (target.clone(), queue.clone(), acks.clone(), letters.clone());
            tokio::spawn(async move {
                let mut http = Http::connect(&target.address).await.expect("a connection");
                loop {
                    let next = queue.lock().await.recv().await;
                    let Some((n, intended)) = next else { return };
                    if target.send(&mut http, next_number(), &letters(n, intended)).await {
                        acks.lock().unwrap().push(now() - intended);
                    }
                }
            })
        })
        .collect();
    all(workers).await;
    let _ = clock.join();
    std::mem::take(&mut *acks.lock().unwrap())
}

/// Closed loop: 64 connections, each sending as soon as it was answered.
pub async fn closed_loop(target: &Arc<Target>, figures: &mut Figures, seconds: u64) {
    let watchers = Watchers::open(target, WATCHERS).await;
    let stop = Arc::new(AtomicBool::new(false));
    let accepted = Arc::new(AtomicU64::new(0));
    let (cpu, start) = (target.process().cpu(), Instant::now());
    let workers: Vec<_> = (0..64)
        .map(|_| {
            let (target, stop, accepted) = (target.clone(), stop.clone(), accepted.clone());
            tokio::spawn(async move {
                let mut http = Http::connect(&target.address).await.expect("a connection");
                while !stop.load(Ordering::Relaxed) {
                    if target.post(&mut http, next_number(), now()).await {
                        accepted.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();
    let timer = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        stop.store(true, Ordering::Relaxed);
    });
    all(workers).await;
    let _ = timer.await;
    let took = start.elapsed().as_secs_f64();
    let accepted = accepted.load(Ordering::Relaxed);
    watchers.wait(accepted * WATCHERS as u64).await;
    let used = target.process().cpu() - cpu;
    let seen = watchers.take().len() as u64;
    assert_eq!(seen, accepted * WATCHERS as u64, "{}: {accepted} accepted, {seen} shown", target.name);
    figures.add("screen max messages/s", target.name, accepted as f64 / took);
    figures.add("screen max CPU µs/message", target.name, used.as_secs_f64() * 1e6 / accepted as f64);
}

async fn all(tasks: Vec<JoinHandle<()>>) {
    for task in tasks {
        task.await.expect("a worker");
    }
}
