//! Links in a reply: those to allowed hosts stay, the others go, and nothing that a chat program would make a link of is left.
//!
//! A text is read in runs of letters, digits, dots, dashes and underscores between white space. Each run that is, or could be
//! taken for, a host is judged together with the scheme, the name before `@`, the port and the path that belong to it.
use super::hosts::Hosts;

mod link;

use link::{Found, Link, runs, scheme_start};

/// Schemes that do something without a host.
const ACTING: &[&str] =
    &["javascript:", "vbscript:", "data:", "file:", "intent:", "tg:", "blob:", "sms:", "smsto:", "skype:", "viber:", "whatsapp:"];

pub(super) fn only_allowed(text: &str, hosts: &Hosts) -> String {
    text.split_inclusive(char::is_whitespace).map(|token| judge(token, hosts)).collect()
}

/// What happens to a stretch of a token.
enum Cut {
    Remove(usize, usize),
    /// A space behind the dot at this index.
    Space(usize),
    /// The `@` at this index goes: what it names stays.
    Mention(usize),
}

fn judge(token: &str, hosts: &Hosts) -> String {
    if !token.contains(['.', ':', '@']) {
        return token.to_owned();
    }
    let body = token.trim_end();
    let mut cuts = acting(body);
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut from = 0;
    for (start, end) in runs(body) {
        if start < from {
            continue;
        }
        let link = Link::at(body, start, end);
        let Some(link) = link else { continue };
        match link.found {
            Found::Space(dot) => cuts.push(Cut::Space(dot)),
            Found::Mention if hosts.allow("t.me") => {}
            Found::Mention => cuts.push(Cut::Mention(link.start)),
            Found::Link if hosts.allow_link(&body[link.start..link.end]) => {}
            Found::Mail if hosts.allow(&body[start..link.end]) => {}
            Found::Link | Found::Mail | Found::Wrong => cuts.push(Cut::Remove(link.start, link.end)),
        }
        found.push((link.start, link.end));
        from = link.end;
    }
    // A scheme before something that is no host: `https://[::1]/`.
    for (at, _) in body.match_indices("://") {
        if !found.iter().any(|(start, end)| (*start..*end).contains(&at)) {
            cuts.push(Cut::Remove(scheme_start(body, at), body.len()));
        }
    }
    apply(token, &cuts)
}

fn acting(body: &str) -> Vec<Cut> {
    let lower = body.to_ascii_lowercase();
    let mut cuts = Vec::new();
    for scheme in ACTING {
        for (at, _) in lower.match_indices(scheme) {
            let is_word = lower[..at].ends_with(|c: char| c.is_ascii_alphanumeric()) && !scheme.contains("script");
            let rest = &lower[at + scheme.len()..];
            let does_something = match *scheme {
                "data:" => rest.contains('/') || rest.contains(','),
                _ => rest.starts_with(|c: char| !c.is_whitespace()),
            };
            if !is_word && does_something {
                cuts.push(Cut::Remove(at, lower.len()));
            }
        }
    }
    cuts
}

/// What is removed leaves a space, so that its neighbours do not become a link together.
fn apply(token: &str, cuts: &[Cut]) -> String {
    if cuts.is_empty() {
        return token.to_owned();
    }
    let mut out = String::with_capacity(token.len());
    let mut gap = false;
    for (at, c) in token.char_indices() {
        let removed = cuts.iter().any(|cut| matches!(cut, Cut::Remove(start, end) if (*start..*end).contains(&at)));
        if removed && !gap {
            out.push(' ');
        }
        gap = removed;
        if removed || cuts.iter().any(|cut| matches!(cut, Cut::Mention(mention) if *mention == at)) {
            continue;
        }
        out.push(c);
        if cuts.iter().any(|cut| matches!(cut, Cut::Space(dot) if *dot == at)) {
            out.push(' ');
        }
    }
    out
}
