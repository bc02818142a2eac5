//! R13: a snapshot taken earlier, brought forward by the events since, equals a snapshot taken now — for every kind of event
//! the core makes, live (each unit's events at once) and replayed (bodies read from the rows as they are much later).
use std::collections::BTreeMap;

use switchboard::domain::event::*;
use switchboard::domain::ids::*;
use switchboard::domain::message::MessageView;

use super::store::{EventRow, Store};
use super::views;
use super::world::World;

/// What the core makes. Unread counts, notifications and what people do to leads come from elsewhere.
pub const MADE: [EventKind; 6] = [
    EventKind::MessageCreated,
    EventKind::MessageUpdated,
    EventKind::ConversationCreated,
    EventKind::ConversationUpdated,
    EventKind::ConversationAssigned,
    EventKind::CustomerUpdated,
];

/// A screen's store: all that one company shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    pub seq: Seq,
    conversations: BTreeMap<ConversationId, ConversationView>,
    messages: BTreeMap<MessageId, MessageView>,
}

impl Snapshot {
    pub fn take(store: &Store, company: CompanyId) -> Self {
        let mut snapshot = Snapshot { seq: store.feeds[company.get() as usize - 1].len() as Seq, ..Snapshot::default() };
        for thread in store.threads.iter().filter(|t| t.conversation.company_id == company) {
            snapshot.conversations.insert(thread.conversation.id, views::conversation(thread));
            let messages = thread.messages.iter().map(|m| (m.id, views::message(thread, m)));
            snapshot.messages.extend(messages);
        }
        snapshot
    }

    /// What `apply.ts` does with a frame.
    pub fn apply(&mut self, event: &EventRow, body: EventBody) {
        self.seq = event.seq;
        match body {
            EventBody::Message { message, conversation } => {
                self.messages.insert(message.id, *message);
                let last = conversation.last_message_id.and_then(|id| self.messages.get(&id)).cloned();
                let Some(view) = self.conversations.get_mut(&conversation.id) else { return };
                view.status = conversation.status;
                view.handler = conversation.handler;
                view.assignee = conversation.assignee;
                view.last_message = last;
                view.inbound_count = conversation.inbound_count;
                view.snoozed_until = conversation.snoozed_until;
                view.window_expires_at = conversation.window_expires_at;
                view.suggestion = conversation.suggestion;
                view.lead_id = conversation.lead_id;
                view.seq = conversation.seq;
                view.updated_at = conversation.updated_at;
            }
            EventBody::Conversation(view) => {
                self.conversations.insert(view.id, *view);
            }
            EventBody::Other(value) => {
                let text = |name: &str| value[name].as_str().map(str::to_owned);
                let customer = CustomerBrief {
                    id: CustomerId::new(value["id"].as_i64().unwrap_or_default()),
                    number: value["number"].as_i64().unwrap_or_default(),
                    name: text("name").unwrap_or_default(),
                    phone: text("phone"),
                    username: text("username"),
                    language: text("language"),
                };
                for view in self.conversations.values_mut().filter(|v| v.customer.id == customer.id) {
                    view.customer = customer.clone();
                }
            }
            EventBody::Notification(_) | EventBody::Gone => {}
        }
        // Every event of a conversation is its newest position, whatever else it carries.
        if let Some(view) = self.conversations.get_mut(&event.conversation_id) {
            view.seq = view.seq.max(event.seq);
        }
    }

    /// All events since, with bodies as the rows are now; `but` leaves one kind out, to see whether anybody would notice.
    pub fn catch_up(&mut self, store: &Store, company: CompanyId, but: Option<EventKind>) {
        for event in &store.feeds[company.get() as usize - 1][self.seq as usize..] {
            let Some(thread) = store.thread(event.conversation_id) else { continue };
            if Some(event.kind) != but {
                self.apply(event, views::body(thread, event));
            }
            self.seq = event.seq;
        }
    }
}

/// Runs a seed and compares after every commit. Gives how often each kind came, and how often leaving it out was noticed.
pub fn follow(seed: u64) -> [(u32, u32); MADE.len()] {
    let mut world = World::new(seed, None);
    let mut live = [Snapshot::default(), Snapshot::default()];
    let mut old = live.clone();
    let mut counts = [(0, 0); MADE.len()];
    while world.steps < super::schedule::STEPS {
        world.steps += u32::from(world.act().unwrap_or_else(|wrong| panic!("seed {seed}: {wrong}")));
        for company in [1, 2].map(CompanyId::new) {
            let (screen, stale) = (&mut live[company.get() as usize - 1], &mut old[company.get() as usize - 1]);
            let news = world.store.feeds[company.get() as usize - 1][screen.seq as usize..].to_vec();
            if news.is_empty() {
                continue;
            }
            let before = screen.clone();
            screen.catch_up(&world.store, company, None);
            let now = Snapshot::take(&world.store, company);
            assert_eq!(*screen, now, "seed {seed}: live, after {news:?}");
            for (i, kind) in MADE.into_iter().enumerate().filter(|(_, k)| news.iter().any(|e| e.kind == *k)) {
                let mut deaf = before.clone();
                deaf.catch_up(&world.store, company, Some(kind));
                counts[i].0 += 1;
                counts[i].1 += u32::from(deaf != now);
            }
            // Now and then a screen that was away for long comes back.
            if now.seq % 23 == 0 {
                stale.catch_up(&world.store, company, None);
                assert_eq!(*stale, now, "seed {seed}: replayed");
            }
        }
    }
    counts
}
