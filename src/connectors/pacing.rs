//! A provider's limits, kept before it has to remind us: so many sends a second for an account, so many for one chat. Where it
//! does remind us, the account or the chat is silent for as long as it says.
//!
//! There are two lanes: what goes to many waits for what people say to one.
use std::collections::{HashMap, HashSet, VecDeque};

use crate::domain::channel::SendLane;
use crate::domain::clock::{MINUTE, Micros, SECOND};

/// A bucket of `burst` tokens that fills at one token per `period`. Kept as the one moment at which it will be full again.
#[derive(Clone, Copy, Debug)]
pub struct TokenBucket {
    pub period: Micros,
    pub burst: i64,
}

/// What an account of a provider may send.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Over all chats.
    pub account: TokenBucket,
    /// To one chat, which is told by its address.
    pub chat: fn(&str) -> TokenBucket,
}

/// Whoever is turned away comes again after this at the latest.
const LONGEST_AWAY: Micros = 10 * MINUTE;

impl TokenBucket {
    /// When the next token is there, given the moment the bucket is full.
    fn ready_at(self, full_at: Micros) -> Micros {
        full_at - (self.burst - 1) * self.period
    }

    fn take(self, full_at: Micros, now: Micros) -> Micros {
        full_at.max(now) + self.period
    }
}

/// Who waits, and to which chat they want to write; first come, first served.
type SendQueue<W> = VecDeque<(String, W)>;

/// One account's buckets and those who wait for them.
pub struct Pacer<W> {
    pace: Pace,
    full_at: Micros,
    chats_full_at: HashMap<String, Micros>,
    paused_until: Micros,
    chats_paused_until: HashMap<String, Micros>,
    /// By lane, the first goes first.
    waiting: [SendQueue<W>; SendLane::ALL.len()],
    limit: usize,
}

impl<W> Pacer<W> {
    pub fn new(pace: Pace, limit: usize) -> Self {
        Pacer {
            pace,
            full_at: 0,
            chats_full_at: HashMap::new(),
            paused_until: 0,
            chats_paused_until: HashMap::new(),
            waiting: Default::default(),
            limit,
        }
    }

    /// Gives `who` back when too many wait already, with how long it takes until as many have had their turn.
    pub fn wait(&mut self, lane: SendLane, address: String, who: W) -> Result<(), (W, Micros)> {
        if self.waiting() >= self.limit {
            let after = (self.pace.account.period * self.waiting() as Micros).clamp(SECOND, LONGEST_AWAY);
            return Err((who, after));
        }
        self.waiting[lane as usize].push_back((address, who));
        Ok(())
    }

    /// The account as a whole is silent; a longer pause stands.
    pub fn pause(&mut self, until: Micros) {
        self.paused_until = self.paused_until.max(until);
    }

    /// One chat is.
    pub fn pause_chat(&mut self, chat: &str, until: Micros) {
        let paused = self.chats_paused_until.entry(chat.to_owned()).or_default();
        *paused = (*paused).max(until);
    }

    /// How long nobody may send to this chat.
    pub fn pause_left(&self, chat: &str, now: Micros) -> Option<Micros> {
        let chat_until = self.chats_paused_until.get(chat).copied().unwrap_or(0);
        Some(self.paused_until.max(chat_until) - now).filter(|left| *left > 0)
    }

    pub fn waiting(&self) -> usize {
        self.waiting.iter().map(VecDeque::len).sum()
    }

    pub fn forget_waiting(&mut self) {
        self.waiting.iter_mut().for_each(VecDeque::clear);
    }

    /// Lets go whoever may send now, lane after lane, first come first served; nobody overtakes in one chat. `is_gone` drops those who do
    /// not wait any more, without a token. Also tells when to ask again.
    pub fn release(&mut self, now: Micros, is_gone: impl Fn(&W) -> bool) -> (Vec<W>, Option<Micros>) {
        let mut turns = Turns { released: vec![], next: None, held: HashSet::new() };
        for lane in SendLane::ALL {
            let line = std::mem::take(&mut self.waiting[*lane as usize]);
            self.waiting[*lane as usize] = self.release_line(line, now, &is_gone, &mut turns);
        }
        self.forget_quiet_chats(now);
        (turns.released, turns.next.map(|at| at.max(now + 1)))
    }

    /// The line with those that are yet to wait.
    fn release_line(
        &mut self,
        mut line: SendQueue<W>,
        now: Micros,
        is_gone: impl Fn(&W) -> bool,
        turns: &mut Turns<W>,
    ) -> SendQueue<W> {
        let mut kept = VecDeque::new();
        while let Some((address, who)) = line.pop_front() {
            if is_gone(&who) {
                continue;
            }
            let account_at = self.paused_until.max(self.pace.account.ready_at(self.full_at));
            if account_at > now {
                // The account itself may not: nobody behind may either.
                turns.not_before(account_at);
                kept.push_back((address, who));
                break;
            }
            let rate = (self.pace.chat)(&address);
            let full_at = self.chats_full_at.get(&address).copied().unwrap_or(0);
            let paused_until = self.chats_paused_until.get(&address).copied().unwrap_or(0);
            let chat_at = rate.ready_at(full_at).max(paused_until);
            if chat_at > now || turns.held.contains(&address) {
                turns.not_before(chat_at);
                turns.held.insert(address.clone());
                kept.push_back((address, who));
                continue;
            }
            self.full_at = self.pace.account.take(self.full_at, now);
            self.chats_full_at.insert(address, rate.take(full_at, now));
            turns.released.push(who);
        }
        kept.append(&mut line);
        kept
    }

    /// A full bucket is the same as none.
    fn forget_quiet_chats(&mut self, now: Micros) {
        if self.chats_full_at.len() > 1_000 {
            self.chats_full_at.retain(|_, full_at| *full_at > now);
            self.chats_full_at.shrink_to(1_000);
        }
        self.chats_paused_until.retain(|_, until| *until > now);
    }
}

/// What comes of one look at those who wait.
struct Turns<W> {
    released: Vec<W>,
    /// When to look again.
    next: Option<Micros>,
    /// Chats in which somebody must wait: nobody behind overtakes there.
    held: HashSet<String>,
}

impl<W> Turns<W> {
    fn not_before(&mut self, at: Micros) {
        self.next = Some(self.next.map_or(at, |next| next.min(at)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectors::telegram::bot::PACE;
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
        let (mut pacer, clock) = (Pacer::new(PACE, 100), Clock::manual(SECOND));
        (0..8).for_each(|i| pacer.wait(SendLane::People, "5".into(), i).expect("room"));
        let sent = run(&mut pacer, &clock, MINUTE);
        assert_eq!(sent.iter().map(|s| s.1).collect::<Vec<_>>(), (0..8).collect::<Vec<_>>());
        assert_eq!(sent.iter().filter(|s| s.0 == SECOND).count(), 3);
        assert_eq!(sent.last().map(|s| s.0), Some(6 * SECOND));
    }

    #[test]
    fn a_group_gets_twenty_a_minute_at_most() {
        let (mut pacer, clock) = (Pacer::new(PACE, 100), Clock::manual(SECOND));
        (0..60).for_each(|i| pacer.wait(SendLane::People, "-100".into(), i).expect("room"));
        let times: Vec<Micros> = run(&mut pacer, &clock, 10 * MINUTE).into_iter().map(|s| s.0).collect();
        assert_eq!(times.len(), 60);
        assert!(most_within(&times, MINUTE) <= 20);
        assert!(times[59] - times[0] <= 4 * MINUTE);
    }

    #[test]
    fn a_bot_sends_thirty_a_second_at_most_and_a_slow_chat_holds_nobody_up() {
        let (mut pacer, clock) = (Pacer::new(PACE, 1_000), Clock::manual(SECOND));
        (0..50).for_each(|i| pacer.wait(SendLane::People, "7".into(), 1_000 + i).expect("room"));
        (0..300).for_each(|i| pacer.wait(SendLane::People, format!("{}", 100 + i), i).expect("room"));
        let sent = run(&mut pacer, &clock, 5 * MINUTE);
        let times: Vec<Micros> = sent.iter().map(|s| s.0).collect();
        assert_eq!(times.len(), 350);
        assert!(most_within(&times, SECOND) <= 30);
        let others = sent.iter().filter(|s| s.1 < 1_000).map(|s| s.0).max().expect("some");
        assert!(others < 15 * SECOND, "{others}");
    }

    #[test]
    fn a_429_silences_the_whole_bot_and_ends() {
        let (mut pacer, clock) = (Pacer::new(PACE, 10), Clock::manual(SECOND));
        pacer.pause(15 * SECOND);
        pacer.pause(9 * SECOND);
        pacer.wait(SendLane::People, "1".into(), 1).expect("room");
        pacer.wait(SendLane::People, "2".into(), 2).expect("room");
        assert_eq!(pacer.pause_left("1", clock.now()), Some(14 * SECOND));
        assert_eq!(pacer.release(clock.now(), |_| false), (vec![], Some(15 * SECOND)));
        assert_eq!(run(&mut pacer, &clock, MINUTE), vec![(15 * SECOND, 1), (15 * SECOND, 2)]);
        assert_eq!(pacer.pause_left("1", clock.now()), None);
    }

    #[test]
    fn a_chat_that_is_to_wait_holds_nobody_else_up() {
        let (mut pacer, clock) = (Pacer::new(PACE, 10), Clock::manual(SECOND));
        pacer.pause_chat("1", 5 * SECOND);
        pacer.wait(SendLane::People, "1".into(), 1).expect("room");
        pacer.wait(SendLane::People, "2".into(), 2).expect("room");
        assert_eq!((pacer.pause_left("1", SECOND), pacer.pause_left("2", SECOND)), (Some(4 * SECOND), None));
        assert_eq!(run(&mut pacer, &clock, MINUTE), vec![(SECOND, 2), (5 * SECOND, 1)]);
        assert!(pacer.chats_paused_until.is_empty(), "what is over is forgotten");
    }

    #[test]
    fn who_has_gone_takes_no_token_and_too_many_are_turned_away() {
        let mut pacer = Pacer::new(PACE, 2);
        assert!(pacer.wait(SendLane::People, "1".into(), 1).is_ok() && pacer.wait(SendLane::People, "1".into(), 2).is_ok());
        assert_eq!(pacer.wait(SendLane::People, "1".into(), 3), Err((3, SECOND)), "and told when to come again");
        assert_eq!(pacer.release(SECOND, |who| *who == 1), (vec![2], None));
        assert_eq!(pacer.waiting(), 0);
    }

    #[test]
    fn people_go_before_what_goes_to_many() {
        let (mut pacer, clock) = (Pacer::new(PACE, 20_000), Clock::manual(SECOND));
        (0..10_000).for_each(|i| pacer.wait(SendLane::Bulk, format!("{}", 100 + i), i).expect("room"));
        let sent = run(&mut pacer, &clock, 10 * SECOND);
        assert!((200..300).contains(&sent.len()), "{}", sent.len());
        let asked_at = clock.now();
        (0..20).for_each(|i| pacer.wait(SendLane::People, format!("{}", 50_000 + i), 50_000 + i).expect("room"));
        let sent = run(&mut pacer, &clock, 20 * SECOND);
        let people: Vec<Micros> = sent.iter().filter(|s| s.1 >= 50_000).map(|s| s.0).collect();
        assert_eq!(people.len(), 20);
        assert!(sent[..20].iter().all(|s| s.1 >= 50_000), "none of the many came between");
        assert!(people[19] - asked_at <= SECOND, "{}", people[19] - asked_at);
        assert!(sent.len() > 200, "the many go on behind them");
    }

    #[test]
    fn a_chat_that_must_wait_leaves_its_turn_to_the_other_lane() {
        let (mut pacer, clock) = (Pacer::new(PACE, 100), Clock::manual(SECOND));
        (0..5).for_each(|i| pacer.wait(SendLane::People, "1".into(), i).expect("room"));
        pacer.wait(SendLane::Bulk, "1".into(), 8).expect("room");
        pacer.wait(SendLane::Bulk, "2".into(), 9).expect("room");
        let sent = run(&mut pacer, &clock, MINUTE);
        assert_eq!(sent.iter().map(|s| s.1).collect::<Vec<_>>(), [0, 1, 2, 9, 3, 4, 8]);
    }

    #[test]
    fn who_is_turned_away_knows_for_how_long() {
        let mut pacer = Pacer::new(PACE, 2_600);
        (0..2_600).for_each(|i| pacer.wait(SendLane::Bulk, format!("{i}"), i).expect("room"));
        let (_, after) = pacer.wait(SendLane::People, "9".into(), 9).expect_err("full");
        assert!((99 * SECOND..=100 * SECOND).contains(&after), "{after}");
    }
}
