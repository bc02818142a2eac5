//! Finds what is owed to customers and left undone: a conversation that was asleep when the process began, or whose actor
//! died, with something to send or an automatic answer to give.
//!
//! It goes round by the ids of conversations, a page a tick, however much is open: an outage that leaves a hundred thousand
//! deliveries queued costs a tick no more than one page. Whoever lives minds its own deliveries and is only reminded.
use super::Hub;
use super::supervisor::{HomeKey, Work};
use crate::db::DbError;
use crate::domain::clock::{Micros, SECOND};
use crate::domain::ids::ConversationId;
use crate::telemetry::metrics;

/// Conversations a page: so many are woken a tick, and load their state.
const PAGE: i64 = 500;
/// A round begins this long after the last one began, if that has ended.
const ROUND: Micros = 15 * SECOND;

/// Where both rounds are.
#[derive(Default)]
pub(super) struct Outbox {
    deliveries: Round,
    turns: Round,
    /// The oldest delivery that was seen waiting on this round.
    oldest: Option<Micros>,
}

#[derive(Default)]
struct Round {
    /// The last conversation that was passed; `None` between rounds.
    at: Option<ConversationId>,
    begun: Option<Micros>,
}

impl Round {
    /// After which conversation to go on, if it is time.
    fn next(&mut self, now: Micros) -> Option<ConversationId> {
        if self.at.is_none() && self.begun.is_none_or(|begun| now - begun >= ROUND) {
            (self.at, self.begun) = (Some(ConversationId::NONE), Some(now));
        }
        self.at
    }

    /// The page's last conversation was passed; a page that is not full was the round's last. True: the round has ended.
    fn passed(&mut self, last: Option<ConversationId>, len: usize) -> bool {
        self.at = last.filter(|_| len as i64 >= PAGE);
        self.at.is_none()
    }
}

impl Outbox {
    /// Looks at the next page of each.
    pub async fn look(&mut self, hub: &Hub) -> Result<(), DbError> {
        let (store, now) = (&hub.core.store, hub.core.clock.now());
        if let Some(after) = self.deliveries.next(now) {
            let page = store.leaving_after(after, PAGE).await?;
            let heads = || page.iter().filter_map(|leaving| Some((leaving.conversation_id, leaving.head?)));
            self.oldest = heads().map(|(_, head)| head.queued_at).chain(self.oldest).min();
            // What is to be tried again later is found on a later round.
            let due = heads().filter(|(_, head)| head.not_before.is_none_or(|at| at <= now + ROUND)).map(|(id, _)| id).collect();
            hub.wake(due).await?;
            if self.deliveries.passed(page.last().map(|leaving| leaving.conversation_id), page.len()) {
                metrics().outbox_age.set(self.oldest.take().map_or(0, |at| (now - at).max(0) / SECOND));
            }
        }
        if let Some(after) = self.turns.next(now) {
            let page = store.owed_turns_after(after, PAGE).await?;
            let (last, len) = (page.last().copied(), page.len());
            hub.wake(page).await?;
            self.turns.passed(last, len);
        }
        Ok(())
    }
}

impl Hub {
    /// Brings conversations to life that have something to do, and reminds those that live.
    async fn wake(&self, conversations: Vec<ConversationId>) -> Result<(), DbError> {
        if self.core.leases.node().is_some() {
            // Other nodes may have changed them: whoever lives is told the version too.
            let ours = conversations.into_iter().filter(|id| self.acts_for(*id)).collect();
            for there in self.core.store.standing_of(ours).await? {
                self.changed_elsewhere(there);
            }
            return Ok(());
        }
        let (mut homes, asleep) = self.core.awake.among(conversations);
        if !asleep.is_empty() {
            homes
                .extend(self.core.store.homes_of(asleep).await?.into_iter().map(|(_, channel, key)| HomeKey::new(channel, &key)));
        }
        for home in homes {
            // No room: the next round finds it.
            let _ = self.supervisor.send(home, Work::Wake { version: 0 });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(id: i64) -> ConversationId {
        ConversationId::new(id)
    }

    #[test]
    fn a_round_goes_page_by_page_and_then_rests() {
        let mut round = Round::default();
        assert_eq!(round.next(1), Some(ConversationId::NONE));
        assert!(!round.passed(Some(id(700)), PAGE as usize));
        assert_eq!(round.next(2), Some(id(700)), "a long round goes on at once");
        assert!(round.passed(Some(id(900)), 3));
        assert_eq!(round.next(ROUND), None);
        assert_eq!(round.next(ROUND + 1), Some(ConversationId::NONE));
        assert!(round.passed(None, 0), "nothing is open");
    }

    #[test]
    fn a_round_longer_than_its_time_begins_anew_when_it_has_ended() {
        let mut round = Round::default();
        round.next(1);
        round.passed(Some(id(500)), PAGE as usize);
        assert_eq!(round.next(10 * ROUND), Some(id(500)));
        round.passed(Some(id(600)), 1);
        assert_eq!(round.next(10 * ROUND), Some(ConversationId::NONE));
    }
}
