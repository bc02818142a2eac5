//! Arguments as tags: `<parameter=city>Омск</parameter>`, `<arg_key>city</arg_key><arg_value>Омск</arg_value>`,
//! `<city>Омск</city>`.
use serde_json::{Map, Value};

use super::tag::{Tag, tag_at};
use crate::domain::relaxed;

/// What the tags in `body` bring, if they bring anything.
pub(super) fn arguments(body: &str) -> Option<Map<String, Value>> {
    let mut found = Map::new();
    let mut at = 0;
    while let Some(next) = body[at..].find('<') {
        at += next;
        let Some(tag) = tag_at(body, at).filter(|tag| !tag.is_closing) else {
            at += 1;
            continue;
        };
        let (key, value, end) = argument(body, &tag)?;
        found.insert(key, value);
        at = end;
    }
    (!found.is_empty()).then_some(found)
}

fn argument(body: &str, tag: &Tag) -> Option<(String, Value, usize)> {
    if tag.name == "arg_key" {
        let (key, end) = inside(body, tag)?;
        let open = end + body[end..].find('<')?;
        let value = tag_at(body, open).filter(|tag| tag.name == "arg_value" && !tag.is_closing)?;
        let (value, end) = inside(body, &value)?;
        return Some((key.trim().to_owned(), read(value), end));
    }
    let key = match (tag.is_parameter(), tag.value) {
        (true, Some(key)) => key.to_owned(),
        (true, None) => return None,
        (false, _) => tag.name.clone(),
    };
    let (value, end) = inside(body, tag)?;
    Some((key, read(value), end))
}

/// Up to the mark that closes this one; a parameter that is not closed ends where the next begins, or with the body.
fn inside<'a>(body: &'a str, tag: &Tag) -> Option<(&'a str, usize)> {
    for (at, _) in body[tag.end..].match_indices('<').map(|(at, c)| (tag.end + at, c)) {
        let Some(next) = tag_at(body, at) else { continue };
        if next.is_closing && next.name == tag.name {
            return Some((&body[tag.end..at], next.end));
        }
        if tag.is_parameter() && tag.value.is_some() && (next.is_parameter() || next.is_closing && next.is_tool()) {
            return Some((&body[tag.end..at], at));
        }
    }
    (tag.is_parameter() && tag.value.is_some()).then(|| (&body[tag.end..], body.len()))
}

fn read(text: &str) -> Value {
    let text = text.trim();
    let is_json = text.starts_with(['{', '[', '"']);
    let value = if is_json { relaxed::whole(text) } else { None };
    value.unwrap_or_else(|| Value::String(text.to_owned()))
}
