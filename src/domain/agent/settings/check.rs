//! What is asked of every text that an owner sets.

/// What is wrong, and with which field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub field: &'static str,
    pub sentence: String,
}

impl Problem {
    pub fn new(field: &'static str, sentence: impl Into<String>) -> Self {
        Problem { field, sentence: sentence.into() }
    }
}

pub const KEY_RULE: &str = "1 to 40 of a-z, 0-9 and _, beginning with a letter";

/// A name that a model, a table and a program can all use.
pub fn is_key(key: &str) -> bool {
    key.len() <= 40
        && key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// One line, possibly empty.
pub fn line(field: &'static str, value: &str, most: usize) -> Result<(), Problem> {
    if value.chars().count() > most || value.chars().any(char::is_control) {
        return Err(Problem::new(field, format!("{field} must be one line of at most {most} characters")));
    }
    Ok(())
}

/// Several lines, possibly empty.
pub fn text(field: &'static str, value: &str, most: usize) -> Result<(), Problem> {
    if value.chars().count() > most {
        return Err(Problem::new(field, format!("{field} must have at most {most} characters")));
    }
    if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Problem::new(field, format!("{field} holds a character that is no text")));
    }
    Ok(())
}
