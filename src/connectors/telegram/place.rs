//! Where in Telegram something stands: a chat, and within it a topic where the chat has topics. As an address it is written
//! `-1001234` or `-1001234:7`.
use std::fmt;
use std::str::FromStr;

use teloxide::types::{MessageId, ThreadId};

use crate::connectors::fields::Fields;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChatPlace {
    pub chat: i64,
    /// Bot API: `message_thread_id` of a forum topic. The topic "General" has none.
    pub topic: Option<i64>,
}

impl ChatPlace {
    pub fn of_chat(chat: i64) -> ChatPlace {
        ChatPlace { chat, topic: None }
    }

    /// Where a message stands. Only `is_topic_message` makes a topic of its thread: answers below a post have one as well.
    pub fn of_message(message: &Fields) -> Option<ChatPlace> {
        let chat = message.object("chat")?.int("id")?;
        let topic = message.int("message_thread_id").filter(|_| message.flag("is_topic_message"));
        Some(ChatPlace { chat, topic })
    }

    /// Bot API: ids of groups, supergroups and channels are negative.
    pub fn is_group(self) -> bool {
        self.chat < 0
    }

    /// As the Bot API takes it in a send; none where the topic's number is none of its.
    pub fn thread(self) -> Option<ThreadId> {
        self.topic.and_then(|topic| i32::try_from(topic).ok()).map(|topic| ThreadId(MessageId(topic)))
    }

    /// The chat's part of an address, whatever it is: Telegram's limits hold for a chat with all its topics.
    pub fn chat_part(address: &str) -> &str {
        address.split_once(':').map_or(address, |(chat, _)| chat)
    }
}

impl fmt::Display for ChatPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.topic {
            Some(topic) => write!(f, "{}:{topic}", self.chat),
            None => write!(f, "{}", self.chat),
        }
    }
}

impl FromStr for ChatPlace {
    type Err = std::num::ParseIntError;

    fn from_str(address: &str) -> Result<Self, Self::Err> {
        match address.split_once(':') {
            Some((chat, topic)) => Ok(ChatPlace { chat: chat.parse()?, topic: Some(topic.parse()?) }),
            None => Ok(ChatPlace::of_chat(address.parse()?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_as_it_was_written() {
        for (address, place) in [("5001", (5001, None)), ("-1001234", (-1001234, None)), ("-1001234:7", (-1001234, Some(7)))] {
            let read: ChatPlace = address.parse().expect("a place");
            assert_eq!((read.chat, read.topic), place);
            assert_eq!(read.to_string(), address);
        }
        for wrong in ["", "@leads", "-100:", ":7", "1:2:3"] {
            assert!(wrong.parse::<ChatPlace>().is_err(), "{wrong}");
        }
        assert_eq!((ChatPlace::chat_part("-100:7"), ChatPlace::chat_part("@leads")), ("-100", "@leads"));
    }

    #[test]
    fn only_a_topics_message_stands_in_a_topic() {
        let place = |json: &str| ChatPlace::of_message(&Fields::parse(json.as_bytes()).expect("fields")).map(|p| p.to_string());
        let in_topic = r#"{"chat":{"id":-100},"message_thread_id":7,"is_topic_message":true}"#;
        assert_eq!(place(in_topic).as_deref(), Some("-100:7"));
        assert_eq!(place(r#"{"chat":{"id":-100},"message_thread_id":7}"#).as_deref(), Some("-100"), "below a post");
        assert_eq!(place(r#"{"chat":{"id":-100},"is_topic_message":true}"#).as_deref(), Some("-100"));
        assert_eq!(place(r#"{"message_thread_id":7}"#), None);
    }
}
