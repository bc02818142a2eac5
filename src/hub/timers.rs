//! Due timers become inputs of their conversations, many at once. A timer's row ends with the unit it causes, so this may
//! forget everything and hand any of them on again: the conversation acts once. Of several nodes each fires those of the
//! conversations that it acts for.
//!
//! Whoever has much to do, or fails, holds nobody else: what is in hand or was handed on in vain lately is passed over, and
//! the next ones get their turn.
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::Hub;
use crate::db::DbError;
use crate::db::conversations::DueTimer;
use crate::domain::clock::{MINUTE, Micros, SECOND};
use crate::domain::conversation::Input;
use crate::domain::ids::TimerId;

/// As many conversations are asked at once. Each answers within `ANSWER_WITHIN` or counts as failed.
const AT_ONCE: usize = 256;
const PAGE: i64 = 200;

/// Why a timer that is due is passed over.
enum Pause {
    /// Its conversation is asked.
    InHand,
    /// It was handed on in vain, this often in a row.
    Failed { times: u32, until: Micros },
}

/// What is known of due timers. Memory only: after a restart each is tried at once.
#[derive(Clone, Default)]
pub(super) struct Timers {
    paused: Rc<RefCell<HashMap<TimerId, Pause>>>,
}

impl Timers {
    /// Hands on what is due, as far as there is room. Returns at once; the conversations answer in their own time.
    pub async fn fire_due(&self, hub: &Hub) -> Result<(), DbError> {
        let now = hub.core.clock.now();
        // A row that is gone would be remembered for ever.
        self.paused.borrow_mut().retain(|_, p| !matches!(p, Pause::Failed { until, .. } if *until + 2 * MINUTE < now));
        let mut room = AT_ONCE.saturating_sub(self.in_hand());
        let mut after = None;
        while room > 0 {
            let page = hub.core.store.due_timers(now, after, PAGE).await?;
            for timer in page.iter().filter(|t| hub.acts_for(t.conversation_id) && self.may_fire(t.id, now)).take(room) {
                room -= 1;
                self.fire(hub.clone(), *timer);
            }
            let full = page.len() as i64 == PAGE;
            after = page.last().map(DueTimer::place).filter(|_| full);
            if after.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn in_hand(&self) -> usize {
        self.paused.borrow().values().filter(|p| matches!(p, Pause::InHand)).count()
    }

    fn may_fire(&self, id: TimerId, now: Micros) -> bool {
        match self.paused.borrow().get(&id) {
            None => true,
            Some(Pause::InHand) => false,
            Some(Pause::Failed { until, .. }) => *until <= now,
        }
    }

    fn fire(&self, hub: Hub, timer: DueTimer) {
        let before = match self.paused.borrow_mut().insert(timer.id, Pause::InHand) {
            Some(Pause::Failed { times, .. }) => times,
            _ => 0,
        };
        let paused = self.paused.clone();
        actix::spawn(async move {
            let DueTimer { id, conversation_id, kind, .. } = timer;
            let fired = hub.input(conversation_id, Input::Timer { kind, id }).await;
            let mut paused = paused.borrow_mut();
            match fired {
                Ok(_) => drop(paused.remove(&id)),
                Err(e) => {
                    let wait = back_off(before);
                    let seconds = wait / SECOND;
                    tracing::warn!(conversation_id = conversation_id.get(), %kind, error = %e, seconds, "a timer could not be fired; it stays due");
                    paused.insert(id, Pause::Failed { times: before + 1, until: hub.core.clock.now() + wait });
                }
            }
        });
    }
}

/// 1 s, 2 s, 4 s … 60 s.
fn back_off(failed: u32) -> Micros {
    (SECOND << failed.min(6)).min(MINUTE)
}
