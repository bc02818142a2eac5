//! What a Telegram message answers, quotes and passes on, in the words of `domain::cited`.
use serde_json::{Map, Value, json};

use super::content::{Content, full_name};
use crate::connectors::fields::Fields;
use crate::domain::cited::{EXTERNAL_REPLY, FORWARDED, LONGEST, QUOTE, REPLY};
use crate::domain::clock::{SECOND, rfc3339};

/// Bot API: a message in a topic that answers nothing else "answers" the message that has created the topic.
pub fn answered<'a>(m: &Fields<'a>) -> Option<Fields<'a>> {
    m.object("reply_to_message").filter(|answered| !answered.has("forum_topic_created"))
}

pub fn with_what_it_cites(content: Content, m: &Fields) -> Content {
    content
        .with(REPLY, answered(m).map(|answered| reply(&answered)).or_else(|| story(m)))
        .with(QUOTE, m.object("quote").and_then(|quote| self::quote(&quote)))
        .with(EXTERNAL_REPLY, m.object("external_reply").map(|reply| external(&reply)))
        .with(FORWARDED, m.object("forward_origin").map(|origin| forwarded(&origin)))
}

fn reply(answered: &Fields) -> Value {
    let text = answered.word("text").or_else(|| answered.word("caption"));
    object([
        ("name", sender(answered)),
        ("text", text.map(|text| cut(&text))),
        ("kind", kind(answered)),
        ("message_id", answered.int("message_id").map(|id| id.to_string())),
    ])
}

fn story(m: &Fields) -> Option<Value> {
    let story = m.object("reply_to_story")?;
    let name = story.object("chat").map(|chat| title(&chat)).filter(|name| !name.is_empty());
    Some(object([("name", name), ("kind", Some("story".to_owned()))]))
}

fn quote(quote: &Fields) -> Option<Value> {
    let text = cut(&quote.word("text")?);
    Some(json!({ "text": text, "position": quote.int("position"), "is_manual": quote.flag("is_manual") }))
}

/// A message of another chat, of which Telegram tells where it is from and what kind it is, but not its words.
fn external(reply: &Fields) -> Value {
    let name = reply.object("origin").and_then(|origin| origin_name(&origin));
    let chat = reply.object("chat").map(|chat| title(&chat)).filter(|title| !title.is_empty());
    let id = reply.int("message_id").map(|id| id.to_string());
    object([("name", name), ("chat", chat), ("kind", kind(reply)), ("message_id", id)])
}

fn forwarded(origin: &Fields) -> Value {
    let at = origin.int("date").filter(|seconds| *seconds > 0).map(|seconds| rfc3339(seconds.saturating_mul(SECOND)));
    let who = ["sender_user", "sender_chat", "chat"].into_iter().find_map(|name| origin.object(name));
    let username = who.and_then(|who| who.word("username"));
    object([
        ("type", origin.word("type")),
        ("name", origin_name(origin)),
        ("username", username),
        ("author_signature", origin.word("author_signature")),
        ("at", at),
    ])
}

/// Bot API, type MessageOrigin: a user, one who hides, a chat or a channel.
fn origin_name(origin: &Fields) -> Option<String> {
    let told = origin.word("sender_user_name");
    let who = || ["sender_user", "sender_chat", "chat"].into_iter().find_map(|name| origin.object(name));
    told.or_else(|| who().map(|who| title(&who))).filter(|name| !name.is_empty())
}

fn sender(m: &Fields) -> Option<String> {
    let who = m.object("sender_chat").or_else(|| m.object("from"))?;
    Some(title(&who)).filter(|name| !name.is_empty())
}

fn title(who: &Fields) -> String {
    let name = who.word("title").unwrap_or_else(|| full_name(who));
    if name.is_empty() { who.word("username").map(|name| format!("@{name}")).unwrap_or_default() } else { name }
}

/// What a message is, where its words do not say it.
fn kind(m: &Fields) -> Option<String> {
    const KINDS: &[&str] = &[
        "animation",
        "audio",
        "checklist",
        "contact",
        "dice",
        "document",
        "game",
        "giveaway",
        "invoice",
        "location",
        "photo",
        "poll",
        "sticker",
        "story",
        "venue",
        "video",
        "video_note",
        "voice",
    ];
    KINDS.iter().find(|kind| m.has(kind)).map(|kind| (*kind).to_owned())
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST { text.to_owned() } else { text.chars().take(LONGEST).chain(['…']).collect() }
}

fn object<const N: usize>(members: [(&str, Option<String>); N]) -> Value {
    let told = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?))));
    Value::Object(told.collect::<Map<String, Value>>())
}
