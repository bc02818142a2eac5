//! What a bot tells the company's own people: notices, and the answers to what they press.
use teloxide::payloads::{EditMessageText, EditMessageTextSetters, SendMessage, SendMessageSetters};
use teloxide::types::{ChatId, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageId, Recipient, ThreadId};

use crate::connectors::http::HttpReply;
use crate::connectors::telegram::client::Api;
use crate::connectors::telegram::client::answer::{ApiError, TelegramWords, outcome_of};
use crate::connectors::telegram::place::ChatPlace;
use crate::domain::channel::{SendOutcome, SendReport};
use crate::domain::notice::{Does, Notice, NoticeButton};

/// A lead's link needs no picture, and what a customer wrote may hold addresses of anybody's.
const NO_PREVIEW: LinkPreviewOptions = LinkPreviewOptions {
    is_disabled: true,
    url: None,
    prefer_small_media: false,
    prefer_large_media: false,
    show_above_text: false,
};

/// Sends, and follows a group that has moved: the refusal says that nothing was accepted.
pub async fn send(api: &Api, notice: &Notice) -> SendReport {
    let Some((mut chat, mut thread)) = recipient(&notice.chat_id) else {
        let detail = format!("{:?} is no Telegram chat", notice.chat_id);
        return SendOutcome::Failed { code: "chat_not_found", detail }.into();
    };
    let mut moved_to = None;
    for _ in 0..2 {
        let answer = api.send_message(&message(chat.clone(), thread, notice)).await;
        match answer
            .as_ref()
            .ok()
            .and_then(HttpReply::migrated_to)
            .map(|new| Recipient::Id(ChatId(new)))
            .filter(|new| *new != chat)
        {
            Some(new) => {
                moved_to = Some(new.to_string());
                (chat, thread) = (new, None);
            }
            None => return SendReport { outcome: outcome(answer), moved_to },
        }
    }
    SendOutcome::Failed { code: "chat_not_found", detail: "The group has moved twice".to_owned() }.into()
}

fn message(chat: Recipient, thread: Option<ThreadId>, notice: &Notice) -> SendMessage {
    let mut message = SendMessage::new(chat, &notice.text).link_preview_options(NO_PREVIEW);
    message.message_thread_id = thread;
    if notice.buttons.is_empty() { message } else { message.reply_markup(keyboard(&notice.buttons)) }
}

/// Changes a notice that lies in a chat already; its buttons stay as they are given.
pub async fn edit(api: &Api, message_id: i32, notice: &Notice) -> Result<(), ApiError> {
    let Some((chat, _)) = recipient(&notice.chat_id) else { return Ok(()) };
    let payload = EditMessageText::new(chat, MessageId(message_id), &notice.text)
        .link_preview_options(NO_PREVIEW)
        .reply_markup(keyboard(&notice.buttons));
    match api.call(&payload).await {
        // Bot API: somebody pressed twice.
        Err(ApiError::Refused { text, .. }) if text.contains("message is not modified") => Ok(()),
        other => other.map(|_| ()),
    }
}

fn keyboard(rows: &[Vec<NoticeButton>]) -> InlineKeyboardMarkup {
    let button = |b: &NoticeButton| match &b.does {
        Does::Press(data) => Some(InlineKeyboardButton::callback(&b.label, data)),
        Does::Open(url) => url.parse().ok().map(|url| InlineKeyboardButton::url(&b.label, url)),
    };
    InlineKeyboardMarkup::new(rows.iter().map(|row| row.iter().filter_map(button).collect::<Vec<_>>()))
}

/// A chat's number, with that of a topic where it stands in one, or a public channel's name as `TELEGRAM_CHAT_ID` may give it.
fn recipient(chat_id: &str) -> Option<(Recipient, Option<ThreadId>)> {
    match chat_id.parse::<ChatPlace>() {
        Ok(place) => Some((Recipient::Id(ChatId(place.chat)), place.thread())),
        Err(_) => chat_id.starts_with('@').then(|| (Recipient::ChannelUsername(chat_id.to_owned()), None)),
    }
}

/// As for a delivery, in words about a chat instead of a customer.
fn outcome(answer: Result<HttpReply, reqwest::Error>) -> SendOutcome {
    let words = answer.as_ref().ok().and_then(HttpReply::words);
    match (outcome_of(answer, false), words) {
        (SendOutcome::Failed { code: "customer_blocked", .. }, Some(words)) => {
            SendOutcome::Failed { code: "customer_blocked", detail: format!("The bot may not write to this chat: {words}") }
        }
        (other, _) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_notice_is_plain_text_with_its_buttons() {
        let button = |label: &str, does: Does| NoticeButton { label: label.into(), does };
        let notice = Notice {
            buttons: vec![
                vec![button("Take", Does::Press("lead:1:take".into()))],
                vec![button("Open", Does::Open("https://hub.kz/inbox/all/5".into()))],
            ],
            ..Notice::plain("-1001", "*a* <b>")
        };
        let (chat, thread) = recipient(&notice.chat_id).expect("a chat");
        let sent = serde_json::to_value(message(chat, thread, &notice)).expect("JSON");
        assert_eq!((&sent["chat_id"], &sent["text"]), (&json!(-1001), &json!("*a* <b>")));
        assert!(sent.get("parse_mode").is_none() && sent["link_preview_options"]["is_disabled"] == true, "{sent}");
        let keys = &sent["reply_markup"]["inline_keyboard"];
        assert_eq!((&keys[0][0]["callback_data"], &keys[0][0]["text"]), (&json!("lead:1:take"), &json!("Take")));
        assert_eq!(keys[1][0]["url"], "https://hub.kz/inbox/all/5");
        assert!(sent.get("message_thread_id").is_none(), "{sent}");
        let (chat, thread) = recipient("-1001:7").expect("a topic");
        let sent = serde_json::to_value(message(chat, thread, &notice)).expect("JSON");
        assert_eq!((&sent["chat_id"], &sent["message_thread_id"]), (&json!(-1001), &json!(7)));
        assert!(recipient("@leads").is_some() && recipient("leads").is_none());
    }
}
