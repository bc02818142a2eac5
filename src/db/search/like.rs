//! Looking for a part of a text with LIKE: short lists that need no index of words.
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Bool;

/// Neither database folds the case of Cyrillic letters for certain, so each way people write a word is looked for.
pub(super) fn spellings(word: &str) -> [String; 4] {
    let mut letters = word.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let title = first + &letters.as_str().to_lowercase();
    [word.to_owned(), word.to_lowercase(), word.to_uppercase(), title]
}

/// Of a part that is looked for: SQLite refuses patterns of 50,000 bytes, and nobody types this much.
const LONGEST: usize = 200;
/// Words that are looked for: each is a dozen conditions, and SQLite takes a thousand within each other.
pub(super) const MOST_WORDS: usize = 32;

/// True, in a form that is prepared and forgotten: a search's text is another with other words, and each would be kept for
/// ever, a statement with it.
pub(super) fn unkept() -> SqlLiteral<Bool> {
    sql::<Bool>("TRUE")
}

/// Text without NUL, which PostgreSQL takes in no value.
pub(super) fn part(text: &str) -> String {
    let text: String = text.chars().filter(|c| *c != '\0').take(LONGEST).collect();
    let plain = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{plain}%")
}

/// What stands between the digits of a number.
const BETWEEN: [&str; 11] = [" ", "-", "(", ")", ".", "\u{a0}", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}"];

/// A column without what stands between the digits of a number, in SQL that both databases read.
pub(super) fn joined(column: &'static str) -> String {
    BETWEEN.iter().fold(column.to_owned(), |text, sign| format!("replace({text}, '{sign}', '')"))
}

/// So few digits are in too much that is no number: only the columns of numbers are looked through for them.
pub(super) const IN_ANY_TEXT: usize = 6;
