//! Reading a provider's JSON so that an unknown or changed field costs that field and nothing else.
use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// An object whose members are read one by one, each only when it is asked for. A member that is missing, null or of an
/// unexpected type reads as `None`.
#[derive(Clone, Debug, Default)]
pub struct Fields<'a>(BTreeMap<Cow<'a, str>, &'a RawValue>);

impl<'a> Fields<'a> {
    pub fn parse(json: &'a [u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json).map(Fields)
    }

    fn of(raw: &'a RawValue) -> Option<Self> {
        serde_json::from_str(raw.get()).ok().map(Fields)
    }

    pub fn get<T: Deserialize<'a>>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    /// The member's own JSON; null counts as missing.
    pub fn raw(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).map(|raw| raw.get()).filter(|json| *json != "null")
    }

    pub fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// Text without NULs, which PostgreSQL cannot store.
    pub fn text(&self, name: &str) -> Option<String> {
        let text: String = self.get(name)?;
        Some(if text.contains('\0') { text.replace('\0', "") } else { text })
    }

    pub fn word(&self, name: &str) -> Option<String> {
        self.text(name).filter(|text| !text.trim().is_empty())
    }

    /// An integer, also one that a double wrote as `1.0` or `"1"`.
    pub fn int(&self, name: &str) -> Option<i64> {
        let json = self.raw(name)?.trim_matches('"');
        json.parse().ok().or_else(|| json.parse::<f64>().ok().filter(|n| n.fract() == 0.0 && n.abs() < 9e15).map(|n| n as i64))
    }

    pub fn flag(&self, name: &str) -> bool {
        self.get(name).unwrap_or(false)
    }

    pub fn object(&self, name: &str) -> Option<Fields<'a>> {
        Fields::of(self.0.get(name)?)
    }

    /// The objects of a list; what is no object is left out.
    pub fn list(&self, name: &str) -> Vec<Fields<'a>> {
        self.raws(name).into_iter().filter_map(Fields::of).collect()
    }

    /// The members of a list, each as it came.
    pub fn raws(&self, name: &str) -> Vec<&'a RawValue> {
        self.0.get(name).and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
    }

    /// The member as it came, without NULs, if it is no larger than `most` bytes.
    pub fn value(&self, name: &str, most: usize) -> Option<Value> {
        let json = self.raw(name).filter(|json| json.len() <= most)?;
        serde_json::from_str(json).ok().map(without_nuls)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, raw)| raw.get() != "null").map(|(name, _)| name.as_ref())
    }
}

fn without_nuls(value: Value) -> Value {
    let plain = |text: String| if text.contains('\0') { text.replace('\0', "") } else { text };
    match value {
        Value::String(text) => Value::String(plain(text)),
        Value::Array(list) => list.into_iter().map(without_nuls).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (plain(name), without_nuls(value))).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_member_costs_only_itself() {
        let json = r#"{"a":1,"b":{"deep":[[[1]]]},"c":"x\u0000y","d":null,"e":[{"f":2},7],"g":"12","h":3.0,"bad":"\ud83d"}"#;
        let f = Fields::parse(json.as_bytes()).expect("fields");
        assert_eq!((f.int("a"), f.int("b"), f.int("g"), f.int("h")), (Some(1), None, Some(12), Some(3)));
        assert_eq!(f.text("c").as_deref(), Some("xy"));
        assert!(!f.has("d") && f.has("b") && f.text("bad").is_none() && f.text("a").is_none());
        assert_eq!(f.list("e").len(), 1);
        assert_eq!(f.raws("e").len(), 2);
        assert_eq!(f.value("e", 100), Some(serde_json::json!([{ "f": 2 }, 7])));
        assert_eq!((f.value("c", 100), f.value("c", 3), f.value("d", 9)), (Some("xy".into()), None, None));
        assert!(Fields::parse(b"[]").is_err() && Fields::parse(b"{\"a\":").is_err());
    }
}
