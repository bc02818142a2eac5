//! Timers in the model: read when they are due, handed on a while later, perhaps by a node that has lost the chat meanwhile.
use std::collections::{HashMap, HashSet};

use switchboard::domain::conversation::*;
use switchboard::domain::ids::TimerId;
use switchboard::domain::message::Direction;

use super::actor::Asker;
use super::boundary::Bug;
use super::chats;
use super::store::Wrong;
use super::world::World;

/// How timers of each kind ended.
#[derive(Clone, Debug, Default)]
pub struct Ends {
    of: [End; TimerKind::ALL.len()],
    kinds: HashMap<TimerId, TimerKind>,
}

#[derive(Clone, Copy, Debug, Default)]
struct End {
    /// Due, and its unit was committed.
    fired: u32,
    /// Cleared or set anew by something else.
    cleared: u32,
    /// Handed on when it did not stand any more: nothing may follow.
    stale: u32,
}

impl Ends {
    pub fn add(&mut self, other: &Ends) {
        for (mine, more) in self.of.iter_mut().zip(other.of) {
            *mine = End { fired: mine.fired + more.fired, cleared: mine.cleared + more.cleared, stale: mine.stale + more.stale };
        }
    }

    pub fn all_happened(&self, kind: TimerKind) -> bool {
        let End { fired, cleared, stale } = self.of[kind as usize];
        fired > 0 && cleared > 0 && stale > 0
    }
}

impl World {
    /// The scheduler's tick: what it read last time goes to the actors, then it reads anew.
    pub(super) fn fire_timers(&mut self, n: usize) {
        for (c, timer) in std::mem::take(&mut self.nodes[n].due) {
            let OpenTimer { id, kind, .. } = timer;
            if self.bug == Some(Bug::TimerHandedOnOnce) && !self.nodes[n].fired.insert(id) {
                continue;
            }
            let waits = |(input, _): &(Input, Asker)| matches!(input, Input::Timer { id: other, .. } if *other == id);
            if self.actor(n, c).waiting.iter().any(waits) {
                continue;
            }
            let stands = self.store.threads.iter().any(|t| t.timers.contains(&timer));
            self.timer_ends.of[kind as usize].stale += u32::from(!stands);
            self.actor(n, c).waiting.push((Input::Timer { kind, id }, Asker::Hub));
        }
        for c in (0..chats::COUNT).filter(|c| self.store.leases[*c] == n) {
            let chat = &self.chats[c];
            let Some(thread) = self.store.find(chat.channel_id, chat.key) else { continue };
            let due = thread.timers.iter().filter(|t| t.due_at <= self.now);
            self.nodes[n].due.extend(due.map(|t| (c, *t)));
        }
    }

    /// A timer acts once, in the unit that ends its row, and not before it is due. What is not due any more does nothing.
    pub(super) fn note_timers(&mut self, unit: &Unit, inputs: &[Input]) -> Result<(), Wrong> {
        let ended = |id| unit.timers.contains(&TimerChange::Clear { id });
        let set = |kind| unit.timers.iter().any(|t| matches!(t, TimerChange::Set { kind: k, .. } if *k == kind));
        let handed = |kind| {
            inputs.iter().filter_map(move |i| match i {
                Input::Timer { kind: k, id } if *k == kind => Some(*id),
                _ => None,
            })
        };
        let called =
            |m: &&NewMessage| m.direction == Direction::Event && m.payload.as_ref().is_some_and(|p| p["event"] == "callback_due");
        let calls = unit.messages.iter().filter(called).count();
        // One may be handed on twice while it waits.
        let due: HashSet<TimerId> = handed(TimerKind::Callback).filter(|id| ended(*id)).collect();
        let due = due.len();
        if calls > due || due > calls && !set(TimerKind::Callback) {
            return Err(format!("timers: {calls} calls are due for {due} timers that ended"));
        }
        for timer in unit.after.timers.iter() {
            self.timer_ends.kinds.insert(timer.id, timer.kind);
        }
        for change in &unit.timers {
            let TimerChange::Clear { id } = change else { continue };
            let kind = *self.timer_ends.kinds.get(id).ok_or("a timer ends that nobody has set")?;
            let fired = handed(kind).any(|handed| handed == *id);
            let end = &mut self.timer_ends.of[kind as usize];
            *(if fired { &mut end.fired } else { &mut end.cleared }) += 1;
        }
        Ok(())
    }
}
