//! The connectors: each speaks to one kind of provider, and everything that it tells the hub is an
//! [`Inbound`](crate::domain::channel::Inbound).
//!
//! [`Connectors`] starts and stops one actor for each enabled channel; `doors` knows who may knock at a webhook. Each
//! registers with the hub how it sends (`hub::outlet`) and how it fetches files (`hub::fetching`). A provider's folder holds the same four files each: mod (actor), webhook, codec, client.
mod doors;
pub mod ports;
mod registry;
mod running;
pub mod telegram;

pub use registry::Connectors;

#[cfg(test)]
mod tests;
