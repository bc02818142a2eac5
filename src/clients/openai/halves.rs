//! An emoji is two halves in UTF-16, and some servers cut their chunks between them: `"\ud83d"` in one event, `"\ude00"` in
//! the next. Neither is a letter. Each half is kept under a letter nobody uses until its other half is there.
use std::borrow::Cow;

/// Where halves are kept, in a plane for private use.
const PLANE: u32 = 0x10_0000;

/// The JSON with each half that stands alone as a letter of its own.
pub fn kept(json: &str) -> Cow<'_, str> {
    if !json.contains("\\ud") && !json.contains("\\uD") {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        let first = escape(tail).filter(|unit| (0xd800..0xe000).contains(unit));
        let second = first
            .filter(|unit| *unit < 0xdc00)
            .and_then(|_| escape(tail.get(6..)?))
            .filter(|unit| (0xdc00..0xe000).contains(unit));
        let length = match (first, second) {
            (Some(_), Some(_)) => 12,
            (Some(unit), None) => {
                out.extend(char::from_u32(PLANE + unit));
                rest = &tail[6..];
                continue;
            }
            // Whatever is escaped is one letter more: `\\ud83d` is no half.
            (None, _) => 1 + tail[1..].chars().next().map_or(0, char::len_utf8),
        };
        out.push_str(&tail[..length]);
        rest = &tail[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// `\ud83d`
fn escape(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

pub fn has(text: &str) -> bool {
    text.contains(is_half)
}

/// Halves that have found each other are letters; what stays alone is nothing.
pub fn joined(text: &str) -> Cow<'_, str> {
    if !has(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut waiting = None;
    for c in text.chars() {
        if !is_half(c) {
            waiting = None;
            out.push(c);
            continue;
        }
        let unit = (c as u32 - PLANE) as u16;
        match waiting.take().and_then(|first| char::decode_utf16([first, unit]).next()?.ok()) {
            Some(letter) => out.push(letter),
            None => waiting = Some(unit),
        }
    }
    Cow::Owned(out)
}

fn is_half(c: char) -> bool {
    (PLANE + 0xd800..PLANE + 0xe000).contains(&(c as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_find_each_other() {
        let text = |json: &str| serde_json::from_str::<String>(&kept(json)).unwrap();
        assert_eq!(joined(&format!("{}{}", text(r#""дом \ud83d""#), text(r#""\uDE00!""#))), "дом 😀!");
        assert_eq!(text(r#""\ud83d\ude00 \\ud83d \u0434""#), "😀 \\ud83d д");
        for alone in [r#""а\ud83d""#, r#""а\ude00""#, r#""\ud83dа""#, r#""\ud83d\ud83dа""#, r#""а\ud83d\u0020""#] {
            assert_eq!(joined(&text(alone)).trim(), "а", "{alone}");
        }
        assert_eq!(joined(&text(r#""\ud83d\ud83d\ude00""#)), "😀");
        assert!(matches!(kept(r#""a\n""#), Cow::Borrowed(_)) && matches!(joined("a"), Cow::Borrowed(_)));
        assert_eq!(kept("\\ud8"), "\\ud8");
        assert_eq!(kept("\\"), "\\");
    }
}
