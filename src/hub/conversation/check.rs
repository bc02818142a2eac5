//! Holds memory against the database after each commit, where `SWITCHBOARD_CHECK_STATE` asks for it (not in release builds):
//! every field of a Conversation's State has a column, so `State::load(rows)` must give what the actor believes; and what it
//! remembers of what was said must be what a turn would read.
use std::sync::Arc;

use actix::prelude::{ActorFutureExt, AsyncContext, Context, WrapFuture};

use super::Conversation;
use crate::domain::conversation::{Answer, Unit};
use crate::hub::agent::{READ_BACK, Said};

pub(super) fn is_on() -> bool {
    static ON: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    cfg!(debug_assertions) && *ON.get_or_init(|| std::env::var_os("SWITCHBOARD_CHECK_STATE").is_some())
}

impl Conversation {
    /// A difference ends the process: no test may pass over it.
    pub(super) fn check_then_answer(&mut self, unit: Box<Unit>, answers: Vec<Answer>, ctx: &mut Context<Self>) {
        let core = self.core.clone();
        let id = unit.after.id;
        let load = async move { (core.store.state_by_id(id).await, core.store.recent_messages(id, READ_BACK).await) };
        ctx.spawn(load.into_actor(self).map(move |(stored, said), me, ctx| {
            if let Ok(Some(mut stored)) = stored {
                let now = me.core.clock.now();
                let mut believed = unit.after.clone();
                stored.settle_queue(now);
                believed.settle_queue(now);
                // Another writer may have moved the row since; then the next unit finds out by its version.
                let same = stored.version == believed.version;
                if same && stored != believed {
                    tracing::error!(?stored, ?believed, "memory and database differ");
                    std::process::abort();
                }
                let said = said.map(|views| views.iter().map(|m| Arc::new(Said::of(m))).collect::<Vec<_>>());
                if let (true, Ok(said), Some(held)) = (same, said, me.recall.known())
                    && said != held
                {
                    tracing::error!(?said, ?held, "what was said is remembered otherwise than it is stored");
                    std::process::abort();
                }
            }
            me.answer(answers, Some(&unit), ctx);
        }));
    }
}
