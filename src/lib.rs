//! The house.
pub mod db;
pub mod domain;
pub mod hub;
