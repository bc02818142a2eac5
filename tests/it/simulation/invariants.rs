//! The promises P1–P5, checked while the run goes on and again when everything is still.
use switchboard::domain::conversation::state::UNCERTAIN_HOLD;
use switchboard::domain::conversation::*;
use switchboard::domain::ids::CompanyId;
use switchboard::domain::message::*;

use super::operators::Heard;
use super::rows::{MessageRow, Thread};
use super::store::Wrong;
use super::world::{Sending, World};

fn holds(ok: bool, what: impl FnOnce() -> String) -> Result<(), Wrong> {
    if ok { Ok(()) } else { Err(what()) }
}

impl World {
    fn thread_of(&self, c: usize) -> Option<&Thread> {
        self.store.find(self.chats[c].channel_id, self.chats[c].key)
    }

    /// P1: a 2xx for what the store does not hold would be a loss.
    pub fn check_acked(&self, c: usize, index: usize) -> Result<(), Wrong> {
        let (chat, update) = (&self.chats[c], &self.chats[c].updates[index]);
        let stored = if self.has_provider(c) {
            match self.store.raws.get(&(chat.channel_id, update.external_id.clone())) {
                Some(times) => *times == 1,
                None => chat.is_strangers(index),
            }
        } else {
            let client_id = match &update.what {
                switchboard::domain::channel::InboundKind::Message(m) => m.client_id.as_deref(),
                _ => None,
            };
            let times =
                |t: &Thread| t.messages.iter().filter(|m| m.client_id.is_some() && m.client_id.as_deref() == client_id).count();
            self.thread_of(c).map(times) == Some(1)
        };
        holds(stored, || format!("P1: update {c}:{index} was acknowledged and is not in the store once"))
    }

    /// P1 for people: what a person was told stands in the store.
    pub fn check_heard(&self, i: usize, c: usize, heard: &Heard) -> Result<(), Wrong> {
        let (Heard::Message(id), Command::Send(send)) = (heard, &self.asks[i].command) else { return Ok(()) };
        let same = |m: &&MessageRow| m.client_id == send.client_id && m.text == send.text;
        let stored = self.thread_of(c).and_then(|t| t.message(*id).filter(same)).is_some();
        holds(stored, || format!("P1: ask {i} was answered with message {id}, which is not its own"))
    }

    /// Nobody answers blind: between what a person had seen and the answer nothing by anyone else may stand.
    pub fn check_blind(&self, unit: &Unit, inputs: &[Input], answers: &[Answer]) -> Result<(), Wrong> {
        for (input, answer) in inputs.iter().zip(answers) {
            let (Input::Command(Command::Send(send)), Answer::Message(index)) = (input, answer) else { continue };
            let (Some(seen), Some(thread)) = (send.seen_seq.filter(|_| !send.note), self.store.thread(unit.after.id)) else {
                continue;
            };
            let mine = &unit.messages[*index];
            let public = |m: &&MessageRow| matches!(m.direction, Direction::In | Direction::Out);
            // By the feed position they were created at; later changes move a row's `seq`.
            let missed = thread.messages.iter().filter(public).find(|m| {
                m.id < mine.id
                    && m.sender != mine.sender
                    && self.store.created_at(unit.company_id, m.id).is_some_and(|at| at > seen)
            });
            holds(missed.is_none(), || {
                format!("blind: {} answered having seen {seen}, unaware of {:?}", mine.sender, missed.map(|m| m.id))
            })?;
        }
        Ok(())
    }

    /// P2 and P4, at the moment the provider sees a request.
    pub fn check_request(&self, send: &Sending) -> Result<(), Wrong> {
        let id = send.delivery_id;
        let before = self.provider.ledger.iter().find(|l| l.delivery_id == id && (l.accepted || l.unclear));
        holds(before.is_none(), || format!("P2: delivery {id} is sent again after {before:?}"))?;
        let Some(thread) = self.thread_of(send.chat) else { return Err("a send for no conversation".into()) };
        // A person who resends what is unclear for a moment only may overtake the first attempt on a node that stood still:
        // that copy is of the person's own making, and holds no place in the order any more.
        if thread.delivery(id).is_some_and(|d| !thread.is_latest(d)) {
            return Ok(());
        }
        let newest = self.provider.ledger.iter().filter(|l| l.chat == send.chat).map(|l| l.delivery_id).max();
        holds(newest.is_none_or(|n| n <= id), || format!("P4: delivery {id} leaves after {newest:?}"))?;
        for d in thread.deliveries.iter().filter(|d| d.id < id && thread.is_latest(d)) {
            let passed = match d.state {
                MessageStatus::Queued | MessageStatus::Sending => false,
                MessageStatus::Uncertain => d.uncertain_at.is_some_and(|at| at + UNCERTAIN_HOLD <= self.now),
                _ => true,
            };
            holds(passed, || format!("P4: delivery {id} overtakes {} which is {}", d.id, d.state))?;
        }
        Ok(())
    }

    /// When nothing is under way any more.
    pub fn check_end(&self) -> Result<(), Wrong> {
        for c in 0..self.chats.len() {
            self.check_inbound(c)?;
            if let Some(thread) = self.thread_of(c) {
                self.check_turns(thread)?;
                self.check_outbound(thread)?;
                holds(thread.timers.is_empty(), || format!("silence: {:?} never fires", thread.timers))?;
            }
        }
        for ask in &self.asks {
            let Command::Send(send) = &ask.command else { continue };
            let times =
                self.thread_of(ask.chat).map_or(0, |t| t.messages.iter().filter(|m| m.client_id == send.client_id).count());
            let right = matches!(ask.heard, Some(Heard::Message(_))) && times == 1 || ask.heard == Some(Heard::No) && times == 0;
            holds(right, || format!("P1/P2: {:?} was answered {:?} and is stored {times} times", send.client_id, ask.heard))?;
        }
        for screen in &self.screens {
            let last = self.store.feeds[screen.company.get() as usize - 1].len() as i64;
            holds(screen.live && screen.seen == last && screen.frames == last as u64, || {
                format!("P5: a live screen shows {} of {last} in {} frames", screen.seen, screen.frames)
            })?;
        }
        self.check_numbers()
    }

    /// Each company counts its customers, and its leads, from 1 without a hole.
    fn check_numbers(&self) -> Result<(), Wrong> {
        for company in [1, 2].map(CompanyId::new) {
            let threads: Vec<_> = self.store.threads.iter().filter(|t| t.conversation.company_id == company).collect();
            let customers = threads.iter().map(|t| t.customer.number).collect();
            let leads = threads.iter().flat_map(|t| t.leads.iter().copied()).collect();
            for (what, mut numbers) in [("customers", customers), ("leads", leads)] {
                let numbers: &mut Vec<i64> = &mut numbers;
                numbers.sort_unstable();
                holds(numbers.iter().copied().eq(1..=numbers.len() as i64), || format!("{what} are numbered {numbers:?}"))?;
            }
        }
        Ok(())
    }

    /// P1 and P4 inwards: the hub's thread is the customer's own, in its order, nothing twice.
    fn check_inbound(&self, c: usize) -> Result<(), Wrong> {
        let chat = &self.chats[c];
        holds(chat.next == chat.updates.len(), || {
            format!("P1: chat {c} still waits for {} of {}", chat.next, chat.updates.len())
        })?;
        let none = vec![];
        let messages = self.thread_of(c).map_or(&none, |t| &t.messages);
        let (lone, stored): (Vec<&MessageRow>, Vec<&MessageRow>) =
            messages.iter().filter(|m| m.direction == Direction::In).partition(|m| m.kind == MessageKind::Reaction);
        holds(lone.len() == chat.lone_reactions(), || {
            format!("P1: chat {c} holds {} reactions of {} to what is unknown", lone.len(), chat.lone_reactions())
        })?;
        let same = stored.len() == chat.said.len()
            && stored.iter().zip(&chat.said).all(|(m, s)| {
                m.provider_id.as_ref() == Some(&s.provider_id) && m.text == s.text && m.deleted_at.is_some() == s.deleted
            });
        holds(same, || {
            let (have, want): (Vec<_>, Vec<_>) = (
                stored.iter().map(|m| (&m.provider_id, &m.text)).collect(),
                chat.said.iter().map(|s| (&s.provider_id, &s.text)).collect(),
            );
            format!("P1/P4: chat {c} holds {have:?} for {want:?}")
        })?;
        let count = self.thread_of(c).map_or(0, |t| t.conversation.inbound_count);
        let come = (stored.len() + lone.len()) as i64;
        holds(count == come, || format!("chat {c} counts {count} of {come}"))?;
        holds(messages.windows(2).all(|w| w[0].id < w[1].id), || "P4: ids of a thread do not rise".into())
    }

    /// P2 and P3 outwards: rows and the provider's ledger tell the same story.
    fn check_outbound(&self, thread: &Thread) -> Result<(), Wrong> {
        for d in &thread.deliveries {
            let (accepted, lost) = (self.provider.accepted(d.id), self.lost.contains(&d.id));
            let told = match d.state {
                MessageStatus::Sent | MessageStatus::Delivered | MessageStatus::Read => accepted == 1,
                MessageStatus::Failed | MessageStatus::Cancelled => accepted == 0,
                MessageStatus::Uncertain => lost && accepted <= 1,
                // Silence: nobody will ever send or settle it.
                _ => false,
            };
            holds(told, || format!("P2/P3: delivery {} ends {} (accepted {accepted}, lost {lost})", d.id, d.state))?;
        }
        for m in thread.messages.iter().filter(|m| m.direction == Direction::Out) {
            let asked =
                |a: &&super::operators::Ask| matches!(a.command, Command::Resend { message_id, .. } if message_id == m.id);
            let presses = self.asks.iter().filter(asked).map(|a| i64::from(a.presses)).sum::<i64>();
            let attempts = thread.deliveries.iter().filter(|d| d.message_id == m.id).map(|d| d.attempt).max().unwrap_or(1);
            holds(attempts <= 1 + presses, || format!("P2: message {} has {attempts} attempts for {presses} resends", m.id))?;
            let parts: Vec<_> = thread.deliveries.iter().filter(|d| d.message_id == m.id && thread.is_latest(d)).collect();
            let unclear = parts.iter().any(|d| d.state == MessageStatus::Uncertain);
            let failed = parts.iter().any(|d| d.state == MessageStatus::Failed);
            let shown = m.status == MessageStatus::Uncertain || failed && m.status == MessageStatus::Failed;
            holds(!unclear || shown, || format!("P3: message {} has an unclear part and shows {}", m.id, m.status))?;
            let done = parts.iter().all(|d| d.state.rank() >= MessageStatus::Sent.rank());
            holds(parts.is_empty() || !done || m.status.rank() >= MessageStatus::Sent.rank(), || {
                format!("message {} has left and shows {}", m.id, m.status)
            })?;
        }
        Ok(())
    }
}
