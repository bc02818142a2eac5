//! From "I have everything up to N" to live: pages from the shard's memory, or from the table where that does not reach back.
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::{ActorFutureExt, AsyncContext, WrapFuture};

use super::{Ctx, OperatorSession, PAGE, Phase, RESTARTING};
use crate::domain::event::Event;
use crate::domain::ids::*;
use crate::hub::frames::OperatorFrame;
use crate::hub::publisher::{CatchUp, CaughtUp};
use crate::hub::socket;

impl OperatorSession {
    /// Asks the shard for what comes after the cursor, until it says "live".
    pub(super) fn catch_up(&mut self, ctx: &mut Ctx) {
        let Some(company_id) = self.who.as_ref().map(|w| w.company_id) else { return };
        self.phase = Phase::Behind;
        let ask = self.shard.send(CatchUp { id: self.id, company_id, after: self.cursor, head: self.head });
        ctx.spawn(ask.into_actor(self).map(move |answer, me, ctx| match answer {
            Ok(CaughtUp::Live) if me.heard > me.cursor => me.catch_up(ctx),
            Ok(CaughtUp::Live) => me.go_live(),
            Ok(CaughtUp::Page(events)) => me.page(&events, ctx),
            Ok(CaughtUp::ReadTable) => me.read_table(company_id, ctx),
            Err(_) => socket::close(ctx, RESTARTING, "restarting"),
        }));
    }

    fn go_live(&mut self) {
        self.phase = Phase::Live;
        if let Some(who) = &self.who {
            self.hub.core.publisher.counts().came(who, self.id);
        }
    }

    fn read_table(&mut self, company_id: CompanyId, ctx: &mut Ctx) {
        let (core, after) = (self.hub.core.clone(), self.cursor);
        let read = async move { core.store.events_after(company_id, after, PAGE).await };
        ctx.spawn(read.into_actor(self).map(|read, me, ctx| match read {
            Ok(events) if !events.is_empty() => me.page(&events, ctx),
            // Nothing there yet, or storage is away: look again soon.
            _ => {
                ctx.run_later(Duration::from_millis(100), |me, ctx| me.catch_up(ctx));
            }
        }));
    }

    fn page(&mut self, events: &[Arc<Event>], ctx: &mut Ctx) {
        for event in events {
            // The table may have purged a stretch since: then only a full reload is honest.
            if event.seq > self.cursor + 1 {
                return self.resync(ctx);
            }
            self.show(event, ctx);
        }
        if events.len() >= PAGE as usize {
            self.page_out = true;
            self.ping(0, ctx);
        } else {
            self.catch_up(ctx);
        }
    }

    pub(super) fn resync(&mut self, ctx: &mut Ctx) {
        let Some(company_id) = self.who.as_ref().map(|w| w.company_id) else { return };
        let core = self.hub.core.clone();
        let head = async move { core.store.feed_head(company_id).await };
        ctx.spawn(head.into_actor(self).map(|head, me, ctx| match head {
            Ok(head) => {
                ctx.text(OperatorFrame::Resync { epoch: &me.epoch, seq: head, user_id: None, role: None }.text());
                me.head = head;
                me.cursor = head;
                me.prev = head;
                me.catch_up(ctx);
            }
            Err(_) => socket::close(ctx, 1013, "try again"),
        }));
    }

    /// Writes the event if this viewer may see it; either way the cursor moves.
    pub(super) fn show(&mut self, event: &Event, ctx: &mut Ctx) {
        if event.seq <= self.cursor {
            return;
        }
        self.cursor = event.seq;
        let Some(who) = &self.who else { return };
        if let Some(frame) = event.frame_for(who, self.prev) {
            tracing::debug!(
                message_id = event.message_id.map(MessageId::get),
                seq = event.seq,
                user_id = who.user_id.get(),
                "shown"
            );
            ctx.text(frame);
            self.prev = event.seq;
        }
    }
}
