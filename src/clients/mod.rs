//! Leaf clients of the outside world, each a trait and its real implementation.
pub mod storage;
