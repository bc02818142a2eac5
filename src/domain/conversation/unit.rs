//! The rows that stand or fall together.
mod numbers;
mod rows;

use serde_json::Value;

use super::input::TimerKind;
use super::state::{OpenDelivery, OpenLead, OpenTimer, State};
use crate::domain::access::Scope;
use crate::domain::channel::Raw;
use crate::domain::clock::Micros;
use crate::domain::event::{Assignee, EventKind, NotificationCustomer, NotificationParams};
use crate::domain::ids::*;
use crate::domain::lease::Fence;
use crate::domain::message::*;

pub use numbers::CompanyNumbers;
pub use rows::*;

/// What the unit stands on. A mismatch at commit changes nothing: the actor reloads and steps again.
#[derive(Clone, Debug, PartialEq)]
pub enum Base {
    /// No identity has this key yet; another unit may win the race.
    New(Box<NewIdentity>),
    At {
        id: ConversationId,
        version: i64,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct NewIdentity {
    pub key: String,
    pub source: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    pub company_id: CompanyId,
    pub channel_id: ChannelId,
    pub at: Micros,
    pub base: Base,
    /// Set where the unit acts for the conversation among several nodes: it stands only while this lease does.
    pub fence: Option<Fence>,
    pub before: Option<Scope>,
    /// The state once this is committed; the store fills in ids and positions through [`Unit::assign`].
    pub after: State,
    pub raws: Vec<Raw>,
    pub messages: Vec<NewMessage>,
    pub changes: Vec<MessageChange>,
    pub deliveries: Vec<DeliveryChange>,
    pub new_deliveries: Vec<NewDelivery>,
    pub media: Vec<MediaChange>,
    pub timers: Vec<TimerChange>,
    pub customer: Option<CustomerChange>,
    pub heard: Vec<HeardChange>,
    /// The turn of the agent that this unit ends.
    pub run: Option<EndedRun>,
    pub lead: Option<LeadChange>,
    pub personal: Vec<PersonalNotification>,
    pub blocked: Option<bool>,
    /// The identity is reached somewhere else now.
    pub moved_to: Option<String>,
    /// More keys of the identity. One that another identity has stays with that.
    pub new_keys: Vec<String>,
    /// The episode that the unit finds; 0 before the first.
    pub episode_before: EpisodeId,
    /// `episode_before` ends with this unit.
    pub closes_episode: bool,
    /// A new episode begins, with the message of this index; it is `after`'s. It may end in the same unit.
    pub opens_episode: Option<usize>,
    pub events: Vec<EventDraft>,
}

impl Unit {
    /// A unit that stands on `after` and changes nothing yet.
    pub fn on(base: Base, before: Option<Scope>, after: State, at: Micros) -> Self {
        Unit {
            company_id: after.company_id,
            channel_id: after.channel_id,
            episode_before: after.episode_id,
            at,
            base,
            fence: None,
            before,
            after,
            raws: vec![],
            messages: vec![],
            changes: vec![],
            deliveries: vec![],
            new_deliveries: vec![],
            media: vec![],
            timers: vec![],
            customer: None,
            heard: vec![],
            run: None,
            lead: None,
            personal: vec![],
            blocked: None,
            moved_to: None,
            new_keys: vec![],
            closes_episode: false,
            opens_episode: None,
            events: vec![],
        }
    }

    /// Something is to be done after the commit that no conversation does: a recording heard, a notice sent.
    pub fn leaves_jobs(&self) -> bool {
        let uploads = |m: &NewMessage| m.direction == Direction::In && !m.attachments.is_empty();
        self.lead.is_some() || !self.media.is_empty() || self.messages.iter().any(uploads)
    }

    /// Nothing but a version would be written.
    pub fn is_empty(&self) -> bool {
        self.raws.is_empty()
            && self.messages.is_empty()
            && self.changes.is_empty()
            && self.deliveries.is_empty()
            && self.new_deliveries.is_empty()
            && self.media.is_empty()
            && self.heard.is_empty()
            && self.run.is_none()
            && self.lead.is_none()
            && self.timers.is_empty()
            && self.blocked.is_none()
            && self.moved_to.is_none()
            && self.new_keys.is_empty()
            && self.customer.is_none()
            && self.events.is_empty()
    }

    pub fn add_message(&mut self, message: NewMessage) -> usize {
        let index = self.messages.len();
        self.events.push(EventDraft { kind: EventKind::MessageCreated, subject: Subject::Message(index), seq: 0 });
        for part in 0..message.parts {
            self.new_deliveries.push(NewDelivery::queued(MessageRef::New(index), part as i64, 1));
        }
        self.messages.push(message);
        index
    }

    pub fn change_message(&mut self, target: MessageTarget, what: MessageChangeKind) {
        let index = self.changes.len();
        self.events.push(EventDraft { kind: EventKind::MessageUpdated, subject: Subject::Change(index), seq: 0 });
        self.changes.push(MessageChange { target, seq: 0, what });
    }

    pub fn add_event(&mut self, kind: EventKind, subject: Subject) {
        self.events.push(EventDraft { kind, subject, seq: 0 });
    }

    /// What everybody in the thread sees of what somebody has done with the conversation.
    pub fn happened(&mut self, by: &Assignee, payload: Value) {
        let author = Author { kind: AuthorType::Operator, id: Some(by.id.get()), name: by.name.clone() };
        self.add_message(NewMessage { author, payload: Some(payload), ..NewMessage::plain(Direction::Event, "") });
    }

    /// Nobody is told what they have done themselves.
    pub fn tell(&mut self, user_id: UserId, code: PersonalCode, by: &Assignee, message: Option<usize>) {
        if user_id == by.id {
            return;
        }
        self.add_event(EventKind::NotificationCreated, Subject::Personal(self.personal.len()));
        self.personal.push(PersonalNotification { id: 0, user_id, code, by: by.clone(), message });
    }

    /// Where a personal notification leads, who caused it, and whom it is about.
    pub fn personal_params(&self, told: &PersonalNotification) -> NotificationParams {
        let customer = &self.after.customer;
        NotificationParams {
            conversation_id: self.after.id,
            message_id: told.message.map(|index| self.messages[index].id),
            by: told.by.clone(),
            customer: NotificationCustomer { id: customer.id, number: customer.number, name: customer.name.clone() },
        }
    }

    /// At most one timer of a kind: the one that is set goes.
    pub fn set_timer(&mut self, kind: TimerKind, due_at: Micros) {
        self.clear_timer(kind);
        self.timers.push(TimerChange::Set { kind, due_at });
        let at = self.after.timers.partition_point(|t| t.kind < kind);
        self.after.timers.insert(at, OpenTimer { id: 0, kind, due_at });
    }

    pub fn clear_timer(&mut self, kind: TimerKind) {
        let Some(at) = self.after.timers.iter().position(|t| t.kind == kind) else { return };
        let OpenTimer { id, .. } = self.after.timers.remove(at);
        // What only this unit has set has no row.
        self.timers.retain(|t| !matches!(t, TimerChange::Set { kind: k, .. } if *k == kind));
        if id > 0 {
            self.timers.push(TimerChange::Clear { id });
        }
    }

    /// A closed conversation lives again. One that was closed in this very unit, after it had begun in it, only goes on.
    pub fn open_episode(&mut self) {
        if self.opens_episode.is_none() {
            self.after.episode_number += 1;
            self.opens_episode = Some(self.messages.len());
        }
    }

    /// The conversation ends. An episode that begins in this unit is written as closed when `after` is.
    pub fn close_episode(&mut self) {
        self.closes_episode |= self.opens_episode.is_none();
    }

    /// Where a message of this unit belongs.
    pub fn episode_of(&self, message: usize) -> EpisodeId {
        if self.opens_episode.is_some_and(|first| message < first) { self.episode_before } else { self.after.episode_id }
    }

    /// The episodes in which a person or the agent answers the customer with this unit.
    pub fn answered_episodes(&self) -> impl Iterator<Item = EpisodeId> {
        let answers =
            |m: &NewMessage| m.direction == Direction::Out && matches!(m.author.kind, AuthorType::Operator | AuthorType::Agent);
        let answered = self.messages.iter().enumerate().filter(move |(_, m)| answers(m));
        answered.map(|(i, _)| self.episode_of(i))
    }

    /// Fences off whatever the agent is thinking: its reply to older words will not be stored any more.
    pub fn fence(&mut self) {
        self.after.generation += 1;
        self.after.turn_since = None;
        self.after.suggestion = None;
    }

    /// What this change reacts to is not known here: the reaction becomes a message of its own. Before [`Unit::assign`].
    pub fn stand_alone(&mut self, change: usize) {
        let MessageChange { target: MessageTarget::Provider(target), what: MessageChangeKind::Reacted { emojis, .. }, .. } =
            self.changes[change].clone()
        else {
            return;
        };
        self.events.retain(|e| e.subject != Subject::Change(change));
        // Taken back, and never seen.
        if emojis.is_empty() {
            return;
        }
        self.after.inbound_count += 1;
        self.after.updated_at = self.at;
        let customer = &self.after.customer;
        self.add_message(NewMessage {
            id: MessageId::NONE,
            seq: 0,
            direction: Direction::In,
            author: Author {
                kind: AuthorType::Customer,
                id: Some(customer.id.get()).filter(|id| *id > 0),
                name: customer.name.clone(),
            },
            kind: MessageKind::Reaction,
            text: emojis.join(" "),
            payload: Some(serde_json::json!({ "reaction_to": target })),
            status: MessageStatus::Received,
            reply_to: ReplyTo::None,
            sender: customers_sender(customer.id),
            client_id: None,
            content_hash: None,
            provider_id: None,
            provider_at: None,
            generation: None,
            agent_run_id: None,
            attachments: vec![],
            parts: 0,
        });
    }
}

/// The word under which `State::said` remembers who spoke; all customers of a conversation are one.
pub fn public_author(author: &Author, sender: &str) -> String {
    if author.kind == AuthorType::Customer { "c".to_owned() } else { sender.to_owned() }
}
