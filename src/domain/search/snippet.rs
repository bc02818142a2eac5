//! The place in a text where it was found: plain text, and where to mark it.
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::query::SearchQuery;
use super::words::{Word, words};
use crate::domain::text::numbers::runs;
use crate::domain::text::{first, word_enum};

/// Characters that are shown before what was found, and altogether.
const BEFORE: usize = 40;
const LONGEST: usize = 160;
/// A text full of the word is looked through up to here.
const MOST_HITS: usize = 200;

word_enum! {
    /// Where in a message it was found; when in several, the first of them that holds most of the words.
    Matched { Text = "text", Transcript = "transcript", File = "file" }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Excerpt {
    /// Plain text around what was found.
    pub snippet: String,
    /// Beginning and length of each marked word, in UTF-16 units: what a browser counts.
    pub marks: Vec<(usize, usize)>,
    /// Where it was found.
    pub matched: Matched,
}

/// A word of the text that is one of the query's.
struct Hit {
    /// Its place among the text's words.
    at: usize,
    which: usize,
}

/// Shows the best of a message's texts.
pub fn found(texts: &[(Matched, &str)], query: &SearchQuery) -> Option<Excerpt> {
    let mut best: Option<(usize, Excerpt)> = None;
    for (matched, text) in texts {
        let words: Vec<Word> = words(text).collect();
        let hits = words.iter().enumerate().filter_map(|(at, word)| Some(Hit { at, which: query.which(&word.folded)? }));
        let mut hits: Vec<Hit> = hits.take(MOST_HITS).chain(of_numbers(text, &words, query)).collect();
        hits.sort_by_key(|hit| hit.at);
        hits.dedup_by_key(|hit| hit.at);
        let score = hits.iter().map(|hit| hit.which).collect::<BTreeSet<_>>().len();
        if score > best.as_ref().map_or(0, |(most, _)| *most) {
            let (snippet, marks) = cut(text, &words, &hits);
            best = Some((score, Excerpt { snippet, marks, matched: *matched }));
        }
    }
    best.map(|(_, found)| found)
}

/// The words that the query's numbers are written in: in any spelling, or else in the query's own.
fn of_numbers(text: &str, words: &[Word], query: &SearchQuery) -> Vec<Hit> {
    let asked = query.numbers();
    if asked.is_empty() {
        return vec![];
    }
    let runs = runs(text);
    let mut hits = Vec::new();
    for (n, number) in asked.iter().enumerate() {
        let which = query.whole().len() + 1 + n;
        let here: Vec<_> = runs.iter().filter(|run| number.is_in(run)).collect();
        let within = |word: &Word| here.iter().any(|run| word.from < run.to && run.from < word.to);
        let is_spelt = || number.words.iter().all(|part| words.iter().any(|word| number.says(part, &word.folded)));
        let found: Vec<usize> = (0..words.len()).filter(|at| within(&words[*at])).take(MOST_HITS).collect();
        let found = match found.is_empty() && is_spelt() {
            true => (0..words.len()).filter(|at| number.words.iter().any(|part| number.says(part, &words[*at].folded))).collect(),
            false => found,
        };
        hits.extend(found.into_iter().take(MOST_HITS).map(|at| Hit { at, which }));
    }
    hits
}

/// The stretch around the hit that has most of the words near it.
fn cut(text: &str, words: &[Word], hits: &[Hit]) -> (String, Vec<(usize, usize)>) {
    let centre = (0..hits.len()).max_by_key(|i| (near(text, words, &hits[*i..]), usize::MAX - i)).map_or(0, |i| hits[i].at);
    let reaches = |word: &&Word| text[word.from..words[centre].from].chars().count() <= BEFORE;
    let begins = words[..=centre].iter().rev().take_while(reaches).last();
    let from = begins.filter(|word| word.from != words[0].from).map_or(0, |word| word.from);
    let most = from + first(&text[from..], LONGEST).len();
    let whole = words.iter().rev().find(|word| word.from > words[centre].from && word.to <= most);
    let to = if most == text.len() { most } else { whole.map_or(most, |word| word.to) };
    let marked = hits.iter().map(|hit| &words[hit.at]).filter(|word| word.from >= from && word.from < to);
    let marked: Vec<(usize, usize)> = marked.map(|word| (word.from, word.to.min(to))).collect();
    plain(text, from, to, &marked)
}

/// How many different words of the query stand within reach of the first of these.
fn near(text: &str, words: &[Word], hits: &[Hit]) -> usize {
    let from = words[hits[0].at].from;
    let reach = text[from..].char_indices().nth(LONGEST - BEFORE).map_or(text.len(), |(at, _)| from + at);
    hits.iter().take_while(|hit| words[hit.at].to <= reach).map(|hit| hit.which).collect::<BTreeSet<_>>().len()
}

/// One line, whatever the text looks like.
fn plain(text: &str, from: usize, to: usize, marked: &[(usize, usize)]) -> (String, Vec<(usize, usize)>) {
    let mut out = String::from(if from > 0 { "…" } else { "" });
    let (mut units, mut after_space) = (out.encode_utf16().count(), true);
    let mut marks = Vec::new();
    let mut begun = 0;
    for (at, c) in text[from..to].char_indices() {
        let at = from + at;
        let blank = c.is_whitespace() || c.is_control();
        if !(blank && after_space) {
            let shown = if blank { ' ' } else { c };
            if marked.iter().any(|mark| mark.0 == at) {
                begun = units;
            }
            out.push(shown);
            units += shown.len_utf16();
        }
        after_space = blank;
        if marked.iter().any(|mark| mark.1 == at + c.len_utf8()) {
            marks.push((begun, units - begun));
        }
    }
    let shown = out.trim_end().len();
    out.truncate(shown);
    if to < text.trim_end().len() {
        out.push('…');
    }
    (out, marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str, query: &str) -> (String, Vec<String>) {
        let query = SearchQuery::parse(query).expect("a query");
        let found = found(&[(Matched::Text, text)], &query).expect("it is found");
        let units: Vec<u16> = found.snippet.encode_utf16().collect();
        let marked = found.marks.iter().map(|(from, len)| String::from_utf16(&units[*from..from + len]).expect("UTF-16"));
        (found.snippet.clone(), marked.collect())
    }

    #[test]
    fn what_was_found_is_marked() {
        let (snippet, marked) = show("😀  Хочу\n\nТЁПЛЫЙ дом,\tдомик 😀 и дом", "дом тепл");
        assert_eq!(snippet, "😀 Хочу ТЁПЛЫЙ дом, домик 😀 и дом");
        assert_eq!(marked, ["ТЁПЛЫЙ", "дом", "дом"]);
    }

    #[test]
    fn a_number_is_marked_however_it_is_written() {
        for query in ["87051112233", "+7 705 111-22-33", "705 111 22", "дом 7051112233"] {
            let (_, marked) = show("мой дом, мой номер: 8 705 111 22 33, 8 этаж", query);
            let expected = if query.starts_with('д') { vec!["дом"] } else { vec![] };
            assert_eq!(marked, [expected, vec!["8", "705", "111", "22", "33"]].concat(), "{query}");
        }
        assert_eq!(show("дата 2026-01-28", "2026 01 28").1, ["2026", "01", "28"]);
        assert_eq!(show("от 28 01 до 2026", "2026 01 28").1, ["28", "01", "2026"], "as words");
    }

    /// Not each word against each stretch of digits: it would take minutes.
    #[test]
    fn a_text_of_nothing_but_numbers_ends() {
        let text = format!("87051112233\n{}", "1 ".repeat(8_000));
        assert_eq!(show(&text, "87051112233").1, ["87051112233"]);
    }

    #[test]
    fn of_a_long_text_the_place_is_shown() {
        let text = format!("{}дом {}тёплый дом{}", "слово ".repeat(100), "слово ".repeat(100), " слово".repeat(100));
        let (snippet, marked) = show(&text, "дом тёплый");
        assert!(snippet.starts_with("…слово") && snippet.ends_with("слово…"), "{snippet}");
        assert!(snippet.chars().count() <= LONGEST + 2, "{snippet}");
        assert_eq!(marked, ["тёплый", "дом"]);
    }

    #[test]
    fn a_word_without_end_is_cut() {
        let (snippet, marked) = show(&"ы".repeat(10_000), "ыы");
        assert_eq!((snippet.chars().count(), marked.len()), (LONGEST + 1, 1));
        let (snippet, marked) = show(&format!("{} окно {}", "a".repeat(500), "b".repeat(500)), "окно");
        assert!(snippet.starts_with("…окно b") && marked == ["окно"], "{snippet}");
    }

    #[test]
    fn the_text_with_most_of_the_words_is_shown() {
        let query = SearchQuery::parse("план дома").expect("a query");
        let of = |texts: &[(Matched, &str)]| found(texts, &query).map(|found| found.matched);
        assert_eq!(of(&[(Matched::Text, "вот план"), (Matched::Transcript, "план дома")]), Some(Matched::Transcript));
        assert_eq!(of(&[(Matched::Text, "план"), (Matched::File, "дома.pdf")]), Some(Matched::Text));
        assert_eq!(of(&[(Matched::Text, "ничего")]), None);
    }
}
