//! What Telegram itself writes into a chat when something happens there. Nobody has said it.
use serde_json::{Map, Value, json};

use super::content::full_name;
use super::given;
use crate::connectors::fields::Fields;

/// Members of Message that tell of something that has happened (Bot API, type Message), but for the two with which a group
/// moves. Data of web apps, and people and chats that somebody has picked, are documented as service messages too; but they
/// are what the customer wants to say.
pub(super) const SERVICE: &[&str] = &[
    "boost_added",
    "channel_chat_created",
    "chat_background_set",
    "chat_owner_changed",
    "chat_owner_left",
    "checklist_tasks_added",
    "checklist_tasks_done",
    "connected_website",
    "delete_chat_photo",
    "direct_message_price_changed",
    "forum_topic_closed",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "gift",
    "gift_upgrade_sent",
    "giveaway_completed",
    "giveaway_created",
    "giveaway_winners",
    "group_chat_created",
    "left_chat_member",
    "managed_bot_created",
    "message_auto_delete_timer_changed",
    "new_chat_members",
    "new_chat_photo",
    "new_chat_title",
    "paid_message_price_changed",
    "pinned_message",
    "poll_option_added",
    "poll_option_deleted",
    "proximity_alert_triggered",
    "refunded_payment",
    "successful_payment",
    "suggested_post_approval_failed",
    "suggested_post_approved",
    "suggested_post_declined",
    "suggested_post_paid",
    "suggested_post_refunded",
    "supergroup_chat_created",
    "unique_gift",
    "video_chat_ended",
    "video_chat_participants_invited",
    "video_chat_scheduled",
    "video_chat_started",
    "write_access_allowed",
];

/// Bytes of a member that is kept whole in the event.
const MOST: usize = 4 << 10;
const LONGEST_DETAIL: usize = 200;

/// Which of them this message has, if any.
pub fn name(m: &Fields) -> Option<&'static str> {
    SERVICE.iter().find(|name| m.has(name)).copied()
}

/// The event's payload: what has happened, by whom in a group, and the words that tell more. `None`: nothing of the kind.
pub fn event(m: &Fields, in_group: bool) -> Option<Value> {
    let name = name(m)?;
    let mut event = Map::new();
    event.insert("event".to_owned(), json!("service"));
    event.insert("what".to_owned(), json!(name));
    let by = m.object("from").filter(|_| in_group).map(|from| full_name(&from)).filter(|name| !name.is_empty());
    let data = m.value(name, MOST).filter(|data| *data != json!(true) && *data != json!({}));
    for (name, value) in [("by", by.map(Value::from)), ("detail", detail(m, name).map(Value::from)), ("data", data)] {
        event.extend(value.map(|value| (name.to_owned(), value)));
    }
    Some(Value::Object(event))
}

fn detail(m: &Fields, name: &str) -> Option<String> {
    let inner = m.object(name).unwrap_or_default();
    let names = |people: Vec<Fields>| people.iter().map(full_name).filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ");
    let words = match name {
        "new_chat_title" | "connected_website" => m.word(name),
        "new_chat_members" => Some(names(m.list(name))),
        "video_chat_participants_invited" => Some(names(inner.list("users"))),
        "left_chat_member" => Some(full_name(&inner)),
        "chat_owner_changed" | "chat_owner_left" => inner.object("new_owner").map(|owner| full_name(&owner)),
        "pinned_message" => inner.word("text").or_else(|| inner.word("caption")),
        "forum_topic_created" | "forum_topic_edited" => inner.word("name"),
        "write_access_allowed" => inner.word("web_app_name"),
        "gift" => inner.word("text"),
        "checklist_tasks_added" => given::checklist(&inner),
        "poll_option_added" | "poll_option_deleted" => inner.word("option_text"),
        "proximity_alert_triggered" => {
            let who = |name: &str| inner.object(name).map(|user| full_name(&user)).unwrap_or_default();
            Some(format!("{} → {}, {} m", who("traveler"), who("watcher"), inner.int("distance").unwrap_or_default()))
        }
        _ => None,
    };
    words.map(|words| words.chars().take(LONGEST_DETAIL).collect()).filter(|words: &String| !words.is_empty())
}

/// What the chat is called from now on.
pub fn new_title(m: &Fields) -> Option<String> {
    m.word("new_chat_title")
}
