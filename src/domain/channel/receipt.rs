//! What a provider says of a message after it took it. It may come twice, out of order, and before the answer to the send.
use crate::domain::ids::DeliveryId;
use crate::domain::message::MessageStatus;
use crate::domain::text::word_enum;

word_enum! {
    ReceiptStatus { Sent = "sent", Delivered = "delivered", Read = "read", Failed = "failed" }
}

impl ReceiptStatus {
    pub fn status(self) -> MessageStatus {
        match self {
            ReceiptStatus::Sent => MessageStatus::Sent,
            ReceiptStatus::Delivered => MessageStatus::Delivered,
            ReceiptStatus::Read => MessageStatus::Read,
            ReceiptStatus::Failed => MessageStatus::Failed,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// The provider's name of the send.
    pub provider_id: String,
    /// Ours, where the provider gives back what we sent along: then it can settle a send whose answer never came.
    pub delivery_id: Option<DeliveryId>,
    pub status: ReceiptStatus,
    /// Of a failure: one of the message codes of the contract, and a sentence that ends with the provider's own words.
    pub error: Option<(String, String)>,
}

/// Where a receipt takes a delivery from `now`; `None`: nowhere. It rises by rank, whatever order receipts come in; what has
/// failed stays so, and what has arrived cannot fail any more.
pub fn raised(now: MessageStatus, receipt: ReceiptStatus) -> Option<MessageStatus> {
    use MessageStatus::*;
    let to = receipt.status();
    match now {
        Sending | Uncertain => Some(to),
        Sent | Delivered if to.rank() > now.rank() => Some(to),
        Sent if to == Failed => Some(to),
        // A queued one has not left: whatever this speaks of is an earlier attempt's.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_receipts_does_not_matter_but_a_failure_is_final() {
        use ReceiptStatus::*;
        let after = |receipts: &[ReceiptStatus]| {
            receipts.iter().fold(MessageStatus::Sent, |now, receipt| raised(now, *receipt).unwrap_or(now))
        };
        assert_eq!(after(&[Read, Delivered, Sent, Delivered]), MessageStatus::Read);
        assert_eq!(after(&[Delivered, Read]), MessageStatus::Read);
        assert_eq!(after(&[Failed, Delivered, Read]), MessageStatus::Failed);
        assert_eq!(after(&[Delivered, Failed]), MessageStatus::Delivered);
        assert_eq!(raised(MessageStatus::Uncertain, Sent), Some(MessageStatus::Sent));
        assert_eq!(raised(MessageStatus::Queued, Delivered), None);
        assert_eq!(raised(MessageStatus::Cancelled, Read), None);
    }
}
