//! What customers do in Telegram, and what becomes of it. Every fixture holds to the Bot API's own schema: see
//! `tests/fixtures/telegram/README.md`.
use std::collections::BTreeMap;

use serde_json::json;

use super::start::start_payload;
use super::*;
use crate::domain::clock::SECOND;
use crate::domain::ids::{ChannelId, CompanyId};
use crate::domain::message::MessageKind;

const FIXTURES: &str = include_str!("../../../../tests/fixtures/telegram/updates.json");
const NOW: Micros = 1_800_000_000 * SECOND;

fn origin() -> Origin {
    Origin { company_id: CompanyId::new(1), channel_id: ChannelId::new(2), greeting: None, agent: None, locale: "kk".into() }
}

fn fixture(name: &str) -> Bytes {
    let all: BTreeMap<String, Value> = serde_json::from_str(FIXTURES).expect("fixtures");
    Bytes::from(all.get(name).unwrap_or_else(|| panic!("no fixture {name}")).to_string())
}

pub(super) fn customer(body: Bytes) -> Inbound {
    match read(&body, &origin(), NOW).what {
        Reading::Customer(inbound) => *inbound,
        other => panic!("{other:?}"),
    }
}

fn from(name: &str) -> Inbound {
    customer(fixture(name))
}

fn message(name: &str) -> InboundMessage {
    match from(name).what {
        InboundKind::Message(message) => message,
        other => panic!("{name}: {other:?}"),
    }
}

fn unreadable(body: &str) -> (String, String) {
    match read(&Bytes::copy_from_slice(body.as_bytes()), &origin(), NOW).what {
        Reading::Unreadable { external_id, why } => (external_id, why),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_text_brings_who_wrote_and_when() {
    let inbound = from("text");
    assert_eq!((inbound.key.as_str(), inbound.address.as_str()), ("5001", "5001"));
    assert_eq!(inbound.raw.as_ref().map(|r| r.external_id.as_str()), Some("m:5001:71"));
    let profile =
        Profile {
            name: "Айгүл Сейтқали".into(), username: Some("aigul_s".into()), phone: None, language: Some("kk".into())
        };
    assert_eq!(inbound.profile, profile);
    let said = message("text");
    assert_eq!((said.kind, said.text.as_str()), (MessageKind::Text, "Сәлем! Қанша тұрады? 🙂"));
    assert_eq!(said.provider_id.as_deref(), Some("71"));
    assert_eq!(said.provider_at, Some(1_799_999_000 * SECOND));
    assert_eq!(message("reply").reply_to_provider_id.as_deref(), Some("71"));
}

#[test]
fn every_kind_of_message_has_its_place() {
    let expected = [
        ("photo", MessageKind::Image, "Мынау", Some(("image", "image/jpeg", "big"))),
        ("document", MessageKind::Document, "", Some(("document", "application/pdf", "doc"))),
        ("voice", MessageKind::Voice, "", Some(("voice", "audio/ogg", "voi"))),
        ("audio", MessageKind::Audio, "", Some(("audio", "audio/mpeg", "aud"))),
        ("video", MessageKind::Video, "вот", Some(("video", "video/mp4", "vid"))),
        ("video_note", MessageKind::Video, "", Some(("video_note", "video/mp4", "note"))),
        ("animation", MessageKind::Video, "", Some(("video", "video/mp4", "anim"))),
        ("sticker", MessageKind::Sticker, "👍", Some(("sticker", "image/webp", "stk"))),
        ("sticker_animated", MessageKind::Sticker, "🔥", Some(("sticker", "application/x-tgsticker", "tgs"))),
        ("location", MessageKind::Location, "43.238, 76.945", None),
        ("venue", MessageKind::Location, "Кафе, Абай 1", None),
        ("contact", MessageKind::Contact, "Болат Ахметов +77011234567", None),
        ("poll", MessageKind::Unsupported, "Когда?", None),
        ("dice", MessageKind::Unsupported, "🎲 4", None),
        ("story", MessageKind::Unsupported, "story", None),
        ("from_the_future", MessageKind::Unsupported, "hologram", None),
    ];
    for (name, kind, text, file) in expected {
        let said = message(name);
        assert_eq!((said.kind, said.text.as_str()), (kind, text), "{name}");
        let attached = said.attachments.first().map(|a| (a.kind.as_str(), a.mime.as_str(), a.provider_file_id.as_str()));
        assert_eq!(attached, file, "{name}");
        assert!(said.attachments.iter().all(|a| a.provider_unique_id.is_some() && a.size > 0), "{name}");
    }
    assert_eq!(message("poll").payload, Some(json!({ "unsupported": "poll" })));
    assert_eq!(message("album").payload, Some(json!({ "media_group_id": "9001" })));
}

#[test]
fn only_ones_own_contact_tells_the_number() {
    assert_eq!(from("contact").profile.phone, None);
    assert_eq!(from("contact_own").profile.phone.as_deref(), Some("+77010000001"));
}

#[test]
fn edits_reactions_blocks_and_buttons() {
    let edit = from("edited");
    assert_eq!(edit.raw.map(|r| r.external_id).as_deref(), Some("e:5001:71:1799999100:905"));
    let edited = |name: &str| match from(name).what {
        InboundKind::Edited { at, message } => (at, *message),
        other => panic!("{other:?}"),
    };
    let (at, now) = edited("edited");
    assert_eq!((at, now.provider_id.as_deref(), now.text.as_str()), (1_799_999_100 * SECOND, Some("71"), "Қанша?"));
    assert_eq!(edited("edited_caption").1.text, "Мынау екен");

    let reaction = from("reaction");
    assert_eq!(reaction.raw.map(|r| r.external_id).as_deref(), Some("r:5001:72:1799999200:5001:907"));
    assert_eq!(reaction.what, InboundKind::Reacted { provider_id: "72".into(), emojis: vec!["👍".into(), "✨".into()] });
    assert_eq!(from("reaction_removed").what, InboundKind::Reacted { provider_id: "72".into(), emojis: vec![] });

    let blocked = from("blocked");
    assert_eq!((blocked.what, blocked.key.as_str()), (InboundKind::Blocked { blocked: true }, "5001"));
    assert_eq!(from("unblocked").what, InboundKind::Blocked { blocked: false });

    let button = read(&fixture("button"), &origin(), NOW);
    assert_eq!(button.callback.as_deref(), Some("77001"));
    let inbound = from("button");
    assert_eq!(inbound.raw.as_ref().map(|r| r.external_id.as_str()), Some("q:77001"));
    assert_eq!((inbound.key.as_str(), inbound.profile.name.as_str()), ("5001", "Айгүл Сейтқали"));
    let said = message("button");
    assert_eq!((said.kind, said.text.as_str()), (MessageKind::Buttons, "Иә"));
    assert_eq!(said.reply_to_provider_id.as_deref(), Some("80"));
    assert_eq!(said.payload, Some(json!({ "button": { "id": "yes" } })));
    let unseen = message("button_inaccessible");
    assert_eq!((unseen.text.as_str(), unseen.payload), ("yes", None), "nobody vouches for that button");
    let forged = String::from_utf8_lossy(&fixture("button")).replace(r#""data":"yes""#, r#""data":"free""#);
    assert!(read(&forged.into(), &origin(), NOW).never_offered && !button.never_offered);
}

#[test]
fn start_greets_and_keeps_its_source() {
    let started = |name: &str| match from(name).what {
        InboundKind::Started { source, greeting, provider_id } => (source, greeting.unwrap_or_default(), provider_id),
        other => panic!("{other:?}"),
    };
    let (source, greeting, id) = started("start");
    assert_eq!((source, id.as_deref()), (None, Some("60")));
    assert!(greeting.starts_with("Сәлеметсіз"), "{greeting}");
    assert_eq!(started("start_payload").0.as_deref(), Some("insta_Ad-7"));
    assert!(started("start_payload").1.starts_with("Здравствуйте"));
    for (text, is_start) in
        [("/start@our_bot x", true), ("/start", true), ("/start how much is it?", false), ("/starting", false), ("start", false)]
    {
        assert_eq!(start_payload(text).is_some(), is_start, "{text}");
    }
}

#[test]
fn a_channels_own_greeting_comes_first() {
    let greet = |greeting: Value| {
        let origin = Origin { greeting: Some(greeting), ..origin() };
        match read(&fixture("start_payload"), &origin, NOW).what {
            Reading::Customer(inbound) => match inbound.what {
                InboundKind::Started { greeting, .. } => greeting,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(greet(json!("Привет!")).as_deref(), Some("Привет!"));
    assert_eq!(greet(json!({ "en": "Hi", "ru": "Здрасте" })).as_deref(), Some("Здрасте"));
    assert_eq!(greet(json!("")), None);
}

#[test]
fn a_group_is_one_customer() {
    let inbound = from("group");
    assert_eq!((inbound.key.as_str(), inbound.profile.name.as_str()), ("-1001234", "Строители"));
    assert_eq!(inbound.raw.as_ref().map(|r| r.external_id.as_str()), Some("m:-1001234:9"));
    let from = json!({ "from": { "id": 5001, "name": "Айгүл Сейтқали" } });
    assert_eq!(message("group").payload, Some(from));
}

#[test]
fn what_is_no_customers_is_kept_raw() {
    assert_eq!(unreadable(r#"{"update_id":5,"poll":{"id":"1"}}"#).0, "u:5");
    assert_eq!(unreadable(r#"{"update_id":5,"from_the_future":{"a":1}}"#).0, "u:5");
    assert_eq!(unreadable(r#"{"update_id":5}"#).0, "u:5");
    assert_eq!(unreadable(r#"{"update_id":5,"message":"changed"}"#).0, "u:5");
    assert_eq!(unreadable(r#"{"update_id":5,"message":{"message_id":1,"date":1}}"#).0, "u:5");
    assert_eq!(
        unreadable(r#"{"update_id":6,"channel_post":{"message_id":1,"date":1,"chat":{"id":-1,"type":"channel"}}}"#).0,
        "u:6"
    );
    for broken in ["", "[1]", "{\"update_id\":", "null", "{\"message\":{}}"] {
        let (id, why) = unreadable(broken);
        assert!(id.starts_with("x:") && id.len() == 66 && !why.is_empty(), "{broken}: {id}");
    }
    assert_ne!(unreadable("a").0, unreadable("b").0);
    let body = Bytes::from_static(b"{\"message\":{\"text\":\"\xff\xfe\"}}");
    assert!(matches!(read(&body, &origin(), NOW).what, Reading::Unreadable { .. }));
}

/// Any one member of any update may be missing, null or of another type: the update is still stored, and nothing panics.
#[test]
fn no_changed_member_loses_a_message() {
    let all: BTreeMap<String, Value> = serde_json::from_str(FIXTURES).expect("fixtures");
    let mut tried = 0;
    for (name, update) in &all {
        let mut paths = vec![];
        collect(update, String::new(), &mut paths);
        for path in paths {
            for other in [Value::Null, json!(7.5), json!("x\0y"), json!([[]]), json!({ "new": true })] {
                let mut changed = update.clone();
                *changed.pointer_mut(&path).expect("path") = other;
                let body = Bytes::from(changed.to_string());
                if let Reading::Customer(inbound) = read(&body, &origin(), NOW).what {
                    assert!(inbound.raw.is_some_and(|raw| raw.body == body), "{name}{path}");
                    assert!(!format!("{:?}", inbound.what).contains("\\0"), "{name}{path}");
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 1_000, "{tried}");
}

fn collect(value: &Value, path: String, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(k, v)| collect(v, format!("{path}/{k}"), out)),
        Value::Array(list) => list.iter().enumerate().for_each(|(i, v)| collect(v, format!("{path}/{i}"), out)),
        _ => {}
    }
    if !path.is_empty() {
        out.push(path);
    }
}

#[test]
fn a_group_that_moves_says_so_in_both_chats() {
    let service = |chat: i64, kind: &str, name: &str, other: i64| {
        let message = json!({"message_id": 9, "date": 1, "chat": {"id": chat, "type": kind, "title": "G"},
            "from": {"id": 7, "is_bot": false, "first_name": "A"}, name: other});
        customer(Bytes::from(json!({"update_id": 3, "message": message}).to_string()))
    };
    let to = service(-5, "group", "migrate_to_chat_id", -1005);
    let from = service(-1005, "supergroup", "migrate_from_chat_id", -5);
    assert_ne!(to.raw, from.raw);
    for inbound in [to, from] {
        assert_eq!(inbound.key, "-5", "at home where it came from");
        assert_eq!(inbound.what, InboundKind::Moved { to: "-1005".into() });
        assert!(inbound.is_group);
    }
}
