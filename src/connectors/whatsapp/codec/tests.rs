//! What customers do in WhatsApp, and what becomes of it. The fixtures are written after the Cloud API's webhook reference.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::domain::channel::{InboundKind, InboundMessage, Profile, ReceiptStatus};
use crate::domain::clock::SECOND;
use crate::domain::ids::{ChannelId, CompanyId};
use crate::domain::message::MessageKind;

const FIXTURES: &str = include_str!("../../../../tests/fixtures/whatsapp/messages.json");
const NOW: Micros = 1_800_000_000 * SECOND;

fn origin() -> NumberOrigin {
    NumberOrigin { company_id: CompanyId::new(1), channel_id: ChannelId::new(2) }
}

fn all() -> BTreeMap<String, Value> {
    serde_json::from_str(FIXTURES).expect("fixtures")
}

fn body(field: &str, mut value: Value) -> String {
    value["metadata"] = json!({ "display_phone_number": "77273112233", "phone_number_id": "1122334455667" });
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": "9", "changes": [{ "field": field, "value": value }] }] })
        .to_string()
}

fn news(field: &str, value: Value) -> NumberNews {
    let body = body(field, value);
    let (changes, others) = changes(body.as_bytes()).expect("a webhook");
    assert!(others.is_empty());
    read(&changes[0], &origin(), NOW)
}

fn contact() -> Value {
    json!({ "profile": { "name": "Айгүл" }, "wa_id": "77051112233", "user_id": "KZ.77" })
}

fn of(message: Value) -> Inbound {
    match news("messages", json!({ "contacts": [contact()], "messages": [message] })).messages.remove(0) {
        MessageReading::Customer(inbound) => *inbound,
        other => panic!("{other:?}"),
    }
}

fn from(name: &str) -> Inbound {
    of(all().remove(name).unwrap_or_else(|| panic!("no fixture {name}")))
}

fn message(name: &str) -> InboundMessage {
    match from(name).what {
        InboundKind::Message(message) => message,
        other => panic!("{name}: {other:?}"),
    }
}

fn payload(name: &str) -> Value {
    message(name).payload.unwrap_or_default()
}

#[test]
fn a_text_brings_who_wrote_and_when() {
    let inbound = from("text");
    assert_eq!((inbound.key.as_str(), inbound.address.as_str()), ("77051112233", "77051112233"));
    assert_eq!(inbound.also, ["KZ.77"]);
    let profile = Profile { name: "Айгүл".into(), phone: Some("+77051112233".into()), ..Profile::default() };
    assert_eq!(inbound.profile, profile);
    let raw = inbound.raw.expect("a name");
    assert_eq!(raw.external_id, "wamid.t1");
    let kept: Value = serde_json::from_slice(&raw.body).expect("JSON");
    assert_eq!(kept["messages"][0]["text"]["body"], "Сәлеметсіз бе");
    let said = message("text");
    assert_eq!((said.kind, said.text.as_str()), (MessageKind::Text, "Сәлеметсіз бе"));
    assert_eq!((said.provider_id.as_deref(), said.provider_at), (Some("wamid.t1"), Some(1_790_000_000 * SECOND)));
}

#[test]
fn files_are_named_and_typed_safely() {
    let file = |name: &str| {
        let said = message(name);
        let file = said.attachments.into_iter().next().expect("a file");
        (said.kind, file.kind, file.name, file.mime, file.provider_file_id)
    };
    let is = |kind: MessageKind, word: &str, name: &str, mime: &str, id: &str| {
        (kind, word.into(), name.into(), mime.into(), id.into())
    };
    assert_eq!(file("image"), is(MessageKind::Image, "image", "photo.jpg", "image/jpeg", "801"));
    assert_eq!(file("document"), is(MessageKind::Document, "document", "смета.pdf", "application/pdf", "802"));
    assert_eq!(file("voice"), is(MessageKind::Voice, "voice", "voice.ogg", "audio/ogg", "803"));
    assert_eq!(file("song"), is(MessageKind::Audio, "audio", "audio.ogg", "audio/mpeg", "804"));
    assert_eq!(file("sticker"), is(MessageKind::Sticker, "sticker", "sticker.webp", "image/webp", "805"));
    assert_eq!(message("image").text, "сызба");
    let lost = message("video_lost");
    assert_eq!((lost.kind, lost.text.as_str(), lost.attachments.len()), (MessageKind::Video, "без файла", 0));
}

#[test]
fn places_cards_choices_forms_and_orders_have_words() {
    let words = |name: &str| {
        let said = message(name);
        (said.kind, said.text)
    };
    assert_eq!(words("place"), (MessageKind::Location, "Склад, Абая 10".into()));
    assert_eq!(words("here"), (MessageKind::Location, "43.25, 76.95".into()));
    assert_eq!(words("cards"), (MessageKind::Contact, "Ерлан Ким +7 701 222-33-44\nДана".into()));
    assert_eq!(payload("cards")["phone_e164"], "+77012223344");
    assert_eq!(words("button"), (MessageKind::Buttons, "Иә".into()));
    assert_eq!(payload("button")["button"], json!({ "id": "yes" }));
    assert_eq!(message("button").reply_to_provider_id.as_deref(), Some("wamid.out1"));
    assert_eq!((words("row").1, payload("row")["description"].clone()), ("Екінші".into(), json!("жол")));
    assert_eq!((words("quick").1, payload("quick")["button"]["id"].clone()), ("Келісемін".into(), json!("p")));
    assert_eq!(words("form"), (MessageKind::Text, "area: 120\nrooms: 4".into()));
    assert_eq!(words("form_broken").1, "Sent");
    assert_eq!(words("order").1, "срочно\nBRICK × 300 — 95.5 KZT");
    assert_eq!(payload("ad")["referral"]["headline"], "Дом под ключ");
    assert_eq!(payload("many_times")["forwarded"]["times"], "many");
    assert_eq!(words("poll"), (MessageKind::Unsupported, "poll_creation".into()));
    assert_eq!(words("nothing").1, "interactive");
    assert_eq!(words("typeless").1, "unsupported");
}

#[test]
fn what_is_done_to_messages_names_them() {
    let reacted = |provider_id: &str, emojis: &[&str]| InboundKind::Reacted {
        provider_id: provider_id.into(),
        emojis: emojis.iter().map(|emoji| (*emoji).to_owned()).collect(),
    };
    assert_eq!(from("reaction").what, reacted("wamid.out1", &["🙏"]));
    assert_eq!(from("reaction_back").what, reacted("wamid.out1", &[]));
    let name = |name: &str| from(name).raw.expect("a name").external_id;
    assert_eq!((name("edit").as_str(), name("revoke").as_str()), ("e:wamid.e1", "d:wamid.k1"));
    match from("edit").what {
        InboundKind::Edited { at, message } => {
            assert_eq!((at, message.provider_id.as_deref()), (1_790_000_017 * SECOND, Some("wamid.t1")));
            assert_eq!(message.text, "Сәлем");
        }
        other => panic!("{other:?}"),
    }
    let deleted = InboundKind::Deleted { provider_id: "wamid.t1".into(), at: 1_790_000_018 * SECOND };
    assert_eq!(from("revoke").what, deleted);
    assert_eq!(from("new_number").what, InboundKind::Moved { to: "77059998877".into() });
    assert!(matches!(from("new_phone").what, InboundKind::Happened { .. }));
}

#[test]
fn a_customer_without_a_number_is_known_by_their_user_id() {
    let hidden = json!({ "from_user_id": "KZ.88", "id": "wamid.h", "type": "text", "text": { "body": "x" } });
    let contact = json!({ "profile": { "name": "А", "username": "aigul" }, "user_id": "KZ.88" });
    let news = news("messages", json!({ "contacts": [contact], "messages": [hidden] }));
    let MessageReading::Customer(inbound) = &news.messages[0] else { panic!("{news:?}") };
    assert_eq!((inbound.key.as_str(), &inbound.profile.phone), ("KZ.88", &None));
    assert_eq!((inbound.also.len(), inbound.profile.username.as_deref()), (0, Some("aigul")));
    // Asked for it, they have given it: then it is theirs.
    assert_eq!(of(all().remove("asked_number").expect("a fixture")).profile.phone.as_deref(), Some("+77051112233"));
}

#[test]
fn statuses_are_receipts() {
    let receipts = |statuses: Value| news("messages", json!({ "statuses": statuses })).receipts;
    let words = ["sent", "delivered", "read", "played", "failed", "teleported"];
    let all: Vec<Value> = words.iter().map(|word| json!({ "id": "wamid.1", "status": word })).collect();
    let read = receipts(json!(all));
    let kinds: Vec<ReceiptStatus> = read.iter().map(|receipt| receipt.status).collect();
    use ReceiptStatus::*;
    assert_eq!(kinds, [Sent, Delivered, Read, Read, Failed]);
    assert_eq!(read[4].error.as_ref().map(|(code, _)| code.as_str()), Some("provider_refused"));
    let tagged = receipts(json!([
        { "id": "wamid.2", "status": "failed", "biz_opaque_callback_data": tag(77), "errors": [{ "code": 131047, "title": "t" }] },
        { "id": "wamid.3", "status": "sent", "biz_opaque_callback_data": "77" },
        { "status": "sent" },
    ]));
    assert_eq!(
        (tagged.len(), tagged[0].delivery_id, tagged[1].delivery_id),
        (2, Some(77), None),
        "another program's tag is not ours"
    );
    assert_eq!(
        tagged[0].error,
        Some(("window_closed".into(), "More than 24 hours have passed since the customer's last message: t (131047)".into()))
    );
}

#[test]
fn one_bad_element_costs_itself() {
    let all = json!([7, { "id": "wamid.1" , "from": "77051112233", "type": "text", "text": { "body": "a" } }, { "from": "77051112233" }, null]);
    let news = news("messages", json!({ "messages": all }));
    let names: Vec<String> = news
        .messages
        .iter()
        .map(|reading| match reading {
            MessageReading::Customer(inbound) => inbound.raw.as_ref().expect("a name").external_id.clone(),
            MessageReading::Unreadable { external_id, .. } => external_id[..2].to_owned(),
        })
        .collect();
    assert_eq!(names, ["x:", "wamid.1", "x:", "x:"]);
    for odd in ["", "7", "[]", "{}", r#"{"entry":7}"#] {
        assert!(changes(odd.as_bytes()).map_or(true, |(of_numbers, _)| of_numbers.is_empty()), "{odd}");
    }
}

#[test]
fn news_of_no_customer_is_told_apart() {
    let echo = json!({ "message_echoes": [{ "from": "77273112233", "to": "77051112233", "id": "wamid.x", "type": "text" }] });
    let news = news("smb_message_echoes", echo);
    assert!(matches!(&news.messages[..], [MessageReading::Unreadable { external_id, .. }] if external_id == "u:wamid.x"));
    let account = json!({ "entry": [{ "id": "9", "changes": [{ "field": "account_update", "value": { "event": "X" } }] }] });
    let (of_numbers, others) = changes(account.to_string().as_bytes()).map(|(a, b)| (a.len(), b)).expect("a webhook");
    assert_eq!((of_numbers, others), (0, vec!["account_update".to_owned()]));
}

/// Every message that others have seen is kept, whatever it is: see `tests/fixtures/whatsapp`.
#[test]
fn every_fixture_is_kept() {
    for (name, message) in all() {
        let inbound = of(message);
        assert!(inbound.raw.is_some_and(|raw| !raw.external_id.is_empty()), "{name}");
    }
}
