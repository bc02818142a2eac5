//! A reply on its way out: plain text, short enough, with no link but those the company allows.
use super::hosts::Hosts;
use super::links::GONE;
use super::{AUTOMATIC_MARK, COLLEAGUE_MARK, html, links, markdown};
use crate::domain::agent::markup;
use crate::domain::text::visible;

/// A longer answer is none: a model that raves. What is shorter is sent whole, in as many parts as its channel wants.
pub const LONGEST_REPLY: usize = 16_000;

/// The plain text of what a model wrote: no thoughts, no HTML, no markdown, no images, no invisible characters; addresses only when their
/// host is one of `allowed_hosts` or under one. Only those go, not the words around them. Cleaning twice changes nothing. An
/// answer without end is as good as none: whoever asked hears nothing of it rather than the half.
pub fn clean_reply(text: &str, allowed_hosts: &[String]) -> String {
    let hosts = Hosts::new(allowed_hosts);
    // Thoughts may be longer than the answer that follows them.
    let text = markup::said(text);
    if text.chars().nth(LONGEST_REPLY).is_some() {
        return String::new();
    }
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
    let text = visible(text).chars().filter(|c| *c != GONE).map(plain_dot).collect::<String>();
    // Again: letters that only look like a mark have become one.
    let text = without_imitation(&markup::without_tokens(&markup::said(&text)));
    let text = html::without_html(&markdown::without_links(&text));
    let text = markdown::without_marks(&text);
    tidy(&links::only_allowed(text.trim(), hosts))
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

/// Takes away the brackets and spaces that a removed address leaves, and nothing that stood there without one.
fn tidy(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let removed = line.contains(GONE);
        let line = if removed { closed(line) } else { line.to_owned() };
        let line = line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        let is_bare_bullet = removed && matches!(line.as_str(), "-" | "•" | "–" | "—");
        let is_second_gap = line.is_empty() && lines.last().is_none_or(|last| last.is_empty());
        if !is_bare_bullet && !is_second_gap {
            lines.push(line);
        }
    }
    lines.join("\n").trim().to_owned()
}

/// A line from which something is gone: brackets around nothing go with it, and a sign of the sentence moves up.
fn closed(line: &str) -> String {
    let mut line = line.to_owned();
    for (open, close) in [('(', ')'), ('[', ']'), ('«', '»'), ('“', '”'), ('"', '"'), ('<', '>')] {
        for (before, after) in [("", ""), (" ", ""), ("", " "), (" ", " ")] {
            line = line.replace(&format!("{open}{before}{GONE}{after}{close}"), &GONE.to_string());
        }
        line = line.replace(&format!("{open}{GONE} "), &format!("{open}{GONE}"));
        line = line.replace(&format!(" {GONE}{close}"), &format!("{GONE}{close}"));
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line.as_str();
    while let Some(at) = rest.find(GONE) {
        out.push_str(&rest[..at]);
        rest = rest[at + GONE.len_utf8()..].trim_start_matches([' ', GONE]);
        let inside = out.ends_with(['(', '[', '«', '“', '"']) || rest.starts_with([')', ']', '»', '”', '"']);
        // `.com` is no full stop.
        let is_sign = match rest.strip_prefix('.') {
            Some(more) => !more.starts_with(char::is_alphanumeric),
            None => rest.starts_with([',', ';', '!', '?']),
        };
        if is_sign || inside {
            out.truncate(out.trim_end_matches(' ').len());
        } else {
            out.push(' ');
        }
    }
    out + rest
}
