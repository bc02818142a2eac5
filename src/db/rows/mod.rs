//! Rows of the tables that a message passes through, as structs. The same ones serve both backends.
mod conversation;
mod customer;
mod message;
mod wire;
mod work;

pub use conversation::{ConversationChange, ConversationRow, EpisodeRow, TimerRow};
pub use customer::{CustomerRow, IdentityKeyRow, IdentityRow};
pub use message::{AttachmentRow, MessageRow};
pub use wire::{DeliveryRow, EventRow, NotificationRow, RawRow};
pub use work::{LeadRow, NewAgentRun, QueuedJob};
