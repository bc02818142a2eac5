//! What one member of an Update says, as an [`Inbound`].
use bytes::Bytes;
use serde_json::Value;

use super::content::{Content, content, full_name, pressed};
use super::start::{greeting, start_payload};
use super::{Origin, cited, service};
use crate::connectors::fields::Fields;
use crate::connectors::telegram::colleagues::read::moved;
use crate::connectors::telegram::place::ChatPlace;
use crate::domain::channel::*;
use crate::domain::clock::{Micros, SECOND};

/// `None` of its readings: what it cannot do without is missing or of another type.
pub(super) struct UpdateReader<'a> {
    pub body: &'a Bytes,
    pub origin: &'a Origin,
    pub now: Micros,
    pub update_id: i64,
    pub object: Fields<'a>,
}

/// Who wrote and where: in a private chat the customer is the person, in a group the group, or one of its topics. A channel
/// has no customer.
struct Chat {
    place: ChatPlace,
    is_group: bool,
    profile: Profile,
}

impl UpdateReader<'_> {
    pub fn message(&self) -> Option<Inbound> {
        let m = &self.object;
        let mut chat = chat_of(m, "from")?;
        let message_id = m.int("message_id")?;
        let raw_id = super::message_name(&chat.place.chat.to_string(), &message_id.to_string());
        if let Some((from, to)) = moved(m) {
            // In whichever of the two chats it stands: the conversation is at home where the group came from.
            return Some(Inbound {
                key: from.to_string(),
                ..self.inbound(chat, raw_id, InboundKind::Moved { to: to.to_string() })
            });
        }
        let provider_id = Some(message_id.to_string());
        if let Some(source) = m.text("text").as_deref().and_then(start_payload) {
            let greeting = greeting(self.origin, chat.profile.language.as_deref());
            return Some(self.inbound(chat, raw_id, InboundKind::Started { source, greeting, provider_id }));
        }
        let what = match content(m) {
            Some(content) => InboundKind::Message(self.said(content, &mut chat)),
            None => InboundKind::Happened {
                event: service::event(m, chat.is_group)?,
                provider_id,
                new_name: new_name(m).filter(|_| chat.is_group),
            },
        };
        Some(self.inbound(chat, raw_id, what))
    }

    /// The message as it is now.
    pub fn edit(&self) -> Option<Inbound> {
        let m = &self.object;
        let mut chat = chat_of(m, "from")?;
        let message_id = m.int("message_id")?;
        let edit_date = m.int("edit_date").or_else(|| m.int("date")).unwrap_or_default();
        let raw_id = format!("e:{}:{message_id}:{edit_date}:{}", chat.place.chat, self.update_id);
        let at = if edit_date > 0 { edit_date.saturating_mul(SECOND) } else { self.now };
        let message = Box::new(self.said(content(m)?, &mut chat));
        Some(self.inbound(chat, raw_id, InboundKind::Edited { at, message }))
    }

    fn said(&self, mut content: Content, chat: &mut Chat) -> InboundMessage {
        let m = &self.object;
        if chat.is_group {
            content = content.by(m.object("from"));
        } else {
            chat.profile.phone = content.phone.take();
        }
        let reply_to = cited::answered(m).and_then(|r| r.int("message_id")).map(|id| id.to_string());
        said(content, m.int("message_id").map(|id| id.to_string()), seconds(m, "date"), reply_to)
    }

    pub fn reaction(&self) -> Option<Inbound> {
        let r = &self.object;
        let chat = chat_of(r, "user")?;
        let message_id = r.int("message_id")?;
        let who = r.object("user").or_else(|| r.object("actor_chat")).and_then(|u| u.int("id")).unwrap_or_default();
        let date = r.int("date").unwrap_or_default();
        let raw_id = format!("r:{}:{message_id}:{date}:{who}:{}", chat.place.chat, self.update_id);
        let emojis = r.list("new_reaction").iter().map(emoji).collect();
        Some(self.inbound(chat, raw_id, InboundKind::Reacted { provider_id: message_id.to_string(), emojis }))
    }

    /// Bot API: "For private chats, this update is received only when the bot is blocked or unblocked by the user."
    pub fn membership(&self) -> Option<Inbound> {
        let chat = chat_of(&self.object, "from")?;
        let member = self.object.object("new_chat_member")?;
        let blocked = match member.word("status")?.as_str() {
            "kicked" | "left" => true,
            "restricted" => !member.flag("is_member"),
            _ => false,
        };
        Some(self.inbound(chat, format!("u:{}", self.update_id), InboundKind::Blocked { blocked }))
    }

    /// A button under one of our messages. Its data is the client's word: kept as text, never obeyed.
    pub fn callback(&self) -> Option<Inbound> {
        let query = &self.object;
        let message = query.object("message");
        let from = query.object("from")?;
        let chat = match message.as_ref().and_then(|m| chat_of(m, "from")) {
            Some(group) if group.is_group => group,
            // In a private chat the message is our own and the customer is who pressed.
            private => Chat {
                place: private.map_or_else(|| from.int("id").map(ChatPlace::of_chat), |chat| Some(chat.place))?,
                is_group: false,
                profile: person(&from),
            },
        };
        let mut content = pressed(query).content;
        if chat.is_group {
            content = content.by(Some(from));
        }
        let reply_to = message.and_then(|m| m.int("message_id")).map(|id| id.to_string());
        let raw_id = format!("q:{}", query.word("id")?);
        let pressed = said(content, None, None, reply_to);
        Some(self.inbound(chat, raw_id, InboundKind::Message(pressed)))
    }

    /// Each topic of a group is a conversation of its own. A person is one customer, whichever topic they write in; answers go
    /// to the one they have written in last.
    fn inbound(&self, chat: Chat, external_id: String, what: InboundKind) -> Inbound {
        let address = chat.place.to_string();
        Inbound {
            company_id: self.origin.company_id,
            channel_id: self.origin.channel_id,
            channel_kind: ChannelKind::Telegram,
            key: if chat.is_group { address.clone() } else { chat.place.chat.to_string() },
            also: vec![],
            address,
            profile: chat.profile,
            is_group: chat.is_group,
            raw: Some(Raw { external_id, body: self.body.clone() }),
            received_at: self.now,
            what,
        }
    }
}

fn said(content: Content, provider_id: Option<String>, at: Option<Micros>, reply_to: Option<String>) -> InboundMessage {
    InboundMessage {
        payload: Some(content.payload).filter(|p| !p.is_empty()).map(Value::Object),
        attachments: content.attachments,
        provider_id,
        provider_at: at,
        reply_to_provider_id: reply_to,
        ..InboundMessage::plain(content.kind, content.text)
    }
}

fn chat_of(object: &Fields, sender: &str) -> Option<Chat> {
    let chat = object.object("chat")?;
    let place = ChatPlace::of_message(object)?;
    if chat.text("type").as_deref() == Some("channel") {
        return None;
    }
    if chat.text("type").as_deref().unwrap_or(if place.is_group() { "group" } else { "private" }) != "private" {
        let name = in_topic(&chat, topic_name(object).filter(|_| place.topic.is_some()));
        return Some(Chat {
            place,
            is_group: true,
            profile: Profile { name, username: chat.word("username"), ..Profile::default() },
        });
    }
    let profile = person(&object.object(sender).unwrap_or_default());
    let named = if profile.name.is_empty() { Profile { name: full_name(&chat), ..profile } } else { profile };
    let username = named.username.clone().or_else(|| chat.word("username"));
    Some(Chat { place, is_group: false, profile: Profile { username, ..named } })
}

/// The name of the topic that a message stands in, where it tells it.
fn topic_name(m: &Fields) -> Option<String> {
    let created = m.object("forum_topic_created");
    let created = created.or_else(|| m.object("reply_to_message").and_then(|first| first.object("forum_topic_created")));
    created.or_else(|| m.object("forum_topic_edited"))?.word("name")
}

fn in_topic(chat: &Fields, topic: Option<String>) -> String {
    [chat.word("title"), topic].into_iter().flatten().collect::<Vec<_>>().join(" / ")
}

/// What a group, or a topic of it, is called from now on, where this message says so.
fn new_name(m: &Fields) -> Option<String> {
    let of_topic = ["forum_topic_created", "forum_topic_edited"].iter().any(|name| m.has(name));
    let named = topic_name(m).filter(|_| of_topic).map(|topic| in_topic(&m.object("chat").unwrap_or_default(), Some(topic)));
    service::new_title(m).or(named)
}

fn person(user: &Fields) -> Profile {
    Profile { name: full_name(user), username: user.word("username"), phone: None, language: user.word("language_code") }
}

fn seconds(object: &Fields, name: &str) -> Option<Micros> {
    object.int(name).filter(|s| *s > 0).map(|s| s.saturating_mul(SECOND))
}

/// Custom emoji have no character of their own and paid reactions are stars.
fn emoji(reaction: &Fields) -> String {
    reaction
        .word("emoji")
        .unwrap_or_else(|| if reaction.text("type").as_deref() == Some("paid") { "⭐" } else { "✨" }.to_owned())
}
