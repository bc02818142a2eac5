//! What the model is told: who it is, what it may do, what is known, and what was said so far.
//!
//! The company's settings are instructions. Everything else — the card, what is known of the customer, what anybody wrote, file
//! names, transcripts, results of tools — stands between delimiters, as data.
mod history;
mod system;

pub use history::{HistoryLine, LineFile, MOST_CHARS, MOST_LINES, Who, history};
pub use system::{System, system, with_facts};

use super::language::Language;
use super::safety;
use super::tools::CustomerField;

/// What is known when a turn begins.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    pub company_name: &'a str,
    /// The company card: the only source of prices, dates and promises.
    pub card: &'a str,
    pub customer_name: &'a str,
    pub customer_phone: Option<&'a str>,
    pub customer_language: Option<Language>,
    /// The company's local date, time and day of the week, written out.
    pub now_local: String,
    /// What the company wants to know of its customers.
    pub customer_fields: &'a [CustomerField],
    /// A lead that was registered already in this stretch, in words.
    pub lead: Option<&'a str>,
}

/// The result of a tool, or a refusal's sentence, for the model to read.
pub fn tool_result(result: &str) -> String {
    safety::delimited("tool_result", result)
}

#[cfg(test)]
mod tests;
