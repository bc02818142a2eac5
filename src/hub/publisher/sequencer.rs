//! Puts committed events into feed order and finds those that nobody handed over.
//!
//! Commits of one company are ordered by its feed row, but news of them may overtake each other on the way here (several
//! write connections, several nodes). A company's events leave in unbroken order; a hole older than 50 ms is read from the
//! table, and so is everything a look at the feeds' heads finds unpublished.
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::Publisher;
use crate::db::Store;
use crate::domain::event::Event;
use crate::domain::ids::*;
use crate::telemetry::metrics;

const HOLE_PATIENCE: Duration = Duration::from_millis(50);
/// How often the feeds' heads are compared with what was published.
const LOOK: Duration = Duration::from_secs(1);
const PAGE: i64 = 256;

#[derive(Default)]
struct Line {
    published: Seq,
    early: BTreeMap<Seq, Arc<Event>>,
    hole_since: Option<Instant>,
}

pub struct Sequencer {
    store: Store,
    publisher: Publisher,
    lines: HashMap<CompanyId, Line>,
    /// The newest event of each company that some shard had no room for.
    missed: HashMap<CompanyId, Arc<Event>>,
    /// Told to the other nodes after publishing.
    relay: Option<mpsc::Sender<(CompanyId, Seq)>>,
}

impl Sequencer {
    /// `heads` is where every company's feed stood before any event of this process.
    pub fn new(
        store: Store,
        publisher: Publisher,
        heads: Vec<(CompanyId, Seq)>,
        relay: Option<mpsc::Sender<(CompanyId, Seq)>>,
    ) -> Self {
        let lines = heads.into_iter().map(|(company, seq)| (company, Line { published: seq, ..Line::default() })).collect();
        Sequencer { store, publisher, lines, missed: HashMap::new(), relay }
    }

    /// Runs until the store is gone. `hints` are heads that other nodes announce; `look` turns on the look at all heads,
    /// which only matters where something else than this process writes.
    pub async fn run(
        mut self,
        mut events: mpsc::UnboundedReceiver<Vec<Arc<Event>>>,
        mut hints: mpsc::Receiver<(CompanyId, Seq)>,
        look: bool,
    ) {
        let mut tick = tokio::time::interval(HOLE_PATIENCE);
        let mut looked = Instant::now();
        let mut hints_open = true;
        loop {
            tokio::select! {
                batch = events.recv() => match batch {
                    Some(batch) => self.take(batch),
                    None => return,
                },
                hint = hints.recv(), if hints_open => match hint {
                    Some((company, head)) => self.read_up_to(company, head).await,
                    None => hints_open = false,
                },
                _ = tick.tick() => {
                    metrics().mailbox_depth.with_label_values(&["sequencer"]).set(events.len() as i64);
                    self.remind();
                    self.fill_holes().await;
                    if look && looked.elapsed() >= LOOK {
                        looked = Instant::now();
                        self.look_at_heads().await;
                    }
                }
            }
        }
    }

    fn take(&mut self, batch: Vec<Arc<Event>>) {
        let mut ready = Vec::with_capacity(batch.len());
        for event in batch {
            let line = self.lines.entry(event.company_id).or_default();
            if event.seq <= line.published {
                continue;
            }
            if event.seq == line.published + 1 && line.early.is_empty() {
                line.published = event.seq;
                ready.push(event);
                continue;
            }
            line.early.insert(event.seq, event);
            release(line, &mut ready);
        }
        self.publish(ready);
    }

    fn publish(&mut self, ready: Vec<Arc<Event>>) {
        if ready.is_empty() {
            return;
        }
        if let Some(relay) = &self.relay {
            let mut heads: BTreeMap<CompanyId, Seq> = BTreeMap::new();
            for event in &ready {
                heads.insert(event.company_id, event.seq);
            }
            for head in heads {
                // A lost hint costs the other nodes a second: they look themselves.
                let _ = relay.try_send(head);
            }
        }
        for event in &ready {
            tracing::debug!(company_id = event.company_id, seq = event.seq, message_id = event.message_id, kind = %event.kind, "published");
        }
        let newest = ready.clone();
        if !self.publisher.publish(ready) {
            for event in newest {
                self.missed.insert(event.company_id, event);
            }
        }
    }

    /// Tells the shards again that there is something newer than they know.
    fn remind(&mut self) {
        if self.missed.is_empty() {
            return;
        }
        let again: Vec<Arc<Event>> = self.missed.values().cloned().collect();
        if self.publisher.publish(again) {
            self.missed.clear();
        }
    }

    async fn fill_holes(&mut self) {
        let now = Instant::now();
        let holes: Vec<(CompanyId, Seq)> = self
            .lines
            .iter()
            .filter(|(_, l)| l.hole_since.is_some_and(|since| now - since >= HOLE_PATIENCE))
            .filter_map(|(company, l)| l.early.keys().next().map(|first| (*company, first - 1)))
            .collect();
        for (company, up_to) in holes {
            metrics().feed_holes.inc();
            self.read_up_to(company, up_to).await;
        }
    }

    async fn look_at_heads(&mut self) {
        let Ok(heads) = self.store.feed_heads().await else { return };
        for (company, head) in heads {
            self.read_up_to(company, head).await;
        }
    }

    /// Publishes from the table what is between the last published event and `up_to`.
    async fn read_up_to(&mut self, company: CompanyId, up_to: Seq) {
        loop {
            let published = self.lines.entry(company).or_default().published;
            if published >= up_to {
                return;
            }
            let Ok(events) = self.store.events_after(company, published, PAGE).await else { return };
            if events.is_empty() {
                return;
            }
            let before = published;
            self.take(events);
            if self.lines.get(&company).is_none_or(|l| l.published == before) {
                return;
            }
        }
    }
}

fn release(line: &mut Line, ready: &mut Vec<Arc<Event>>) {
    while let Some(event) = line.early.remove(&(line.published + 1)) {
        line.published = event.seq;
        ready.push(event);
    }
    line.hole_since = if line.early.is_empty() { None } else { line.hole_since.or_else(|| Some(Instant::now())) };
}
