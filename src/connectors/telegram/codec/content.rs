//! What a Telegram message says: its kind, its words and its media.
use serde_json::{Map, Value, json};

use super::wire::Fields;
use crate::clients::labels::{clean_mime, clean_name};
use crate::domain::channel::InboundAttachment;
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
    fn new(kind: MessageKind, text: impl Into<String>) -> Self {
        Content { kind, text: text.into(), payload: Map::new(), attachments: vec![], phone: None }
    }

    fn file(kind: MessageKind, caption: String, attachment: Option<InboundAttachment>) -> Self {
        Content { attachments: attachment.into_iter().collect(), ..Content::new(kind, caption) }
    }

    fn with(mut self, name: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.payload.insert(name.to_owned(), value.into());
        }
        self
    }
}

/// Bot API, type Message: "exactly one" of the content fields is set, except that `animation` also sets `document`,
/// `live_photo` also sets `photo` and `venue` also sets `location`.
pub fn content(m: &Fields) -> Content {
    let mut content = media(m).or_else(|| words(m)).unwrap_or_else(|| unsupported(m));
    for name in ["media_group_id", "author_signature"] {
        content = content.with(name, m.word(name));
    }
    if m.has("forward_origin") {
        content = content.with("forwarded", Some(true));
    }
    content
}

fn media(m: &Fields) -> Option<Content> {
    use MessageKind::*;
    let caption = m.text("caption").unwrap_or_default();
    if m.has("animation") {
        let file = attachment(m, "animation", "video", "animation.mp4", "video/mp4");
        return Some(Content::file(Video, caption, file).with("animation", Some(true)));
    }
    if m.has("photo") {
        return Some(Content::file(Image, caption, largest(m.list("photo"))));
    }
    if let Some(v) = m.object("voice") {
        let file = attachment(m, "voice", "voice", "voice.ogg", "audio/ogg");
        return Some(Content::file(Voice, caption, file).with("duration", v.int("duration")));
    }
    if let Some(a) = m.object("audio") {
        let file = attachment(m, "audio", "audio", "audio.mp3", "audio/mpeg");
        let content = Content::file(Audio, caption, file).with("duration", a.int("duration"));
        return Some(content.with("performer", a.word("performer")).with("title", a.word("title")));
    }
    if let Some(v) = m.object("video") {
        let file = attachment(m, "video", "video", "video.mp4", "video/mp4");
        return Some(Content::file(Video, caption, file).with("duration", v.int("duration")));
    }
    if m.has("video_note") {
        let file = attachment(m, "video_note", "video", "video.mp4", "video/mp4");
        return Some(Content::file(Video, caption, file).with("video_note", Some(true)));
    }
    if m.has("document") {
        let file = attachment(m, "document", "document", "document", "application/octet-stream");
        return Some(Content::file(Document, caption, file));
    }
    if let Some(s) = m.object("sticker") {
        // Bot API, type Sticker: WEBP, or gzipped Lottie (TGS) when animated, or WEBM when video.
        let (name, mime) = match (s.flag("is_animated"), s.flag("is_video")) {
            (true, _) => ("sticker.tgs", "application/x-tgsticker"),
            (_, true) => ("sticker.webm", "video/webm"),
            _ => ("sticker.webp", "image/webp"),
        };
        let file = attachment(m, "sticker", "sticker", name, mime);
        return Some(Content::file(Sticker, s.text("emoji").unwrap_or_default(), file).with("set_name", s.word("set_name")));
    }
    None
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
    let content = content.with("name", Some(name)).with("phone", phone).with("own", Some(own));
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
        _ => m.word("caption").or_else(|| inner.word("title")),
    };
    Content::new(MessageKind::Unsupported, words.unwrap_or_else(|| kind.clone())).with("unsupported", Some(kind))
}

/// `first_name` and `last_name` of a user, chat or contact.
pub fn full_name(who: &Fields) -> String {
    [who.word("first_name"), who.word("last_name")].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn attachment(m: &Fields, field: &str, kind: &str, name: &str, mime: &str) -> Option<InboundAttachment> {
    let file = m.object(field)?;
    Some(InboundAttachment {
        kind: kind.to_owned(),
        name: file.word("file_name").map(|told| clean_name(&told)).filter(|n| !n.is_empty()).unwrap_or_else(|| name.to_owned()),
        mime: file.word("mime_type").and_then(|told| clean_mime(&told)).unwrap_or_else(|| mime.to_owned()),
        size: file.int("file_size").unwrap_or(0).max(0),
        provider_file_id: file.word("file_id")?,
        provider_unique_id: file.word("file_unique_id"),
    })
}

/// Bot API: `photo` holds the same picture in several sizes.
fn largest(sizes: Vec<Fields>) -> Option<InboundAttachment> {
    let area = |size: &Fields| size.int("width").unwrap_or(0).saturating_mul(size.int("height").unwrap_or(0));
    let best = sizes.into_iter().filter(|s| s.word("file_id").is_some()).max_by_key(|s| (area(s), s.int("file_size")))?;
    Some(InboundAttachment {
        kind: "image".to_owned(),
        name: "photo.jpg".to_owned(),
        mime: "image/jpeg".to_owned(),
        size: best.int("file_size").unwrap_or(0).max(0),
        provider_file_id: best.word("file_id")?,
        provider_unique_id: best.word("file_unique_id"),
    })
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
