//! `hello`: which chat this is, whose page, and what was said so far.
use actix::prelude::{ActorFutureExt, AsyncContext, WrapFuture};

use super::frames::{problem, public};
use super::{Ctx, Guest, VisitorSession};
use crate::domain::message::MessageView;
use crate::hub::frames::{AnyHears, VisitorHears, VisitorsAgent, VisitorsName};
use crate::hub::publisher::VisitorJoin;
use crate::hub::socket;
use crate::secrets::token_hash;

const HISTORY: i64 = 30;
const MAX_TOKEN: usize = 128;

/// What `hello` comes to, before anything is written.
enum Hello {
    Welcome { guest: Box<Guest>, token: String, history: Vec<MessageView>, agent: Option<VisitorsAgent> },
    Unknown,
    Unavailable,
}

impl VisitorSession {
    pub(super) fn hello(&mut self, channel_key: String, visitor: Option<String>, ctx: &mut Ctx) {
        if self.greeted {
            return;
        }
        self.greeted = true;
        let (hub, origin, shard) = (self.hub.clone(), self.origin.clone(), self.shard.clone());
        let (id, addr, tokens) = (self.id, ctx.address(), self.reception.tokens.clone());
        let language = self.language.clone();
        let hello = async move {
            // No key holds a NUL, and PostgreSQL would not look for one.
            if channel_key.contains('\0') {
                return Hello::Unknown;
            }
            let channel = match hub.core.store.webchat_by_key(channel_key).await {
                Ok(Some(channel)) if channel.allows(origin.as_deref()) => channel,
                Ok(_) => return Hello::Unknown,
                Err(_) => return Hello::Unavailable,
            };
            let (store, mut state) = (&hub.core.store, None);
            if let Some(shown) = visitor.as_deref().filter(|t| t.len() <= MAX_TOKEN) {
                match store.load_state(channel.id, token_hash(shown)).await {
                    Ok(found) => state = found,
                    Err(_) => return Hello::Unavailable,
                }
            }
            // One of ours may have no row yet: its first message may be under way.
            let token = visitor.filter(|t| state.is_some() || tokens.is_ours(t)).unwrap_or_else(|| tokens.make());
            let key = token_hash(&token);
            let conversation_id = state.map(|s| s.id);
            let mut history = vec![];
            if let Some(conversation_id) = conversation_id {
                // Join before reading: what is committed in between arrives twice rather than never.
                let _ = shard.send(VisitorJoin { id, conversation_id, addr }).await;
                match store.public_messages(conversation_id, HISTORY).await {
                    Ok(page) => history = page,
                    Err(_) => return Hello::Unavailable,
                }
            }
            let agent = hub.core.agents.shown_to_visitors(channel.id, language.as_deref()).await;
            Hello::Welcome { guest: Box::new(Guest { channel, key, conversation_id }), token, history, agent }
        };
        ctx.spawn(hello.into_actor(self).map(|hello, me, ctx| match hello {
            Hello::Unknown => {
                ctx.text(AnyHears::nack(None, &problem(404, "not_found", "There is no such chat here.")).text());
                socket::close(ctx, 4404, "no such chat");
            }
            Hello::Unavailable => socket::close(ctx, 1013, "try again"),
            Hello::Welcome { guest, token, history, agent } => {
                let welcome = VisitorHears::Welcome {
                    visitor: token,
                    conversation_id: guest.conversation_id,
                    company: VisitorsName { name: guest.channel.company_name.clone() },
                    channel: VisitorsName { name: guest.channel.name.clone() },
                    operators_online: !me.hub.core.publisher.online(guest.channel.company_id).is_empty(),
                    messages: history.iter().rev().map(|m| public(m, true)).collect(),
                    agent,
                };
                ctx.text(welcome.text());
                me.guest = Some(*guest);
            }
        }));
    }
}
