//! What stands behind a tool's name.
use serde_json::{Map, Value};

use super::tag::tag_at;
use super::xml;
use crate::domain::relaxed;

/// Words that come between a name and its arguments.
const BETWEEN: &[&str] =
    &["arguments", "parameters", "args", "input", "tool_input", "action_input", "action", "params", "json", "kwargs", "with"];
/// So many things may stand between them.
const MOST: usize = 16;
/// What stands before a name only in a call: right before it, or with a space between.
const BEFORE: &[&str] = &["functions.", "function.", "default_api.", "default_api:", "call:", "to=", "tools."];
const BEFORE_SPACE: &[&str] = &["action:", "tool =>", ">>>"];

/// Does a call begin behind these words?
pub(super) fn is_marked(words: &str) -> bool {
    let lower = words[words.floor_char_boundary(words.len().saturating_sub(40))..].to_ascii_lowercase();
    let spaced = lower.trim_end_matches([' ', '"', '\'', '`']);
    BEFORE.iter().any(|before| lower.ends_with(before)) || BEFORE_SPACE.iter().any(|before| spaced.ends_with(before))
}

/// The arguments of the name that ends at `end`, and the byte after them. Where nothing marks a call the name is a word like
/// another, unless arguments follow.
pub(super) fn arguments(text: &str, end: usize, is_marked: bool) -> Option<(Value, usize)> {
    if text[end..].starts_with('(')
        && let Some((arguments, length)) = relaxed::keywords(&text[end..])
    {
        return Some((Value::Object(arguments), end + length));
    }
    let at = behind(text, end);
    let rest = &text[at..];
    match rest.chars().next() {
        Some('{') => {
            let value = relaxed::value(rest).or_else(|| if is_marked { relaxed::unclosed(rest) } else { None });
            let value = value.filter(|(value, _)| value.is_object()).or_else(|| flags(rest));
            value.map(|(value, length)| (value, at + length))
        }
        Some('(') if is_marked => relaxed::keywords(rest).map(|(arguments, length)| (Value::Object(arguments), at + length)),
        Some('<') if is_marked => tags(text, at),
        None if is_marked => Some((Value::Null, at)),
        Some('}' | ']' | ')') if is_marked => Some((Value::Null, at)),
        _ => None,
    }
}

fn tags(text: &str, at: usize) -> Option<(Value, usize)> {
    let tag = tag_at(text, at)?;
    if tag.is_closing || (tag.is_tool() && tag.name != "arg_key") {
        return Some((Value::Null, at));
    }
    let mut end = text.len();
    for (other, _) in text[at..].match_indices('<').map(|(from, c)| (at + from, c)) {
        if let Some(next) = tag_at(text, other)
            && next.is_tool()
            && !next.name.starts_with("arg_")
        {
            end = other;
            break;
        }
    }
    xml::arguments(&text[at..end]).map(|arguments| (Value::Object(arguments), end))
}

/// Passes over marks, quotes, signs and words between a name and its arguments.
fn behind(text: &str, end: usize) -> usize {
    let mut at = end;
    for _ in 0..MOST {
        at = text.len() - text[at..].trim_start().len();
        let rest = &text[at..];
        let word = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let tag = tag_at(text, at);
        at += match rest.chars().next() {
            Some('"' | '\'' | '`' | ',' | '=' | '>' | '\\') => 1,
            Some(':') => 1 + rest[1..].bytes().take_while(u8::is_ascii_digit).count(),
            Some('.') if rest.starts_with(".call") => ".call".len(),
            Some('<' | '[') => match tag {
                // An id of the call follows.
                Some(tag) if tag.name == "call_id" => {
                    let id = text[tag.end..].find(['[', '{', '<']).unwrap_or(0);
                    tag.end + id - at
                }
                Some(tag) if tag.is_inner() || (tag.is_token && !tag.is_tool()) => tag.end - at,
                _ => break,
            },
            _ if BETWEEN.contains(&rest[..word].to_ascii_lowercase().as_str()) => word,
            _ => break,
        };
    }
    at
}

/// `{ --city "Омск" --area 150 }`
fn flags(text: &str) -> Option<(Value, usize)> {
    let end = text.find('}')?;
    let inside = text[1..end].trim();
    let mut found = Map::new();
    for flag in inside.strip_prefix("--")?.split("--") {
        let (key, value) = flag.trim().split_once(char::is_whitespace)?;
        let value = value.trim().trim_matches(['"', '\'']);
        found.insert(key.to_owned(), Value::String(value.to_owned()));
    }
    Some((Value::Object(found), end + 1))
}
