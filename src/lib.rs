//! The house.
#![forbid(unsafe_code)]

pub mod api;
pub mod app;
pub mod clients;
pub mod config;
pub mod db;
pub mod domain;
pub mod error;
pub mod hub;
pub mod passwords;
pub mod secrets;
pub mod sessions;
pub mod telemetry;
