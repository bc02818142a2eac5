//! The tokens that a chat's template puts between turns. Where they are left in an answer they end it: what follows is a turn
//! that the model only imagines.
use super::tag::{Tag, tag_at};

/// Whoever speaks after these is the model itself.
const OWN: &[&str] = &["assistant", "model", "ai", "bot", "chatbot", "gpt", "chatbot_token"];
/// Tokens that name who speaks.
const ROLES: &[&str] =
    &["assistant", "user", "system", "observation", "developer", "human", "user_token", "system_token", "chatbot_token"];
/// Behind them stands who speaks.
const BEGINS: &[&str] =
    &["im_start", "start_header_id", "start_of_turn", "start_of_turn_token", "turn", "im_user", "im_assistant", "im_system"];
const ENDS: &[&str] = &[
    "im_end",
    "eot_id",
    "eom_id",
    "end",
    "endoftext",
    "end_of_text",
    "end_of_turn",
    "end_of_turn_token",
    "end_of_sentence",
    "eos",
    "return",
    "eot",
    "eod",
    "end_of_utterance",
    "end_of_response",
    "endofresponse",
    "endofturn",
    "s",
    "turn",
];
/// What names nothing but a place.
const EMPTY: &[&str] = &["bos", "eos", "pad", "unk", "sep", "s", "inst", "start_of_turn", "end_of_turn", "end_of_utterance"];

/// The text with its marks spelt in one way: `<｜tool▁sep｜>` is `<|tool_sep|>`, `&lt;` is `<`, a quote's token a quote.
pub(super) fn plain(text: &str) -> String {
    let mut text = text.to_owned();
    if text.contains("<｜") || text.contains("｜>") {
        text = bars(&text);
    }
    if text.contains("&lt;") {
        for (from, to) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
            text = text.replace(from, to);
        }
    }
    for token in ["<escape>", "<|\"|>", "<|'|>"] {
        text = text.replace(token, "\"");
    }
    text
}

fn bars(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        inside = match c {
            '<' => true,
            '>' | '\n' => false,
            _ => inside,
        };
        out.push(match c {
            '｜' => '|',
            '▁' if inside => '_',
            c => c,
        });
    }
    out
}

/// The first turn in which something is said, if it is the model's own.
pub(super) fn own_turn(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    let mut is_own = true;
    let mut rest = 0;
    for (at, _) in text.match_indices(['<', '[']) {
        let Some(tag) = tag_at(text, at).filter(|_| at >= rest).filter(|tag| !is_ordinary(tag, &text[..at], &text[tag.end..]))
        else {
            continue;
        };
        if is_own {
            said.push_str(&text[rest..at]);
        }
        rest = tag.end;
        let role = role(&tag, &text[tag.end..]);
        if (role.is_some() || ends(&tag)) && !said.trim().is_empty() {
            return said;
        }
        if let Some((who, length)) = role {
            is_own = OWN.contains(&who.as_str());
            rest += length;
        }
    }
    if is_own {
        said.push_str(&text[rest.min(text.len())..]);
    }
    said
}

/// No token of a template, or one that tells of a tool.
fn is_ordinary(tag: &Tag, before: &str, after: &str) -> bool {
    let is_known = BEGINS.contains(&tag.name.as_str()) || ends(tag) || (tag.is_token && ROLES.contains(&tag.name.as_str()));
    let is_token = (tag.is_token && !tag.is_tool() && !tag.is_inner()) || EMPTY.contains(&tag.name.as_str());
    // `<s>100</s>` strikes something out.
    let is_struck = tag.name == "s"
        && if tag.is_closing { closes_a_strike(before, after) } else { !before.trim().is_empty() || opens_a_strike(after) };
    let is_bracket = tag.is_bracket && tag.name != "inst";
    (!is_known && !is_token) || is_struck || is_bracket
}

fn opens_a_strike(after: &str) -> bool {
    after.split_once("</s>").is_some_and(|(struck, rest)| closes_a_strike(&format!("<s>{struck}"), rest))
}

/// At the very beginning `<s>` is a template's token too: then what follows the end tells.
fn closes_a_strike(before: &str, after: &str) -> bool {
    let goes_on = after.trim_start().starts_with(|c: char| !matches!(c, '<' | '['));
    before.trim_start_matches("<s>").contains("<s>") || before.contains("<s>") && goes_on
}

fn ends(tag: &Tag) -> bool {
    let name = tag.name.as_str();
    let is_plain =
        matches!(name, "end_of_turn" | "eos" | "end_of_utterance" | "end_of_sentence") || (name == "s" && tag.is_closing);
    ENDS.contains(&name) && (is_plain || (tag.is_token && (name != "turn" || tag.is_closing)))
}

/// Who speaks after this token, and how many bytes say so.
fn role(tag: &Tag, after: &str) -> Option<(String, usize)> {
    let name = tag.name.as_str();
    if tag.is_token && ROLES.contains(&name) {
        return Some((name.to_owned(), 0));
    }
    if !BEGINS.contains(&name) || tag.is_closing {
        return None;
    }
    if let Some(role) = name.strip_prefix("im_").filter(|role| *role != "start") {
        // Kimi repeats the role before another token.
        let length = after.find("<|im_middle|>").filter(|at| *at < 40).unwrap_or(0);
        return Some((role.to_owned(), length));
    }
    let end = after.find(|c: char| !c.is_ascii_alphabetic() && c != '_').unwrap_or(after.len());
    Some((after[..end].to_ascii_lowercase(), end))
}

/// Takes marks away.
pub(super) fn without(text: &str, which: impl Fn(&Tag) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    for (at, _) in text.match_indices('<') {
        if at >= rest
            && let Some(tag) = tag_at(text, at).filter(&which)
        {
            out.push_str(&text[rest..at]);
            rest = tag.end;
        }
    }
    out.push_str(&text[rest..]);
    out
}
