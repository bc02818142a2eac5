//! Links in a reply: those to allowed hosts stay, the others go, and nothing that a chat program would make a link of is left.
//!
//! A text is read in runs of letters, digits, dots, dashes and underscores between white space. Each run that is, or could be
//! taken for, a host is judged together with the scheme, the name before `@`, the port and the path that belong to it.
use super::hosts::{HostShape, Hosts, is_surely_host, shape};

/// Schemes that do something without a host.
const ACTING: &[&str] =
    &["javascript:", "vbscript:", "data:", "file:", "intent:", "tg:", "blob:", "sms:", "smsto:", "skype:", "viber:", "whatsapp:"];
/// Of these, names that people write before a number: `WhatsApp:87051112233`.
const SPOKEN: &[&str] = &["tg:", "sms:", "skype:", "viber:", "whatsapp:"];
/// What `data:` may be.
const MEDIA: &[&str] = &["text/", "image/", "audio/", "video/", "application/", "font/", "model/", "multipart/", "message/"];
/// Stands where something was removed, until the text is tidied: no letter of any script.
pub(super) const GONE: char = '\u{e000}';

pub(super) fn only_allowed(text: &str, hosts: &Hosts) -> String {
    text.split_inclusive(char::is_whitespace).map(|token| judge(token, hosts)).collect()
}

/// What happens to a stretch of a token.
enum Cut {
    Remove(usize, usize),
    /// A space behind the sign at this index.
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
        let link = FoundLink::at(body, start, end);
        let Some(link) = link else { continue };
        match link.found {
            LinkKind::Space(dot) => cuts.push(Cut::Space(dot)),
            LinkKind::Mention if hosts.allow("t.me") => {}
            LinkKind::Mention => cuts.push(Cut::Mention(link.start)),
            LinkKind::Link if hosts.allow_link(&body[link.start..link.end]) => {}
            LinkKind::Mail if hosts.allow(&body[start..link.end]) => {}
            LinkKind::Link | LinkKind::Mail | LinkKind::Wrong => cuts.push(Cut::Remove(link.start, link.end)),
        }
        // The sentence goes on behind it.
        if body[link.end..].strip_prefix('.').is_some_and(|rest| rest.starts_with(char::is_alphanumeric)) {
            cuts.push(Cut::Space(link.end));
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
                "data:" => rest.starts_with([',', ';']) || MEDIA.iter().any(|kind| rest.starts_with(kind)),
                "file:" => rest.starts_with(['/', '\\', '.']),
                "intent:" => rest.contains(['/', '#', ';']),
                scheme if SPOKEN.contains(&scheme) => rest.starts_with(['/', '\\']) || rest.contains('?'),
                _ => rest.starts_with(|c: char| !c.is_whitespace()),
            };
            if !is_word && does_something {
                cuts.push(Cut::Remove(at, lower.len()));
            } else if !is_word && SPOKEN.contains(scheme) && !rest.is_empty() {
                cuts.push(Cut::Space(at + scheme.len() - 1));
            }
        }
    }
    cuts
}

/// What is removed leaves a sign, so that its neighbours do not become a link together.
fn apply(token: &str, cuts: &[Cut]) -> String {
    if cuts.is_empty() {
        return token.to_owned();
    }
    let mut out = String::with_capacity(token.len());
    let mut gap = false;
    for (at, c) in token.char_indices() {
        let removed = cuts.iter().any(|cut| matches!(cut, Cut::Remove(start, end) if (*start..*end).contains(&at)));
        if removed && !gap {
            out.push(GONE);
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

/// Ends a link wherever it stands, as it does in chat programs.
const CLOSERS: &[char] = &['"', '\'', '«', '»', '“', '”', '„', '‘', '’', '<', '>', '(', ')', '[', ']', '{', '}', '|', '`', '*'];
const SCHEMES: &[&str] = &["http", "https", "ftp", "ftps", "ws", "wss", "mailto", "tg", "ssh", "git", "irc", "magnet"];

/// The places of the runs that a host could be in.
fn runs(body: &str) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut start = None;
    for (at, c) in body.char_indices().chain([(body.len(), ' ')]) {
        // No host holds two dots together: what stands before them may be one by itself.
        let second_dot = c == '.' && body[..at].ends_with('.');
        let inside = c.is_alphanumeric() || matches!(c, '-' | '_') || (c == '.' && !second_dot);
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(begin)) => {
                runs.push((begin, at));
                start = None;
            }
            _ => {}
        }
    }
    runs
}

enum LinkKind {
    Link,
    Mail,
    /// Never allowed, whatever the host.
    Wrong,
    Space(usize),
    Mention,
}

struct FoundLink {
    pub start: usize,
    pub end: usize,
    pub found: LinkKind,
}

impl FoundLink {
    /// The link that the run between `start` and `end` is, or belongs to.
    pub fn at(body: &str, start: usize, end: usize) -> Option<FoundLink> {
        let (before, run) = (&body[..start], &body[start..end]);
        if let Some(head) = before.strip_suffix("://") {
            return Some(FoundLink { start: scheme_start(body, head.len()), end: link_end(body, start), found: LinkKind::Link });
        }
        let trimmed = run.trim_end_matches(['.', '-', '_']);
        let end = start + trimmed.len();
        let host = trimmed.trim_start_matches(['.', '-', '_']);
        let host_start = end - host.len();
        let rest = &body[end..];
        let is_after_at = before.ends_with('@');
        let shape = shape(host, leads_on(rest));
        if is_after_at && shape == HostShape::Plain {
            let is_handle = host.starts_with(|c: char| c.is_ascii_alphabetic()) && host.len() >= 5;
            let stands_alone = !before[..before.len() - 1].ends_with(char::is_alphanumeric);
            return (is_handle && stands_alone).then(|| FoundLink { start: start - 1, end, found: LinkKind::Mention });
        }
        match shape {
            HostShape::Plain => None,
            HostShape::Joined(dot) if !is_after_at => {
                Some(FoundLink { start: host_start, end, found: LinkKind::Space(host_start + dot) })
            }
            HostShape::Host(length) if is_after_at => Some(mail(body, start, host_start + length)),
            HostShape::Joined(_) if is_after_at => Some(mail(body, start, end)),
            // The name of an address (`first.name@host`) or of a user: the host behind it is judged together with it.
            _ if rest.strip_prefix('@').is_some_and(begins_with_host) => None,
            shape => {
                let length = if let HostShape::Host(length) = shape { length } else { host.len() };
                let end = host_start + length;
                let with_port = port_end(body, end);
                let end = if leads_on(&body[with_port..]) { link_end(body, start) } else { with_port };
                // `https:/evil.com`, `//evil.com`: what stands before it goes along.
                let head = before.trim_end_matches(['/', '\\']);
                let has_scheme = head.ends_with(':') && SCHEMES.contains(&scheme_of(head).to_ascii_lowercase().as_str());
                let odd = has_scheme || head.len() < before.len() && body[..head.len()].ends_with(':');
                if has_scheme {
                    return Some(FoundLink { start: head.len() - 1 - scheme_of(head).len(), end, found: LinkKind::Wrong });
                }
                Some(FoundLink { start: host_start, end, found: if odd { LinkKind::Wrong } else { LinkKind::Link } })
            }
        }
    }
}

fn mail(body: &str, host_start: usize, host_end: usize) -> FoundLink {
    let before = &body[..host_start - 1];
    let name = before.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | '%'));
    let local = &before[name.len()..];
    let with_scheme = name.len().checked_sub(7).filter(|at| name.get(*at..).is_some_and(|s| s.eq_ignore_ascii_case("mailto:")));
    let start = with_scheme.unwrap_or(name.len());
    let rest = &body[host_end..];
    let plain = !local.is_empty()
        && local.is_ascii()
        && !local.contains('%')
        && !name.ends_with(['@', '/', '\\'])
        && !is_surely_host(local);
    let alone = port_end(body, host_end) == host_end && !leads_on(rest) && !rest.starts_with(['@', '\\']);
    let end = if alone { host_end } else { link_end(body, host_start) };
    FoundLink { start, end, found: if plain && alone { LinkKind::Mail } else { LinkKind::Wrong } }
}

/// A path, a query or a port follows.
fn leads_on(rest: &str) -> bool {
    rest.starts_with(['/', '?', '#']) && rest.len() > 1
        || rest.strip_prefix(':').is_some_and(|p| p.starts_with(|c: char| c.is_ascii_digit()))
}

fn begins_with_host(rest: &str) -> bool {
    runs(rest).first().is_some_and(|(start, end)| {
        *start == 0 && shape(rest[..*end].trim_end_matches(['.', '-', '_']), leads_on(&rest[*end..])) != HostShape::Plain
    })
}

fn port_end(body: &str, end: usize) -> usize {
    let digits = body[end..].strip_prefix(':').map_or(0, |port| port.bytes().take_while(u8::is_ascii_digit).count());
    if digits == 0 { end } else { end + 1 + digits }
}

/// Where a link that holds `from` ends: at a closer, without the punctuation of the sentence around it.
fn link_end(body: &str, from: usize) -> usize {
    let rest = &body[from..];
    // `https://a.kz/b,а также`: a new word that only lacks its space.
    let goes_on = |(at, c): (usize, char)| {
        let is_border = matches!(c, ',' | ';' | '!') && rest[at + 1..].starts_with(|c: char| c.is_alphabetic() && !c.is_ascii());
        is_border.then_some(at)
    };
    let ends = [rest.find(CLOSERS), rest.char_indices().find_map(goes_on)];
    let end = from + ends.into_iter().flatten().min().unwrap_or(rest.len());
    from + body[from..end].trim_end_matches(['.', ',', ':', ';', '!', '?', '…', '_', '—', '–']).len()
}

fn scheme_of(head: &str) -> &str {
    let head = head.strip_suffix(':').unwrap_or(head);
    let start = head.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')).len();
    &head[start..]
}

/// `colon` is where `://` begins.
fn scheme_start(body: &str, colon: usize) -> usize {
    colon - scheme_of(&body[..colon]).len()
}
