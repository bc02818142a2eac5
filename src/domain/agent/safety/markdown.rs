//! Markdown becomes the text it stands for.

/// The longest link target that is looked for: bounds the work on unbalanced brackets.
pub(super) const LONGEST_TARGET: usize = 2_000;
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
                    Some('(') => target(&chars[at + 1..], '(', ')').filter(|(url, _)| !is_words(url)),
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
                    // `[the cheaper](one)`: words, which stay as they are.
                    None if !is_image && words_follow(&chars[at + 1..]) => out.push(']'),
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

/// No address in any reading of it: letters and digits.
fn is_words(target: &str) -> bool {
    !target.is_empty() && target.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | ','))
}

fn words_follow(chars: &[char]) -> bool {
    chars.first() == Some(&'(') && target(chars, '(', ')').is_some_and(|(url, _)| is_words(&url))
}

fn is_web(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    lower.starts_with("https://")
        || lower.starts_with("http://")
        || lower.starts_with("www.")
        || (url.contains('@') && !url.contains(['/', ':']))
}

/// Headings, emphasis, quotes, code marks, rules and reference definitions, line by line.
pub(super) fn without_marks(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let bare = line.trim_start();
        let is_fence = bare.starts_with("```") || bare.starts_with("~~~");
        let is_rule = bare.len() >= 3 && bare.chars().all(|c| matches!(c, '-' | '*' | '_' | '=' | ' '));
        if is_definition(bare) || is_rule || (is_fence && !bare[3..].trim().contains(' ') && !bare[3..].contains("```")) {
            continue;
        }
        let unquoted = bare.trim_start_matches(['>', ' ']);
        // `>5 км` is more than five.
        let is_comparison =
            unquoted.starts_with(|c: char| c.is_ascii_digit()) && bare.starts_with('>') && !bare.starts_with("> ");
        let unquoted = if is_comparison { bare } else { unquoted };
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

/// `[1]: https://…`: a target and at most a title in quotes; `[Price]: 100` is a line of the answer.
fn is_definition(line: &str) -> bool {
    let Some((label, rest)) = line.strip_prefix('[').and_then(|line| line.split_once("]:")) else { return false };
    let (target, title) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
    let is_target = target.contains(['/', '#', '<', '@', ':']) || target.chars().any(char::is_alphabetic) && target.contains('.');
    !label.contains(['[', ']']) && is_target && (title.is_empty() || title.trim_start().starts_with(['"', '\'', '(']))
}

/// Emphasis is a pair of marks on one line. One without the other is a footnote (`Price*`), a sum (`5*x`, `2**3`) or a name
/// of programmers (`__init__`), and stays; only a lonely `**` goes, which is the half of a pair that is longer than its line.
fn without_emphasis(line: &str) -> String {
    let mut chars: Vec<char> = line.replace("~~", "").replace('`', "").chars().collect();
    for mark in ["**", "__", "*"] {
        chars = unmarked(&chars, mark);
    }
    chars.into_iter().collect()
}

fn unmarked(chars: &[char], mark: &str) -> Vec<char> {
    let length = mark.len();
    let sign = mark.chars().next().unwrap_or_default();
    let mut gone = vec![false; chars.len()];
    let mut open: Option<usize> = None;
    let mut at = 0;
    while at + length <= chars.len() {
        if chars[at..at + length].iter().any(|c| *c != sign) {
            at += 1;
            continue;
        }
        let (before, after) = (at.checked_sub(1).map(|at| chars[at]), chars.get(at + length).copied());
        if is_mark(mark, before, after) {
            let may_close = before.is_some_and(|c| !c.is_whitespace());
            let may_open = after.is_some_and(|c| !c.is_whitespace());
            match open {
                Some(start) if may_close && at > start + length => {
                    let inside = &chars[start + length..at];
                    gone[start..start + length].fill(mark != "__" || !is_identifier(inside));
                    gone[at..at + length].fill(mark != "__" || !is_identifier(inside));
                    open = None;
                }
                _ if may_open => {
                    if mark == "**" {
                        gone[at..at + length].fill(true);
                    }
                    open = Some(at);
                }
                _ => gone[at..at + length].fill(mark == "**"),
            }
        }
        at += length;
    }
    chars.iter().zip(gone).filter(|(_, gone)| !gone).map(|(c, _)| *c).collect()
}

/// May the mark between these two be one at all?
fn is_mark(mark: &str, before: Option<char>, after: Option<char>) -> bool {
    let is_in = |c: Option<char>, fits: fn(char) -> bool| c.is_some_and(fits);
    if is_in(before, |c| c == '*') || is_in(after, |c| c == '*') {
        return mark == "**";
    }
    match mark {
        // A power, and a name's parameters.
        "**" => !(is_in(before, |c| c.is_ascii_alphanumeric() || c == ')') && is_in(after, |c| c.is_ascii_digit())),
        // `snake__case`
        "__" => !is_in(before, char::is_alphanumeric) || !is_in(after, char::is_alphanumeric),
        // `5*6`, `5 * 6`, `a*b`
        _ => {
            !(is_in(before, |c| c.is_alphanumeric() || c == ' ') && is_in(after, |c| c.is_alphanumeric() || c == ' ')) || {
                // ` *begins` and `ends* ` are marks.
                is_in(before, |c| c == ' ') != is_in(after, |c| c == ' ')
            }
        }
    }
}

/// `init`, `FILE`: a name of programmers, and no word that somebody stresses.
fn is_identifier(inside: &[char]) -> bool {
    let lower = inside.iter().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '_');
    let upper = inside.iter().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == '_');
    !inside.is_empty() && (lower || upper)
}
