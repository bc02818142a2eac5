//! Words of a text, in the form in which they are compared.
use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use super::numbers::number_terms;

/// Of one word: who looks for more has pasted something.
const LONGEST: usize = 40;
/// Of one message: a pasted log must not be the half of the index.
const MOST: usize = 1_000;

/// A word and where it stands in its text, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub from: usize,
    pub to: usize,
    /// Letters and digits only, so that nothing in it means anything to a database.
    pub folded: String,
}

/// The words of a text, in its order.
pub fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    text.unicode_word_indices().flat_map(|(at, word)| parts(word).map(move |(from, part)| (at + from, part))).filter_map(
        |(from, part)| {
            let folded = fold(part);
            (!folded.is_empty()).then(|| Word { from, to: from + part.len(), folded })
        },
    )
}

/// Each word once, numbers in all their spellings among them.
pub fn distinct<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
    let mut all: BTreeSet<String> = texts.clone().flat_map(number_terms).take(MOST / 2).collect();
    for word in texts.flat_map(words) {
        all.insert(word.folded);
        if all.len() >= MOST {
            break;
        }
    }
    all.into_iter().collect()
}

/// Unicode keeps `site.kz` and `3.14` whole; whoever looks for `kz` shall find it.
fn parts(word: &str) -> impl Iterator<Item = (usize, &str)> {
    let stands_between = |c: char| !c.is_alphanumeric() && !is_combining_mark(c);
    word.split(stands_between)
        .filter(|part| !part.is_empty())
        .map(move |part| (part.as_ptr() as usize - word.as_ptr() as usize, part))
}

/// One form for however a word is written: `ЁЛКА`, `елка` and a `й` of two code points.
fn fold(word: &str) -> String {
    word.nfkc()
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'ё' { 'е' } else { c })
        // A stress mark, the slash of a fraction: nobody types them.
        .filter(|c| c.is_alphanumeric())
        .take(LONGEST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).map(|word| word.folded).collect()
    }

    #[test]
    fn a_word_has_one_form_however_it_is_written() {
        assert_eq!(folded("Ёлка, ЕЛКА; елКА!"), ["елка", "елка", "елка"]);
        assert_eq!(folded("Қала ҮЙ"), ["қала", "үй"]);
        assert_eq!(folded("чаи\u{306}ник за\u{301}мок"), ["чайник", "замок"]);
        assert_eq!(folded("ﬁle ½ ＡＢＣ İ"), ["file", "12", "abc", "i"]);
    }

    #[test]
    fn what_stands_between_words_is_in_none() {
        assert_eq!(folded("info@site.kz don't 3.14 a_b x-y"), ["info", "site", "kz", "don", "t", "3", "14", "a", "b", "x", "y"]);
        assert_eq!(folded("\"* NEAR( '; DROP-- §"), ["near", "drop"]);
        assert_eq!(folded(" … \u{301} "), Vec::<String>::new());
        assert_eq!(folded("北京"), ["北", "京"]);
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "Да, САЙТ.kz";
        let found: Vec<&str> = words(text).map(|word| &text[word.from..word.to]).collect();
        assert_eq!(found, ["Да", "САЙТ", "kz"]);
    }

    #[test]
    fn long_words_and_many_words_are_cut() {
        assert_eq!(folded(&"ы".repeat(5_000))[0].chars().count(), LONGEST);
        let text: String = (0..5_000).map(|n| format!("w{n} ")).collect();
        assert_eq!(distinct([text.as_str()].into_iter()).len(), MOST);
    }
}
