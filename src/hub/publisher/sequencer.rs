//! Puts committed events into feed order and finds those that nobody handed over.
//!
//! Commits of one company are ordered by its feed row, but news of them may overtake each other on the way here (several
//! write connections, several nodes). A company's events leave in unbroken order; a hole older than 50 ms is read from the
//! table, and so is everything a look at the feeds' heads finds unpublished.
//!
//! The loop itself waits for no storage: tables are read in tasks, one a company at a time, so that neither a company whose
//! feed is slow to read nor a database that is away stalls what others commit.
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, mpsc};

use super::Publisher;
use crate::db::Store;
use crate::domain::event::{Event, EventKind};
use crate::domain::ids::*;
use crate::hub::relay::{Relay, Signal};
use crate::telemetry::metrics;

const HOLE_PATIENCE: Duration = Duration::from_millis(50);
/// How often the feeds' heads are compared with what was published.
const LOOK: Duration = Duration::from_secs(1);
const PAGE: i64 = 256;
/// Feeds that are read at once: the other read connections are for requests.
const READS_AT_ONCE: usize = 3;

#[derive(Default)]
struct FeedLine {
    published: Seq,
    early: BTreeMap<Seq, Arc<Event>>,
    hole_since: Option<Instant>,
    /// The feed is known to reach so far.
    head: Seq,
    /// A task reads it.
    is_read: bool,
}

/// What a task found in the tables; `None`: the database did not say.
enum FeedFound {
    Events { company: CompanyId, after: Seq, events: Option<Vec<Arc<Event>>> },
    Heads(Option<Vec<(CompanyId, Seq)>>),
}

/// Who else wants to know.
#[derive(Default)]
pub struct Listeners {
    /// Heads, for the other nodes.
    pub relay: Relay,
    /// Conversations with events that did not come from this process.
    pub changed_elsewhere: Option<mpsc::Sender<ConversationId>>,
}

pub struct Sequencer {
    store: Store,
    publisher: Publisher,
    lines: HashMap<CompanyId, FeedLine>,
    /// The newest event of each company that some shard had no room for.
    missed: HashMap<CompanyId, Arc<Event>>,
    listeners: Listeners,
    found: mpsc::UnboundedSender<FeedFound>,
    finds: mpsc::UnboundedReceiver<FeedFound>,
    reads: Arc<Semaphore>,
    is_looking: bool,
}

impl Sequencer {
    /// `heads` is where every company's feed stood before any event of this process.
    pub fn new(store: Store, publisher: Publisher, heads: Vec<(CompanyId, Seq)>, listeners: Listeners) -> Self {
        let lines =
            heads.into_iter().map(|(company, seq)| (company, FeedLine { published: seq, ..FeedLine::default() })).collect();
        // At most one entry a company and one look at a time.
        let (found, finds) = mpsc::unbounded_channel();
        let reads = Arc::new(Semaphore::new(READS_AT_ONCE));
        Sequencer { store, publisher, lines, missed: HashMap::new(), listeners, found, finds, reads, is_looking: false }
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
                    Some((company, head)) => self.read_up_to(company, head),
                    None => hints_open = false,
                },
                Some(found) = self.finds.recv() => self.find(found),
                _ = tick.tick() => {
                    metrics().mailbox_depth.with_label_values(&["sequencer"]).set(events.len() as i64);
                    self.remind();
                    self.fill_holes();
                    if look && !self.is_looking && looked.elapsed() >= LOOK {
                        looked = Instant::now();
                        self.look_at_heads();
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
        if self.listeners.relay.is_heard() {
            let heads: BTreeMap<CompanyId, Seq> = ready.iter().map(|event| (event.company_id, event.seq)).collect();
            for (company, seq) in heads {
                // A lost hint costs the other nodes a second: they look themselves.
                self.listeners.relay.tell(Signal::Feed { company, seq });
            }
        }
        for event in &ready {
            tracing::debug!(
                company_id = event.company_id.get(),
                seq = event.seq,
                message_id = event.message_id.map(MessageId::get),
                kind = event.kind.map(EventKind::as_str),
                "published"
            );
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

    fn fill_holes(&mut self) {
        let now = Instant::now();
        let holes: Vec<(CompanyId, Seq)> = self
            .lines
            .iter()
            .filter(|(_, l)| !l.is_read && l.hole_since.is_some_and(|since| now - since >= HOLE_PATIENCE))
            .filter_map(|(company, l)| l.early.keys().next().map(|first| (*company, first - 1)))
            .collect();
        for (company, up_to) in holes {
            metrics().feed_holes.inc();
            self.read_up_to(company, up_to);
        }
    }

    fn look_at_heads(&mut self) {
        self.is_looking = true;
        let (store, found) = (self.store.clone(), self.found.clone());
        tokio::spawn(async move { found.send(FeedFound::Heads(store.feed_heads().await.ok())) });
    }

    /// Has what is between the last published event and `up_to` read from the table.
    fn read_up_to(&mut self, company: CompanyId, up_to: Seq) {
        let line = self.lines.entry(company).or_default();
        line.head = line.head.max(up_to);
        if line.is_read || line.published >= line.head {
            return;
        }
        line.is_read = true;
        let (store, found, reads, after) = (self.store.clone(), self.found.clone(), self.reads.clone(), line.published);
        tokio::spawn(async move {
            let _turn = reads.acquire().await;
            let events = store.events_after(company, after, PAGE).await.ok();
            found.send(FeedFound::Events { company, after, events })
        });
    }

    fn find(&mut self, found: FeedFound) {
        match found {
            FeedFound::Heads(heads) => {
                self.is_looking = false;
                for (company, head) in heads.unwrap_or_default() {
                    self.read_up_to(company, head);
                }
            }
            FeedFound::Events { company, after, events } => {
                let events = events.unwrap_or_default();
                self.tell_of_conversations(company, &events);
                self.take(events);
                let Some(line) = self.lines.get_mut(&company) else { return };
                line.is_read = false;
                if line.published > after {
                    self.read_up_to(company, 0);
                } else {
                    // Nothing came of it: the next look, or the hole, asks again.
                    line.head = line.published;
                }
            }
        }
    }

    /// Events that this process has just handed over itself are no news.
    fn tell_of_conversations(&self, company: CompanyId, events: &[Arc<Event>]) {
        let Some(listener) = &self.listeners.changed_elsewhere else { return };
        let published = self.lines.get(&company).map_or(0, |line| line.published);
        for event in events.iter().filter(|event| event.seq > published) {
            if let Some(conversation) = event.conversation_id {
                // No room: the look at what is open finds it.
                let _ = listener.try_send(conversation);
            }
        }
    }
}

fn release(line: &mut FeedLine, ready: &mut Vec<Arc<Event>>) {
    while let Some(event) = line.early.remove(&(line.published + 1)) {
        line.published = event.seq;
        ready.push(event);
    }
    line.hole_since = if line.early.is_empty() { None } else { line.hole_since.or_else(|| Some(Instant::now())) };
}
