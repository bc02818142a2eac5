//! What a channel speaks to its provider with, and what its provider speaks to us with.
use std::fmt;

/// What a channel is made from, besides its name. Every value has the form that its kind asks for.
#[derive(Clone, Default, PartialEq)]
pub struct ChannelCredentials {
    /// Ours to the provider: a bot's token, an access token.
    pub token: String,
    /// The account's name at the provider, where the token does not say it (WhatsApp's `phone_number_id`).
    pub account: Option<String>,
    /// What the provider signs with.
    pub app_secret: Option<String>,
    /// What the provider shows when its webhook is set up.
    pub verify_token: Option<String>,
}

/// Values that stay are `None`.
#[derive(Clone, Default, PartialEq)]
pub struct ChannelCredentialsChange {
    pub token: Option<String>,
    pub app_secret: Option<String>,
    pub verify_token: Option<String>,
}

impl ChannelCredentialsChange {
    pub fn is_empty(&self) -> bool {
        *self == ChannelCredentialsChange::default()
    }
}

impl fmt::Debug for ChannelCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelCredentials").field("account", &self.account).finish_non_exhaustive()
    }
}

impl fmt::Debug for ChannelCredentialsChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelCredentialsChange").finish_non_exhaustive()
    }
}
