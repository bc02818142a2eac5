//! What is said while nothing waits leaves with its own unit: the connector is asked before the step whether it has room, and if
//! it has, the unit that creates the message takes its first delivery too. That is one commit less on the way out.
use std::time::Duration;

use actix::prelude::{ActorFutureExt, AsyncContext, Context, WrapFuture};
use tokio::sync::oneshot;

use super::delivery::{Stage, UnderWay};
use super::{Conversation, Waiting};
use crate::domain::channel::{InboundKind, SendLane};
use crate::domain::conversation::{Command, Input};
use crate::hub::outlet::{ToProvider, Turn};

/// A connector that has room says so at once. One that makes others wait is asked again after the commit.
const AT_ONCE: Duration = Duration::from_millis(2);

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Ahead {
    #[default]
    Unasked,
    Asking,
    /// The next unit may take what it makes.
    Ready,
    Declined,
}

impl Conversation {
    /// False: the connector is being asked, and the actor goes on with its answer.
    pub(super) fn has_asked_ahead(&mut self, ctx: &mut Context<Self>) -> bool {
        match self.ahead {
            Ahead::Asking => return false,
            Ahead::Ready | Ahead::Declined => return true,
            Ahead::Unasked => {}
        }
        let now = self.core.clock.now();
        let nothing_waits = self.state().filter(|s| s.channel_kind.has_provider() && s.head(now).is_none());
        let Some(state) = nothing_waits
            .filter(|_| self.delivery == Stage::Idle && self.one_by_one == 0 && self.waiting.iter().any(|w| may_speak(&w.input)))
        else {
            return true;
        };
        // Another node sends, or will once its lease is taken over.
        let Some(act) = self.begin_act() else { return true };
        let (reply, ready) = oneshot::channel();
        let asked =
            self.core.outlets.get(state.channel_id).map(|outlet| {
                outlet.try_send(ToProvider::Ready { address: state.address.clone(), lane: SendLane::People, reply })
            });
        if !matches!(asked, Some(Ok(()))) {
            return true;
        }
        self.ahead = Ahead::Asking;
        ctx.spawn(tokio::time::timeout(AT_ONCE, ready).into_actor(self).map(move |ready, me, ctx| {
            me.ahead = match (ready, me.core.drain.begin()) {
                (Ok(Ok(Turn::Now)), Some(sending)) if act.may_go_on() => {
                    me.sending = Some(UnderWay::new(sending, act));
                    me.delivery = Stage::Claiming(0);
                    Ahead::Ready
                }
                _ => Ahead::Declined,
            };
            me.go_on(ctx);
        }));
        false
    }

    /// Whoever was about to speak has gone: the room is given back.
    pub(super) fn speaks_no_more(&mut self) {
        if self.ahead != Ahead::Asking && std::mem::take(&mut self.ahead) == Ahead::Ready {
            self.rest();
        }
    }

    /// The claim goes along with what it is for.
    pub(super) fn claim_ahead(&mut self, batch: &mut Vec<Waiting>) {
        if std::mem::take(&mut self.ahead) == Ahead::Ready {
            batch.push(Waiting { input: Input::ClaimNew, reply: None });
        }
    }
}

/// Something may go out to the customer.
fn may_speak(input: &Input) -> bool {
    match input {
        Input::Command(command) => {
            matches!(command, Command::Send(send) if !send.note) || matches!(command, Command::Resend { .. })
        }
        Input::Agent(_) => true,
        Input::Inbound(inbound) => matches!(inbound.what, InboundKind::Started { .. }),
        _ => false,
    }
}
