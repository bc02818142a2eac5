//! What a screen sends: sign-in, signs of life, sends. One send at a time, so that they keep their order.
use actix::prelude::{ActorFutureExt, AsyncContext, WrapFuture};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{Ctx, MAX_SENDS, NO_AUTH, OperatorSession, Phase, TOO_FAST};
use crate::domain::ids::*;
use crate::domain::problem::ProblemView;
use crate::hub::conversation::Typing;
use crate::hub::frames::{AnyHears, OperatorFrame};
use crate::hub::{socket, unreadable};

/// What a screen says, besides `send`.
#[derive(Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    Auth {
        token: String,
        /// Of the last `ready`; with `after` what was missed follows whole and in order.
        #[serde(default, deserialize_with = "unreadable::text_or_none")]
        epoch: Option<String>,
        #[serde(default, deserialize_with = "seq_or_nowhere")]
        after: Option<Seq>,
    },
    Ping,
    Typing {
        conversation_id: ConversationId,
        #[serde(default = "yes")]
        on: bool,
    },
    /// null: no conversation any more.
    Viewing {
        conversation_id: Option<ConversationId>,
    },
}

fn yes() -> bool {
    true
}

/// Whoever says in a way that nobody understands how far they have read is told to load everything anew.
fn seq_or_nowhere<'de, D: Deserializer<'de>>(given: D) -> Result<Option<Seq>, D::Error> {
    let given = Option::<Value>::deserialize(given)?;
    Ok(given.map(|after| after.as_i64().unwrap_or(-1)))
}

impl OperatorSession {
    pub(super) fn client_frame(&mut self, text: &str, ctx: &mut Ctx) {
        if !self.rate.allows() {
            return socket::close(ctx, TOO_FAST, "too many frames");
        }
        let parsed: Option<Value> = serde_json::from_str(text).ok();
        let kind = parsed.as_ref().and_then(|v| v["type"].as_str()).unwrap_or_default().to_owned();
        let Some(frame) = parsed.filter(Value::is_object) else {
            return ctx.text(unreadable::answer(text, "a JSON object with a \"type\" was expected, in whole characters"));
        };
        if kind == "send" && self.who.is_some() {
            return self.queue_send(frame, ctx);
        }
        match (serde_json::from_value::<ClientFrame>(frame), &self.who) {
            (Ok(ClientFrame::Auth { token, epoch, after }), _) => self.sign_in(token, epoch, after, ctx),
            (_, None) if self.phase == Phase::SigningIn => {
                ctx.text(unreadable::answer(text, "wait for ready before you send anything else"))
            }
            (_, None) => socket::close(ctx, NO_AUTH, "the first frame must be auth"),
            (Ok(ClientFrame::Ping), _) => ctx.text("{\"type\":\"pong\"}"),
            (Ok(ClientFrame::Typing { conversation_id, on }), Some(who)) => {
                let typing = Typing::Operator { user_id: who.user_id, name: who.name.clone(), on, session_id: self.id };
                self.sign_of_life(conversation_id, typing);
            }
            (Ok(ClientFrame::Viewing { conversation_id }), Some(_)) => self.view(conversation_id),
            (Err(_), Some(_)) => ctx.text(unreadable::answer(text, "this frame is not known, or a field of it is missing")),
        }
    }

    pub(super) fn view(&mut self, conversation: Option<ConversationId>) {
        let left = std::mem::replace(&mut self.viewing, conversation).filter(|old| Some(*old) != conversation);
        let Some(who) = self.who.clone() else { return };
        let viewing = |on| Typing::Viewing { user_id: who.user_id, name: who.name.clone(), on, session_id: self.id };
        if let Some(old) = left {
            self.sign_of_life(old, viewing(false));
        }
        if let Some(new) = conversation {
            self.sign_of_life(new, viewing(true));
        }
    }

    pub(super) fn sign_of_life(&self, conversation: ConversationId, typing: Typing) {
        let Some(company) = self.who.as_ref().map(|w| w.company_id) else { return };
        let hub = self.hub.clone();
        actix::spawn(async move { hub.typing(Some(company), conversation, typing).await });
    }

    fn queue_send(&mut self, frame: Value, ctx: &mut Ctx) {
        if self.sends.len() >= MAX_SENDS {
            let problem = ProblemView::new(503, "Busy", "overloaded", "Too many sends at once; wait for the answers.");
            return ctx.text(AnyHears::nack(unreadable::client_id_of(&frame), &problem).text());
        }
        self.sends.push_back(frame);
        self.next_send(ctx);
    }

    fn next_send(&mut self, ctx: &mut Ctx) {
        if self.sending {
            return;
        }
        let (Some(frame), Some(who)) = (self.sends.pop_front(), self.who.clone()) else { return };
        self.sending = true;
        let client_id = unreadable::client_id_of(&frame);
        // The work is the Conversation's; this future may vanish with the socket.
        ctx.spawn(self.desk.send(who, frame).into_actor(self).map(move |result, me, ctx| {
            ctx.text(match result {
                Ok(message) => OperatorFrame::Ack { client_id, message }.text(),
                Err(problem) => AnyHears::Nack { client_id, problem }.text(),
            });
            me.sending = false;
            me.next_send(ctx);
        }));
    }
}
