//! Reading JSON bodies.
use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::Value;

use crate::error::{Error, Result};

/// Reads a JSON object as `T`; the sentence names the field and what is wrong with it.
pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    // serde would read the fields of a list in turn, and an empty list as "nothing is said".
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Error::validation("The body must be a JSON object, not a list"));
    }
    // No database column takes a NUL; it can only come as an escape.
    if bytes.windows(6).any(|w| w == b"\\u0000") {
        let value: Value = serde_json::from_slice(bytes).map_err(unreadable)?;
        if holds_nul(&value) {
            return Err(Error::validation("The body holds a NUL character"));
        }
    }
    serde_json::from_slice(bytes).map_err(unreadable)
}

/// `#[serde(default, deserialize_with = "given")]`: a field that is missing is `None`, one that is null `Some(None)`.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}

fn unreadable(e: serde_json::Error) -> Error {
    Error::validation(format!("The body does not fit: {e}"))
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(k, v)| k.contains('\0') || holds_nul(v)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_no_body() {
        assert!(from_json::<Value>(b" [1]").is_err() && from_json::<Value>(b" {}").is_ok());
    }

    #[test]
    fn a_nul_never_reaches_a_query() {
        assert!(from_json::<Value>(br#"{"a":["x\u0000"]}"#).is_err());
        assert!(from_json::<Value>(br#"{"a":"\\u0000"}"#).is_ok());
    }
}
