//! Operators' screens and the publishers that feed them: a screen is a cursor on its company's feed.
use switchboard::domain::ids::*;

use super::store::{EventRow, Store, Wrong};

/// A frame on the wire: the event and the position that the screen must have reached before it.
pub struct Frame {
    pub prev: Seq,
    pub event: EventRow,
}

pub struct Screen {
    pub company: CompanyId,
    pub node: Option<usize>,
    /// How far the server has written.
    pub cursor: Seq,
    pub live: bool,
    pub wire: Vec<Frame>,
    /// How far the browser has come: what it resumes `after`.
    pub seen: Seq,
    pub frames: u64,
}

/// A wire that holds this many frames has a reader that does not read.
const FULL: usize = 6;

impl Screen {
    pub fn new(company: CompanyId) -> Self {
        Screen { company, node: None, cursor: 0, live: false, wire: vec![], seen: 0, frames: 0 }
    }

    /// The connection is gone, and with it what was on its way.
    pub fn drop_connection(&mut self) {
        self.node = None;
        self.live = false;
        self.wire.clear();
    }

    pub fn connect(&mut self, node: usize) {
        self.node = Some(node);
        self.cursor = self.seen;
        self.live = false;
    }

    /// A screen may come from a node that was ahead of this one: what it has is not sent again.
    pub fn push(&mut self, event: &EventRow) {
        if event.seq <= self.cursor {
            return;
        }
        if self.wire.len() >= FULL {
            self.live = false;
            return;
        }
        self.wire.push(Frame { prev: self.cursor, event: event.clone() });
        self.cursor = event.seq;
    }

    /// The next page from the table, up to where the publisher is; there the screen goes live.
    pub fn page(&mut self, feed: &[EventRow], released: Seq) {
        let to = feed.len().min(self.cursor as usize + 4).min(released as usize);
        for event in feed.get(self.cursor as usize..to).unwrap_or_default() {
            self.wire.push(Frame { prev: self.cursor, event: event.clone() });
            self.cursor = event.seq;
        }
        self.live = self.cursor >= released;
    }

    /// The browser reads one frame, and believes nothing.
    pub fn read(&mut self, store: &Store) -> Result<(), Wrong> {
        let frame = self.wire.remove(0);
        let event = &frame.event;
        if frame.prev != self.seen || event.seq != self.seen + 1 {
            return Err(format!("P5: a screen at {} gets {} after {}", self.seen, event.seq, frame.prev));
        }
        if store.feeds[self.company.get() as usize - 1].get(event.seq as usize - 1) != Some(event) {
            return Err(format!("P5: a screen was shown what the store does not hold: {event:?}"));
        }
        self.seen = event.seq;
        self.frames += 1;
        Ok(())
    }
}

/// One node's publisher of one company: releases events in unbroken order.
#[derive(Default)]
pub struct Publisher {
    pub released: Seq,
    held: Vec<EventRow>,
}

impl Publisher {
    pub fn at(released: Seq) -> Self {
        Publisher { released, held: vec![] }
    }

    /// Takes one event; gives those whose turn it is.
    pub fn take(&mut self, event: EventRow) -> Vec<EventRow> {
        if event.seq > self.released && !self.held.contains(&event) {
            self.held.push(event);
        }
        let mut out = vec![];
        while let Some(i) = self.held.iter().position(|e| e.seq == self.released + 1) {
            out.push(self.held.swap_remove(i));
            self.released += 1;
        }
        self.held.retain(|e| e.seq > self.released);
        out
    }

    /// The tick: what nobody published is read from the table.
    pub fn catch_up(&mut self, feed: &[EventRow]) -> Vec<EventRow> {
        let out = feed.get(self.released as usize..).unwrap_or_default().to_vec();
        self.released += out.len() as Seq;
        self.held.clear();
        out
    }
}
