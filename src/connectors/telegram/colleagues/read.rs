//! What the company's own people do with a bot: they send a code, press a button under a lead, talk in the group where
//! notices go. Read here; whether it is so, and what follows, [`super::receive`] asks the database.
use crate::connectors::fields::Fields;
use crate::connectors::telegram::codec::content::full_name;
use crate::connectors::telegram::place::ChatPlace;
use crate::domain::ids::LeadId;
use crate::domain::notice::code;
use crate::domain::notice::press::Verb;

/// Something that may be a colleague's. Until it is known to be, it is a customer's.
#[derive(Debug, PartialEq)]
pub struct Colleague {
    /// With the topic of a group that has topics.
    pub chat_id: String,
    pub chat_title: String,
    pub sender: Option<Sender>,
    /// As Telegram tells it of the sender.
    pub language: Option<String>,
    pub act: ColleagueAct,
}

/// A person: neither a bot nor somebody who writes in the name of a group, as anonymous administrators do.
#[derive(Clone, Debug, PartialEq)]
pub struct Sender {
    pub id: String,
    pub name: String,
}

#[derive(Debug, PartialEq)]
pub enum ColleagueAct {
    /// A message that has the shape of a code.
    Code(String),
    /// A button under a lead. `message` is what it stands under.
    Press { lead: LeadId, verb: Verb, message: Option<i32> },
    /// Bot API: a group that becomes a supergroup says so in both, each naming the other.
    Moved { from: String, to: String },
    /// Anything else in a group.
    Word,
}

/// `kind` is the update's own name for what it holds. `None` for nearly everything: it is a customer's.
pub fn read(kind: &str, object: &Fields) -> Option<Colleague> {
    // A press stands under a message of the bot's own.
    let place = if kind == "callback_query" { object.object("message").unwrap_or_default() } else { object.clone() };
    let chat = place.object("chat").unwrap_or_default();
    let stands = ChatPlace::of_message(&place);
    let act = match kind {
        "message" => moved(object)
            .map(|(from, to)| ColleagueAct::Moved { from: from.to_string(), to: to.to_string() })
            .or_else(|| Some(ColleagueAct::Code(code::in_text(&object.text("text")?)?))),
        "callback_query" => press(object, &place),
        _ => None,
    };
    let act = act.or_else(|| stands.filter(|place| place.is_group()).map(|_| ColleagueAct::Word))?;
    // A person's chat is one, whichever topic they write in.
    let stands = stands.map(|place| if place.is_group() { place } else { ChatPlace::of_chat(place.chat) });
    let from = object.object("from").unwrap_or_default();
    Some(Colleague {
        chat_id: stands.map(|place| place.to_string()).unwrap_or_default(),
        chat_title: title(&chat),
        sender: sender(&from).filter(|_| !object.has("sender_chat")),
        language: from.word("language_code"),
        act,
    })
}

/// From which chat to which a group has moved, if this message says so.
pub fn moved(message: &Fields) -> Option<(i64, i64)> {
    let chat = message.object("chat").and_then(|chat| chat.int("id"));
    let (to, from) = (message.int("migrate_to_chat_id"), message.int("migrate_from_chat_id"));
    Some((from.or(chat.filter(|_| to.is_some()))?, to.or(chat)?))
}

/// The data is the client's word; that it names a lead says nothing about who may change it.
fn press(query: &Fields, under: &Fields) -> Option<ColleagueAct> {
    let (lead, verb) = Verb::read(&query.text("data")?)?;
    Some(ColleagueAct::Press { lead, verb, message: under.int("message_id").and_then(|id| id.try_into().ok()) })
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
        assert_eq!(
            (found.chat_id.as_str(), found.chat_title.as_str(), &found.act),
            ("7", "A", &ColleagueAct::Code("7KMX2PQA".into()))
        );
        assert_eq!(found.sender, Some(Sender { id: "7".into(), name: "A B".into() }));
        let group =
            json!({"chat": {"id": -100, "type": "supergroup", "title": "Leads"}, "from": from, "text": "/connect@b 7KMX2PQA"});
        let found = of("message", group).expect("a code");
        assert_eq!((found.chat_title.as_str(), &found.act), ("Leads", &ColleagueAct::Code("7KMX2PQA".into())));
    }

    #[test]
    fn a_press_names_its_lead_and_its_place() {
        let query = |data: &str| {
            json!({"id": "q", "data": data, "from": {"id": 7, "first_name": "A"},
                "message": {"message_id": 55, "chat": {"id": -100, "type": "supergroup", "title": "Leads"}}})
        };
        let found = of("callback_query", query("lead:12:take")).expect("a press");
        assert_eq!(found.act, ColleagueAct::Press { lead: 12, verb: Verb::Take, message: Some(55) });
        assert_eq!((found.chat_id.as_str(), found.sender.map(|s| s.id).as_deref()), ("-100", Some("7")));
        assert_eq!(of("callback_query", query("yes")).expect("a group's").act, ColleagueAct::Word);
        let flow = json!({"id": "q", "data": "yes", "from": {"id": 7}, "message": {"chat": {"id": 7, "type": "private"}}});
        assert_eq!(of("callback_query", flow), None, "a customer's press");
    }

    #[test]
    fn a_customers_message_is_none_and_nobody_is_no_sender() {
        let chat = json!({"id": 7, "type": "private"});
        assert_eq!(of("message", json!({"chat": chat, "text": "hello", "from": {"id": 7}})), None);
        assert_eq!(of("edited_message", json!({"chat": chat, "text": "7KMX2PQA"})), None);
        let moves = |chat: i64, name: &str, other: i64| {
            of("message", json!({"chat": {"id": chat, "type": "group"}, name: other})).expect("a group's").act
        };
        let moved = ColleagueAct::Moved { from: "-5".into(), to: "-1005".into() };
        assert_eq!(moves(-5, "migrate_to_chat_id", -1005), moved);
        assert_eq!(moves(-1005, "migrate_from_chat_id", -5), moved);
        let group = |extra: Value| {
            let mut message = json!({"chat": {"id": -5, "type": "group", "title": "G"}, "text": "ok"});
            message.as_object_mut().expect("an object").extend(extra.as_object().cloned().unwrap_or_default());
            of("message", message).expect("a group's")
        };
        assert_eq!(group(json!({"from": {"id": 9, "first_name": "C"}})).act, ColleagueAct::Word);
        for nobody in [
            json!({"from": {"id": 1087968824, "is_bot": true, "first_name": "Group"}, "sender_chat": {"id": -5}}),
            json!({"from": {"id": 9, "first_name": "C"}, "sender_chat": {"id": -5}}),
            json!({}),
        ] {
            assert_eq!(group(nobody).sender, None);
        }
    }
}
