//! The actors: each file is one actor's state, its private messages and a public handle with verbs.
pub mod lifecycle;
pub mod outlet;
