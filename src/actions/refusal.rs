//! What the hub refuses, as whoever asked is told.
use serde_json::json;

use crate::domain::conversation::Refusal;
use crate::domain::flaw::Flaw;
use crate::error::Error;
use crate::hub::HubError;

pub const NO_CHANNEL: &str = "Channel not found";
pub const NO_CONVERSATION: &str = "Conversation not found";

impl From<HubError> for Error {
    fn from(e: HubError) -> Self {
        match e {
            HubError::Busy => Error::overloaded(),
            HubError::Unavailable(why) => Error::overloaded().because(why),
            HubError::NotFound => Error::not_found(NO_CONVERSATION),
            HubError::Refused(Refusal::ChangedSince | Refusal::Fenced) => Error::changed_since(),
            HubError::Refused(Refusal::NotPossible(why)) => Error::conflict(why),
            HubError::Refused(Refusal::OutOfTurn(why)) => Error::internal(why),
            HubError::Refused(Refusal::Taken(holder)) => Error::taken(json!(holder)),
            HubError::Refused(Refusal::WindowClosed) => Error::window_closed(),
            HubError::Refused(Refusal::NoConversation) => Error::not_found(NO_CONVERSATION),
            HubError::KeyReused => Error::field("client_id", Flaw::KeyReused),
            HubError::NotStorable(why) => Error::validation(Flaw::MessageNotStorable).because(why),
        }
    }
}
