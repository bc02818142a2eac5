//! Rows of `jobs`, executed off the hot path. Each is written in the transaction that causes it, claimed under a lease, and
//! found again when whoever had it is gone.
pub mod transcribe;
