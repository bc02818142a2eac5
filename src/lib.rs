//! The house.
pub mod connectors;
pub mod db;
pub mod domain;
pub mod hub;
