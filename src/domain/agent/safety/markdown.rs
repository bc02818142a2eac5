//! Markdown and HTML become the text they stand for.

/// The longest link target that is looked for: bounds the work on unbalanced brackets.
const LONGEST_TARGET: usize = 2_000;
/// Tags that end a line.
const BREAKS: &[&str] = &["br", "/p", "/div", "/li", "/tr", "/h1", "/h2", "/h3", "/ul", "/ol"];
/// Elements whose content is no text.
const SILENT: &[&str] = &["script", "style", "template", "svg", "iframe"];

/// `![alt](url)` → `alt`; `[text](https://…)` → `text (https://…)` for the judge of links to see; other targets go.
pub(super) fn without_links(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out: Vec<char> = Vec::with_capacity(chars.len());
    // Where open brackets stand in `out`, and whether they belong to images.
    let mut open: Vec<(usize, bool)> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        match chars[at] {
            '\\' if matches!(chars.get(at + 1), Some('[' | ']' | '(' | ')' | '!' | '*' | '_' | '`' | '#')) => {}
            '[' => {
                let is_image = out.last() == Some(&'!');
                if is_image {
                    out.pop();
                }
                open.push((out.len(), is_image));
                out.push('[');
            }
            ']' if !open.is_empty() => {
                let (start, is_image) = open.pop().unwrap_or_default();
                let next = chars.get(at + 1);
                let target = match next {
                    Some('(') => target(&chars[at + 1..], '(', ')'),
                    Some('[') => target(&chars[at + 1..], '[', ']').map(|(_, length)| (String::new(), length)),
                    _ => None,
                };
                match target {
                    Some((url, length)) => {
                        out.remove(start);
                        let label: String = out[start..].iter().collect();
                        if !is_image && is_web(&url) && !label.contains(&url) {
                            out.extend(format!(" ({url})").chars());
                        }
                        at += length;
                    }
                    None if is_image || next == Some(&'(') => {
                        out.remove(start);
                    }
                    None => out.push(']'),
                }
            }
            c => out.push(c),
        }
        at += 1;
    }
    out.into_iter().collect()
}

/// The target in brackets that begin here, and how many characters they are.
fn target(chars: &[char], opens: char, closes: char) -> Option<(String, usize)> {
    let mut depth = 0;
    for (at, c) in chars.iter().take(LONGEST_TARGET).enumerate() {
        if *c == opens {
            depth += 1;
        } else if *c == closes {
            depth -= 1;
            if depth == 0 {
                let inside: String = chars[1..at].iter().collect();
                let url = inside.split_whitespace().next().unwrap_or_default().trim_matches(['<', '>']);
                return Some((url.strip_prefix("mailto:").unwrap_or(url).to_owned(), at + 1));
            }
        }
    }
    None
}

fn is_web(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    lower.starts_with("https://")
        || lower.starts_with("http://")
        || lower.starts_with("www.")
        || (url.contains('@') && !url.contains(['/', ':']))
}

/// Takes tags away until none is left; `a < b` stays.
pub(super) fn without_html(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..4 {
        let next = without_tags(&text);
        if next == text {
            return text;
        }
        text = next;
    }
    // Nested on purpose: no bracket of it survives.
    text.replace(['<', '>'], " ")
}

fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let last = text.rfind('>').unwrap_or_default();
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let is_tag = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let closes = |rest: &str| rest.char_indices().take(LONGEST_TARGET).find(|(_, c)| *c == '>').map(|(end, _)| end);
        let end = if is_tag && text.len() - rest.len() < last { closes(rest) } else { None };
        let (true, Some(end)) = (is_tag, end) else {
            out.push_str(if is_tag { " " } else { "<" });
            rest = &rest[1..];
            continue;
        };
        let inside = &rest[1..end];
        rest = &rest[end + 1..];
        if is_autolink(inside) {
            out.push_str(inside);
            continue;
        }
        let name =
            inside.split(|c: char| c.is_whitespace()).next().unwrap_or_default().trim_end_matches('/').to_ascii_lowercase();
        if BREAKS.contains(&name.as_str()) {
            out.push('\n');
        }
        if SILENT.contains(&name.as_str()) {
            let closing = rest.to_ascii_lowercase().find(&format!("</{name}"));
            rest = closing.map_or("", |at| &rest[at..]);
        }
    }
    out.push_str(rest);
    out
}

/// `<https://…>`, `<name@host>`
fn is_autolink(inside: &str) -> bool {
    !inside.contains(char::is_whitespace)
        && !inside.contains(['"', '\'', '=', '<'])
        && (inside.contains("://") || inside.contains('@'))
        || inside.starts_with("http://") && !inside.contains(char::is_whitespace)
        || inside.starts_with("https://") && !inside.contains(char::is_whitespace)
}

/// Headings, emphasis, quotes, code marks, rules and reference definitions, line by line.
pub(super) fn without_marks(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let bare = line.trim_start();
        let is_fence = bare.starts_with("```") || bare.starts_with("~~~");
        let is_rule = bare.len() >= 3 && bare.chars().all(|c| matches!(c, '-' | '*' | '_' | '=' | ' '));
        let is_definition =
            bare.starts_with('[') && bare.split_once("]:").is_some_and(|(label, _)| !label[1..].contains(['[', ']']));
        if is_definition || is_rule || (is_fence && !bare[3..].trim().contains(' ') && !bare[3..].contains("```")) {
            continue;
        }
        let unquoted = bare.trim_start_matches(['>', ' ']);
        let heading = unquoted.trim_start_matches('#');
        let text = if heading.len() < unquoted.len() && (heading.starts_with(' ') || heading.is_empty()) {
            heading.trim_start()
        } else {
            unquoted
        };
        let listed = text.strip_prefix("* ").or_else(|| text.strip_prefix("+ "));
        lines.push(without_emphasis(&listed.map_or(text.to_owned(), |item| format!("- {item}"))));
    }
    lines.join("\n")
}

fn without_emphasis(line: &str) -> String {
    let line = line.replace("**", "").replace("~~", "").replace('`', "");
    let chars: Vec<char> = line.chars().collect();
    let is_edge = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_none_or(|c| !c.is_alphanumeric());
    let is_digit = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| c.is_ascii_digit() || *c == ' ');
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    while at < chars.len() {
        let (before, after) = (at.checked_sub(1), Some(at + 1));
        match chars[at] {
            // `5*6` and `5 * 6` are sums.
            '*' if !(is_digit(before) && is_digit(after)) => {}
            '_' if chars.get(at + 1) == Some(&'_') && (is_edge(before) || is_edge(Some(at + 2))) => at += 1,
            c => out.push(c),
        }
        at += 1;
    }
    out
}
