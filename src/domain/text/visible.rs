//! Characters that show nothing, or that make text look like other text.
use super::cut::{first, last_letter};

/// Joins what stands on both sides of it into one picture or letter.
const JOINER: char = '\u{200d}';
const NON_JOINER: char = '\u{200c}';
/// A flag that the letters of a country follow as invisible tags.
const BLACK_FLAG: char = '🏴';
const LAST_TAG: char = '\u{e007f}';
const KEYCAP: char = '\u{20e3}';

/// Nothing on a screen and something in a text: zero-width, direction marks, variation selectors, tag characters (with which
/// whole sentences can be hidden), annotation marks.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Text without characters that cannot be seen; line ends become `\n`, other white space a space, full-width ASCII ASCII.
/// What holds a picture together (a family, a flag) stays where it does that, and nowhere else.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.as_str().starts_with('\n') {
                    chars.next();
                }
                out.push('\n');
            }
            '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' => out.push('\n'),
            BLACK_FLAG => {
                out.push(c);
                let tags = country(chars.as_str());
                out.push_str(tags);
                chars = chars.as_str()[tags.len()..].chars();
            }
            c if is_invisible(c) => {
                if belongs(&out, c, chars.as_str()) {
                    out.push(c);
                }
            }
            c if c.is_whitespace() => out.push(' '),
            c if c.is_control() => {}
            '\u{ff01}'..='\u{ff5e}' => out.extend(char::from_u32(c as u32 - 0xff01 + 0x21)),
            c => out.push(c),
        }
    }
    out
}

/// Is this invisible character a part of the letter or picture around it?
fn belongs(before: &str, c: char, after: &str) -> bool {
    let (Some(last), next) = (before.chars().next_back(), after.chars().next()) else { return false };
    match c {
        JOINER => next.is_some_and(|next| is_joined(last_letter(before), next) || is_cursive(last) && is_cursive(next)),
        NON_JOINER => next.is_some_and(|next| is_cursive(last) && is_cursive(next)),
        // Shown as a picture, shown as text.
        '\u{fe0f}' if last.is_ascii_digit() || matches!(last, '#' | '*') => next == Some(KEYCAP),
        '\u{fe0e}' | '\u{fe0f}' => is_joined(&last.to_string(), '👩'),
        _ => false,
    }
}

/// Do both become one with a joiner between them?
fn is_joined(letter: &str, next: char) -> bool {
    let stands_alone = last_letter(&format!("a{next}")).len() == next.len_utf8();
    let together = format!("{letter}{JOINER}{next}");
    stands_alone && !is_invisible(next) && last_letter(&together) == together
}

/// Arabic and the scripts of India, where the joiners tell letters apart.
fn is_cursive(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{8a0}'..='\u{8ff}' | '\u{900}'..='\u{dff}')
}

/// The tags of a country (`gbeng`) and their end, or nothing.
fn country(after: &str) -> &str {
    let tags = |c: &char| matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}');
    let length = after.chars().take(7).take_while(tags).count();
    if (3..=6).contains(&length) && after.chars().nth(length) == Some(LAST_TAG) {
        return &after[..(length + 1) * LAST_TAG.len_utf8()];
    }
    ""
}

/// One trimmed line of at most `most` characters, without what cannot be seen. Nothing to see: an empty one.
pub fn one_line(text: &str, most: usize) -> String {
    let text: String = text.chars().take(most.saturating_mul(4).saturating_add(64)).collect();
    let words: Vec<String> = visible(&text).split_whitespace().map(str::to_owned).collect();
    first(&words.join(" "), most).trim_end().to_owned()
}

/// Trimmed lines of at most `most` characters together, at most one of them empty in a row.
pub fn several_lines(text: &str, most: usize) -> String {
    let text: String = text.chars().take(most.saturating_mul(4).saturating_add(64)).collect();
    let mut out = String::new();
    let mut empty = 0;
    for line in visible(&text).trim().lines() {
        empty = if line.trim().is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    first(&out, most).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_and_letters_pass_unharmed() {
        for letter in include_str!("../../../tests/fixtures/reports/letters.txt").lines().filter(|line| !line.starts_with('#')) {
            assert_eq!(visible(letter), letter, "{:?}", letter.escape_unicode().to_string());
            assert_eq!(visible(&format!("a{letter}б {letter}{letter}")), format!("a{letter}б {letter}{letter}"));
        }
        assert_eq!(visible("می\u{200c}خواهم"), "می\u{200c}خواهم");
    }

    /// Not each joiner against the whole letter before it.
    #[test]
    fn a_letter_of_nothing_but_accents_ends() {
        let text = format!("a{}{}", "\u{301}".repeat(40_000), "\u{200d}".repeat(27_000));
        assert_eq!(visible(&text).chars().count(), 40_001);
    }

    #[test]
    fn what_joins_nothing_goes() {
        for (text, seen) in [
            ("a\u{200d}b", "ab"),
            ("👩\u{200d}a", "👩a"),
            ("👩\u{200d}", "👩"),
            ("\u{200d}👩", "👩"),
            ("👩\u{200d}\u{200d}👧", "👩\u{200d}👧"),
            ("👩\u{200b}👧", "👩👧"),
            ("a\u{fe0f}1\u{fe0f}", "a1"),
            ("❤\u{fe0f}\u{fe0f}\u{fe01}", "❤\u{fe0f}"),
            // A sentence in tags, and tags without a flag.
            ("🏴\u{e0068}\u{e0065}\u{e006c}\u{e006c}\u{e006f}\u{e0061}\u{e0062}\u{e007f}", "🏴"),
            ("🏴\u{e0068}\u{e0065}\u{e006c}x", "🏴x"),
            ("a\u{e0067}\u{e0062}\u{e0065}\u{e007f}", "a"),
            ("дом\u{200c}а", "дома"),
            ("a\r\nb\rc\u{2028}d", "a\nb\nc\nd"),
        ] {
            assert_eq!(visible(text), seen, "{:?}", text.escape_unicode().to_string());
            assert_eq!(visible(seen), seen, "settled");
        }
    }

    #[test]
    fn a_blank_name_is_none() {
        for blank in ["", " \t\n", "\u{3164}", "\u{2800}\u{2800}", "\u{202e}\u{200b}", "\u{200d}", "\0\u{7}", "\u{ad}"] {
            assert_eq!(one_line(blank, 200), "", "{blank:?}");
        }
        assert_eq!(one_line("\u{202e}Канат\u{202c}\u{2066} \u{1}Сериков", 200), "Канат Сериков");
        assert_eq!(one_line(&"👩\u{200d}👧".repeat(10), 4), "👩\u{200d}👧");
    }
}
