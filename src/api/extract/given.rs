//! In a change, a field that is missing, one that is null, and one with a value are three things.
use serde::{Deserialize, Deserializer};

/// `#[serde(default, deserialize_with = "given")]`: `None` is missing, `Some(None)` is null.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}
