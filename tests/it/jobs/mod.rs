//! The jobs: with a hub of the test's own in the test's own process, and whatever provider the test makes up.

mod fetch_media;
pub mod house;
mod runner;
