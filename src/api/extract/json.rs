//! Reading JSON bodies.
use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::Value;

use super::nul::WithoutNul;
use crate::domain::flaw::Flaw;
use crate::error::{Error, Result};

/// Reads a JSON object as `T`; the sentence names the field and what is wrong with it.
pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    // serde would read the fields of a list in turn, and an empty list as "nothing is said".
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Error::validation(Flaw::Unreadable { words: "The body must be a JSON object, not a list".into() }));
    }
    // It can only come as an escape.
    if bytes.windows(6).any(|w| w == b"\\u0000") {
        let value: Value = serde_json::from_slice(bytes).map_err(unreadable)?;
        return T::deserialize(WithoutNul(with_whole_numbers(value))).map_err(unreadable);
    }
    // To JSON 1.0 and 1 are one number.
    if bytes.iter().any(|b| matches!(b, b'.' | b'e' | b'E')) {
        let value: Value = serde_json::from_slice(bytes).map_err(unreadable)?;
        return serde_json::from_value(with_whole_numbers(value)).map_err(unreadable);
    }
    serde_json::from_slice(bytes).map_err(unreadable)
}

/// Whole numbers as integers, however they were written: as far as a float is exact.
fn with_whole_numbers(value: Value) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) if number.is_f64() => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() < EXACT => Value::from(float as i64),
            _ => Value::Number(number),
        },
        Value::Array(items) => Value::Array(items.into_iter().map(with_whole_numbers).collect()),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(k, v)| (k, with_whole_numbers(v))).collect()),
        other => other,
    }
}

/// `#[serde(default, deserialize_with = "given")]`: a field that is missing is `None`, one that is null `Some(None)`.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}

fn unreadable(e: serde_json::Error) -> Error {
    Error::validation(Flaw::Unreadable { words: format!("The body does not fit: {e}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_no_body() {
        assert!(from_json::<Value>(b" [1]").is_err() && from_json::<Value>(b" {}").is_ok());
    }

    #[test]
    fn a_whole_number_is_one_however_it_is_written() {
        assert_eq!(from_json::<Two>(br#"{"a":1.0,"b":1.0}"#).expect("numbers"), Two { a: 1, b: 1.0 });
        assert_eq!(from_json::<Two>(br#"{"a":2e3,"b":0.5}"#).expect("numbers"), Two { a: 2_000, b: 0.5 });
        for wrong in [r#"{"a":1.5,"b":1}"#, r#"{"a":1e300,"b":1}"#] {
            assert!(from_json::<Two>(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }

    #[derive(serde::Deserialize, Debug, PartialEq)]
    struct Two {
        a: i64,
        b: f64,
    }

    #[test]
    fn a_nul_never_reaches_a_query() {
        assert!(from_json::<Value>(br#"{"a":["x\u0000"]}"#).is_err());
        assert!(from_json::<Value>(br#"{"a\u0000":1}"#).is_err());
        assert!(from_json::<Value>(br#"{"a":"\\u0000"}"#).is_ok());
        let known = [r#"{"name":"\u0000"}"#, r#"{"name":"x","tags":["\u0000"]}"#, r#"{"name":"x","more":{"k\u0000":1}}"#];
        for body in known {
            assert!(from_json::<Named>(body.as_bytes()).is_err(), "{body}");
        }
    }

    /// What nobody reads may hold what it likes.
    #[test]
    fn a_nul_in_a_field_that_is_not_known_is_ignored_with_it() {
        let body = br#"{"x\u0000":{"y":"\u0000"},"tags":["a"],"name":"x","z":["\u0000"],"more":{"n":[1.0,null,true]}}"#;
        let read = from_json::<Named>(body).expect("a name");
        let more = serde_json::json!({"n": [1, null, true]});
        assert_eq!(read, Named { name: "x".into(), tags: Some(vec!["a".into()]), more, kind: None });
        let body = br#"{"z":"\u0000","name":"x","more":null,"kind":"second"}"#;
        let read = from_json::<Named>(body).expect("a name");
        assert_eq!(read, Named { name: "x".into(), tags: None, more: Value::Null, kind: Some(Kind::Second) });
        assert!(from_json::<Named>(br#"{"z":"\u0000","name":7}"#).is_err(), "the rest is still looked at");
    }

    #[derive(serde::Deserialize, Debug, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        First,
        Second,
    }

    #[derive(serde::Deserialize, Debug, PartialEq)]
    struct Named {
        name: String,
        tags: Option<Vec<String>>,
        #[serde(default)]
        more: Value,
        kind: Option<Kind>,
    }
}
