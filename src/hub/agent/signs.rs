//! What is seen of a turn while it lasts: the growing draft on operators' screens, "is typing" on the customer's side.
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::clients::openai::OnText;
use crate::domain::access::Scope;
use crate::domain::agent::markup;
use crate::domain::clock::{Clock, MILLI, Micros};
use crate::domain::conversation::State;
use crate::domain::ids::*;
use crate::hub::Core;
use crate::hub::conversation::Typing;
use crate::hub::outlet::ToProvider;
use crate::hub::publisher::Transient;

/// At most five drafts a second.
const BETWEEN_DRAFTS: Micros = 200 * MILLI;
/// Channels show "typing" for a few seconds; the shortest for five.
const TYPING_EVERY: Duration = Duration::from_secs(4);

/// One turn's signs of life. Dropping them takes the draft off the screens.
pub struct Signs {
    core: Arc<Core>,
    state: State,
    /// Tells the turns of a conversation apart.
    turn: i64,
    to_customer: bool,
}

impl Signs {
    pub fn of(core: Arc<Core>, state: State, to_customer: bool) -> Self {
        Signs { core, turn: state.generation, state, to_customer }
    }

    /// To be called with the whole text so far, as often as it grows.
    pub fn on_text(&self) -> OnText {
        let (core, turn) = (self.core.clone(), self.turn);
        let (company, scope, conversation): (CompanyId, Scope, ConversationId) =
            (self.state.company_id, self.state.scope(), self.state.id);
        let clock: Clock = core.clock.clone();
        let (shown_at, n) = (AtomicI64::new(0), AtomicI64::new(0));
        Arc::new(move |text: &str| {
            let now = clock.now();
            if now - shown_at.load(Ordering::Relaxed) < BETWEEN_DRAFTS {
                return;
            }
            shown_at.store(now, Ordering::Relaxed);
            let said = markup::said_so_far(text);
            if said.is_empty() {
                return;
            }
            let n = n.fetch_add(1, Ordering::Relaxed) + 1;
            core.publisher.transient(Transient::draft(company, scope, conversation, turn, n, &said));
        })
    }

    /// Shows the customer that somebody writes, until it is dropped.
    pub async fn keep_typing(&self) -> std::convert::Infallible {
        loop {
            if self.to_customer {
                self.typing(true);
            }
            tokio::time::sleep(TYPING_EVERY).await;
        }
    }

    fn typing(&self, on: bool) {
        if on
            && self.state.channel_kind.has_provider()
            && let Some(outlet) = self.core.outlets.get(self.state.channel_id)
        {
            let _ = outlet.try_send(ToProvider::Typing { address: self.state.address.clone() });
        }
        self.core.publisher.transient(Transient::typing(&self.state, Typing::Agent { on }));
    }
}

impl Drop for Signs {
    fn drop(&mut self) {
        if self.to_customer {
            self.typing(false);
        }
        let state = &self.state;
        self.core.publisher.transient(Transient::draft_done(state.company_id, state.scope(), state.id, self.turn));
    }
}
