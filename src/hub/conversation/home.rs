//! What a Conversation knows of itself: read from the database, and whether it is at home under its key at all.
use actix::prelude::{ActorContext, ActorFutureExt, AsyncContext, Context, WrapFuture};
use tokio::sync::oneshot;

use super::{Conversation, STORAGE_RETRY};
use crate::db::DbError;
use crate::domain::conversation::State;
use crate::hub::HubError;
use crate::hub::supervisor::{HomeKey, Work};

pub(super) enum Memory {
    Loading,
    /// What the database says; `None` while nobody with this key has written.
    Loaded(Option<Box<State>>),
    /// Our key is another one of an identity whose conversation is at home there.
    Elsewhere(HomeKey),
}

impl Conversation {
    pub(super) fn load(&mut self, ctx: &mut Context<Self>) {
        self.memory = Memory::Loading;
        self.recall.forget();
        self.newest = 0;
        let core = self.core.clone();
        let key = self.key.clone();
        let load = async move { core.store.load_state(key.channel_id, key.key.to_string()).await };
        ctx.spawn(load.into_actor(self).map(|loaded, me, ctx| match loaded {
            Ok(Some(state)) if *state.home_key != *me.key.key => me.leave_to(HomeKey::new(state.channel_id, &state.home_key)),
            Ok(state) => {
                me.memory = Memory::Loaded(state.map(Box::new));
                me.note();
                for typing in std::mem::take(&mut me.early_signs) {
                    me.typing(typing);
                }
                me.recover_sends(ctx);
                me.go_on(ctx);
            }
            Err(e) => {
                if let DbError::Failed(_) = e {
                    me.suspect(&me.waiting);
                }
                // What cannot be read now says nothing about what came.
                me.refuse_waiting(HubError::Unavailable(e.to_string()));
                me.later(STORAGE_RETRY, ctx, |me, ctx| {
                    if !me.waiting.is_empty() || me.delivery.is_busy() {
                        me.load(ctx);
                    } else {
                        ctx.stop();
                    }
                });
            }
        }));
    }

    /// From the first moment its id is known.
    pub(super) fn note(&mut self) {
        if self.noted.is_none()
            && let Some(id) = self.state().map(|s| s.id)
        {
            self.noted = Some(id);
            self.core.awake.note(id, &self.key);
        }
    }

    /// Hands on what came here, and from now on whatever comes.
    pub(super) fn leave_to(&mut self, home: HomeKey) {
        for waiting in std::mem::take(&mut self.waiting) {
            let reply = waiting.reply.unwrap_or_else(|| oneshot::channel().0);
            self.hand_on(&home, Work::Input { input: Box::new(waiting.input), reply });
        }
        for waiter in std::mem::take(&mut self.turn_waiters) {
            self.hand_on(&home, Work::AwaitTurn(waiter));
        }
        for typing in std::mem::take(&mut self.early_signs) {
            self.hand_on(&home, Work::Typing(typing));
        }
        self.memory = Memory::Elsewhere(home);
    }

    /// Work that is turned away is dropped with its reply: whoever asked is told "not now".
    pub(super) fn hand_on(&self, home: &HomeKey, work: Work) {
        if let Some(shards) = self.core.shards.get()
            && let Err(e) = shards.send(home.clone(), work)
        {
            tracing::warn!(channel_id = home.channel_id.get(), error = %e, "cannot hand on what came under another key");
        }
    }
}
