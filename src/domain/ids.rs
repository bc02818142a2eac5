//! Ids come from the database and are positive and below 2^53, so that JavaScript keeps them exact.
//!
//! What many hands pass on has a type of its own, so that none is taken for another:
//!
//! ```
//! use switchboard::domain::ids::ConversationId;
//! fn open(_: ConversationId) {}
//! open(ConversationId::new(7));
//! ```
//! ```compile_fail,E0308
//! use switchboard::domain::ids::{ConversationId, MessageId};
//! fn open(_: ConversationId) {}
//! open(MessageId::new(7));
//! ```

/// Declares ids: numbers in JSON, in addresses and in the database (`db/ids.rs`).
macro_rules! ids {
    ($($name:ident)+) => {$(
        #[derive(Copy, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// Of what the store has not numbered yet.
            pub const NONE: Self = Self(0);

            pub const fn new(id: i64) -> Self {
                Self(id)
            }

            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                i64::json_schema(generator)
            }
        }

        impl AsRef<i64> for $name {
            fn as_ref(&self) -> &i64 {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&self.0, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! { ChannelId CompanyId ConversationId CustomerId MessageId UserId }

pub type IdentityId = i64;
pub type EpisodeId = i64;
pub type DeliveryId = i64;
pub type AttachmentId = i64;
pub type DepartmentId = i64;
pub type LeadId = i64;
pub type AgentRunId = i64;
pub type AgentVersionId = i64;
pub type TimerId = i64;
pub type SessionId = i64;
/// A position in a company's feed; dense, from 1.
pub type Seq = i64;
