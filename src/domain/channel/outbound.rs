//! What goes out: one [`Outbound`] is one send to a provider, and [`parts`] says which sends a message takes.
use super::SendLimits;
use crate::domain::clock::Micros;
use crate::domain::ids::*;
use crate::domain::message::Button;
use crate::domain::text::split;

/// Who goes first where a provider lets only so many through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendLane {
    /// What somebody, or something, says to one customer, and what colleagues are told.
    People,
    /// What goes to many.
    Bulk,
}

impl SendLane {
    /// The first goes first.
    pub const ALL: &'static [SendLane] = &[SendLane::People, SendLane::Bulk];
}

/// One send to a provider: a part of a message.
#[derive(Clone, Debug)]
pub struct Outbound {
    pub delivery_id: DeliveryId,
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub channel_id: ChannelId,
    pub address: String,
    pub reply_to_provider_id: Option<String>,
    pub content: OutboundContent,
    /// Under the last part of a message.
    pub buttons: Vec<Button>,
}

/// What one send carries. A channel with templates gets a variant for them here; a message that is one is a single part, so
/// [`parts`] is the only place that makes it.
#[derive(Clone, Debug)]
pub enum OutboundContent {
    Text(String),
    File { kind: String, name: String, mime: String, storage_key: String, caption: String },
}

/// What came of one send. What is not clearly one of the others is [`SendOutcome::Uncertain`].
#[derive(Clone, Debug, PartialEq)]
pub enum SendOutcome {
    Sent {
        provider_id: Option<String>,
    },
    /// Nothing was accepted: DNS, connect or TLS failure, or a 5xx with the provider's own error body.
    Retry {
        detail: String,
    },
    /// 429: nothing was accepted and nobody may ask again before `after`.
    Paced {
        after: Micros,
    },
    Failed {
        code: &'static str,
        detail: String,
    },
    /// Bytes left us and no clear answer came back. Never guessed, shown, resent only by a person.
    Uncertain {
        detail: String,
    },
}

/// What came of one send, and where the conversation has gone, if the provider said so.
#[derive(Clone, Debug, PartialEq)]
pub struct SendReport {
    pub outcome: SendOutcome,
    /// The conversation has another address from now on, which is another key of its identity.
    pub moved_to: Option<String>,
}

impl From<SendOutcome> for SendReport {
    fn from(outcome: SendOutcome) -> Self {
        SendReport { outcome, moved_to: None }
    }
}

impl SendOutcome {
    /// One word for figures.
    pub fn word(&self) -> &'static str {
        match self {
            SendOutcome::Sent { .. } => "sent",
            SendOutcome::Retry { .. } => "retry",
            SendOutcome::Paced { .. } => "paced",
            SendOutcome::Failed { .. } => "failed",
            SendOutcome::Uncertain { .. } => "uncertain",
        }
    }

    /// The same without what the provider said of it; `None` when it said nothing.
    pub fn without_words(&self) -> Option<Self> {
        let plain = match self {
            SendOutcome::Sent { .. } => SendOutcome::Sent { provider_id: None },
            SendOutcome::Retry { .. } => SendOutcome::Retry { detail: String::new() },
            SendOutcome::Paced { after } => SendOutcome::Paced { after: *after },
            SendOutcome::Failed { code, .. } => SendOutcome::Failed { code, detail: String::new() },
            SendOutcome::Uncertain { .. } => SendOutcome::Uncertain { detail: String::new() },
        };
        (plain != *self).then_some(plain)
    }
}

/// A file of an outgoing message, as far as splitting needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct OutFile {
    pub kind: String,
    pub name: String,
    pub mime: String,
    pub storage_key: String,
}

/// The parts one message is sent in: files first (a short text rides on the first as its caption), then the text in pieces.
/// The same message always splits the same way, so a part number names the same content after a restart.
pub fn parts(limits: &SendLimits, text: &str, files: &[OutFile]) -> Vec<OutboundContent> {
    let caption_fits = !files.is_empty() && limits.measure.of(text) <= limits.caption;
    let mut out: Vec<OutboundContent> = files
        .iter()
        .enumerate()
        .map(|(i, file)| OutboundContent::File {
            kind: file.kind.clone(),
            name: file.name.clone(),
            mime: file.mime.clone(),
            storage_key: file.storage_key.clone(),
            caption: if i == 0 && caption_fits { text.to_owned() } else { String::new() },
        })
        .collect();
    if !caption_fits {
        let pieces = split(text, limits.text, limits.measure);
        out.extend(pieces.into_iter().filter(|p| !p.trim().is_empty()).map(|p| OutboundContent::Text(p.to_owned())));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::ChannelKind;
    use crate::domain::text::Measure;

    fn texts(parts: Vec<OutboundContent>) -> Vec<(bool, String)> {
        let one = |part| match part {
            OutboundContent::Text(text) => (false, text),
            OutboundContent::File { caption, .. } => (true, caption),
        };
        parts.into_iter().map(one).collect()
    }

    #[test]
    fn a_message_splits_by_the_limits_of_its_channel() {
        let file = OutFile { kind: "image".into(), name: "a".into(), mime: "image/png".into(), storage_key: "k".into() };
        // Two UTF-16 units, one character, four bytes.
        let text = "😀".repeat(6);
        let by = |measure| SendLimits { text: 8, caption: 6, measure };
        let lengths = |measure| texts(parts(&by(measure), &text, &[])).iter().map(|(_, t)| t.chars().count()).collect::<Vec<_>>();
        assert_eq!(lengths(Measure::Chars), [6]);
        assert_eq!(lengths(Measure::Utf16), [4, 2]);
        assert_eq!(lengths(Measure::Bytes), [2, 2, 2]);
        let files = [file.clone(), file];
        assert_eq!(texts(parts(&by(Measure::Chars), &text, &files)), [(true, text.clone()), (true, String::new())]);
        let long = texts(parts(&by(Measure::Utf16), &text, &files));
        assert_eq!(
            long.iter().map(|(is_file, t)| (*is_file, t.is_empty())).collect::<Vec<_>>(),
            [(true, true), (true, true), (false, false), (false, false)]
        );
    }

    #[test]
    fn every_kind_with_a_provider_says_what_fits_into_one_send() {
        for kind in ChannelKind::ALL.iter().filter(|kind| kind.has_provider()) {
            let limits = kind.limits();
            let sent = texts(parts(limits, &"я ".repeat(limits.text), &[]));
            assert_eq!(sent.len(), 2, "{kind}");
            assert!(sent.iter().all(|(_, text)| limits.measure.of(text) <= limits.text), "{kind}");
        }
    }
}
