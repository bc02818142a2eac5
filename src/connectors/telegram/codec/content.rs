//! What a Telegram message says: its kind, its words and its media.
use serde_json::{Map, Value, json};

use super::{cited, files, given, service};
use crate::connectors::fields::Fields;
use crate::domain::channel::InboundAttachment;
use crate::domain::channel::shared_number;
use crate::domain::message::MessageKind;

#[derive(Debug, PartialEq)]
pub struct Content {
    pub kind: MessageKind,
    pub text: String,
    pub payload: Map<String, Value>,
    pub attachments: Vec<InboundAttachment>,
    /// The customer's own number: they shared their own contact.
    pub phone: Option<String>,
}

impl Content {
    pub(super) fn new(kind: MessageKind, text: impl Into<String>) -> Self {
        Content { kind, text: text.into(), payload: Map::new(), attachments: vec![], phone: None }
    }

    pub(super) fn file(kind: MessageKind, caption: String, attachment: Option<InboundAttachment>) -> Self {
        Content { attachments: attachment.into_iter().collect(), ..Content::new(kind, caption) }
    }

    /// Who of a group has said it.
    pub(super) fn by(self, from: Option<Fields>) -> Self {
        self.with("from", from.map(|from| json!({ "id": from.int("id"), "name": full_name(&from) })))
    }

    pub(super) fn with(mut self, name: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.payload.insert(name.to_owned(), value.into());
        }
        self
    }
}

/// What somebody has said with a message; `None`: nobody has said anything, something has happened in the chat.
///
/// Bot API, type Message: "exactly one" of the content fields is set, except that `animation` also sets `document`,
/// `live_photo` also sets `photo` and `venue` also sets `location`.
pub fn content(m: &Fields) -> Option<Content> {
    let said = files::media(m).or_else(|| words(m)).or_else(|| given::given(m));
    let content = match said {
        Some(content) => content,
        None if service::name(m).is_some() => return None,
        None => unsupported(m),
    };
    let content = content.with("media_group_id", m.word("media_group_id")).with("author_signature", m.word("author_signature"));
    Some(cited::with_what_it_cites(content, m).with("message_thread_id", m.int("message_thread_id")))
}

fn words(m: &Fields) -> Option<Content> {
    if let Some(text) = m.text("text") {
        return Some(Content::new(MessageKind::Text, text));
    }
    if let Some(venue) = m.object("venue") {
        let (title, address) = (venue.text("title").unwrap_or_default(), venue.text("address").unwrap_or_default());
        let place = venue.object("location").or_else(|| m.object("location")).unwrap_or_default();
        let content = located(&place, [title.as_str(), address.as_str()].join(", ").trim_matches([',', ' ']));
        return Some(content.with("title", Some(title)).with("address", Some(address)));
    }
    if let Some(place) = m.object("location") {
        return Some(located(&place, ""));
    }
    m.object("contact").map(|contact| shared_contact(m, &contact))
}

fn located(place: &Fields, text: &str) -> Content {
    let (latitude, longitude) = (place.get::<f64>("latitude"), place.get::<f64>("longitude"));
    let text = match (text, latitude, longitude) {
        ("", Some(latitude), Some(longitude)) => format!("{latitude}, {longitude}"),
        (text, ..) => text.to_owned(),
    };
    let content = Content::new(MessageKind::Location, text).with("latitude", latitude).with("longitude", longitude);
    let content = content.with("horizontal_accuracy", place.get::<f64>("horizontal_accuracy"));
    content.with("live_period", place.int("live_period"))
}

/// A number is the customer's own only when the contact's `user_id` is the sender's: anybody may share anybody's card.
fn shared_contact(m: &Fields, contact: &Fields) -> Content {
    let name = full_name(contact);
    let phone = contact.word("phone_number");
    let sender = m.object("from").and_then(|from| from.int("id"));
    let own = sender.is_some() && contact.int("user_id") == sender;
    let text = [Some(name.clone()), phone.clone()].into_iter().flatten().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ");
    let content = Content { phone: phone.clone().filter(|_| own), ..Content::new(MessageKind::Contact, text) };
    let e164 = phone.as_deref().and_then(shared_number);
    let content = content.with("name", Some(name)).with("phone", phone).with("phone_e164", e164).with("own", Some(own));
    content.with("user_id", contact.int("user_id")).with("vcard", contact.word("vcard"))
}

/// What stands on every message whatever its kind (Bot API, type Message).
const COMMON: &[&str] = &[
    "author_signature",
    "business_connection_id",
    "caption",
    "caption_entities",
    "chat",
    "date",
    "direct_messages_topic",
    "edit_date",
    "effect_id",
    "entities",
    "external_reply",
    "forward_origin",
    "from",
    "guest_bot_caller_chat",
    "guest_bot_caller_user",
    "guest_query_id",
    "has_media_spoiler",
    "has_protected_content",
    "is_automatic_forward",
    "is_from_offline",
    "is_paid_post",
    "is_topic_message",
    "link_preview_options",
    "media_group_id",
    "message_id",
    "message_thread_id",
    "paid_star_count",
    "quote",
    "reply_markup",
    "reply_to_checklist_task_id",
    "reply_to_message",
    "reply_to_poll_option_id",
    "reply_to_story",
    "sender_boost_count",
    "sender_business_bot",
    "sender_chat",
    "sender_tag",
    "show_caption_above_media",
    "suggested_post_info",
    "via_bot",
];

/// Kept, shown with its name and with what words it has.
fn unsupported(m: &Fields) -> Content {
    let name = m.names().find(|name| !COMMON.contains(name)).unwrap_or("empty");
    let inner = m.object(name).unwrap_or_default();
    let kind: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
    let words = match kind.as_str() {
        "poll" => inner.word("question"),
        "dice" => inner.word("emoji").map(|emoji| format!("{emoji} {}", inner.int("value").unwrap_or_default())),
        "checklist" => given::checklist(&inner),
        _ => m.word("caption").or_else(|| inner.word("title")),
    };
    Content::new(MessageKind::Unsupported, words.unwrap_or_else(|| kind.clone())).with("unsupported", Some(kind))
}

/// `first_name` and `last_name` of a user, chat or contact.
pub fn full_name(who: &Fields) -> String {
    [who.word("first_name"), who.word("last_name")].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// What a press says, and whether the keyboard is there that it must stand in.
pub struct PressedButton {
    pub content: Content,
    /// Telegram shows the message with a keyboard that has no such button. Bot API: "the message originated the query can
    /// contain no callback buttons with this data", because a client may send whatever it likes.
    pub never_offered: bool,
}

/// The label of the button whose data came back. Without the keyboard (the message is out of the bot's reach) the data itself:
/// a customer's words, and no button that anybody vouches for.
pub fn pressed(query: &Fields) -> PressedButton {
    let data = query.text("data").or_else(|| query.text("game_short_name")).unwrap_or_default();
    let keyboard = query.object("message").and_then(|m| m.object("reply_markup"));
    let never_offered = keyboard.is_some();
    let rows: Vec<Vec<Fields>> = keyboard
        .map(|k| k.raws("inline_keyboard").iter().filter_map(|row| serde_json::from_str(row.get()).ok()).map(objects).collect())
        .unwrap_or_default();
    match rows.iter().flatten().find(|b| b.text("callback_data").is_some_and(|d| d == data)) {
        Some(button) => {
            let text = button.word("text").unwrap_or_else(|| data.clone());
            let content = Content::new(MessageKind::Buttons, text).with("button", Some(json!({ "id": data })));
            PressedButton { content, never_offered: false }
        }
        None => PressedButton { content: Content::new(MessageKind::Buttons, data), never_offered },
    }
}

fn objects(raws: Vec<&serde_json::value::RawValue>) -> Vec<Fields<'_>> {
    raws.into_iter().filter_map(|raw| Fields::parse(raw.get().as_bytes()).ok()).collect()
}
