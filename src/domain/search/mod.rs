//! Search: which words a text holds, what somebody looks for, and the place that is shown of what was found.
//!
//! Both databases are given the words as they are made here, so that they find the same, whatever their own locale is.
mod numbers;
mod query;
mod snippet;
mod words;

pub use numbers::{NumberAsked, asked_words, digits_asked};
pub use query::SearchQuery;
pub use snippet::{Excerpt, Matched, found};
pub use words::{Word, distinct, words};
