//! An answer that still grows, as operators may see it. A mark can be cut anywhere by the end of what has come so far; until
//! it is known what it is, it is not shown, and behind the first thing that may become a call nothing is shown at all.
use super::tag::{self, HTML, tag_at};
use super::{said, template, thoughts, without_tokens};

/// How thoughts and calls begin that no mark announces.
const BEGINNINGS: &[&str] = &["commentary to=", "assistantcommentary to=", "here is my thought process:", thoughts::BARE];
/// How calls begin, whatever follows.
const CALLS: &[&str] = &[
    "functions.",
    "functools[",
    "to=functions",
    "default_api",
    "<function=",
    "<tool",
    "<|tool",
    "<invoke",
    ">>>",
    "<<<",
    "```",
    "TOOL_CALL",
];

/// What is said so far.
pub fn said_so_far(text: &str) -> String {
    let text = template::plain(without_half(text));
    let said = said(without_half(&text));
    let begun = said.trim_start().to_ascii_lowercase();
    if begun.starts_with(thoughts::BARE) || BEGINNINGS.iter().any(|beginning| beginning.starts_with(&begun)) {
        return String::new();
    }
    let end = said.char_indices().find(|(at, c)| begins_call(&said, *at, *c)).map_or(said.len(), |(at, _)| at);
    without_tokens(without_half_line(&said[..end])).trim().trim_end_matches(['[', '(', '`', '>']).trim_end().to_owned()
}

/// Without the mark that has only begun.
fn without_half(text: &str) -> &str {
    let Some(at) = text.rfind(['<', '[', '◁', '&']) else { return text };
    let tail = &text[at..];
    let mut next = tail.chars();
    let (opening, second) = (next.next(), next.next());
    let is_open = match opening {
        Some('<') => {
            !tail.contains('>') && second.is_none_or(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '|' | '｜' | '_' | '!'))
        }
        Some('[') => !tail.contains(']') && second.is_none_or(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '{' | '"' | '\'')),
        Some('&') => {
            tail.len() < 6 && !tail.contains(';') && tail[1..].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
        }
        _ => !tail.contains('▷'),
    };
    if is_open && tail.len() <= tag::LONGEST { &text[..at] } else { text }
}

/// JSON, a fence, a tool's mark, a function with its bracket: not for people until the whole answer was read.
fn begins_call(text: &str, at: usize, c: char) -> bool {
    let rest = &text[at..];
    if CALLS.iter().any(|call| rest.starts_with(call)) {
        return true;
    }
    match c {
        '{' => true,
        '<' => tag_at(text, at).is_some_and(|tag| !tag.is_token && !HTML.contains(&tag.name.as_str()) || tag.is_tool()),
        '[' => tag_at(text, at).is_some_and(|tag| tag.is_tool() || tag.is_inner()),
        '(' => {
            let before = text[..at].trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':'));
            let name = &text[before.len()..at];
            name.contains('_') || (!name.is_empty() && (before.is_empty() || before.ends_with(['\n', '['])))
        }
        'A' => rest.starts_with("Action:") && (at == 0 || text[..at].ends_with('\n')),
        _ => false,
    }
}

/// A last line that is one Latin word so far may become a function's name, or a channel's.
fn without_half_line(text: &str) -> &str {
    let start = text.rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].trim_start_matches([' ', '[', '"', '`']);
    let is_name =
        !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'='));
    if is_name { &text[..start] } else { text }
}
