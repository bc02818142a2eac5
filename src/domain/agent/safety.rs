//! The two borders of the model. Inward: what customers, files and tools bring is data, see [`as_data`]. Outward: a reply is
//! plain text with links to allowed hosts only, see [`clean_reply`].
mod data;
mod hosts;
mod html;
mod links;
mod markdown;
mod reply;

pub use crate::domain::text::{one_line, several_lines, visible};
pub use data::{as_data, delimited};
pub use reply::{LONGEST_REPLY, clean_reply};

/// Stands before what a colleague wrote in the history; a model that imitates it gets it cut off.
pub const COLLEAGUE_MARK: &str = "[colleague]";
/// Stands before what a scripted flow wrote.
pub const AUTOMATIC_MARK: &str = "[automatic]";

#[cfg(test)]
mod tests;
