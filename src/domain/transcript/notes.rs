//! Notes of sounds in a transcript: `[Music]`, `(laughs)`, `*Silence*`, `♪ … ♪`.

const PAIRS: &[(char, char)] =
    &[('[', ']'), ('(', ')'), ('{', '}'), ('<', '>'), ('【', '】'), ('（', '）'), ('［', '］'), ('〔', '〕'), ('「', '」')];
/// The same sign on both sides.
const SIGNS: &[char] = &['*', '♪', '♫', '♬', '♩', '🎵', '🎶'];
/// A note without its end is at most so many words long.
const LONGEST_OPEN: usize = 6;

/// The text without its notes.
pub(super) fn spoken(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, c)) = rest.char_indices().find(|(_, c)| opens(*c).is_some()) {
        out.push_str(&rest[..at]);
        out.push(' ');
        rest = &rest[at + c.len_utf8()..];
        let close = opens(c).unwrap_or(c);
        match rest.find(close) {
            Some(end) => rest = &rest[end + close.len_utf8()..],
            None if SIGNS[1..].contains(&c) || rest.split_whitespace().count() <= LONGEST_OPEN => rest = "",
            None => {}
        }
    }
    out + rest
}

fn opens(c: char) -> Option<char> {
    let pair = PAIRS.iter().find(|(open, _)| *open == c).map(|(_, close)| *close);
    pair.or_else(|| SIGNS.contains(&c).then_some(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_go_and_words_stay() {
        for (text, left) in [
            ("[BLANK_AUDIO]", ""),
            ("*Тишина*", ""),
            ("♪ ла ла ла ♪", ""),
            ("♪ ла ла ла", ""),
            ("(музыка", ""),
            ("[Music] [Applause]", ""),
            ("(смеётся) да, давайте", "да, давайте"),
            ("Хочу дом (двухэтажный) и баню", "Хочу дом   и баню"),
            ("【音楽】", ""),
        ] {
            assert_eq!(spoken(text).trim(), left, "{text}");
        }
    }
}
