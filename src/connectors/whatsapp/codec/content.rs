//! What a WhatsApp message says: its kind, its words and its media (Cloud API, "messages webhook reference").
use serde_json::{Map, Value, json};

use crate::clients::labels::{clean_mime, clean_name};
use crate::connectors::fields::Fields;
use crate::domain::channel::{InboundAttachment, shared_number};
use crate::domain::cited::FORWARDED;
use crate::domain::message::MessageKind;

/// Bytes of a member that is kept whole beside the words made of it.
const MOST: usize = 16 << 10;

#[derive(Debug, PartialEq)]
pub struct WhatsappContent {
    pub kind: MessageKind,
    pub text: String,
    pub payload: Map<String, Value>,
    pub attachments: Vec<InboundAttachment>,
}

impl WhatsappContent {
    fn new(kind: MessageKind, text: impl Into<String>) -> Self {
        WhatsappContent { kind, text: text.into(), payload: Map::new(), attachments: vec![] }
    }

    fn with(mut self, name: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.payload.insert(name.to_owned(), value.into());
        }
        self
    }
}

pub fn content(message: &Fields) -> WhatsappContent {
    let kind = message.word("type").unwrap_or_default();
    let inner = message.object(&kind).unwrap_or_default();
    let said = match kind.as_str() {
        "text" => WhatsappContent::new(MessageKind::Text, inner.text("body").unwrap_or_default()),
        "image" => file(&inner, MessageKind::Image, "image", "photo.jpg", "image/jpeg"),
        "video" => file(&inner, MessageKind::Video, "video", "video.mp4", "video/mp4"),
        "document" => file(&inner, MessageKind::Document, "document", "document", "application/octet-stream"),
        "sticker" => file(&inner, MessageKind::Sticker, "sticker", "sticker.webp", "image/webp"),
        // A voice note is sound with a mark.
        "audio" | "voice" if kind == "voice" || inner.flag("voice") => {
            file(&inner, MessageKind::Voice, "voice", "voice.ogg", "audio/ogg")
        }
        "audio" => file(&inner, MessageKind::Audio, "audio", "audio.ogg", "audio/ogg"),
        "location" => location(&inner),
        "contacts" => contacts(message),
        "interactive" => pressed(message, &inner),
        "button" => {
            let text = inner.word("text").or_else(|| inner.word("payload")).unwrap_or_default();
            let id = inner.word("payload").unwrap_or_else(|| text.clone());
            WhatsappContent::new(MessageKind::Buttons, text).with("button", Some(json!({ "id": id })))
        }
        "order" => order(message, &inner),
        _ => unsupported(message, &kind),
    };
    let context = message.object("context").unwrap_or_default();
    let times = if context.flag("frequently_forwarded") { Some("many") } else { context.flag("forwarded").then_some("once") };
    said.with(FORWARDED, times.map(|times| json!({ "type": "whatsapp", "times": times })))
        .with("referral", message.value("referral", MOST))
        .with("product", context.object("referred_product").and_then(|_| context.value("referred_product", MOST)))
}

fn file(inner: &Fields, kind: MessageKind, name: &str, usual: &str, mime: &str) -> WhatsappContent {
    let content = WhatsappContent::new(kind, inner.text("caption").unwrap_or_default());
    let Some(id) = inner.word("id") else { return content };
    let told = inner.word("filename").map(|told| clean_name(&told)).filter(|told| !told.is_empty());
    let attachment = InboundAttachment {
        kind: name.to_owned(),
        name: told.unwrap_or_else(|| usual.to_owned()),
        mime: inner.word("mime_type").and_then(|told| clean_mime(&told)).unwrap_or_else(|| mime.to_owned()),
        size: inner.int("file_size").unwrap_or(0).max(0),
        provider_file_id: id,
        provider_unique_id: inner.word("sha256"),
    };
    WhatsappContent { attachments: vec![attachment], ..content }.with("animated", inner.get::<bool>("animated").filter(|is| *is))
}

fn location(place: &Fields) -> WhatsappContent {
    let (latitude, longitude) = (place.get::<f64>("latitude"), place.get::<f64>("longitude"));
    let words: Vec<String> = [place.word("name"), place.word("address")].into_iter().flatten().collect();
    let text = match (words.is_empty(), latitude, longitude) {
        (true, Some(latitude), Some(longitude)) => format!("{latitude}, {longitude}"),
        _ => words.join(", "),
    };
    let content = WhatsappContent::new(MessageKind::Location, text).with("latitude", latitude).with("longitude", longitude);
    content.with("title", place.word("name")).with("address", place.word("address"))
}

/// Cards out of somebody's address book: none of them need be the sender's own.
fn contacts(message: &Fields) -> WhatsappContent {
    let cards = message.list("contacts");
    let name =
        |card: &Fields| card.object("name").and_then(|name| name.word("formatted_name").or_else(|| name.word("first_name")));
    let phones = |card: &Fields| {
        let of = |phone: &Fields| phone.word("phone").or_else(|| phone.word("wa_id"));
        card.list("phones").iter().filter_map(of).collect::<Vec<_>>()
    };
    let line = |card: &Fields| name(card).into_iter().chain(phones(card)).collect::<Vec<_>>().join(" ");
    let text = cards.iter().map(line).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    let first = cards.first();
    let phone = first.and_then(|card| phones(card).into_iter().next());
    let e164 = phone.as_deref().and_then(shared_number);
    WhatsappContent::new(MessageKind::Contact, text)
        .with("name", first.and_then(name))
        .with("phone", phone)
        .with("phone_e164", e164)
        .with("contacts", (cards.len() > 1).then(|| message.value("contacts", MOST)).flatten())
}

/// A button, a row of a list, or the answers of a form.
fn pressed(message: &Fields, inner: &Fields) -> WhatsappContent {
    let choice = inner.object("button_reply").or_else(|| inner.object("list_reply"));
    if let Some(choice) = choice {
        let id = choice.word("id").unwrap_or_default();
        let text = choice.word("title").unwrap_or_else(|| id.clone());
        let content = WhatsappContent::new(MessageKind::Buttons, text).with("button", Some(json!({ "id": id })));
        return content.with("description", choice.word("description"));
    }
    if let Some(form) = inner.object("nfm_reply") {
        // The answers are JSON written as text.
        let answers = form.text("response_json").filter(|json| json.len() <= MOST);
        let answers: Option<Map<String, Value>> = answers.and_then(|json| serde_json::from_str(&json).ok());
        let line = |(name, value): (&String, &Value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (name != "flow_token").then(|| format!("{name}: {value}"))
        };
        let lines: Vec<String> = answers.iter().flatten().filter_map(line).collect();
        let text = if lines.is_empty() { form.word("body").unwrap_or_default() } else { lines.join("\n") };
        return WhatsappContent::new(MessageKind::Text, text.replace('\0', "")).with("form", answers.map(Value::Object));
    }
    unsupported(message, "interactive")
}

fn order(message: &Fields, order: &Fields) -> WhatsappContent {
    let line = |item: &Fields| {
        let name = item.word("product_retailer_id")?;
        let price = item.get::<f64>("item_price").zip(item.word("currency"));
        let price = price.map(|(price, currency)| format!(" — {price} {currency}")).unwrap_or_default();
        Some(format!("{name} × {}{price}", item.int("quantity").unwrap_or(1)))
    };
    let lines = order.list("product_items");
    let text: Vec<String> = order.word("text").into_iter().chain(lines.iter().filter_map(line)).collect();
    WhatsappContent::new(MessageKind::Text, text.join("\n")).with("order", message.value("order", MOST))
}

/// Kept, shown with its name: polls, view-once media and whatever comes next.
fn unsupported(message: &Fields, kind: &str) -> WhatsappContent {
    let told = message.object("unsupported").and_then(|told| told.word("type"));
    let kind: String = told.unwrap_or_else(|| kind.to_owned()).chars().filter(|c| !c.is_control()).take(64).collect();
    let kind = if kind.is_empty() { "unsupported".to_owned() } else { kind };
    WhatsappContent::new(MessageKind::Unsupported, kind.clone()).with("unsupported", Some(kind))
}
