//! The way out: head of the queue → connector ready → claim committed → send → outcome committed → next.
use std::time::{Duration, Instant};

use actix::prelude::{ActorFutureExt, AsyncContext, Context, WrapFuture};
use tokio::sync::oneshot;

use super::Conversation;
use crate::domain::channel::{SendLane, SendOutcome, SendReport};
use crate::domain::conversation::{Input, state::UNCERTAIN_HOLD};
use crate::domain::ids::{DeliveryId, MessageId};
use crate::domain::message::MessageStatus;
use crate::hub::drain::Sending;
use crate::hub::leases::Act;
use crate::hub::outlet::{ToProvider, Turn};
use crate::hub::{Done, HubError};
use crate::telemetry::metrics;

/// How long to wait for a connector that is not (yet) running.
const NO_OUTLET: Duration = Duration::from_secs(1);
/// A connector that gives no answer in this time never will: what was taken is unclear.
const SEND_WITHIN: Duration = Duration::from_secs(75);
/// Another node may be sending what we find in `sending`: it is given longer than any send takes.
pub const OTHERS_MAY_SEND: Duration = Duration::from_secs(80);
const _: () = assert!(OTHERS_MAY_SEND.as_secs() > SEND_WITHIN.as_secs());

/// Lives from a delivery's claim until its outcome is committed.
pub(super) struct UnderWay {
    /// A drain waits for it.
    _sending: Sending,
    pub act: Act,
}

impl UnderWay {
    pub fn new(sending: Sending, act: Act) -> Self {
        UnderWay { _sending: sending, act }
    }
}

/// Where the head of the queue is. At most one delivery of a conversation is under way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stage {
    Idle,
    /// A timer will look again.
    Waiting,
    /// Asked the connector whether it may be sent.
    Asked(DeliveryId),
    /// `Claim` is waiting or in flight.
    Claiming(DeliveryId),
    /// The provider has it, or will any moment.
    Sending(DeliveryId),
}

impl Stage {
    pub fn is_busy(self) -> bool {
        self != Stage::Idle
    }

    fn is_about_another(self, id: DeliveryId) -> bool {
        matches!(self, Stage::Asked(other) | Stage::Claiming(other) | Stage::Sending(other) if other != id)
    }
}

impl Conversation {
    /// What is `sending` in the database when we load is nobody's any more: its outcome is lost.
    pub(super) fn recover_sends(&mut self, ctx: &mut Context<Self>) {
        let sending = self.state().and_then(|s| s.queue.iter().find(|d| d.state == MessageStatus::Sending)).map(|d| d.id);
        if matches!(self.delivery, Stage::Sending(_)) {
            return;
        }
        let known = self.others_send.take();
        if known.is_some() && known.map(|(id, _)| id) != sending && self.delivery == Stage::Waiting {
            self.delivery = Stage::Idle;
        }
        let Some(id) = sending.filter(|_| self.acts_here()) else { return };
        let since = known.filter(|(known, _)| *known == id).map(|(_, since)| since);
        let patience = OTHERS_MAY_SEND.saturating_sub(since.map_or(Duration::ZERO, |since| since.elapsed()));
        if self.core.leases.is_alone() || patience.is_zero() {
            self.delivery = Stage::Idle;
            self.waiting.push_back(super::Waiting { input: Input::Recover, reply: None });
            return;
        }
        self.others_send = Some((id, since.unwrap_or_else(Instant::now)));
        self.delivery = Stage::Waiting;
        if since.is_none() {
            self.later(OTHERS_MAY_SEND, ctx, move |me, ctx| {
                if me.others_send.is_some_and(|(waited_for, _)| waited_for == id) {
                    me.load(ctx);
                }
            });
        }
    }

    /// Looks whether something can leave.
    pub(super) fn deliver(&mut self, ctx: &mut Context<Self>) {
        if self.delivery != Stage::Idle || self.core.drain.is_draining() {
            return;
        }
        let now = self.core.clock.now();
        let Some(state) = self.state().filter(|s| s.channel_kind.has_provider()) else { return };
        let Some(head) = state.head(now).cloned() else { return };
        match head.state {
            MessageStatus::Queued => match head.not_before.filter(|t| *t > now) {
                Some(at) => self.look_again(Duration::from_micros((at - now) as u64), ctx),
                None => self.ask_connector(head.id, ctx),
            },
            MessageStatus::Uncertain => {
                let until = head.uncertain_at.unwrap_or(now) + UNCERTAIN_HOLD;
                self.look_again(Duration::from_micros((until - now).max(1_000) as u64), ctx);
            }
            // Another node took it, and this one acts for the conversation by now.
            MessageStatus::Sending => {
                self.recover_sends(ctx);
                if !self.waiting.is_empty() {
                    self.go_on(ctx);
                }
            }
            _ => {}
        }
    }

    fn look_again(&mut self, after: Duration, ctx: &mut Context<Self>) {
        self.delivery = Stage::Waiting;
        self.later(after, ctx, |me, ctx| {
            if me.delivery == Stage::Waiting {
                me.delivery = Stage::Idle;
                me.go_on(ctx);
            }
        });
    }

    fn ask_connector(&mut self, id: DeliveryId, ctx: &mut Context<Self>) {
        let Some(state) = self.state() else { return };
        // Another node sends, or will once its lease is taken over.
        let Some(act) = self.begin_act() else { return };
        let (reply, ready) = oneshot::channel();
        let asked =
            self.core.outlets.get(state.channel_id).map(|outlet| {
                outlet.try_send(ToProvider::Ready { address: state.address.clone(), lane: SendLane::People, reply })
            });
        if !matches!(asked, Some(Ok(()))) {
            return self.look_again(NO_OUTLET, ctx);
        }
        self.delivery = Stage::Asked(id);
        ctx.spawn(ready.into_actor(self).map(move |ready, me, ctx| {
            if me.delivery != Stage::Asked(id) {
                return;
            }
            match (ready, me.core.drain.begin()) {
                (Ok(Turn::Later { after }), _) => me.look_again(Duration::from_micros(after.max(0).unsigned_abs()), ctx),
                (Ok(Turn::Now), Some(sending)) if act.may_go_on() => {
                    me.sending = Some(UnderWay::new(sending, act));
                    me.delivery = Stage::Claiming(id);
                    me.push(Input::Claim { delivery_id: id }, ctx);
                }
                // The connector stopped, or another node should send: it will be back, or another one.
                _ => me.look_again(NO_OUTLET, ctx),
            }
        }));
    }

    /// A step's answer may concern the delivery under way.
    pub(super) fn delivery_answered(&mut self, input: &Input, result: &Result<Done, HubError>) {
        match (input, result) {
            // Not next any more (cancelled, or taken elsewhere): look at the queue again.
            (Input::Claim { .. } | Input::ClaimNew, Err(_)) => self.rest(),
            // A receipt may settle an unclear one while another is on its way.
            (Input::Outcome { delivery_id, .. }, _) if !self.delivery.is_about_another(*delivery_id) => self.rest(),
            (Input::Claim { delivery_id }, Ok(_)) => self.delivery = Stage::Sending(*delivery_id),
            _ => {}
        }
    }

    /// A unit with nothing but this input cannot be stored. If it was about the delivery under way, that must not wait for ever.
    pub(super) fn delivery_refused(&mut self, input: &Input, ctx: &mut Context<Self>) {
        match (self.delivery, input) {
            (Stage::Claiming(id), Input::Claim { delivery_id }) if id == *delivery_id => {
                self.rest();
                self.look_again(NO_OUTLET, ctx);
            }
            (Stage::Sending(id), Input::Outcome { delivery_id, outcome }) if id == *delivery_id => {
                let again = match outcome.without_words() {
                    Some(outcome) => Input::Outcome { delivery_id: id, outcome },
                    // Not even the bare fact: then it is as if we had died before we could say it.
                    None => {
                        self.rest();
                        Input::Recover
                    }
                };
                self.waiting.push_front(super::Waiting { input: again, reply: None });
            }
            _ => {}
        }
    }

    pub(super) fn rest(&mut self) {
        self.delivery = Stage::Idle;
        self.sending = None;
    }

    /// The claim is committed: now the bytes may leave.
    pub(super) fn send(&mut self, id: DeliveryId, ctx: &mut Context<Self>) {
        self.delivery = Stage::Sending(id);
        let core = self.core.clone();
        let channel = self.key.channel_id;
        let act = self.sending.as_ref().map(|under_way| under_way.act.clone());
        let send = async move {
            let outgoing = match core.store.outgoing(id).await {
                Ok(found) => found.and_then(|row| row.outbound(id)),
                // Nothing has left: trying again is safe.
                Err(e) => return (None, SendOutcome::Retry { detail: e.to_string() }.into()),
            };
            let Some(outbound) = outgoing else {
                let detail = "There is nothing to send.".to_owned();
                return (None, SendOutcome::Failed { code: "provider_refused", detail }.into());
            };
            let message_id = Some(outbound.message_id);
            let Some(outlet) = core.outlets.get(channel) else {
                return (message_id, SendOutcome::Retry { detail: "The channel is not running.".to_owned() }.into());
            };
            let (reply, report) = oneshot::channel();
            if !act.is_some_and(|act| act.still_stands()) {
                metrics().fenced_sends.inc();
                let detail = "Another server acts for this conversation by now.".to_owned();
                return (message_id, SendOutcome::Retry { detail }.into());
            }
            tracing::info!(message_id = message_id.map(MessageId::get), delivery_id = id, channel_id = channel.get(), "sending");
            if outlet.try_send(ToProvider::Deliver { outbound: Box::new(outbound), reply }).is_err() {
                return (message_id, SendOutcome::Retry { detail: "The channel has too much to do.".to_owned() }.into());
            }
            let report: SendReport = match tokio::time::timeout(SEND_WITHIN, report).await {
                Ok(Ok(report)) => report,
                Ok(Err(_)) => SendOutcome::Uncertain { detail: "The channel stopped while sending.".to_owned() }.into(),
                Err(_) => SendOutcome::Uncertain { detail: "The provider gave no answer.".to_owned() }.into(),
            };
            (message_id, report)
        };
        ctx.spawn(send.into_actor(self).map(move |(message_id, report), me, ctx| {
            let SendReport { outcome, moved_to } = report;
            let (kind, word) = (me.state().map_or("gone", |s| s.channel_kind.as_str()), outcome.word());
            metrics().sends.with_label_values(&[kind, word]).inc();
            tracing::info!(message_id = message_id.map(MessageId::get), delivery_id = id, outcome = ?outcome, "send ended");
            // In one unit: who is reached somewhere else is so from this send on.
            me.waiting.extend(moved_to.map(|to| super::Waiting { input: Input::Moved { to }, reply: None }));
            me.push(Input::Outcome { delivery_id: id, outcome }, ctx);
        }));
    }
}
