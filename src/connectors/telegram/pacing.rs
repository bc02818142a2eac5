//! Telegram's limits, kept before it has to remind us.
//!
//! Bot FAQ: about one message a second in one chat (short bursts pass), 20 a minute in one group, about 30 a second over
//! all chats. After a 429 the whole bot is silent for as long as Telegram says.
use std::collections::{HashMap, HashSet, VecDeque};

use crate::domain::clock::{MINUTE, Micros, SECOND};

/// A bucket of `burst` tokens that fills at one token per `period`. Kept as the one moment at which it will be full again.
#[derive(Clone, Copy, Debug)]
struct Rate {
    period: Micros,
    burst: i64,
}

/// 26 + 4: never more than 30 in any second.
const BOT: Rate = Rate { period: SECOND / 26, burst: 4 };
const PRIVATE: Rate = Rate { period: SECOND, burst: 3 };
/// 17 + 3: never more than 20 in any minute.
const GROUP: Rate = Rate { period: MINUTE / 17, burst: 3 };

impl Rate {
    /// When the next token is there, given the moment the bucket is full.
    fn ready_at(self, full_at: Micros) -> Micros {
        full_at - (self.burst - 1) * self.period
    }

    fn take(self, full_at: Micros, now: Micros) -> Micros {
        full_at.max(now) + self.period
    }

    /// Groups have negative ids.
    fn of_chat(address: &str) -> Rate {
        if address.starts_with('-') { GROUP } else { PRIVATE }
    }
}

/// One bot's buckets and those who wait for them.
pub struct Pacer<W> {
    bot_full_at: Micros,
    chats_full_at: HashMap<String, Micros>,
    paused_until: Micros,
    waiting: VecDeque<(String, W)>,
    limit: usize,
}

impl<W> Pacer<W> {
    pub fn new(limit: usize) -> Self {
        Pacer { bot_full_at: 0, chats_full_at: HashMap::new(), paused_until: 0, waiting: VecDeque::new(), limit }
    }

    /// Gives `who` back when too many wait already.
    pub fn wait(&mut self, address: String, who: W) -> Result<(), W> {
        if self.waiting.len() >= self.limit {
            return Err(who);
        }
        self.waiting.push_back((address, who));
        Ok(())
    }

    /// The bot as a whole is silent; a longer pause stands.
    pub fn pause(&mut self, until: Micros) {
        self.paused_until = self.paused_until.max(until);
    }

    pub fn pause_left(&self, now: Micros) -> Option<Micros> {
        Some(self.paused_until - now).filter(|left| *left > 0)
    }

    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    pub fn forget_waiting(&mut self) {
        self.waiting.clear();
    }

    /// Lets go whoever may send now, first come first served; nobody overtakes in one chat. `is_gone` drops those who do
    /// not wait any more, without a token. Also tells when to ask again.
    pub fn release(&mut self, now: Micros, is_gone: impl Fn(&W) -> bool) -> (Vec<W>, Option<Micros>) {
        let mut released = Vec::new();
        let mut next: Option<Micros> = None;
        let mut held: HashSet<String> = HashSet::new();
        let mut kept = VecDeque::new();
        let mut at_least = self.paused_until;
        while let Some((address, who)) = self.waiting.pop_front() {
            if is_gone(&who) {
                continue;
            }
            at_least = at_least.max(BOT.ready_at(self.bot_full_at));
            if at_least > now {
                // The bot itself may not: nobody behind may either.
                next = Some(next.map_or(at_least, |n| n.min(at_least)));
                kept.push_back((address, who));
                break;
            }
            let rate = Rate::of_chat(&address);
            let full_at = self.chats_full_at.get(&address).copied().unwrap_or(0);
            let chat_at = rate.ready_at(full_at);
            if chat_at > now || held.contains(&address) {
                next = Some(next.map_or(chat_at, |n| n.min(chat_at)));
                held.insert(address.clone());
                kept.push_back((address, who));
                continue;
            }
            self.bot_full_at = BOT.take(self.bot_full_at, now);
            self.chats_full_at.insert(address, rate.take(full_at, now));
            released.push(who);
        }
        kept.append(&mut self.waiting);
        self.waiting = kept;
        self.forget_quiet_chats(now);
        (released, next.map(|at| at.max(now + 1)))
    }

    /// A full bucket is the same as none.
    fn forget_quiet_chats(&mut self, now: Micros) {
        if self.chats_full_at.len() > 1_000 {
            self.chats_full_at.retain(|_, full_at| *full_at > now);
            self.chats_full_at.shrink_to(1_000);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::Clock;

    /// Releases until `until`, moving the clock to each next moment; gives (time, who).
    fn run(pacer: &mut Pacer<u32>, clock: &Clock, until: Micros) -> Vec<(Micros, u32)> {
        let mut out = vec![];
        while clock.now() <= until {
            let (released, next) = pacer.release(clock.now(), |_| false);
            out.extend(released.into_iter().map(|who| (clock.now(), who)));
            match next {
                Some(at) => clock.advance(at - clock.now()),
                None => break,
            }
        }
        out
    }

    fn most_within(times: &[Micros], window: Micros) -> usize {
        times.iter().map(|from| times.iter().filter(|t| **t >= *from && **t < from + window).count()).max().unwrap_or(0)
    }

    #[test]
    fn a_chat_gets_one_a_second_after_a_short_burst_and_in_order() {
        let (mut pacer, clock) = (Pacer::new(100), Clock::manual(SECOND));
        (0..8).for_each(|i| pacer.wait("5".into(), i).expect("room"));
        let sent = run(&mut pacer, &clock, MINUTE);
        assert_eq!(sent.iter().map(|s| s.1).collect::<Vec<_>>(), (0..8).collect::<Vec<_>>());
        assert_eq!(sent.iter().filter(|s| s.0 == SECOND).count(), 3);
        assert_eq!(sent.last().map(|s| s.0), Some(6 * SECOND));
    }

    #[test]
    fn a_group_gets_twenty_a_minute_at_most() {
        let (mut pacer, clock) = (Pacer::new(100), Clock::manual(SECOND));
        (0..60).for_each(|i| pacer.wait("-100".into(), i).expect("room"));
        let times: Vec<Micros> = run(&mut pacer, &clock, 10 * MINUTE).into_iter().map(|s| s.0).collect();
        assert_eq!(times.len(), 60);
        assert!(most_within(&times, MINUTE) <= 20);
        assert!(times[59] - times[0] <= 4 * MINUTE);
    }

    #[test]
    fn a_bot_sends_thirty_a_second_at_most_and_a_slow_chat_holds_nobody_up() {
        let (mut pacer, clock) = (Pacer::new(1_000), Clock::manual(SECOND));
        (0..50).for_each(|i| pacer.wait("7".into(), 1_000 + i).expect("room"));
        (0..300).for_each(|i| pacer.wait(format!("{}", 100 + i), i).expect("room"));
        let sent = run(&mut pacer, &clock, 5 * MINUTE);
        let times: Vec<Micros> = sent.iter().map(|s| s.0).collect();
        assert_eq!(times.len(), 350);
        assert!(most_within(&times, SECOND) <= 30);
        let others = sent.iter().filter(|s| s.1 < 1_000).map(|s| s.0).max().expect("some");
        assert!(others < 15 * SECOND, "{others}");
    }

    #[test]
    fn a_429_silences_the_whole_bot_and_ends() {
        let (mut pacer, clock) = (Pacer::new(10), Clock::manual(SECOND));
        pacer.pause(15 * SECOND);
        pacer.pause(9 * SECOND);
        pacer.wait("1".into(), 1).expect("room");
        pacer.wait("2".into(), 2).expect("room");
        assert_eq!(pacer.pause_left(clock.now()), Some(14 * SECOND));
        assert_eq!(pacer.release(clock.now(), |_| false), (vec![], Some(15 * SECOND)));
        assert_eq!(run(&mut pacer, &clock, MINUTE), vec![(15 * SECOND, 1), (15 * SECOND, 2)]);
        assert_eq!(pacer.pause_left(clock.now()), None);
    }

    #[test]
    fn who_has_gone_takes_no_token_and_too_many_are_turned_away() {
        let mut pacer = Pacer::new(2);
        assert!(pacer.wait("1".into(), 1).is_ok() && pacer.wait("1".into(), 2).is_ok());
        assert_eq!(pacer.wait("1".into(), 3), Err(3));
        assert_eq!(pacer.release(SECOND, |who| *who == 1), (vec![2], None));
        assert_eq!(pacer.waiting(), 0);
    }
}
