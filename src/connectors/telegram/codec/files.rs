//! The files of a Telegram message.
use super::content::Content;
use crate::clients::labels::{clean_mime, clean_name};
use crate::connectors::fields::Fields;
use crate::domain::channel::InboundAttachment;
use crate::domain::message::{MessageKind, VIDEO_NOTE};

/// A message that is a file, with its words.
pub fn media(m: &Fields) -> Option<Content> {
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
    if let Some(v) = m.object("video_note") {
        let file = attachment(m, "video_note", VIDEO_NOTE, "video.mp4", "video/mp4");
        let content = Content::file(Video, caption, file).with("video_note", Some(true));
        return Some(content.with("duration", v.int("duration")));
    }
    if m.has("document") {
        let file = attachment(m, "document", "document", "document", "application/octet-stream").map(audible);
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

/// What such files are called, where nothing else tells that they are sound.
const SOUND: &[&str] = &["mp3", "m4a", "ogg", "oga", "opus", "wav", "aac", "flac", "amr", "aif", "aiff", "caf", "wma", "weba"];

/// Sound that was sent as a file is listened to like any other.
fn audible(file: InboundAttachment) -> InboundAttachment {
    let ending = file.name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let untold = file.mime == "application/octet-stream";
    let sounds = file.mime.starts_with("audio/") || (untold && SOUND.contains(&ending.as_str()));
    InboundAttachment { kind: if sounds { "audio".to_owned() } else { file.kind }, ..file }
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
