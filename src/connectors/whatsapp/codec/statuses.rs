//! What Meta says of our own messages. It comes in any order, several times, and before the answer to the send.
use super::super::client::answer::{GraphError, failure};
use super::reader::NumberOrigin;
use crate::connectors::fields::Fields;
use crate::domain::channel::{Receipt, ReceiptStatus};
use crate::domain::ids::DeliveryId;

/// What we have Meta give back with each status of a message (`biz_opaque_callback_data`, 512 characters at most).
pub fn tag(delivery: DeliveryId) -> String {
    format!("{TAG}{delivery}")
}

/// Other programs may send by the same number and have tags of their own.
const TAG: &str = "switchboard:";

/// `None` for a status that we do not know, or of a message without a name.
pub fn receipt(status: &Fields, origin: &NumberOrigin) -> Option<Receipt> {
    let provider_id = status.word("id")?;
    let word = status.word("status").unwrap_or_default();
    let to = match word.as_str() {
        "sent" => ReceiptStatus::Sent,
        "delivered" => ReceiptStatus::Delivered,
        // A voice message that was listened to was read.
        "read" | "played" => ReceiptStatus::Read,
        "failed" => ReceiptStatus::Failed,
        // A newer word: what comes before and after it says enough.
        _ => {
            tracing::info!(channel_id = origin.channel_id.get(), status = word, "WhatsApp tells a status that is not known");
            return None;
        }
    };
    let error = (to == ReceiptStatus::Failed).then(|| {
        let told = status.list("errors").first().map(GraphError::read);
        let GraphError { code, subcode, words } =
            told.unwrap_or(GraphError { code: -1, subcode: 0, words: "no reason is told".into() });
        let (code, detail) = failure(code, subcode, &words);
        (code.to_owned(), detail)
    });
    let ours = status.word("biz_opaque_callback_data");
    let delivery_id = ours.and_then(|tag| tag.strip_prefix(TAG)?.parse().ok());
    Some(Receipt { provider_id, delivery_id, status: to, error })
}
