//! The channel's rules as a Conversation holds them: a snapshot that is taken anew before an input that depends on them, once
//! it is older than the channel's settings may be remembered.
use std::sync::Arc;

use actix::prelude::{ActorFutureExt, AsyncContext, Context, WrapFuture};

use super::Conversation;
use crate::domain::clock::Micros;
use crate::domain::conversation::{Command, Input, Rules};

#[derive(Default)]
pub(super) struct HeldRules {
    pub rules: Arc<Rules>,
    /// When the settings were looked at; `None`: never yet.
    at: Option<Micros>,
    is_asking: bool,
}

impl Conversation {
    /// False: they are being read, and the actor goes on when they are here.
    pub(super) fn has_rules(&mut self, ctx: &mut Context<Self>) -> bool {
        if !self.waiting.iter().any(|w| depend(&w.input)) {
            return true;
        }
        let (channel, now) = (self.key.channel_id, self.core.clock.now());
        if self.held.is_asking {
            return false;
        }
        if self.held.at.is_some_and(|at| self.core.agents.is_recent(at, now)) {
            return true;
        }
        if let Some((at, rules)) = self.core.agents.known_rules(channel) {
            self.held = HeldRules { rules, at: Some(at), is_asking: false };
            return true;
        }
        self.held.is_asking = true;
        let core = self.core.clone();
        let read = async move { core.agents.rules(channel).await };
        ctx.spawn(read.into_actor(self).map(move |read, me, ctx| {
            match read {
                Ok(rules) => me.held.rules = rules,
                // What held a moment ago does still; who knows of none leaves it to people.
                Err(e) => tracing::warn!(channel_id = channel.get(), error = %e, "cannot read who answers first"),
            }
            me.held.is_asking = false;
            // What was changed while it was read is asked for anew.
            me.held.at = me.core.agents.is_unchanged_since(now).then(|| me.core.clock.now());
            me.go_on(ctx);
        }));
        false
    }
}

/// What people and customers say, and what is due by the clock. How a send or a turn has ended does not ask who answers.
fn depend(input: &Input) -> bool {
    matches!(input, Input::Inbound(_) | Input::Timer { .. } | Input::Command(Command::AssignAgent { .. }))
}
