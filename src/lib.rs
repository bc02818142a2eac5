//! The house.
pub mod domain;
