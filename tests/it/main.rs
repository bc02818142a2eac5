//! Black-box tests: the real binary, real databases, doubles for the providers.
//!
//! `journeys` follow people and programs through the contract, `faults` break things on purpose
//! and join three books: the provider's ledger, the database, and what screens showed.
// Helpers stand outside of the functions that clippy knows as tests.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod clients;
mod doubles;
mod faults;
mod hub;
mod jobs;
mod journeys;
mod rules;
mod simulation;
mod storage;
mod support;
