//! Looking for a part of a text with LIKE: short lists that need no index of words.

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

/// Text without NUL, which PostgreSQL takes in no value.
pub(super) fn part(text: &str) -> String {
    let text: String = text.chars().filter(|c| *c != '\0').take(LONGEST).collect();
    let plain = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{plain}%")
}

/// The digits of what looks like a phone number, and the same with the `8` of home calls as the country's `7`.
pub(super) fn phone_digits(text: &str) -> Option<[String; 2]> {
    let looks = text.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let at_home = digits.strip_prefix('8').map_or_else(|| digits.clone(), |rest| format!("7{rest}"));
    (looks && digits.len() >= 3).then_some([digits, at_home])
}
