//! The store by itself, on both databases: units made by the real core, committed by the real queries.

mod plans;
mod reading;
mod shelf;
