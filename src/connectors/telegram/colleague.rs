//! What the company's own people do with a bot: they send a code, press a button under a lead, talk in the group where
//! notices go. Read here; whether it is so, and what follows, `desk` asks the database.
use super::content::full_name;
use super::wire::Fields;
use crate::domain::notice::code;

/// Something that may be a colleague's. Until it is known to be, it is a customer's.
#[derive(Debug, PartialEq)]
pub struct Colleague {
    pub chat_id: String,
    pub chat_title: String,
    pub sender: Option<Sender>,
    /// As Telegram tells it of the sender.
    pub language: Option<String>,
    pub act: Act,
}

/// A person: neither a bot nor somebody who writes in the name of a group, as anonymous administrators do.
#[derive(Clone, Debug, PartialEq)]
pub struct Sender {
    pub id: String,
    pub name: String,
}

#[derive(Debug, PartialEq)]
pub enum Act {
    /// A message that has the shape of a code.
    Code(String),
    /// Anything else in a group.
    Word,
}

/// `kind` is the update's own name for what it holds. `None` for nearly everything: it is a customer's.
pub fn read(kind: &str, object: &Fields) -> Option<Colleague> {
    let chat = object.object("chat")?;
    let chat_id = chat.int("id")?;
    // Bot API: ids of groups, supergroups and channels are negative.
    let in_group = chat_id < 0;
    let act = match object.text("text").filter(|_| kind == "message").as_deref().and_then(code::in_text) {
        Some(code) => Act::Code(code),
        None if in_group => Act::Word,
        None => return None,
    };
    let from = object.object("from").unwrap_or_default();
    Some(Colleague {
        chat_id: chat_id.to_string(),
        chat_title: title(&chat),
        sender: sender(&from).filter(|_| !object.has("sender_chat")),
        language: from.word("language_code"),
        act,
    })
}

fn sender(from: &Fields) -> Option<Sender> {
    let id = from.int("id").filter(|_| !from.flag("is_bot"))?;
    Some(Sender { id: id.to_string(), name: named(from) })
}

fn title(chat: &Fields) -> String {
    chat.word("title").unwrap_or_else(|| named(chat))
}

fn named(who: &Fields) -> String {
    let name = full_name(who);
    if name.is_empty() { who.word("username").map(|name| format!("@{name}")).unwrap_or_default() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn of(kind: &str, object: Value) -> Option<Colleague> {
        read(kind, &Fields::parse(object.to_string().as_bytes()).expect("an object"))
    }

    #[test]
    fn a_code_is_seen_in_either_kind_of_chat() {
        let from = json!({"id": 7, "first_name": "A", "last_name": "B", "language_code": "kk"});
        let private =
            json!({"chat": {"id": 7, "type": "private", "first_name": "A"}, "from": from, "text": "7kmx2pqa", "message_id": 1});
        let found = of("message", private).expect("a code");
        assert_eq!((found.chat_id.as_str(), found.chat_title.as_str(), &found.act), ("7", "A", &Act::Code("7KMX2PQA".into())));
        assert_eq!(found.sender, Some(Sender { id: "7".into(), name: "A B".into() }));
        let group =
            json!({"chat": {"id": -100, "type": "supergroup", "title": "Leads"}, "from": from, "text": "/connect@b 7KMX2PQA"});
        let found = of("message", group).expect("a code");
        assert_eq!((found.chat_title.as_str(), &found.act), ("Leads", &Act::Code("7KMX2PQA".into())));
    }

    #[test]
    fn a_customers_message_is_none_and_nobody_is_no_sender() {
        let chat = json!({"id": 7, "type": "private"});
        assert_eq!(of("message", json!({"chat": chat, "text": "hello", "from": {"id": 7}})), None);
        assert_eq!(of("edited_message", json!({"chat": chat, "text": "7KMX2PQA"})), None);
        let group = |extra: Value| {
            let mut message = json!({"chat": {"id": -5, "type": "group", "title": "G"}, "text": "ok"});
            message.as_object_mut().expect("an object").extend(extra.as_object().cloned().unwrap_or_default());
            of("message", message).expect("a group's")
        };
        assert_eq!(group(json!({"from": {"id": 9, "first_name": "C"}})).act, Act::Word);
        for nobody in [
            json!({"from": {"id": 1087968824, "is_bot": true, "first_name": "Group"}, "sender_chat": {"id": -5}}),
            json!({"from": {"id": 9, "first_name": "C"}, "sender_chat": {"id": -5}}),
            json!({}),
        ] {
            assert_eq!(group(nobody).sender, None);
        }
    }
}
