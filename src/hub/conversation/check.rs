//! Holds memory against the database after each commit, where `SWITCHBOARD_CHECK_STATE` asks for it (not in release builds):
//! every field of a Conversation's State has a column, so `State::load(rows)` must give what the actor believes.
use actix::prelude::{ActorFutureExt, AsyncContext, Context, WrapFuture};

use super::Conversation;
use crate::domain::conversation::{Answer, Unit};

pub(super) fn is_on() -> bool {
    static ON: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    cfg!(debug_assertions) && *ON.get_or_init(|| std::env::var_os("SWITCHBOARD_CHECK_STATE").is_some())
}

impl Conversation {
    /// A difference ends the process: no test may pass over it.
    pub(super) fn check_then_answer(&mut self, unit: Box<Unit>, answers: Vec<Answer>, ctx: &mut Context<Self>) {
        let core = self.core.clone();
        let id = unit.after.id;
        let load = async move { core.store.state_by_id(id).await };
        ctx.spawn(load.into_actor(self).map(move |stored, me, ctx| {
            if let Ok(Some(mut stored)) = stored {
                let now = me.core.clock.now();
                let mut believed = unit.after.clone();
                stored.settle_queue(now);
                believed.settle_queue(now);
                // Another writer may have moved the row since; then the next unit finds out by its version.
                if stored.version == believed.version && stored != believed {
                    tracing::error!(?stored, ?believed, "memory and database differ");
                    std::process::abort();
                }
            }
            me.answer(answers, Some(&unit), ctx);
        }));
    }
}
