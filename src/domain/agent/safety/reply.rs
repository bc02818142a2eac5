//! A reply on its way out: plain text, short enough, with no link but those the company allows.
use super::hosts::Hosts;
use super::invisible::visible;
use super::{AUTOMATIC_MARK, COLLEAGUE_MARK, links, markdown};
use crate::domain::agent::markup;

pub const LONGEST_REPLY: usize = 4000;
/// What is looked at of an answer: a model that raves costs no more work than this.
const LONGEST_ANSWER: usize = 20_000;

/// The plain text of what a model wrote: no thoughts, no HTML, no markdown, no images, no invisible characters; addresses only when their
/// host is one of `allowed_hosts` or under one. Cleaning twice changes nothing.
pub fn clean_reply(text: &str, allowed_hosts: &[String]) -> String {
    let hosts = Hosts::new(allowed_hosts);
    // Before the cut: thoughts may be longer than the answer that follows them.
    let text: String = markup::said(text).chars().take(LONGEST_ANSWER).collect();
    let mut text = once(&text, &hosts);
    // What was taken away may have held apart what now reads as markup or as an address.
    for _ in 0..8 {
        let next = once(&text, &hosts);
        if next == text {
            break;
        }
        text = next;
    }
    text
}

fn once(text: &str, hosts: &Hosts) -> String {
    let text = visible(text).chars().map(plain_dot).collect::<String>();
    // Again: letters that only look like a mark have become one.
    let text = without_imitation(&markup::without_tokens(&markup::said(&text)));
    let text = markdown::without_html(&markdown::without_links(&text));
    let text = markdown::without_marks(&text);
    // Before the links are judged: a cut in the middle of a host makes another host of it.
    bounded(&tidy(&links::only_allowed(&bounded(&text), hosts)))
}

/// Cut at a word's end, if there is one near the bound.
fn bounded(text: &str) -> String {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(LONGEST_REPLY) else { return text.to_owned() };
    let head = &text[..end];
    let word = head.rfind(char::is_whitespace).filter(|at| head.len() - at < 400).unwrap_or(end);
    head[..word].trim_end().to_owned()
}

/// Characters that browsers read as a dot or a slash in an address.
fn plain_dot(c: char) -> char {
    match c {
        '。' | '．' | '｡' | '․' | '﹒' => '.',
        '⁄' | '∕' | '⧸' => '/',
        '﹕' | '꞉' | '∶' => ':',
        '﹫' => '@',
        c => c,
    }
}

/// A model may imitate the marks that only the history uses.
fn without_imitation(text: &str) -> String {
    let mut text = text.trim_start();
    while let Some(rest) = text.strip_prefix(COLLEAGUE_MARK).or_else(|| text.strip_prefix(AUTOMATIC_MARK)) {
        text = rest.trim_start();
    }
    text.to_owned()
}

/// Takes away the brackets and spaces that a removed address leaves.
fn tidy(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let mut line = line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        for (from, to) in
            [("( ", "("), (" )", ")"), ("« ", "«"), (" »", "»"), ("()", ""), ("[]", ""), ("«»", ""), ("“”", ""), ("\"\"", "")]
        {
            line = line.replace(from, to);
        }
        for mark in [",", ".", ";", "!", "?"] {
            line = line.replace(&format!(" {mark}"), mark);
        }
        let line = line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        let is_bare_bullet = matches!(line.as_str(), "-" | "•" | "–" | "—");
        let is_second_gap = line.is_empty() && lines.last().is_none_or(|last| last.is_empty());
        if !is_bare_bullet && !is_second_gap {
            lines.push(line);
        }
    }
    lines.join("\n").trim().to_owned()
}
