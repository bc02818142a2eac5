//! The model of the database: units stand or fall as one, behind the guards of the real tables.
use std::collections::HashMap;

use switchboard::domain::conversation::*;
use switchboard::domain::event::EventKind;
use switchboard::domain::ids::*;
use switchboard::domain::message::*;

use super::rows::*;
use super::write;

/// A broken promise, in words.
pub type Wrong = String;

#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    pub seq: Seq,
    pub kind: EventKind,
    pub conversation_id: ConversationId,
    pub message_id: Option<MessageId>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Committed,
    /// Another unit came first: nothing is written, read again.
    Mismatch,
    /// The lease has moved since: only its holder may take deliveries or call them unclear.
    NotOwner,
    /// Something in the unit is stored already, or stands in it twice: nothing is written.
    Duplicate(Vec<Duplicate>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Duplicate {
    /// `stored`: committed earlier, with this message; otherwise the repeat is in the unit itself.
    Raw {
        index: usize,
        stored: bool,
    },
    Client {
        index: usize,
        stored: Option<MessageId>,
    },
}

/// Who commits, and under which guards.
pub struct Writer {
    pub chat: usize,
    pub node: usize,
    /// The lease's token when this was stepped, for what only the owner may do: take a delivery, or call one unclear.
    pub owner: Option<u32>,
    pub fenced: bool,
}

#[derive(Default)]
pub struct Store {
    pub threads: Vec<Thread>,
    /// Each company's feed; the event with `seq` n stands at n − 1.
    pub feeds: [Vec<EventRow>; 2],
    /// How far each company has counted.
    pub counted: [CompanyNumbers; 2],
    pub raws: HashMap<(ChannelId, String), u32>,
    pub clients: HashMap<(CompanyId, String, String), MessageId>,
    pub orphans: Vec<(String, MessageStatus)>,
    /// Which node may take deliveries of a chat, with a token that each move renews.
    pub leases: [usize; super::chats::COUNT],
    pub tokens: [u32; super::chats::COUNT],
    pub last_id: i64,
}

impl Store {
    pub fn find(&self, channel_id: ChannelId, key: &str) -> Option<&Thread> {
        self.threads.iter().find(|t| t.conversation.channel_id == channel_id && t.identity.key == key)
    }

    pub fn thread(&self, id: ConversationId) -> Option<&Thread> {
        self.threads.iter().find(|t| t.conversation.id == id)
    }

    /// The feed position at which a message came to be.
    pub fn created_at(&self, company: CompanyId, message_id: MessageId) -> Option<Seq> {
        let feed = self.feeds[company.get() as usize - 1].iter();
        feed.rev().find(|e| e.kind == EventKind::MessageCreated && e.message_id == Some(message_id)).map(|e| e.seq)
    }

    pub fn feed(&mut self, company: CompanyId) -> &mut Vec<EventRow> {
        &mut self.feeds[company.get() as usize - 1]
    }

    pub fn commit(&mut self, unit: &mut Unit, by: &Writer) -> Result<Verdict, Wrong> {
        let at = match &unit.base {
            Base::New(identity) if self.find(unit.channel_id, &identity.key).is_some() => return Ok(Verdict::Mismatch),
            Base::New(_) => None,
            Base::At { id, version } => {
                let at = self.threads.iter().position(|t| t.conversation.id == *id).ok_or("a unit for no conversation")?;
                if by.fenced && self.threads[at].conversation.version != *version {
                    return Ok(Verdict::Mismatch);
                }
                Some(at)
            }
        };
        if by.owner.is_some_and(|token| (self.leases[by.chat], self.tokens[by.chat]) != (by.node, token)) {
            return Ok(Verdict::NotOwner);
        }
        let duplicates = self.duplicates(unit, at)?;
        if !duplicates.is_empty() {
            return Ok(Verdict::Duplicate(duplicates));
        }
        if let Some(at) = at.filter(|at| !deliveries_fit(&self.threads[*at], unit)) {
            if by.fenced && self.threads[at].conversation.version == unit.after.version - 1 {
                return Err(format!("a delivery is not what the state of its version says: {:?}", unit.deliveries));
            }
            return Ok(Verdict::Mismatch);
        }
        self.write(unit, at)?;
        Ok(Verdict::Committed)
    }

    fn duplicates(&self, unit: &Unit, at: Option<usize>) -> Result<Vec<Duplicate>, Wrong> {
        let mut found = vec![];
        for (index, raw) in unit.raws.iter().enumerate() {
            let stored = self.raws.contains_key(&(unit.channel_id, raw.external_id.clone()));
            if stored || unit.raws[..index].iter().any(|r| r.external_id == raw.external_id) {
                found.push(Duplicate::Raw { index, stored });
            }
        }
        for (index, message) in unit.messages.iter().enumerate() {
            let Some(client_id) = &message.client_id else { continue };
            let stored = self.clients.get(&(unit.company_id, message.sender.clone(), client_id.clone())).copied();
            let same = |m: &NewMessage| m.sender == message.sender && m.client_id == message.client_id;
            if stored.is_some() || unit.messages[..index].iter().any(same) {
                found.push(Duplicate::Client { index, stored });
            }
        }
        for (index, new) in unit.new_deliveries.iter().enumerate() {
            let MessageRef::Id(message_id) = new.message else { continue };
            let same = |part, attempt| part == new.part && attempt == new.attempt;
            let stored = at.is_some_and(|at| {
                self.threads[at].deliveries.iter().any(|d| d.message_id == message_id && same(d.part, d.attempt))
            });
            let twice = unit.new_deliveries[..index].iter().any(|d| d.message == new.message && same(d.part, d.attempt));
            if twice || stored {
                return Err(format!("an attempt of message {message_id} is made twice: {:?}", unit.new_deliveries));
            }
        }
        Ok(found)
    }

    fn write(&mut self, unit: &mut Unit, at: Option<usize>) -> Result<(), Wrong> {
        for index in 0..unit.changes.len() {
            let MessageChange { target: MessageTarget::Provider(id), what: MessageChangeKind::Reacted { .. }, .. } =
                &unit.changes[index]
            else {
                continue;
            };
            let stored = at.is_some_and(|at| self.threads[at].by_provider(id).is_some());
            if !stored && unit.messages.iter().all(|m| m.provider_id.as_ref() != Some(id)) {
                unit.stand_alone(index);
            }
        }
        let counted = &mut self.counted[unit.company_id.get() as usize - 1];
        let next = CompanyNumbers {
            seq: self.feeds[unit.company_id.get() as usize - 1].len() as Seq + 1,
            customer: counted.customer + 1,
            lead: counted.lead + 1,
        };
        *counted += unit.counted();
        let before = self.last_id;
        let expected = unit.id_count() as i64;
        unit.assign(next, || {
            self.last_id += 1;
            self.last_id
        });
        if self.last_id - before != expected {
            return Err(format!("id_count says {expected}, assign drew {}", self.last_id - before));
        }
        let at = at.unwrap_or_else(|| {
            self.threads.push(write::begin(unit));
            self.threads.len() - 1
        });
        let targets = write::unit(&mut self.threads[at], unit)?;
        for raw in &unit.raws {
            *self.raws.entry((unit.channel_id, raw.external_id.clone())).or_default() += 1;
        }
        for message in &unit.messages {
            if let Some(client_id) = &message.client_id {
                self.clients.insert((unit.company_id, message.sender.clone(), client_id.clone()), message.id);
            }
        }
        for event in &unit.events {
            let message_id = match event.subject {
                Subject::Message(m) => Some(unit.messages[m].id),
                Subject::Change(c) => targets[c],
                Subject::Personal(i) => unit.personal[i].message.map(|index| unit.messages[index].id),
                Subject::Conversation | Subject::Customer | Subject::Lead => None,
            };
            let row = EventRow { seq: event.seq, kind: event.kind, conversation_id: unit.after.id, message_id };
            self.feed(unit.company_id).push(row);
        }
        // A position in the feed never goes back; receipts move it without the actor.
        let row_seq = self.threads[at].conversation.seq;
        unit.after.seq = unit.after.seq.max(row_seq);
        self.threads[at].conversation.seq = unit.after.seq;
        let loaded = self.threads[at].load(unit.at);
        if loaded != unit.after {
            return Err(format!(
                "the rows load to another state than memory holds\n loaded {loaded:?}\n memory {:?}",
                unit.after
            ));
        }
        self.join_orphans(at, unit)
    }
}

/// Each change starts from the state that the row, or an earlier change of the same unit, has.
fn deliveries_fit(thread: &Thread, unit: &Unit) -> bool {
    unit.deliveries.iter().enumerate().all(|(i, change)| {
        let earlier = unit.deliveries[..i].iter().rev().find(|c| c.id == change.id).map(|c| c.state);
        earlier.or_else(|| thread.delivery(change.id).map(|d| d.state)) == Some(change.from)
    })
}
