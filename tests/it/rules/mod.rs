//! Rules of the house that a compiler does not check: who may import whom, what both databases hold, who may call what.

pub mod behind;
mod console;
mod documents;
mod error_codes;
mod kinds;
mod layering;
mod names;
mod openapi;
mod routes;
mod schema;
mod source;
