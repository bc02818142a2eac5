//! The connectors: each speaks to one kind of provider, and everything that it tells the hub is an
//! [`Inbound`](crate::domain::channel::Inbound).
//!
//! `connector` says what a kind must be able to do, [`Connectors`] is the registry of the kinds. `running` opens one line for
//! each enabled channel of a kind and registers with the hub how it sends (`hub::outlet`) and how it fetches files
//! (`hub::fetching`); `doors` knows who may knock at a webhook. What all share: `sender` is the actor that paces (`pacing`) and sends,
//! `media` keeps files, `http` is the way out, `fields` reads JSON. A provider's folder holds the same four each: mod (kind and line),
//! webhook, codec, client.
mod connector;
mod dispatcher;
mod doors;
mod fields;
mod http;
mod media;
mod pacing;
pub mod ports;
mod registry;
mod running;
pub mod telegram;
pub mod whatsapp;

pub use connector::Knock;
pub use registry::{Connectors, KindToRegister, kind};

#[cfg(test)]
mod tests;
