//! What providers say of messages after they took them: sets of rows, past the Conversations; only what one of them still
//! holds open is told to it first.
use super::{Hub, HubError};
use crate::db::deliveries::{RECEIPTS_IN_A_BATCH, ToHear};
use crate::domain::channel::{Receipt, ReceiptStatus, SendOutcome};
use crate::domain::conversation::{Command, Input};
use crate::domain::ids::ChannelId;

impl Hub {
    /// `Ok` means that all of them are in the database; coming again changes nothing.
    pub async fn receipts(&self, channel: ChannelId, receipts: Vec<Receipt>) -> Result<(), HubError> {
        let store = &self.core.store;
        for some in receipts.chunks(RECEIPTS_IN_A_BATCH) {
            let to_hear = store.take_receipts(channel, some.to_vec(), false, self.core.clock.now()).await?;
            for one in &to_hear {
                match self.input(one.conversation_id, input_of(one)).await {
                    // It holds this send no longer: then the rows alone learn what the provider says.
                    Ok(_) | Err(HubError::Refused(_) | HubError::NotFound) => {}
                    Err(e) => return Err(e),
                }
            }
            if !to_hear.is_empty() {
                let heard = to_hear.into_iter().map(|one| one.receipt).collect();
                store.take_receipts(channel, heard, true, self.core.clock.now()).await?;
            }
        }
        Ok(())
    }
}

/// A send that is settled; or the rest of a message that has failed, which stays here.
fn input_of(one: &ToHear) -> Input {
    let ToHear { delivery_id, message_id, settles, receipt, .. } = one;
    if !settles {
        return Input::Command(Command::Cancel { message_id: *message_id });
    }
    let outcome = match receipt.status {
        ReceiptStatus::Failed => {
            let (code, detail) = receipt.error.clone().unwrap_or_default();
            SendOutcome::Failed { code: code_of(&code), detail }
        }
        _ => SendOutcome::Sent { provider_id: Some(receipt.provider_id.clone()) },
    };
    Input::Outcome { delivery_id: *delivery_id, outcome }
}

/// The contract's codes for messages; a connector gives no others.
fn code_of(word: &str) -> &'static str {
    const CODES: [&str; 5] = ["customer_blocked", "chat_not_found", "channel_unauthorized", "media_refused", "window_closed"];
    CODES.into_iter().find(|code| *code == word).unwrap_or("provider_refused")
}
