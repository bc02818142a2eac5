//! What somebody looks for.
use std::collections::HashSet;

use super::numbers::{NumberAsked, asked};

/// Letters and digits that a query must have: one letter is in everything.
const LEAST: usize = 2;
/// Different words that are looked for; who pastes a page is shown what holds the first of it.
const MOST: usize = 32;
const MOST_NUMBERS: usize = 4;

/// All its words and numbers must be found. The last word may be one that is still being typed: whatever begins so fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchQuery {
    whole: Vec<String>,
    begun: Option<String>,
    numbers: Vec<NumberAsked>,
}

impl SearchQuery {
    /// `None`: there is nothing in it to look for.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut numbers, mut all) = asked(text);
        if numbers.is_empty() && all.iter().map(|word| word.chars().count()).sum::<usize>() < LEAST {
            return None;
        }
        numbers.truncate(MOST_NUMBERS);
        // What begins with one letter is nearly everything; such a word is meant whole: "dacha 5".
        let begun = all.pop_if(|last| last.chars().count() >= LEAST);
        let mut seen = HashSet::new();
        all.retain(|word| seen.len() < MOST && seen.insert(word.clone()));
        all.sort_unstable();
        Some(SearchQuery { whole: all, begun, numbers })
    }

    pub fn whole(&self) -> &[String] {
        &self.whole
    }

    pub fn begun(&self) -> Option<&str> {
        self.begun.as_deref()
    }

    pub fn numbers(&self) -> &[NumberAsked] {
        &self.numbers
    }

    /// Which of the query's words this one is, as far as any.
    pub fn which(&self, folded: &str) -> Option<usize> {
        let whole = self.whole.iter().position(|word| word == folded);
        whole.or_else(|| self.begun().filter(|begun| folded.starts_with(begun)).map(|_| self.whole.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(Vec<String>, Option<String>)> {
        SearchQuery::parse(text).map(|query| (query.whole, query.begun))
    }

    #[test]
    fn the_last_word_may_be_a_beginning() {
        let all = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(parts("Тёплый дом тёплый ок"), Some((all(&["дом", "теплый"]), Some("ок".into()))));
        assert_eq!(parts("дача 5"), Some((all(&["5", "дача"]), None)));
        assert_eq!(parts("AND NEAR(\"x*"), Some((all(&["and", "near", "x"]), None)));
    }

    #[test]
    fn one_letter_is_nothing_to_look_for() {
        for nothing in ["", " ", "a", "*", "\"'; --", "¯\\_()_/¯"] {
            assert_eq!(parts(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn of_a_pasted_page_the_first_words_are_looked_for() {
        let page: String = (0..1_000).map(|n| format!("w{n} w0 ")).collect();
        let query = SearchQuery::parse(&page).expect("a query");
        assert_eq!((query.whole().len(), query.begun()), (MOST, Some("w0")));
        assert!(query.whole().iter().any(|word| word == "w31"), "{query:?}");
    }

    #[test]
    fn a_word_is_found_whole_or_by_its_beginning() {
        let query = SearchQuery::parse("дом окн").expect("a query");
        assert_eq!(["дом", "домик", "окно", "ок"].map(|word| query.which(word)), [Some(0), None, Some(1), None]);
    }
}
