//! Keyset pages: an opaque cursor that names the last row of the page before, and a clamped limit.
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::{Error, Result};

const DEFAULT: i64 = 50;
const MOST: i64 = 200;

/// 1–200, 50 when nothing is asked; more is clamped.
pub fn limit(asked: Option<i64>) -> i64 {
    asked.unwrap_or(DEFAULT).clamp(1, MOST)
}

pub fn encode(id: i64) -> String {
    URL_SAFE_NO_PAD.encode(id.to_string())
}

pub fn encode_pair(first: i64, id: i64) -> String {
    URL_SAFE_NO_PAD.encode(format!("{first}.{id}"))
}

pub fn decode(cursor: &str) -> Result<i64> {
    text(cursor)?.parse().map_err(|_| wrong())
}

pub fn decode_pair(cursor: &str) -> Result<(i64, i64)> {
    let text = text(cursor)?;
    let (first, id) = text.split_once('.').ok_or_else(wrong)?;
    Ok((first.parse().map_err(|_| wrong())?, id.parse().map_err(|_| wrong())?))
}

fn text(cursor: &str) -> Result<String> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| wrong())?;
    String::from_utf8(bytes).map_err(|_| wrong())
}

fn wrong() -> Error {
    Error::field("cursor", "This is no cursor of ours: take next_cursor from the page before.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        assert_eq!(decode(&encode(42)).ok(), Some(42));
        assert_eq!(decode_pair(&encode_pair(-3, 42)).ok(), Some((-3, 42)));
        assert!(decode("%%%").is_err() && decode_pair(&encode(1)).is_err());
        assert_eq!((limit(None), limit(Some(0)), limit(Some(9999))), (50, 1, 200));
    }
}
