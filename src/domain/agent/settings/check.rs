//! What is asked of every text that an owner sets.

use crate::domain::flaw::Flaw;

/// What is wrong, and with which field.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    pub field: &'static str,
    pub flaw: Flaw,
}

impl Problem {
    pub fn new(field: &'static str, flaw: Flaw) -> Self {
        Problem { field, flaw }
    }
}

/// A name that a model, a table and a program can all use.
pub fn is_key(key: &str) -> bool {
    key.len() <= 40
        && key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// One line, possibly empty.
pub fn line(field: &'static str, value: &str, most: usize) -> Result<(), Problem> {
    if value.chars().count() > most || value.chars().any(char::is_control) {
        return Err(Problem::new(field, Flaw::OptionalLine { max: most }));
    }
    Ok(())
}

/// Several lines, possibly empty.
pub fn text(field: &'static str, value: &str, most: usize) -> Result<(), Problem> {
    if value.chars().count() > most {
        return Err(Problem::new(field, Flaw::TooLong { max: most }));
    }
    if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Problem::new(field, Flaw::NotText));
    }
    Ok(())
}
