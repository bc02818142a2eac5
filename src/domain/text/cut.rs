//! Cutting texts so that what people see as one letter or one picture stays whole: families, flags, skin tones, accents.
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::Measure;

/// Where a part may end, the best first: behind a paragraph, a line, a sentence, a word.
const BORDERS: &[&[&str]] = &[&["\n\n"], &["\n"], &[". ", "! ", "? ", "… "], &[" "]];

/// The first `most` characters, or a few less where the last of them would break what belongs together.
pub fn first(text: &str, most: usize) -> &str {
    match text.char_indices().nth(most) {
        Some((end, _)) => &text[..whole_end(text, end)],
        None => text,
    }
}

/// At most `most` characters; what was cut off is told by an ellipsis.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => format!("{}…", first(text, most.saturating_sub(1)).trim_end()),
        None => text.to_owned(),
    }
}

/// Splits text into parts that are no longer than `limit`. A border ends a part that it leaves at least half full; a word
/// that is longer is cut between two letters.
pub fn split(text: &str, limit: usize, measure: Measure) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(end) = reach(rest, limit, measure) {
        let (part, more) = rest.split_at(border(rest, end).unwrap_or_else(|| whole_end(rest, end)));
        parts.push(part);
        rest = more;
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}

/// How far `limit` reaches into the text; `None`: to its end. One character goes whole, whatever the limit.
fn reach(text: &str, limit: usize, measure: Measure) -> Option<usize> {
    let mut length = 0;
    text.char_indices().find_map(|(at, c)| {
        length += measure.of_char(c);
        (length > limit && at > 0).then_some(at)
    })
}

fn border(text: &str, end: usize) -> Option<usize> {
    let head = &text[..end];
    BORDERS.iter().find_map(|borders| {
        let behind = |border: &&str| head.rfind(*border).map(|at| at + border.len());
        // A mark on the space itself keeps it with what stands before.
        borders.iter().filter_map(behind).max().filter(|at| at * 2 >= end && is_whole(text, *at))
    })
}

/// The last place up to `end` that is between two letters. What is one letter from the beginning on is cut all the same.
fn whole_end(text: &str, end: usize) -> usize {
    if is_whole(text, end) {
        return end;
    }
    let mut cursor = GraphemeCursor::new(end, text.len(), true);
    cursor.prev_boundary(text, 0).ok().flatten().filter(|at| *at > 0).unwrap_or(end)
}

fn is_whole(text: &str, at: usize) -> bool {
    GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).unwrap_or(true)
}

/// Bytes.
const LONGEST_LETTER: usize = 256;

/// What people see as the last letter.
pub(super) fn last_letter(text: &str) -> &str {
    // No letter that anybody writes is longer, and a text may be nothing but accents.
    let from = text.floor_char_boundary(text.len().saturating_sub(LONGEST_LETTER));
    text[from..].graphemes(true).next_back().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pictures and letters of several characters.
    const WHOLE: &str = include_str!("../../../tests/fixtures/reports/letters.txt");

    fn letters() -> impl Iterator<Item = &'static str> {
        WHOLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
    }

    #[test]
    fn parts_join_to_the_whole_and_fit() {
        let text = format!("{}\n\n{} {}", "а".repeat(30), "😀".repeat(20), "b".repeat(70));
        for measure in [Measure::Utf16, Measure::Chars, Measure::Bytes] {
            let parts = split(&text, 50, measure);
            assert_eq!(parts.concat(), text);
            assert!(parts.iter().all(|p| measure.of(p) <= 50), "{parts:?}");
        }
        assert!(split("", 10, Measure::Chars).is_empty());
        assert_eq!(split("😀😀", 1, Measure::Bytes), ["😀", "😀"], "a limit below a character ends all the same");
    }

    #[test]
    fn no_cut_goes_through_a_letter() {
        assert!(letters().count() >= 20);
        for letter in letters() {
            assert_eq!(letter.graphemes(true).count(), 1, "{letter:?}");
            for before in 0..40 {
                let text = format!("{}{letter}{letter}{}", "я".repeat(before), "б".repeat(40));
                let uncut = |part: &str| {
                    part.chars().all(|c| "яб".contains(c)) || part.replace(letter, "").chars().all(|c| "яб".contains(c))
                };
                for measure in [Measure::Utf16, Measure::Chars, Measure::Bytes] {
                    let parts = split(&text, 45, measure);
                    assert_eq!(parts.concat(), text);
                    assert!(parts.iter().all(|part| measure.of(part) <= 45 && uncut(part)), "{letter:?}: {parts:?}");
                }
                for most in [1, 20, 30, 41].into_iter().filter(|_| before > 0) {
                    assert!(uncut(first(&text, most)) && first(&text, most).chars().count() <= most, "{letter:?}");
                    let short = shortened(&text, most);
                    assert!(uncut(short.trim_end_matches('…')) && short.chars().count() <= most, "{short:?}");
                }
            }
        }
    }

    #[test]
    fn no_part_is_a_few_letters_long() {
        let text = format!("Да.\n\n{}", "слово ".repeat(2_000));
        let parts = split(&text, 4_096, Measure::Utf16);
        assert!(parts[..parts.len() - 1].iter().all(|part| part.encode_utf16().count() > 2_000), "{:?}", parts[0]);
        assert!(parts[..parts.len() - 1].iter().all(|part| part.ends_with(' ')), "between two words");
        // A paragraph's end is the best border, as far as it is not at the beginning.
        let text = format!("{}\n\n{}\n{}", "а".repeat(60), "б".repeat(20), "в".repeat(60));
        assert_eq!(split(&text, 100, Measure::Chars)[0].chars().count(), 62);
        // One word without end.
        assert_eq!(split(&format!("Да. {}", "x".repeat(200)), 100, Measure::Chars)[0].len(), 100 + "а".len() * 2 - 2);
    }

    #[test]
    fn a_letter_without_end_is_cut() {
        let flood = format!("a{}", "\u{301}".repeat(100));
        let parts = split(&flood, 10, Measure::Chars);
        assert_eq!((parts.len(), parts.concat()), (11, flood.clone()));
        assert_eq!(first(&flood, 10).chars().count(), 10);
    }

    #[test]
    fn what_is_shortened_says_so() {
        assert_eq!(
            (shortened("дом у моря", 5), shortened("дом", 3), shortened("дом", 0)),
            ("дом…".into(), "дом".into(), "…".into())
        );
    }
}
