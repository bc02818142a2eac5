//! What is left of a call before and around it.
use super::Offered;

/// What may lead up to a tool's name.
const LEADS: &[&str] = &[
    "functions.",
    "function.",
    "default_api.",
    "default_api:",
    "tools.",
    "to=",
    "call:",
    "action:",
    "print(",
    "multi_tool_use.parallel(",
    "functools",
    ">>>",
    "tool =>",
    "\"name\":",
    "'name':",
    "\"tool\":",
    "\"function\":",
    "name:",
    "tool:",
    "commentary",
    "<function=",
    "<tool_call=",
    "<tool=",
];

/// Takes away what led up to a call: brackets, quotes, `functions.`, `print(`. True: a fence was opened for it.
pub(super) fn without_lead(words: &mut String) -> bool {
    loop {
        let mut end = words.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '[' | '{' | '"' | '\'' | '(')).len();
        // A text's own quote stays, unless a call stood in it.
        let lower = words[..end].to_ascii_lowercase();
        match LEADS.iter().find(|lead| lower.ends_with(lead.trim_end_matches('('))) {
            Some(lead) => end -= lead.trim_end_matches('(').len(),
            None => {
                let info = words[..end].trim_end_matches(|c: char| c.is_ascii_lowercase() || c == '_');
                let is_fenced = info.ends_with("```");
                words.truncate(if is_fenced { info.trim_end_matches('`').len() } else { end });
                return is_fenced;
            }
        }
        words.truncate(end);
    }
}

/// The words beside calls, without lines that hold marks.
pub(super) fn without_marks(words: &str) -> String {
    let is_mark = |line: &str| {
        let line = line.to_ascii_lowercase();
        ["tool_call", "toolcall", "function_call", "<<", ">>"].iter().any(|mark| line.contains(mark))
    };
    let lines: Vec<&str> = words.trim().lines().filter(|line| !is_mark(line)).collect();
    lines.join("\n").trim().to_owned()
}

/// Words that a machine was meant to read, and that nobody could: the beginning of a call's JSON, a namespace, an agent's plan.
pub(super) fn is_broken(words: &str, offered: &Offered) -> bool {
    let quoted = |key: &str| words.contains(&format!("\"{key}\"")) || words.contains(&format!("'{key}'"));
    let names = ["name", "tool", "function", "tool_name", "action", "recipient_name"];
    let arguments = ["arguments", "parameters", "args", "tool_input", "action_input", "tool_calls", "function_call", "tool_call"];
    let opens = words.contains(['{', '[']);
    let is_json = opens
        && (names.iter().any(|key| quoted(key)) && arguments.iter().any(|key| quoted(key))
            || quoted("arguments")
            || offered.is_quoted(words));
    let is_namespace = words.match_indices("functions.").any(|(at, found)| {
        let next = words[at + found.len()..].chars().next();
        !words[..at].ends_with(char::is_alphanumeric) && next.is_some_and(|c| c.is_ascii_lowercase() || c == '_')
    });
    let is_plan = words.lines().any(|line| line.trim_start().to_ascii_lowercase().starts_with("action input:"));
    is_json || is_namespace || is_plan
}

/// Marks of calls and of templates that nothing came of.
pub(super) fn has_marks(words: &str) -> bool {
    let lower = words.to_ascii_lowercase();
    let is_mark = ["tool_call", "function_call", "<function="].iter().any(|mark| lower.contains(mark));
    let is_token = lower.match_indices("<|").any(|(at, _)| lower[at + 2..].starts_with(|c: char| c.is_ascii_alphabetic()));
    is_mark || is_token
}

/// Without a mark that was cut in the middle by the end.
pub(super) fn without_half_mark(words: &str) -> &str {
    let Some(at) = words.rfind('<') else { return words };
    let rest = &words[at + 1..];
    // `a<b` compares, `Цена <` is a sign.
    let may_be_one = rest.starts_with(['|', '/']) || !rest.is_empty() && !words[..at].ends_with(char::is_alphanumeric);
    let is_half = may_be_one && rest.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'|' | b'/'));
    if is_half { words[..at].trim_end() } else { words }
}
