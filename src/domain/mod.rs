//! Pure types and decisions: no actix, no queries, no clock of its own. Time and randomness are arguments.
//!
//! `conversation` is the core: [`conversation::step`] turns inputs into a proposed [`conversation::Unit`]; everything else
//! here is the vocabulary it speaks.
pub mod access;
pub mod agent;
pub mod channel;
pub mod cited;
pub mod clock;
pub mod conversation;
pub mod customer;
pub mod email;
pub mod event;
pub mod flaw;
pub mod form;
pub mod ids;
pub mod job;
pub mod lead;
pub mod lease;
pub mod mention;
pub mod message;
pub mod notice;
pub mod problem;
pub mod relaxed;
pub mod search;
pub mod text;
pub mod transcript;
pub mod zone;
