//! One send: an [`Outbound`] as the Cloud API takes it.
use std::io;

use reqwest::Body;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::client::answer::outcome_of;
use super::client::{Graph, UploadFault};
use super::codec::tag;
use crate::connectors::dispatcher::SendAnswer;
use crate::connectors::ports::FileStore;
use crate::connectors::whatsapp::codec::is_number;
use crate::domain::channel::{Outbound, OutboundContent, SendOutcome, SendReport};
use crate::domain::message::Button;

/// Cloud API, interactive messages: the longest text over buttons.
const BUTTONS_BODY: usize = 1_024;

/// No preview and no markup: what an operator or a model wrote arrives as it was written.
pub async fn send(graph: &Graph, files: &dyn FileStore, outbound: &Outbound) -> SendAnswer {
    let mut message = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "biz_opaque_callback_data": tag(outbound.delivery_id),
    });
    // Cloud API: a number is `to`; a business-scoped user id is `recipient`.
    message[if is_number(&outbound.address) { "to" } else { "recipient" }] = json!(outbound.address);
    if let Some(id) = &outbound.reply_to_provider_id {
        message["context"] = json!({ "message_id": id });
    }
    match &outbound.content {
        OutboundContent::Text(text) => put_text(&mut message, text, &outbound.buttons),
        OutboundContent::File { kind, name, mime, storage_key, caption } => {
            let file = File { kind, name, mime, storage_key, caption };
            if let Err(outcome) = put_file(&mut message, graph, files, &file).await {
                return SendReport::from(outcome).into();
            }
        }
    }
    outcome_of(graph.send(&message).await)
}

fn put_text(message: &mut Value, text: &str, buttons: &[Button]) {
    if buttons.is_empty() || text.chars().count() > BUTTONS_BODY {
        message["type"] = json!("text");
        message["text"] = json!({ "body": text, "preview_url": false });
        return;
    }
    let buttons: Vec<Value> =
        buttons.iter().map(|b| json!({ "type": "reply", "reply": { "id": b.id, "title": b.title } })).collect();
    message["type"] = json!("interactive");
    message["interactive"] = json!({ "type": "button", "body": { "text": text }, "action": { "buttons": buttons } });
}

struct File<'a> {
    kind: &'a str,
    name: &'a str,
    mime: &'a str,
    storage_key: &'a str,
    caption: &'a str,
}

/// Uploads it, and names it in the message. `Err` is an outcome that was clear before the message left us.
async fn put_file(message: &mut Value, graph: &Graph, files: &dyn FileStore, file: &File<'_>) -> Result<(), SendOutcome> {
    let opened = files.open(file.storage_key).await.map_err(|e| unopened(&e))?;
    let size = opened.size;
    let shape = shape_of(file.kind, file.mime, size);
    if size > shape.most {
        let detail = format!("WhatsApp takes such files of at most {} MB; this one has {} MB", shape.most >> 20, size >> 20);
        return Err(SendOutcome::Failed { code: "media_refused", detail });
    }
    let refused = |detail: String| SendOutcome::Failed { code: "media_refused", detail };
    let part = Part::stream_with_length(Body::wrap_stream(opened.bytes), size).file_name(file.name.to_owned());
    let part = part.mime_str(shape.mime).map_err(|e| refused(e.to_string()))?;
    let form = Form::new().text("messaging_product", "whatsapp").text("type", shape.mime.to_owned()).part("file", part);
    let id = graph.upload(form, size).await.map_err(|fault| match fault {
        UploadFault::Later(detail) => SendOutcome::Retry { detail },
        UploadFault::Refused(reply) => of_an_upload(outcome_of(Ok(reply)).report.outcome),
    })?;
    let mut media = json!({ "id": id });
    if !file.caption.is_empty() && shape.field != "audio" && shape.field != "sticker" {
        media["caption"] = json!(file.caption);
    }
    if shape.field == "document" {
        media["filename"] = json!(file.name);
    }
    if shape.is_voice {
        media["voice"] = json!(true);
    }
    message["type"] = json!(shape.field);
    message[shape.field] = media;
    Ok(())
}

/// Nobody has seen an upload: what is unclear of it may be done again, and what is refused is the file.
fn of_an_upload(outcome: SendOutcome) -> SendOutcome {
    match outcome {
        SendOutcome::Uncertain { detail } => SendOutcome::Retry { detail },
        SendOutcome::Failed { code: "provider_refused", detail } => SendOutcome::Failed { code: "media_refused", detail },
        other => other,
    }
}

fn unopened(e: &io::Error) -> SendOutcome {
    if e.kind() == io::ErrorKind::NotFound {
        return SendOutcome::Failed { code: "media_refused", detail: "The file is not in our storage any more".to_owned() };
    }
    SendOutcome::Retry { detail: format!("The file cannot be read: {e}") }
}

/// As what a file goes out.
#[derive(Debug, PartialEq)]
struct MediaShape<'a> {
    field: &'static str,
    mime: &'a str,
    most: u64,
    /// Shown as a voice note.
    is_voice: bool,
}

const MB: u64 = 1 << 20;

/// Cloud API, supported media types: what WhatsApp does not show itself goes as a document.
fn shape_of<'a>(kind: &str, mime: &'a str, size: u64) -> MediaShape<'a> {
    let plain = mime.split(';').next().unwrap_or_default().trim();
    let shape = |field, most, is_voice| MediaShape { field, mime: plain, most, is_voice };
    let fits = |most: u64| size <= most;
    match (kind, plain) {
        ("image", "image/jpeg" | "image/png") if fits(5 * MB) => shape("image", 5 * MB, false),
        ("video", "video/mp4" | "video/3gpp") if fits(16 * MB) => shape("video", 16 * MB, false),
        // Cloud API: a voice note is OGG with OPUS; other sound is a file with a player.
        ("voice", "audio/ogg") if fits(16 * MB) => shape("audio", 16 * MB, true),
        ("voice" | "audio", "audio/ogg" | "audio/aac" | "audio/mp4" | "audio/mpeg" | "audio/amr") if fits(16 * MB) => {
            shape("audio", 16 * MB, false)
        }
        _ if plain.parse::<actix_web::mime::Mime>().is_ok() => shape("document", 100 * MB, false),
        _ => MediaShape { mime: "application/octet-stream", ..shape("document", 100 * MB, false) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_whatsapp_shows_itself_goes_as_that() {
        let field = |kind: &str, mime: &str, size: u64| shape_of(kind, mime, size).field;
        assert_eq!(field("image", "image/jpeg", MB), "image");
        assert_eq!(field("image", "image/jpeg", 6 * MB), "document", "too large for a picture");
        assert_eq!(field("image", "image/webp", 1), "document");
        assert_eq!(field("video", "video/mp4", 1), "video");
        assert_eq!(field("document", "image/png", 1), "document", "sent as a file on purpose");
        assert_eq!(
            shape_of("voice", "audio/ogg; codecs=opus", 1),
            MediaShape { field: "audio", mime: "audio/ogg", most: 16 * MB, is_voice: true }
        );
        assert!(!shape_of("voice", "audio/mpeg", 1).is_voice);
        assert_eq!(shape_of("document", "no type", 1).mime, "application/octet-stream");
    }

    #[test]
    fn buttons_stand_under_a_text_that_leaves_room_for_them() {
        let buttons = [Button { id: "yes".into(), title: "Да".into() }];
        let mut message = json!({});
        put_text(&mut message, "Продолжить?", &buttons);
        assert_eq!(message["interactive"]["action"]["buttons"][0]["reply"], json!({ "id": "yes", "title": "Да" }));
        let mut long = json!({});
        put_text(&mut long, &"я".repeat(1_025), &buttons);
        assert_eq!((&long["type"], long.get("interactive")), (&json!("text"), None));
    }
}
