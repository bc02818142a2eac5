//! The actor of one bot: it paces and sends what goes out. A send is never held back once it is taken.
mod pacing;
pub mod send;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::{Actor, ActorContext, Addr, AsyncContext, Context, Handler, Message, SpawnHandle};
use tokio::sync::{Notify, oneshot};
use tokio_util::task::TaskTracker;

use self::pacing::Pacer;
use super::client::Api;
use super::client::answer::ApiError;
use super::colleagues::notices;
use super::place::ChatPlace;
use crate::connectors::ports::FileStore;
use crate::domain::channel::{Outbound, SendOutcome, SendReport};
use crate::domain::clock::{Micros, SECOND};
use crate::domain::ids::ChannelId;
use crate::domain::notice::Notice;
use crate::hub::outlet::{ToProvider, Turn};

/// One conversation waits at most once, so this is the number of conversations with something to send.
const MOST_WAITING: usize = 20_000;
const MAILBOX: usize = 1_024;
/// Bot API: a chat action is shown for 5 s.
const TYPING_EVERY: Micros = 4 * SECOND;

/// Sends for one bot. Pacing is asked for first (`Ready`) and a send is never held back once it is taken (`Deliver`),
/// because what is taken and not sent would be uncertain.
pub struct Bot {
    channel: ChannelId,
    api: Api,
    files: Arc<dyn FileStore>,
    /// Sends in flight, which a drain awaits.
    sends: TaskTracker,
    /// Rung when Telegram refuses the token.
    recheck: Arc<Notify>,
    pacer: Pacer<oneshot::Sender<Turn>>,
    typed_at: HashMap<String, Micros>,
    wake: Option<SpawnHandle>,
    /// Pacing goes by the monotonic clock: a jump of the wall clock must not pause a bot.
    started: Instant,
    stopping: bool,
}

/// Takes no more: who waits is let go, what is taken is sent.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Stop;

/// What a finished send taught about the bot as a whole.
#[derive(Message)]
#[rtype(result = "()")]
enum Learned {
    Paced { after: Micros },
    Unauthorized,
}

impl Bot {
    pub fn new(channel: ChannelId, api: Api, files: Arc<dyn FileStore>, sends: TaskTracker, recheck: Arc<Notify>) -> Self {
        Bot {
            channel,
            api,
            files,
            sends,
            recheck,
            pacer: Pacer::new(MOST_WAITING),
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
        if let Some(after) = self.held() {
            let _ = reply.send(SendOutcome::Paced { after }.into());
            return;
        }
        let (api, files, me) = (self.api.clone(), self.files.clone(), ctx.address());
        self.sends.spawn(async move {
            let report = send::send(&api, &*files, &outbound).await;
            tracing::debug!(
                channel_id = outbound.channel_id.get(),
                message_id = outbound.message_id.get(),
                delivery_id = outbound.delivery_id,
                outcome = ?report.outcome,
                "a send to Telegram ended"
            );
            learn(&me, &report.outcome);
            let _ = reply.send(report);
        });
    }

    /// As a delivery: taken, so it is sent, or told at once that it may not be.
    fn tell(&mut self, ctx: &mut Context<Self>, notice: Box<Notice>, reply: oneshot::Sender<SendReport>) {
        if let Some(after) = self.held() {
            let _ = reply.send(SendOutcome::Paced { after }.into());
            return;
        }
        let (api, channel, me) = (self.api.clone(), self.channel, ctx.address());
        self.sends.spawn(async move {
            let told = notices::send(&api, &notice).await;
            tracing::debug!(channel_id = channel.get(), outcome = ?told.outcome, "a notice to Telegram ended");
            learn(&me, &told.outcome);
            let _ = reply.send(told);
        });
    }

    /// How long nobody may send, if so.
    fn held(&self) -> Option<Micros> {
        if self.stopping { Some(SECOND) } else { self.pacer.pause_left(self.now()) }
    }

    fn typing(&mut self, ctx: &mut Context<Self>, address: String) {
        let now = self.now();
        let Ok(place) = address.parse::<ChatPlace>() else { return };
        if self.stopping || self.pacer.pause_left(now).is_some() {
            return;
        }
        if self.typed_at.len() > 1_000 {
            self.typed_at.retain(|_, at| *at + TYPING_EVERY > now);
        }
        if self.typed_at.get(&address).is_some_and(|at| *at + TYPING_EVERY > now) {
            return;
        }
        self.typed_at.insert(address, now);
        let (api, me) = (self.api.clone(), ctx.address());
        tokio::spawn(async move {
            if let Err(ApiError::Paced { seconds }) = api.typing(place).await {
                me.do_send(Learned::Paced { after: seconds as Micros * SECOND });
            }
        });
    }
}

/// One message a send at most: bounded by the sends in flight.
fn learn(bot: &Addr<Bot>, outcome: &SendOutcome) {
    match outcome {
        SendOutcome::Paced { after } => bot.do_send(Learned::Paced { after: *after }),
        SendOutcome::Failed { code: "channel_unauthorized", .. } => bot.do_send(Learned::Unauthorized),
        _ => {}
    }
}

impl Actor for Bot {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
    }
}

impl Handler<ToProvider> for Bot {
    type Result = ();

    fn handle(&mut self, asked: ToProvider, ctx: &mut Self::Context) {
        match asked {
            // A dropped reply is "no answer": the conversation asks again.
            ToProvider::Ready { .. } if self.stopping => {}
            ToProvider::Ready { address, lane, reply } => {
                let chat = ChatPlace::chat_part(&address).to_owned();
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

impl Handler<Learned> for Bot {
    type Result = ();

    fn handle(&mut self, learned: Learned, ctx: &mut Self::Context) {
        match learned {
            Learned::Paced { after } => {
                tracing::warn!(channel_id = self.channel.get(), seconds = after / SECOND, "Telegram asks the bot to slow down");
                self.pacer.pause(self.now() + after);
                self.release(ctx);
            }
            Learned::Unauthorized => self.recheck.notify_one(),
        }
    }
}

/// Leaves the actor alive long enough to answer what was on its way to it.
const LINGER: Duration = Duration::from_secs(10);

impl Handler<Stop> for Bot {
    type Result = ();

    fn handle(&mut self, _: Stop, ctx: &mut Self::Context) {
        self.stopping = true;
        self.pacer.forget_waiting();
        ctx.run_later(LINGER, |_, ctx| ctx.stop());
    }
}
