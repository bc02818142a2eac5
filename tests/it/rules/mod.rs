//! Rules of the house that a compiler does not check: who may import whom, what both databases hold, who may call what.

mod layering;
mod schema;
mod source;
