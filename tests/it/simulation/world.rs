//! One run: everything that exists, what can happen next, and what a crash leaves.
use std::collections::{HashMap, HashSet, VecDeque};

use switchboard::domain::channel::SendOutcome;
use switchboard::domain::clock::{DAY, MILLI, Micros, SECOND};
use switchboard::domain::conversation::OpenTimer;
use switchboard::domain::ids::*;
use switchboard::domain::message::MessageStatus;

use super::actor::{Actor, Asker};
use super::agent::Thinking;
use super::boundary::{Boundary, Bug};
use super::chats::{self, Chat};
use super::dice::Dice;
use super::operators::Ask;
use super::provider::Provider;
use super::screens::{Publisher, Screen};
use super::store::{EventRow, Store, Wrong};
use super::timers::Ends;

/// What one process holds in memory. A crash takes all of it.
pub struct Node {
    pub up: bool,
    /// It stands still until this step and knows nothing of it.
    pub stopped_until: u32,
    pub actors: [Option<Actor>; chats::COUNT],
    /// Committed, on the way from the writer to the publisher.
    pub unpublished: VecDeque<(CompanyId, EventRow)>,
    pub publishers: [Publisher; 2],
    /// Taken deliveries at the connector.
    pub sends: Vec<Sending>,
    /// What the agent is thinking about.
    pub turns: Vec<Thinking>,
    /// Due timers as this node has read them, a while ago.
    pub due: Vec<(usize, OpenTimer)>,
    /// Only a planted bug uses it.
    pub fired: HashSet<TimerId>,
    /// Only a planted bug uses it.
    pub remembered: HashSet<(usize, usize)>,
}

#[derive(Clone, Copy)]
pub struct Sending {
    pub chat: usize,
    pub delivery_id: DeliveryId,
    pub claimed_at: Micros,
}

pub struct World {
    pub dice: Dice,
    pub now: Micros,
    pub store: Store,
    pub nodes: [Node; 2],
    pub chats: [Chat; chats::COUNT],
    pub provider: Provider,
    pub asks: Vec<Ask>,
    pub screens: Vec<Screen>,
    pub bug: Option<Bug>,
    /// Nothing new begins and nothing breaks any more: what was begun must end.
    pub quiet: bool,
    /// Sends whose outcome the hub cannot know.
    pub lost: HashSet<DeliveryId>,
    /// Which node took a delivery.
    pub claims: HashMap<DeliveryId, usize>,
    pub crashed: [u32; Boundary::ALL.len()],
    pub timer_ends: Ends,
    pub crash_odds: usize,
    pub steps: u32,
    pub trace: bool,
}

/// A send begins within this time of its claim (of the step that proposed it, not of the moment its node goes on) or not at
/// all, so that it cannot begin after others were let pass.
pub const SEND_WITHIN: Micros = 10 * SECOND;

/// Under a planted bug a request may be answered twice.
fn drop_one(copies: &mut u32) {
    *copies = copies.saturating_sub(1);
}

fn node(store: &Store) -> Node {
    let publisher = |i: usize| Publisher::at(store.feeds[i].len() as Seq);
    Node {
        up: true,
        stopped_until: 0,
        actors: Default::default(),
        unpublished: VecDeque::new(),
        publishers: [publisher(0), publisher(1)],
        sends: vec![],
        turns: vec![],
        due: vec![],
        fired: HashSet::new(),
        remembered: HashSet::new(),
    }
}

impl World {
    pub fn new(seed: u64, bug: Option<Bug>) -> Self {
        let mut dice = Dice::new(seed);
        let store = Store { leases: std::array::from_fn(|c| c % 2), ..Store::default() };
        World {
            nodes: [node(&store), node(&store)],
            store,
            now: 20_000 * DAY,
            chats: chats::all(),
            provider: Provider::default(),
            asks: vec![],
            screens: vec![Screen::new(CompanyId::new(1)), Screen::new(CompanyId::new(1)), Screen::new(CompanyId::new(2))],
            bug,
            quiet: false,
            lost: HashSet::new(),
            claims: HashMap::new(),
            crashed: [0; Boundary::ALL.len()],
            timer_ends: Ends::default(),
            crash_odds: [25, 60, 150][dice.below(3)],
            steps: 0,
            trace: false,
            dice,
        }
    }

    pub fn say(&self, what: impl FnOnce() -> String) {
        if self.trace {
            eprintln!("{:>4} +{:>9} ms  {}", self.steps, (self.now - 20_000 * DAY) / MILLI, what());
        }
    }

    /// The process may die here. A run that never crashed dies at the first boundary after 150 steps.
    pub fn crash_at(&mut self, at: Boundary, n: usize) -> bool {
        if !self.fate(at) {
            return false;
        }
        self.say(|| format!("node {n} crashes {at:?}"));
        for c in 0..chats::COUNT {
            self.panic(n, c);
        }
        self.nodes[n] = node(&self.store);
        self.nodes[n].up = false;
        for screen in self.screens.iter_mut().filter(|s| s.node == Some(n)) {
            screen.drop_connection();
        }
        true
    }

    /// One actor may be lost here while its node lives on.
    pub fn panic_at(&mut self, at: Boundary, n: usize, c: usize) -> bool {
        let fated = self.fate(at);
        if fated {
            self.say(|| format!("actor {c} on node {n} panics {at:?}"));
            self.panic(n, c);
        }
        fated
    }

    fn fate(&mut self, at: Boundary) -> bool {
        let overdue = self.steps > 150 && self.crashed.iter().all(|n| *n == 0);
        let fated = !self.quiet && (overdue || self.dice.below(self.crash_odds) == 0);
        self.crashed[at as usize] += u32::from(fated);
        fated
    }

    fn panic(&mut self, n: usize, c: usize) {
        let Some(actor) = self.nodes[n].actors[c].take() else { return };
        self.lose_sends(c, |by| by == Some(n));
        let flight = actor.flight.map(|f| f.askers).unwrap_or_default();
        for asker in actor.waiting.into_iter().chain(actor.later).map(|(_, asker)| asker).chain(flight) {
            self.hang_up(asker);
        }
    }

    /// Whatever is being sent in this chat may have lost its answer.
    pub fn lose_sends(&mut self, c: usize, whose: impl Fn(Option<usize>) -> bool) {
        let chat = &self.chats[c];
        let Some(thread) = self.store.find(chat.channel_id, chat.key) else { return };
        for d in thread.deliveries.iter().filter(|d| d.state == MessageStatus::Sending) {
            if whose(self.claims.get(&d.id).copied()) {
                self.lost.insert(d.id);
            }
        }
    }

    /// The asker's connection breaks without an answer.
    pub fn hang_up(&mut self, asker: Asker) {
        match asker {
            Asker::Hub => {}
            Asker::Update(c, i) => drop_one(&mut self.chats[c].updates[i].copies),
            Asker::Person(i) => drop_one(&mut self.asks[i].copies),
            Asker::Receipt(id, status) => {
                if let Some(p) = self.provider.receipts.iter_mut().find(|p| p.delivery_id == id && p.status == status) {
                    drop_one(&mut p.copies);
                }
            }
        }
    }

    pub fn restart(&mut self, n: usize) -> bool {
        if self.nodes[n].up {
            return false;
        }
        self.nodes[n] = node(&self.store);
        self.say(|| format!("node {n} starts"));
        true
    }

    /// The connector hands a taken delivery to the provider.
    pub fn send(&mut self, n: usize) -> Result<bool, Wrong> {
        let at = self.dice.below(self.nodes[n].sends.len());
        let Some(send) = self.nodes[n].sends.get(at).copied() else { return Ok(false) };
        if self.crash_at(Boundary::AfterClaimCommitBeforeSend, n) {
            return Ok(true);
        }
        self.nodes[n].sends.swap_remove(at);
        let late = self.now - send.claimed_at > SEND_WITHIN && self.bug != Some(Bug::LateSend);
        let outcome = if late {
            SendOutcome::Retry { detail: "too late to begin".into() }
        } else {
            self.check_request(&send)?;
            let with_receipts = self.chats[send.chat].kind == switchboard::domain::channel::ChannelKind::Whatsapp;
            self.provider.request(send.chat, send.delivery_id, with_receipts, self.quiet, &mut self.dice)
        };
        self.say(|| format!("node {n} sends {}: {outcome:?}", send.delivery_id));
        if matches!(outcome, SendOutcome::Uncertain { .. }) {
            self.lost.insert(send.delivery_id);
        }
        if self.crash_at(Boundary::AfterProviderBeforeOutcome, n) {
            return Ok(true);
        }
        self.hand_outcome(n, send, outcome);
        Ok(true)
    }

    /// The other node takes a chat over: first the lease, then a fresh look, then what was being sent is unclear.
    pub fn take_over(&mut self, c: usize) -> bool {
        let to = 1 - self.store.leases[c];
        if !self.nodes[to].up {
            return false;
        }
        self.say(|| format!("node {to} takes chat {c} over"));
        self.store.leases[c] = to;
        self.store.tokens[c] += 1;
        self.lose_sends(c, |_| true);
        self.begin_ownership(to, c);
        true
    }
}
