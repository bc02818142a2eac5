//! The actor of one account at a provider: it paces and sends what goes out. A send is never held back once it is taken.
use std::collections::HashMap;
use std::future::Future;
use std::time::{Duration, Instant};

use actix::{Actor, ActorContext, Addr, AsyncContext, Context, Handler, Message, SpawnHandle};
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

use super::pacing::{Pace, Pacer};
use crate::domain::channel::{Outbound, SendOutcome, SendReport};
use crate::domain::clock::{Micros, SECOND};
use crate::domain::ids::ChannelId;
use crate::domain::notice::Notice;
use crate::hub::outlet::{ToProvider, Turn};

/// One conversation waits at most once, so this is the number of conversations with something to send.
const MOST_WAITING: usize = 20_000;
const MAILBOX: usize = 1_024;

/// Whom a provider's wish to slow down concerns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Slows {
    Everybody,
    Chat,
}

/// What came of one send, and whom it concerns if it was turned away because of the pace.
pub struct SendAnswer {
    pub report: SendReport,
    pub slows: Slows,
}

impl From<SendReport> for SendAnswer {
    fn from(report: SendReport) -> Self {
        SendAnswer { report, slows: Slows::Everybody }
    }
}

/// What a kind of provider does with what is to be sent; [`Dispatcher`] says when.
pub trait Carrier: Clone + Send + Sync + Unpin + 'static {
    /// As logs call the provider.
    const NAME: &'static str;
    const PACE: Pace;
    /// How long a sign of typing is shown.
    const TYPING: Micros;

    /// The part of an address that its provider's limits hold for.
    fn chat_of(address: &str) -> &str;

    fn send(&self, outbound: &Outbound) -> impl Future<Output = SendAnswer> + Send;

    /// Tells the company's own people something.
    fn tell(&self, notice: &Notice) -> impl Future<Output = SendReport> + Send;

    /// Shows the customer that somebody writes. `Err`: how long nobody may ask for anything.
    fn typing(&self, address: &str) -> impl Future<Output = Result<(), Micros>> + Send;

    /// The provider does not accept the account's token: whoever looks after it is told.
    fn is_refused(&self);
}

/// Sends for one account. Pacing is asked for first (`Ready`) and a send is never held back once it is taken (`Deliver`),
/// because what is taken and not sent would be uncertain.
pub struct Dispatcher<C: Carrier> {
    channel: ChannelId,
    account: C,
    /// Sends in flight, which a drain awaits.
    sends: TaskTracker,
    pacer: Pacer<oneshot::Sender<Turn>>,
    typed_at: HashMap<String, Micros>,
    wake: Option<SpawnHandle>,
    /// Pacing goes by the monotonic clock: a jump of the wall clock must not pause an account.
    started: Instant,
    stopping: bool,
}

/// Takes no more: who waits is let go, what is taken is sent.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Stop;

/// The provider asks to slow down: one chat, or the account as a whole.
#[derive(Message)]
#[rtype(result = "()")]
struct Slower {
    chat: Option<String>,
    after: Micros,
}

impl<C: Carrier> Dispatcher<C> {
    pub fn new(channel: ChannelId, account: C, sends: TaskTracker) -> Self {
        Dispatcher {
            channel,
            account,
            sends,
            pacer: Pacer::new(C::PACE, MOST_WAITING),
            typed_at: HashMap::new(),
            wake: None,
            started: Instant::now(),
            stopping: false,
        }
    }

    fn now(&self) -> Micros {
        // Begins at an hour, so that nothing is younger than the clock.
        3_600 * SECOND + self.started.elapsed().as_micros() as Micros
    }

    /// Lets go who may send and comes back when the next one may.
    fn release(&mut self, ctx: &mut Context<Self>) {
        if let Some(wake) = self.wake.take() {
            ctx.cancel_future(wake);
        }
        let now = self.now();
        let (released, next) = self.pacer.release(now, oneshot::Sender::is_closed);
        for reply in released {
            let _ = reply.send(Turn::Now);
        }
        if let Some(at) = next {
            let wait = Duration::from_micros((at - now).max(0).unsigned_abs()) + Duration::from_millis(1);
            self.wake = Some(ctx.run_later(wait, |me, ctx| {
                me.wake = None;
                me.release(ctx);
            }));
        }
    }

    /// The answer goes out from the task itself: it reaches its asker even when this actor is gone.
    fn deliver(&mut self, ctx: &mut Context<Self>, outbound: Box<Outbound>, reply: oneshot::Sender<SendReport>) {
        if let Some(after) = self.held(&outbound.address) {
            let _ = reply.send(SendOutcome::Paced { after }.into());
            return;
        }
        let (account, me) = (self.account.clone(), ctx.address());
        self.sends.spawn(async move {
            let SendAnswer { report, slows } = account.send(&outbound).await;
            tracing::debug!(
                channel_id = outbound.channel_id.get(),
                message_id = outbound.message_id.get(),
                delivery_id = outbound.delivery_id,
                outcome = ?report.outcome,
                provider = C::NAME,
                "a send ended"
            );
            learn(&me, &account, &outbound.address, &report, slows);
            let _ = reply.send(report);
        });
    }

    /// As a delivery: taken, so it is sent, or told at once that it may not be.
    fn tell(&mut self, ctx: &mut Context<Self>, notice: Box<Notice>, reply: oneshot::Sender<SendReport>) {
        if let Some(after) = self.held(&notice.chat_id) {
            let _ = reply.send(SendOutcome::Paced { after }.into());
            return;
        }
        let (account, channel, me) = (self.account.clone(), self.channel, ctx.address());
        self.sends.spawn(async move {
            let told = account.tell(&notice).await;
            tracing::debug!(channel_id = channel.get(), outcome = ?told.outcome, provider = C::NAME, "a notice ended");
            learn(&me, &account, &notice.chat_id, &told, Slows::Everybody);
            let _ = reply.send(told);
        });
    }

    /// How long nobody may send there, if so.
    fn held(&self, address: &str) -> Option<Micros> {
        if self.stopping { Some(SECOND) } else { self.pacer.pause_left(C::chat_of(address), self.now()) }
    }

    fn typing(&mut self, ctx: &mut Context<Self>, address: String) {
        let now = self.now();
        if self.held(&address).is_some() {
            return;
        }
        if self.typed_at.len() > 1_000 {
            self.typed_at.retain(|_, at| *at + C::TYPING > now);
        }
        if self.typed_at.get(&address).is_some_and(|at| *at + C::TYPING > now) {
            return;
        }
        self.typed_at.insert(address.clone(), now);
        let (account, me) = (self.account.clone(), ctx.address());
        tokio::spawn(async move {
            if let Err(after) = account.typing(&address).await {
                me.do_send(Slower { chat: None, after });
            }
        });
    }
}

/// One message a send at most: bounded by the sends in flight.
fn learn<C: Carrier>(sender: &Addr<Dispatcher<C>>, account: &C, address: &str, report: &SendReport, slows: Slows) {
    match report.outcome {
        SendOutcome::Paced { after } => {
            let chat = (slows == Slows::Chat).then(|| C::chat_of(address).to_owned());
            sender.do_send(Slower { chat, after });
        }
        SendOutcome::Failed { code: "channel_unauthorized", .. } => account.is_refused(),
        _ => {}
    }
}

impl<C: Carrier> Actor for Dispatcher<C> {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
    }
}

impl<C: Carrier> Handler<ToProvider> for Dispatcher<C> {
    type Result = ();

    fn handle(&mut self, asked: ToProvider, ctx: &mut Self::Context) {
        match asked {
            // A dropped reply is "no answer": the conversation asks again.
            ToProvider::Ready { .. } if self.stopping => {}
            ToProvider::Ready { address, lane, reply } => {
                let chat = C::chat_of(&address).to_owned();
                if let Err((reply, after)) = self.pacer.wait(lane, chat, reply) {
                    tracing::warn!(channel_id = self.channel.get(), "too many conversations wait to send: one is turned away");
                    let _ = reply.send(Turn::Later { after });
                }
                self.release(ctx);
            }
            ToProvider::Deliver { outbound, reply } => self.deliver(ctx, outbound, reply),
            ToProvider::Typing { address } => self.typing(ctx, address),
            ToProvider::Notice { notice, reply } => self.tell(ctx, notice, reply),
        }
    }
}

impl<C: Carrier> Handler<Slower> for Dispatcher<C> {
    type Result = ();

    fn handle(&mut self, slower: Slower, ctx: &mut Self::Context) {
        let (until, seconds) = (self.now() + slower.after, slower.after / SECOND);
        match slower.chat {
            Some(chat) => {
                tracing::info!(channel_id = self.channel.get(), seconds, provider = C::NAME, "one chat is to go slower");
                self.pacer.pause_chat(&chat, until);
            }
            None => {
                tracing::warn!(channel_id = self.channel.get(), seconds, provider = C::NAME, "the provider asks to slow down");
                self.pacer.pause(until);
            }
        }
        self.release(ctx);
    }
}

/// Leaves the actor alive long enough to answer what was on its way to it.
const LINGER: Duration = Duration::from_secs(10);

impl<C: Carrier> Handler<Stop> for Dispatcher<C> {
    type Result = ();

    fn handle(&mut self, _: Stop, ctx: &mut Self::Context) {
        self.stopping = true;
        self.pacer.forget_waiting();
        ctx.run_later(LINGER, |_, ctx| ctx.stop());
    }
}
