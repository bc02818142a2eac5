//! What every channel has in common: the same [`Inbound`] comes in, the same [`Outbound`] goes out, and a [`ChannelKind`] says
//! what the channel can do.
mod credentials;
mod inbound;
mod kind;
mod number;
mod outbound;
mod receipt;

pub use credentials::*;
pub use inbound::*;
pub use kind::*;
pub use number::shared_number;
pub use outbound::*;
pub use receipt::*;

use super::text::word_enum;

word_enum! {
    /// How a bot's updates come.
    UpdateMode { Webhook = "webhook", Polling = "polling" }
}
word_enum! {
    /// How well a channel works, as the last check found it.
    HealthState { Ok = "ok", Checking = "checking", Retrying = "retrying", Unauthorized = "unauthorized", Disabled = "disabled" }
}
