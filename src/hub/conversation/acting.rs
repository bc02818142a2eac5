//! Acting for the conversation: only the node that holds its slot does, and what it writes then carries the fence.
use super::{Conversation, Memory};
use crate::domain::conversation::Input;
use crate::domain::lease::{Fence, Slot};
use crate::hub::HubError;
use crate::hub::leases::Act;
use crate::telemetry::metrics;

impl Conversation {
    pub(super) fn begin_act(&self) -> Option<Act> {
        self.core.leases.begin(Slot::of_conversation(self.state()?.id))
    }

    pub(super) fn acts_here(&self) -> bool {
        self.state().is_some_and(|state| self.core.leases.holds(Slot::of_conversation(state.id)))
    }

    pub(super) fn owes_something(&self) -> bool {
        self.state().is_some_and(|s| s.turn_since.is_some() || s.head(self.core.clock.now()).is_some())
    }

    /// Another node has changed the conversation, and somebody here cares.
    pub(super) fn is_outdated(&self) -> bool {
        let Memory::Loaded(state) = &self.memory else { return false };
        let cares = !self.waiting.is_empty()
            || self.thinking.is_busy()
            || self.delivery.is_busy()
            || !self.turn_waiters.is_empty()
            || state.is_none()
            || self.acts_here();
        state.as_ref().map_or(0, |s| s.version) < self.newest && cares
    }

    /// What only the holder of the slot may do is not done here: whoever asked finds the holder.
    pub(super) fn turn_away_acts(&mut self) {
        let is_act = |input: &Input| matches!(input, Input::Timer { .. } | Input::Recover);
        if self.state().is_none() || !self.waiting.iter().any(|w| is_act(&w.input)) || self.acts_here() {
            return;
        }
        for waiting in std::mem::take(&mut self.waiting) {
            match waiting.reply {
                Some(reply) if is_act(&waiting.input) => drop(reply.send(Err(HubError::Busy))),
                None if is_act(&waiting.input) => {}
                reply => self.waiting.push_back(super::Waiting { input: waiting.input, reply }),
            }
        }
    }

    /// The lease under which these inputs act, if they do; of several the oldest, for all must stand.
    pub(super) fn fence_of(&self, inputs: &[Input]) -> Option<Fence> {
        let fence = |input: &Input| match input {
            Input::Claim { .. } | Input::ClaimNew => self.sending.as_ref().and_then(|under_way| under_way.act.fence()),
            Input::Agent(_) => self.thinking.act.as_ref().and_then(Act::fence),
            Input::Timer { .. } | Input::Recover => self.begin_act().and_then(|act| act.fence()),
            _ => None,
        };
        inputs.iter().filter_map(fence).min_by_key(|fence| fence.token)
    }

    /// Another node has taken the slot: what acted is dropped, everything else is stepped again.
    pub(super) fn fenced(&mut self) {
        metrics().fenced_writes.inc();
        tracing::warn!(
            conversation_id = self.known_done().conversation_id.get(),
            "another node acts for this conversation by now: nothing was written"
        );
        self.effects.clear();
        for waiting in std::mem::take(&mut self.in_flight).into_iter().rev() {
            match &waiting.input {
                Input::Claim { .. } | Input::ClaimNew => self.rest(),
                Input::Agent(turn) => {
                    self.thinking.end(turn.generation);
                    self.keep_fenced(turn);
                }
                Input::Timer { .. } | Input::Recover => {}
                _ => {
                    self.waiting.push_front(waiting);
                    continue;
                }
            }
            if let Some(reply) = waiting.reply {
                let _ = reply.send(Err(HubError::Busy));
            }
        }
    }
}
