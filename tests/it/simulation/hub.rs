//! What surrounds the actors in one node: requests in, answers out, publishing, receipts, media and the tick.
use switchboard::domain::channel::{ChannelKind, SendOutcome};
use switchboard::domain::conversation::input::MediaResult;
use switchboard::domain::conversation::*;
use switchboard::domain::ids::*;
use switchboard::domain::message::{AttachmentStatus, MessageStatus};

use super::actor::Asker;
use super::boundary::{Boundary, Bug};
use super::chats;
use super::operators::Heard;
use super::receipts::Receipt;
use super::store::{EventRow, Wrong};
use super::world::World;

impl World {
    /// The provider posts a chat's next update to a node.
    pub fn post(&mut self, n: usize, c: usize) {
        let index = self.chats[c].next;
        let inbound = self.chats[c].inbound(index, self.now);
        self.say(|| format!("update {c}:{index} to node {n}: {:?}", inbound.what));
        self.chats[c].updates[index].copies += 1;
        let asker = Asker::Update(c, index);
        if self.bug == Some(Bug::DedupeByMemory) && !self.nodes[n].remembered.insert((c, index)) {
            self.answer_unchecked(asker);
            return;
        }
        self.actor(n, c).waiting.push((Input::Inbound(Box::new(inbound)), asker));
    }

    /// A person's request reaches a node.
    pub fn ask(&mut self, n: usize, i: usize) {
        self.asks[i].copies += 1;
        self.asks[i].presses += 1;
        let (c, command) = (self.asks[i].chat, self.asks[i].command.clone());
        self.actor(n, c).waiting.push((Input::Command(command), Asker::Person(i)));
    }

    /// The answer leaves the hub. What it claims must be in the store by now.
    pub fn answer(&mut self, c: usize, asker: Asker, answer: &Answer, message: Option<MessageId>) -> Result<(), Wrong> {
        match asker {
            Asker::Update(chat, index) => {
                self.check_acked(chat, index)?;
                self.answer_unchecked(asker);
            }
            Asker::Person(i) => {
                let heard = match (answer, message) {
                    // The first try may have been stored and its answer lost: before a no the store is asked.
                    (Answer::Refused(_), _) => self.stored_before(i).map_or(Heard::No, Heard::Message),
                    (_, Some(id)) => Heard::Message(id),
                    _ => Heard::Ok,
                };
                self.check_heard(i, c, &heard)?;
                self.asks[i].copies = self.asks[i].copies.saturating_sub(1);
                self.asks[i].heard = Some(heard);
            }
            Asker::Receipt(id, status) => {
                self.hang_up(asker);
                self.after_receipt(id, status)?;
            }
            Asker::Hub => {}
        }
        Ok(())
    }

    fn stored_before(&self, i: usize) -> Option<MessageId> {
        let Command::Send(send) = &self.asks[i].command else { return None };
        let key = (self.chats[self.asks[i].chat].company_id, format!("u:{}", send.author.id), send.client_id.clone()?);
        self.store.clients.get(&key).copied()
    }

    pub fn answer_unchecked(&mut self, asker: Asker) {
        if let Asker::Update(c, index) = asker {
            let update = &mut self.chats[c].updates[index];
            update.copies = update.copies.saturating_sub(1);
            self.chats[c].acked(index);
        }
    }

    /// One committed event goes from the writer to the publisher, and perhaps to the other node.
    pub fn publish(&mut self, n: usize) -> bool {
        let Some((company, event)) = self.nodes[n].unpublished.pop_front() else { return false };
        let other = 1 - n;
        if self.nodes[other].up && self.dice.percent(70) {
            let frames = self.nodes[other].publishers[company.get() as usize - 1].take(event.clone());
            self.release(other, company, &frames);
        }
        let frames = self.nodes[n].publishers[company.get() as usize - 1].take(event);
        self.release(n, company, &frames);
        let unanswered = self.nodes[n].actors.iter().flatten().any(|a| a.flight.as_ref().is_some_and(|f| f.verdict.is_some()));
        let _ = unanswered && self.crash_at(Boundary::AfterPublishBeforeAnswer, n)
            || self.screens.iter().any(|s| s.node == Some(n) && !s.wire.is_empty())
                && self.crash_at(Boundary::AfterPublishBeforeFrame, n);
        true
    }

    fn release(&mut self, n: usize, company: CompanyId, events: &[EventRow]) {
        for event in events {
            for screen in self.screens.iter_mut().filter(|s| s.node == Some(n) && s.company == company && s.live) {
                screen.push(event);
            }
        }
    }

    /// A planted bug: frames leave with the positions that the unit will probably get.
    pub fn publish_early(&mut self, n: usize, unit: &Unit) {
        let first = self.store.feed(unit.company_id).len() as Seq + 1;
        for (i, event) in unit.events.iter().enumerate() {
            let row = EventRow { seq: first + i as Seq, kind: event.kind, conversation_id: unit.after.id, message_id: None };
            self.nodes[n].unpublished.push_back((unit.company_id, row));
        }
    }

    /// Each second: events nobody published, deliveries and timers nobody thought of.
    pub fn tick(&mut self, n: usize) {
        for company in [1, 2] {
            let frames = self.nodes[n].publishers[company - 1].catch_up(&self.store.feeds[company - 1]);
            self.release(n, CompanyId::new(company as i64), &frames);
        }
        self.fire_timers(n);
        for c in (0..chats::COUNT).filter(|c| self.store.leases[*c] == n).collect::<Vec<_>>() {
            let chat = &self.chats[c];
            let Some(thread) = self.store.find(chat.channel_id, chat.key) else { continue };
            let due = thread.timers.iter().any(|t| t.due_at <= self.now);
            let open = thread.deliveries.iter().any(|d| matches!(d.state, MessageStatus::Queued | MessageStatus::Sending));
            let version = thread.conversation.version;
            if open || due {
                let known = self.actor(n, c).state.as_ref().map(|s| s.version);
                if known != Some(version) && self.actor(n, c).flight.is_none() {
                    // Another node wrote meanwhile.
                    self.actor(n, c).state = self.load(c);
                }
                self.pump(n, c);
            }
        }
    }

    pub fn receipt(&mut self, n: usize, i: usize) -> Result<bool, Wrong> {
        let Some(posted) = self.provider.receipts.get_mut(i).filter(|p| p.copies < 2) else { return Ok(false) };
        let (id, status, echo, provider_id) = (posted.delivery_id, posted.status, posted.echo, posted.provider_id.clone());
        posted.copies += 1;
        if self.crash_at(Boundary::BeforeReceiptCommit, n) {
            self.hang_up(Asker::Receipt(id, status));
            return Ok(true);
        }
        let company = CompanyId::new(2);
        let before = self.store.feed(company).len();
        let made = self.store.receipt(echo.then_some(id), &provider_id, status)?;
        self.say(|| format!("receipt {status} of {id} to node {n}: {made:?}"));
        if let Receipt::Settles(delivery_id) = made {
            let outcome = SendOutcome::Sent { provider_id: Some(provider_id) };
            let home = self.store.leases[self.home(delivery_id)];
            let to = if self.nodes[home].up { home } else { n };
            let chat = self.home(delivery_id);
            self.actor(to, chat).waiting.push((Input::Outcome { delivery_id, outcome }, Asker::Receipt(id, status)));
            return Ok(true);
        }
        let events: Vec<EventRow> = self.store.feed(company)[before..].to_vec();
        self.nodes[n].unpublished.extend(events.into_iter().map(|e| (company, e)));
        self.hang_up(Asker::Receipt(id, status));
        if !self.crash_at(Boundary::AfterReceiptCommitBeforeAnswer, n) {
            self.receipt_done(id, status);
        }
        Ok(true)
    }

    fn home(&self, delivery_id: DeliveryId) -> usize {
        let thread = self.store.threads.iter().find(|t| t.delivery(delivery_id).is_some());
        let key = thread.map_or("", |t| &t.identity.key);
        self.chats.iter().position(|c| c.key == key).unwrap_or_default()
    }

    /// Its Conversation has heard that the provider took it; what else the receipt says goes by rank.
    fn after_receipt(&mut self, id: DeliveryId, status: MessageStatus) -> Result<(), Wrong> {
        self.store.settled(id, status)?;
        self.receipt_done(id, status);
        Ok(())
    }

    fn receipt_done(&mut self, id: DeliveryId, status: MessageStatus) {
        let Some(i) = self.provider.receipts.iter().position(|p| p.delivery_id == id && p.status == status) else { return };
        self.provider.receipts[i].times -= 1;
        if self.provider.receipts[i].times == 0 && self.provider.receipts[i].copies == 0 {
            self.provider.receipts.swap_remove(i);
        } else {
            self.provider.receipts[i].times = self.provider.receipts[i].times.max(1);
        }
    }

    /// The job that fetches media brings one file, or learns that it never comes.
    pub fn media(&mut self, n: usize) -> bool {
        let waiting = |c: usize| {
            let chat = &self.chats[c];
            let thread = self.store.find(chat.channel_id, chat.key)?;
            thread.attachments.iter().find(|a| a.status == AttachmentStatus::Pending).map(|a| (c, a.id, a.message_id))
        };
        let start = self.dice.below(chats::COUNT);
        let found = (0..chats::COUNT).map(|i| (start + i) % chats::COUNT).find_map(waiting);
        let Some((c, attachment_id, message_id)) = found else { return false };
        let asked = |(input, _): &(Input, Asker)| matches!(input, Input::Media { .. });
        if self.actor(n, c).waiting.iter().any(asked) || self.actor(n, c).flight.is_some() {
            return false;
        }
        let result = if self.dice.percent(80) {
            MediaResult::Ready { storage_key: "k".into(), size: 9, mime: "image/jpeg".into() }
        } else {
            MediaResult::Failed { error: "gone".into() }
        };
        self.actor(n, c).waiting.push((Input::Media { attachment_id, message_id, result }, Asker::Hub));
        true
    }

    pub fn has_provider(&self, c: usize) -> bool {
        self.chats[c].kind != ChannelKind::Webchat
    }
}
