//! Receipts in the model store: set-based, by rank, without the actor, and but for unclear ones without a new version.
use switchboard::domain::conversation::Unit;
use switchboard::domain::event::EventKind;
use switchboard::domain::ids::*;
use switchboard::domain::message::MessageStatus;

use super::rows::DeliveryRow;
use super::store::{EventRow, Store, Wrong};
use super::write::{delivery_may, message_may};

/// What the store made of a receipt.
#[derive(Debug, PartialEq)]
pub enum Receipt {
    Done,
    /// It speaks of a send that is under way or unclear here: its Conversation must hear it.
    Settles(DeliveryId),
}

impl Store {
    /// `echo` is our own id, where the provider gives it back.
    pub fn receipt(&mut self, echo: Option<DeliveryId>, provider_id: &str, status: MessageStatus) -> Result<Receipt, Wrong> {
        let known = |d: &DeliveryRow| Some(d.id) == echo || d.provider_id.as_deref() == Some(provider_id);
        let found = self.threads.iter().enumerate().find_map(|(at, t)| Some((at, t.deliveries.iter().find(|d| known(d))?)));
        match found.map(|(at, d)| (at, d.id, d.state)) {
            Some((_, id, MessageStatus::Uncertain | MessageStatus::Sending)) => Ok(Receipt::Settles(id)),
            Some((at, id, _)) => self.raise(at, id, status).map(|()| Receipt::Done),
            // The provider's id is not stored yet: the receipt waits for it.
            None => {
                let orphan = (provider_id.to_owned(), status);
                if !self.orphans.contains(&orphan) {
                    self.orphans.push(orphan);
                }
                Ok(Receipt::Done)
            }
        }
    }

    /// After the Conversation has heard it, or holds that send no longer: the row learns what the provider says.
    pub fn settled(&mut self, delivery_id: DeliveryId, status: MessageStatus) -> Result<(), Wrong> {
        match self.threads.iter().position(|t| t.delivery(delivery_id).is_some()) {
            Some(at) => self.raise(at, delivery_id, status),
            None => Ok(()),
        }
    }

    /// Receipts that came before the provider's id was stored.
    pub(super) fn join_orphans(&mut self, at: usize, unit: &Unit) -> Result<(), Wrong> {
        for change in &unit.deliveries {
            let Some(provider_id) = &change.provider_id else { continue };
            while let Some(i) = self.orphans.iter().position(|(id, _)| id == provider_id) {
                let (_, status) = self.orphans.swap_remove(i);
                self.raise(at, change.id, status)?;
            }
        }
        Ok(())
    }

    fn raise(&mut self, at: usize, delivery_id: DeliveryId, status: MessageStatus) -> Result<(), Wrong> {
        let thread = &mut self.threads[at];
        let Some(row) = thread.deliveries.iter_mut().find(|d| d.id == delivery_id) else { return Ok(()) };
        if row.state.rank().is_none() || row.state.rank() >= status.rank() {
            return Ok(());
        }
        if !delivery_may(row.state, status) {
            return Err(format!("a receipt takes delivery {delivery_id} from {} to {status}", row.state));
        }
        if row.state == MessageStatus::Uncertain {
            // Some memory may still hold it as unclear: whoever changes what a State loads makes a new version.
            thread.conversation.version += 1;
        }
        row.state = status;
        let message_id = row.message_id;
        let latest = thread.deliveries.iter().filter(|d| d.message_id == message_id && thread.is_latest(d));
        let ranks: Vec<_> = latest.map(|d| d.state).collect();
        // The message's status is its lowest part's; a part that failed or was taken back decides alone.
        let lowest = ranks.iter().copied().min_by_key(|s| s.rank()).filter(|s| s.rank() >= MessageStatus::Sent.rank());
        let seq = self.feeds[thread.conversation.company_id.get() as usize - 1].len() as Seq + 1;
        let Some(message) = thread.messages.iter_mut().find(|m| m.id == message_id) else { return Ok(()) };
        let Some(lowest) = lowest.filter(|s| message.status.rank().is_some() && s.rank() > message.status.rank()) else {
            return Ok(());
        };
        if !message_may(message.status, lowest, false) {
            return Err(format!("a receipt takes message {message_id} from {} to {lowest}", message.status));
        }
        message.status = lowest;
        message.error = None;
        message.seq = seq;
        thread.conversation.seq = seq;
        let (company, conversation_id) = (thread.conversation.company_id, thread.conversation.id);
        let event = EventRow { seq, kind: EventKind::MessageUpdated, conversation_id, message_id: Some(message_id) };
        self.feed(company).push(event);
        Ok(())
    }
}
