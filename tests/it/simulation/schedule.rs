//! What happens next, by dice; and, when the run has had its steps, letting everything come to rest.
use switchboard::domain::clock::{MILLI, SECOND};
use switchboard::domain::conversation::state::UNCERTAIN_HOLD;
use switchboard::domain::message::MessageStatus;

use super::boundary::Boundary;
use super::chats;
use super::operators;
use super::store::Wrong;
use super::world::World;

/// Steps of a run before it comes to rest.
pub const STEPS: u32 = 300;

impl World {
    pub fn run(&mut self) -> Result<(), Wrong> {
        while self.steps < STEPS || self.crashed.iter().all(|n| *n == 0) {
            if self.act()? {
                self.steps += 1;
            }
            if self.steps > 10 * STEPS {
                return Err("a run that never crashes".into());
            }
        }
        self.rest()?;
        self.check_end()
    }

    pub fn act(&mut self) -> Result<bool, Wrong> {
        let (n, c) = (self.dice.below(2), self.dice.below(chats::COUNT));
        let up = self.nodes[n].up && self.nodes[n].stopped_until <= self.steps;
        let asleep = self.nodes.iter().any(|n| n.stopped_until > self.steps);
        Ok(match self.dice.below(100) {
            0..=6 if self.chats[c].updates.len() < self.chats[c].next + 4 => {
                self.chats[c].act(&mut self.dice, self.now);
                true
            }
            7..=16 if up => self.bring(n, c, false),
            17..=22 => self.wish(c),
            23 if self.dice.percent(8) => {
                self.chats[c].change_rules(&mut self.dice);
                true
            }
            23 if up => self.repeat(n),
            24 if up => self.think(n),
            25..=44 if up => self.somewhere(c, |w, c| w.step_actor(n, c))?,
            45..=60 if up => self.somewhere(c, |w, c| w.commit(n, c))?,
            61..=74 if up => self.somewhere(c, |w, c| w.finish(n, c))?,
            75..=79 if up => self.send(n)?,
            80..=84 if up => self.publish(n),
            85..=86 => self.restart(n),
            87..=88 if up => self.receipt_somewhere(n)?,
            89 if up => self.media(n),
            90..=93 => self.look(n)?,
            94 if up => self.think(n),
            95..=96 if up => {
                self.tick(n);
                self.dice.percent(30)
            }
            97 if up && !asleep && self.dice.percent(15) => self.stop(n),
            97 if self.dice.percent(25) => self.take_over(c),
            98..=99 => {
                let jump = self.dice.percent(if asleep { 50 } else { 12 });
                let by = if jump { 1 + self.dice.below(45) as i64 } else { 0 };
                self.now += by * SECOND + (1 + self.dice.below(2000) as i64) * MILLI;
                self.dice.percent(30)
            }
            _ => false,
        })
    }

    /// A node stands still (a paused machine, a long stall) while its leases run out; then it goes on where it was.
    fn stop(&mut self, n: usize) -> bool {
        self.say(|| format!("node {n} stands still"));
        self.nodes[n].stopped_until = self.steps + 60;
        for c in (0..chats::COUNT).filter(|c| self.store.leases[*c] == n).collect::<Vec<_>>() {
            self.take_over(c);
        }
        true
    }

    /// The first chat from `c` on that has this to do.
    fn somewhere(&mut self, c: usize, mut what: impl FnMut(&mut Self, usize) -> Result<bool, Wrong>) -> Result<bool, Wrong> {
        for i in 0..chats::COUNT {
            if what(self, (c + i) % chats::COUNT)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The provider posts what it has not been thanked for, sometimes though its last request is not answered yet.
    fn bring(&mut self, n: usize, c: usize, patient: bool) -> bool {
        let chat = &self.chats[c];
        let Some(update) = chat.updates.get(chat.next) else { return false };
        if update.copies > 0 && (patient || !self.dice.percent(15)) {
            return false;
        }
        self.post(n, c);
        true
    }

    fn wish(&mut self, c: usize) -> bool {
        let chat = &self.chats[c];
        let Some(thread) = self.store.find(chat.channel_id, chat.key) else { return false };
        let Some(ask) = operators::wish(&mut self.dice, c, thread, self.asks.len(), self.now) else { return false };
        let i = self.asks.len();
        self.asks.push(ask);
        // A double click is two requests, perhaps to two nodes.
        for _ in 0..1 + usize::from(self.dice.percent(10)) {
            let n = self.dice.below(2);
            if self.nodes[n].up {
                self.ask(n, i);
            }
        }
        true
    }

    fn repeat(&mut self, n: usize) -> bool {
        let patient = self.quiet || self.dice.percent(80);
        let found = self.asks.iter().position(|a| a.repeats() && (a.copies == 0 || !patient && a.copies < 3));
        if let Some(i) = found {
            self.ask(n, i);
        }
        found.is_some()
    }

    fn receipt_somewhere(&mut self, n: usize) -> Result<bool, Wrong> {
        let i = self.dice.below(self.provider.receipts.len());
        if self.quiet && self.provider.receipts.get(i).is_some_and(|p| p.copies > 0) {
            return Ok(false);
        }
        self.receipt(n, i)
    }

    /// A screen reads, turns a page, loses its connection or comes back.
    fn look(&mut self, n: usize) -> Result<bool, Wrong> {
        let i = self.dice.below(self.screens.len());
        let up = self.nodes[n].up;
        let break_off = !self.quiet && self.dice.percent(5);
        let screen = &mut self.screens[i];
        Ok(match screen.node {
            None if up => {
                screen.connect(n);
                true
            }
            None => false,
            Some(_) if break_off => {
                screen.drop_connection();
                true
            }
            Some(_) if !screen.wire.is_empty() => {
                screen.read(&self.store)?;
                true
            }
            Some(at) => {
                let company = screen.company.get() as usize - 1;
                let released = self.nodes[at].publishers[company].released;
                let turns = !screen.live;
                if turns {
                    screen.page(&self.store.feeds[company], released);
                }
                turns
            }
        })
    }

    /// No new words, no more faults: everything begun must end, and soon.
    fn rest(&mut self) -> Result<(), Wrong> {
        self.quiet = true;
        self.nodes.iter_mut().for_each(|n| n.stopped_until = 0);
        for _ in 0..2_000 {
            let mut busy = false;
            for n in 0..2 {
                busy |= self.restart(n);
                for c in 0..chats::COUNT {
                    busy |= self.finish(n, c)? | self.step_actor(n, c)? | self.commit(n, c)?;
                    busy |= self.bring(n, c, true);
                }
                busy |= self.think(n);
                busy |= self.send(n)? | self.publish(n) | self.repeat(n) | self.receipt_somewhere(n)? | self.media(n);
            }
            for _ in 0..self.screens.len() * 2 {
                busy |= self.look(0)?;
            }
            if busy {
                continue;
            }
            self.tick(0);
            self.tick(1);
            let work = self.nodes.iter().flat_map(|n| n.actors.iter().flatten()).any(|a| !a.waiting.is_empty());
            let looking = self.screens.iter().any(|s| !s.live || !s.wire.is_empty());
            let due = self.nodes.iter().any(|n| !n.due.is_empty());
            if work || looking || due || !self.provider.receipts.is_empty() {
                continue;
            }
            let Some(due) = self.next_due() else { return Ok(()) };
            self.now = self.now.max(due) + MILLI;
        }
        Err("silence: something never ends".to_owned())
    }

    fn next_due(&self) -> Option<i64> {
        let threads = self.store.threads.iter();
        threads
            .flat_map(|t| {
                let waits = t.deliveries.iter().any(|d| d.state == MessageStatus::Queued);
                let times = t.deliveries.iter().filter_map(move |d| match d.state {
                    MessageStatus::Queued => Some(d.not_before.unwrap_or_default()),
                    MessageStatus::Uncertain if waits => d.uncertain_at.map(|at| at + UNCERTAIN_HOLD),
                    _ => None,
                });
                times.chain(t.timers.iter().map(|t| t.due_at))
            })
            .filter(|at| *at >= self.now)
            .min()
    }

    /// What this run has tried, for the table at the end.
    pub fn tried(&self) -> impl Iterator<Item = (Boundary, u32)> {
        Boundary::ALL.into_iter().zip(self.crashed)
    }
}
