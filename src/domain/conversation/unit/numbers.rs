//! What only the store knows of a unit: its ids, and its places in the feed.
use super::*;

/// What a company counts: places in its feed, its customers, its leads. How many of each, or which comes next.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CompanyNumbers {
    pub seq: Seq,
    pub customer: i64,
    pub lead: i64,
}

impl CompanyNumbers {
    /// So many places in the feed, and nothing else.
    pub fn places(seq: Seq) -> Self {
        CompanyNumbers { seq, ..CompanyNumbers::default() }
    }
}

impl std::ops::AddAssign for CompanyNumbers {
    fn add_assign(&mut self, more: Self) {
        self.seq += more.seq;
        self.customer += more.customer;
        self.lead += more.lead;
    }
}

impl Unit {
    /// How many of the company's numbers [`Unit::assign`] will take.
    pub fn counted(&self) -> CompanyNumbers {
        CompanyNumbers {
            seq: self.events.len() as i64,
            customer: i64::from(matches!(self.base, Base::New(_))),
            lead: i64::from(self.lead.as_ref().is_some_and(|l| l.is_new)),
        }
    }

    /// How many ids [`Unit::assign`] will draw.
    pub fn id_count(&self) -> usize {
        let remote = |m: &NewMessage| m.attachments.iter().filter(|a| matches!(a, NewAttachment::Remote { .. })).count();
        let edited =
            |c: &MessageChange| if let MessageChangeKind::Edited { content, .. } = &c.what { content.files.len() } else { 0 };
        let timers = self.timers.iter().filter(|t| matches!(t, TimerChange::Set { .. })).count();
        let fixed = if matches!(self.base, Base::New(_)) { 3 } else { 0 };
        fixed
            + usize::from(self.opens_episode.is_some())
            + usize::from(self.run.is_some())
            + usize::from(self.lead.as_ref().is_some_and(|l| l.is_new))
            + self.messages.len()
            + self.personal.len()
            + self.messages.iter().map(remote).sum::<usize>()
            + self.changes.iter().map(edited).sum::<usize>()
            + self.new_deliveries.len()
            + self.raws.len()
            + timers
    }

    /// Fills in what only the store knows: ids in rising order (drawn after the conversation is locked) and the
    /// company's numbers, beginning at `next`. Returns ids for the raw rows and set timers, in that order.
    pub fn assign(&mut self, next: CompanyNumbers, mut next_id: impl FnMut() -> i64) -> (Vec<i64>, Vec<i64>) {
        if matches!(self.base, Base::New(_)) {
            self.after.customer.id = CustomerId::new(next_id());
            self.after.customer.number = next.customer;
            self.after.identity_id = next_id();
            self.after.id = ConversationId::new(next_id());
            for message in &mut self.messages {
                if message.author.kind == AuthorType::Customer {
                    message.author.id = Some(self.after.customer.id.get());
                }
                if message.sender == "c:0" {
                    message.sender = customers_sender(self.after.customer.id);
                }
            }
        }
        if self.opens_episode.is_some() {
            self.after.episode_id = next_id();
        }
        self.number_run(next.lead, &mut next_id);
        for message in &mut self.messages {
            message.id = MessageId::new(next_id());
            for attachment in &mut message.attachments {
                if let NewAttachment::Remote { id, .. } = attachment {
                    *id = next_id();
                }
            }
        }
        for told in &mut self.personal {
            told.id = next_id();
        }
        for change in &mut self.changes {
            let MessageChangeKind::Edited { content, .. } = &mut change.what else { continue };
            for file in &mut content.files {
                if let NewAttachment::Remote { id, .. } = file {
                    *id = next_id();
                }
            }
        }
        for (i, event) in self.events.iter_mut().enumerate() {
            event.seq = next.seq + i as i64;
            match event.subject {
                Subject::Message(m) => self.messages[m].seq = event.seq,
                Subject::Change(c) => self.changes[c].seq = event.seq,
                Subject::Lead => {
                    if let Some(lead) = &mut self.lead {
                        lead.seq = event.seq;
                    }
                }
                Subject::Conversation | Subject::Customer | Subject::Personal(_) => {}
            }
            self.after.seq = event.seq;
        }
        for message in &self.messages {
            if matches!(message.direction, Direction::In | Direction::Out) {
                self.after.last_message_id = Some(message.id);
                let author = public_author(&message.author, &message.sender);
                self.after.said(&author, message.seq);
            }
        }
        for delivery in &mut self.new_deliveries {
            delivery.id = next_id();
            let (message_id, automatic) = match delivery.message {
                MessageRef::New(index) => (self.messages[index].id, self.messages[index].generation.is_some()),
                // Sent again by a person.
                MessageRef::Id(id) => (id, false),
            };
            delivery.message = MessageRef::Id(message_id);
            self.after.queue.push(OpenDelivery {
                id: delivery.id,
                message_id,
                part: delivery.part,
                attempt: delivery.attempt,
                state: delivery.state,
                retries: 0,
                not_before: None,
                uncertain_at: None,
                automatic,
            });
        }
        self.after.settle_queue(self.at);
        let raws = self.raws.iter().map(|_| next_id()).collect();
        let mut timers = vec![];
        for change in &self.timers {
            let TimerChange::Set { kind, .. } = change else { continue };
            let id = next_id();
            timers.push(id);
            if let Some(timer) = self.after.timers.iter_mut().find(|t| t.kind == *kind) {
                timer.id = id;
            }
        }
        (raws, timers)
    }

    /// Gives the unit's run and new lead their numbers, wherever they are spoken of.
    fn number_run(&mut self, number: i64, next_id: &mut impl FnMut() -> i64) {
        if let Some(run) = &mut self.run {
            run.id = next_id();
            for message in self.messages.iter_mut().filter(|m| m.agent_run_id == Some(THIS_RUN)) {
                message.agent_run_id = Some(run.id);
            }
            if let Some(suggestion) = self.after.suggestion.as_mut().filter(|s| s.run_id == THIS_RUN) {
                suggestion.run_id = run.id;
            }
            if let Some(lead) = self.lead.as_mut().filter(|l| l.agent_run_id == Some(THIS_RUN)) {
                lead.agent_run_id = Some(run.id);
            }
        }
        if let Some(lead) = self.lead.as_mut().filter(|l| l.is_new) {
            lead.id = next_id();
            lead.number = number;
            self.after.lead = Some(OpenLead { id: lead.id, at: self.at });
        }
    }
}
