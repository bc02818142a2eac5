//! The newest unbroken stretch of a company's feed, kept for sessions that fell a little behind.
use std::collections::VecDeque;
use std::sync::Arc;

use crate::domain::event::Event;
use crate::domain::ids::Seq;

/// Events kept for each company with a session; beyond it a session reads the table.
const LENGTH: usize = 1024;

#[derive(Default)]
pub struct Ring {
    events: VecDeque<Arc<Event>>,
    /// About how many bytes the events hold.
    pub weight: usize,
    /// When it last grew or was read, in ticks of its shard.
    pub used: u64,
}

impl Ring {
    pub fn tip(&self) -> Option<Seq> {
        self.events.back().map(|e| e.seq)
    }

    /// Adds what is newer than the tip. A hole means that this shard's mailbox was full once: what is here is no longer the
    /// newest unbroken stretch.
    pub fn extend(&mut self, events: &[Arc<Event>]) {
        if let (Some(tip), Some(first)) = (self.tip(), events.first())
            && first.seq > tip + 1
        {
            self.clear();
        }
        for event in events {
            if self.tip().is_none_or(|tip| event.seq > tip) {
                self.weight += event.weight();
                self.events.push_back(event.clone());
            }
        }
        while self.events.len() > LENGTH {
            if let Some(old) = self.events.pop_front() {
                self.weight -= old.weight();
            }
        }
    }

    pub fn clear(&mut self) {
        self.events = VecDeque::new();
        self.weight = 0;
    }

    /// What follows `after`, at most `limit`; `None` when that is no longer, or not yet, here.
    pub fn page(&self, after: Seq, limit: usize) -> Option<Vec<Arc<Event>>> {
        let oldest = self.events.front()?.seq;
        if oldest > after + 1 {
            return None;
        }
        let page: Vec<_> = self.events.iter().filter(|e| e.seq > after).take(limit).cloned().collect();
        Some(page).filter(|page| !page.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::Scope;
    use crate::domain::event::{EventBody, EventKind, EventParts};
    use crate::domain::ids::CompanyId;

    fn events(seqs: std::ops::RangeInclusive<i64>) -> Vec<Arc<Event>> {
        let event = |seq| EventParts {
            company_id: CompanyId::new(1),
            seq,
            at: 0,
            kind: EventKind::MessageCreated,
            conversation_id: None,
            message_id: None,
            customer_id: None,
            user_id: None,
            scope: Scope::default(),
            before: None,
            body: EventBody::Gone,
        };
        seqs.map(|seq| Event::new(event(seq))).collect()
    }

    #[test]
    fn a_page_is_whole_or_not_given() {
        let mut ring = Ring::default();
        assert!(ring.page(0, 10).is_none());
        ring.extend(&events(5..=9));
        ring.extend(&events(8..=12));
        assert!(ring.page(3, 10).is_none(), "4 is missing");
        let page = ring.page(4, 3).expect("page");
        assert_eq!(page.iter().map(|e| e.seq).collect::<Vec<_>>(), [5, 6, 7]);
        assert!(ring.page(12, 10).is_none(), "nothing newer");
        ring.extend(&events(14..=15));
        assert!(ring.page(12, 10).is_none() && ring.page(13, 10).is_some(), "a hole begins anew");
    }

    #[test]
    fn it_forgets_the_oldest_and_knows_its_weight() {
        let mut ring = Ring::default();
        ring.extend(&events(1..=2000));
        assert_eq!(ring.page(2000 - LENGTH as i64, 1).expect("page")[0].seq, 2001 - LENGTH as i64);
        assert_eq!(ring.weight, LENGTH * events(1..=1)[0].weight());
        ring.clear();
        assert_eq!((ring.weight, ring.tip()), (0, None));
    }
}
