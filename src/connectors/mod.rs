//! The connectors: each speaks to one kind of provider, and everything that it tells the hub is an
//! [`Inbound`](crate::domain::channel::Inbound).
//!
//! [`Connectors`] starts and stops one actor for each enabled channel; `doors` knows who may knock at a webhook; `media`
//! fetches files. A provider's folder holds the same four files each: mod (actor), webhook, codec, client.
mod doors;
pub mod media;
pub mod ports;
mod registry;
mod running;
pub mod telegram;

pub use registry::Connectors;

#[cfg(test)]
mod tests;
