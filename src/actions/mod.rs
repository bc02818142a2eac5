//! Use cases of several steps, one in each file: what somebody does that touches more than one table, or a table and something
//! beside it. Whoever is asked (a handler, a connector, a command) reads what is wanted, calls one of these, and shows what
//! came of it; each takes what it needs as arguments.
//!
//! What stands or falls together is one transaction: a query's business, or a unit of the Writer's. Here is what comes before
//! and after it, in the order that keeps every promise when the process dies half-way.
pub mod accept_invite;
pub mod change_ai;
pub mod change_channel;
pub mod change_member;
pub mod change_profile;
pub mod connect_channel;
mod credentials;
pub mod keep_file;
pub mod make_code;
pub mod move_notice_chat;
pub mod refusal;
pub mod register_company;
pub mod remove_channel;
pub mod save_agent;
pub mod say_for_customer;
pub mod send_message;
pub mod test_notice;
mod try_model;
