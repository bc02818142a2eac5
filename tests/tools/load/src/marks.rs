//! Numbers that travel inside of texts, so that a message is known again wherever it turns up.

/// The moment a message was meant to leave.
pub const SENT: &str = "@@T";
/// A customer's question to an agent: the number of its turn.
pub const QUESTION: &str = "@@Q";
/// What the model answers in that turn: a reply loses the signs that it begins with.
pub const REPLY: &str = "Offer";

pub fn marked(mark: &str, number: u64) -> String {
    format!("{mark}{number:020}@@")
}

/// The number behind the first such mark.
pub fn mark(hay: &[u8], mark: &str) -> Option<u64> {
    number_at(hay, find(hay, mark.as_bytes())? + mark.len())
}

/// The number behind the last such mark.
pub fn last_mark(hay: &[u8], mark: &str) -> Option<u64> {
    let at = hay.windows(mark.len()).rposition(|window| window == mark.as_bytes())?;
    number_at(hay, at + mark.len())
}

fn number_at(hay: &[u8], at: usize) -> Option<u64> {
    std::str::from_utf8(hay.get(at..at + 20)?).ok()?.parse().ok()
}

pub fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|window| window == needle)
}
