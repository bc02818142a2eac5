//! One send: an [`Outbound`] as the Bot API takes it.
use std::io;

use reqwest::Body;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use teloxide::payloads::{SendMessage, SendMessageSetters};
use teloxide::types::{ChatId, InlineKeyboardButton, InlineKeyboardMarkup, MessageId, ReplyParameters};

use crate::connectors::http::HttpReply;
use crate::connectors::ports::FileStore;
use crate::connectors::telegram::client::Api;
use crate::connectors::telegram::client::answer::{TelegramWords, outcome_of};
use crate::connectors::telegram::place::ChatPlace;
use crate::domain::channel::{Outbound, OutboundContent, SendOutcome, SendReport};
use crate::domain::message::Button;

/// Bot API: sendPhoto takes at most 10 MB, other uploads 50 MB (a local Bot API server takes 2 GB).
const PHOTO_LIMIT: u64 = 10 << 20;
const UPLOAD_LIMIT: u64 = 50 << 20;

/// Sends, and follows a group that has moved: the refusal says that nothing was accepted.
pub async fn send(api: &Api, files: &dyn FileStore, outbound: &Outbound) -> SendReport {
    let Ok(mut place) = outbound.address.parse::<ChatPlace>() else {
        let detail = format!("{:?} is no Telegram chat", outbound.address);
        return SendOutcome::Failed { code: "chat_not_found", detail }.into();
    };
    let reply_to = outbound.reply_to_provider_id.as_deref().and_then(|id| id.parse::<i32>().ok());
    let mut moved_to = None;
    for _ in 0..2 {
        let (answer, is_file) = match &outbound.content {
            OutboundContent::Text(text) => (send_text(api, place, text, reply_to, &outbound.buttons).await, false),
            OutboundContent::File { kind, name, mime, storage_key, caption } => {
                let file = File { kind, name, mime, storage_key, caption, buttons: &outbound.buttons };
                match send_file(api, files, place, &file, reply_to).await {
                    Ok(answer) => (answer, true),
                    Err(outcome) => return SendReport { outcome, moved_to },
                }
            }
        };
        match answer.as_ref().ok().and_then(HttpReply::migrated_to).filter(|new| *new != place.chat) {
            Some(new) => {
                moved_to = Some(new.to_string());
                place = ChatPlace::of_chat(new);
            }
            None => return SendReport { outcome: outcome_of(answer, is_file), moved_to },
        }
    }
    SendOutcome::Failed { code: "chat_not_found", detail: "The group has moved twice".to_owned() }.into()
}

/// No `parse_mode`: what an operator or a model wrote arrives as it was written.
async fn send_text(
    api: &Api,
    place: ChatPlace,
    text: &str,
    reply_to: Option<i32>,
    buttons: &[Button],
) -> Result<HttpReply, reqwest::Error> {
    let mut payload = SendMessage::new(ChatId(place.chat), text);
    payload.message_thread_id = place.thread();
    if !buttons.is_empty() {
        payload = payload.reply_markup(keyboard(buttons));
    }
    if let Some(id) = reply_to {
        payload = payload.reply_parameters(ReplyParameters::new(MessageId(id)).allow_sending_without_reply());
    }
    api.send_message(&payload).await
}

struct File<'a> {
    kind: &'a str,
    name: &'a str,
    mime: &'a str,
    storage_key: &'a str,
    caption: &'a str,
    buttons: &'a [Button],
}

/// One below the other. Bot API: the data comes back when one is pressed.
fn keyboard(buttons: &[Button]) -> InlineKeyboardMarkup {
    InlineKeyboardMarkup::new(buttons.iter().map(|b| vec![InlineKeyboardButton::callback(&b.title, &b.id)]))
}

/// `Err` is an outcome that was clear before a byte left us.
async fn send_file(
    api: &Api,
    files: &dyn FileStore,
    place: ChatPlace,
    file: &File<'_>,
    reply_to: Option<i32>,
) -> Result<Result<HttpReply, reqwest::Error>, SendOutcome> {
    let mut shape = shape_of(file.kind, file.mime);
    loop {
        let opened = files.open(file.storage_key).await.map_err(|e| unopened(&e))?;
        if api.is_official() && opened.size > UPLOAD_LIMIT {
            let detail = format!("Telegram takes files of at most 50 MB; this one has {} MB", opened.size >> 20);
            return Err(SendOutcome::Failed { code: "media_refused", detail });
        }
        if shape == PHOTO && opened.size > PHOTO_LIMIT {
            shape = DOCUMENT;
        }
        let size = opened.size;
        let part = Part::stream_with_length(Body::wrap_stream(opened.bytes), size).file_name(file.name.to_owned());
        let mime = if file.mime.parse::<actix_web::mime::Mime>().is_ok() { file.mime } else { "application/octet-stream" };
        let part = part.mime_str(mime).map_err(|e| SendOutcome::Failed { code: "media_refused", detail: e.to_string() })?;
        let mut form = Form::new().text("chat_id", place.chat.to_string());
        if let Some(topic) = place.topic {
            form = form.text("message_thread_id", topic.to_string());
        }
        if !file.caption.is_empty() {
            form = form.text("caption", file.caption.to_owned());
        }
        if !file.buttons.is_empty() {
            form = form.text("reply_markup", json!(keyboard(file.buttons)).to_string());
        }
        if let Some(id) = reply_to {
            let parameters = json!({ "message_id": id, "allow_sending_without_reply": true });
            form = form.text("reply_parameters", parameters.to_string());
        }
        let answer = api.upload(shape.0, form.part(shape.1, part), size).await;
        if shape == PHOTO && answer.as_ref().is_ok_and(HttpReply::refuses_photo) {
            shape = DOCUMENT;
            continue;
        }
        return Ok(answer);
    }
}

fn unopened(e: &io::Error) -> SendOutcome {
    if e.kind() == io::ErrorKind::NotFound {
        return SendOutcome::Failed { code: "media_refused", detail: "The file is not in our storage any more".to_owned() };
    }
    SendOutcome::Retry { detail: format!("The file cannot be read: {e}") }
}

/// Method and field of an upload.
type UploadForm = (&'static str, &'static str);
const PHOTO: UploadForm = ("sendPhoto", "photo");
const DOCUMENT: UploadForm = ("sendDocument", "document");

/// Bot API: sendVoice takes OGG with OPUS, MP3 or M4A; sendAudio MP3 or M4A; sendVideo MPEG4. All else is a document.
fn shape_of(kind: &str, mime: &str) -> UploadForm {
    let mime = mime.split(';').next().unwrap_or_default().trim().to_lowercase();
    match (kind, mime.as_str()) {
        ("image", "image/jpeg" | "image/png" | "image/webp") => PHOTO,
        ("voice", "audio/ogg" | "audio/mpeg" | "audio/mp3" | "audio/mp4" | "audio/x-m4a" | "audio/m4a") => ("sendVoice", "voice"),
        ("audio", "audio/mpeg" | "audio/mp3" | "audio/mp4" | "audio/x-m4a" | "audio/m4a") => ("sendAudio", "audio"),
        ("video", "video/mp4") => ("sendVideo", "video"),
        _ => DOCUMENT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_telegram_shows_itself_goes_as_that() {
        assert_eq!(shape_of("image", "image/jpeg"), PHOTO);
        assert_eq!(shape_of("image", "image/svg+xml"), DOCUMENT);
        assert_eq!(shape_of("voice", "audio/ogg; codecs=opus").0, "sendVoice");
        assert_eq!(shape_of("audio", "audio/flac"), DOCUMENT);
        assert_eq!(shape_of("document", "image/png"), DOCUMENT);
        assert_eq!(shape_of("video", "video/mp4").1, "video");
    }
}
