//! Numbers that are looked for: found in any spelling, from any place in them on.
use super::words::{Word, words};
use crate::domain::agent::phone::within_country;
use crate::domain::text::numbers::{DigitRun, LEAST_DIGITS, MOST_DIGITS, runs};

/// What is asked for with fewer digits is looked for as words alone.
const LEAST_ASKED: usize = 5;
/// Of one text: a pasted list of numbers must not be the half of the index.
const MOST: usize = 2_000;

/// The terms under which the numbers of a text stand in the index: each number, and each end of it that is long enough to be
/// known by. Whoever looks for the beginning of one of them finds it, with the country's code and without.
pub fn number_terms(text: &str) -> impl Iterator<Item = String> + '_ {
    runs(text).into_iter().flat_map(|run| run.numbers()).flat_map(|number| terms(&number)).take(MOST)
}

fn terms(number: &str) -> Vec<String> {
    let ends = (0..=number.len() - LEAST_DIGITS).map(|at| number[at..].to_owned());
    ends.chain(at_home(number)).collect()
}

/// `8 705 …` is `+7 705 …` at home.
fn at_home(number: &str) -> Option<String> {
    number.strip_prefix('8').filter(|rest| rest.len() == 10).map(|rest| format!("7{rest}"))
}

/// A number that somebody looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberAsked {
    /// The same as words, as they stand in a text that is written like the query: the last may go on.
    pub words: Vec<String>,
    /// Digits that begin one of the index's terms, or stand within the digits of a field.
    pub forms: Vec<String>,
}

impl NumberAsked {
    fn new(text: &str, run: &DigitRun) -> Self {
        NumberAsked { words: words(&text[run.from..run.to]).map(|word| word.folded).collect(), forms: forms(&run.digits()) }
    }

    /// Does this word of a text say that part of it?
    pub fn says(&self, part: &str, folded: &str) -> bool {
        let is_last = self.words.last().is_some_and(|last| last == part) && part.len() > 1;
        folded == part || is_last && folded.starts_with(part)
    }

    /// Is it in this run?
    pub fn is_in(&self, run: &DigitRun) -> bool {
        run.numbers().iter().any(|number| terms(number).iter().any(|term| self.forms.iter().any(|form| term.starts_with(form))))
    }
}

/// With a country's code the number itself is enough; one that is still being typed may begin either way.
fn forms(digits: &str) -> Vec<String> {
    let digits = digits.strip_prefix("00").filter(|rest| rest.len() >= LEAST_DIGITS).unwrap_or(digits);
    let (code, rest) = digits.split_at(1);
    let at_home = matches!(code, "7" | "8");
    match digits.len() {
        11 if at_home => vec![rest.to_owned()],
        // In a text it may stand without the country's code.
        11.. => std::iter::once(digits.to_owned()).chain(within_country(digits)).collect(),
        length => {
            let spelt = [Some(digits.to_owned()), (code == "8").then(|| format!("7{rest}"))];
            let without = (at_home && length > LEAST_DIGITS - 1).then(|| rest.to_owned());
            spelt.into_iter().chain([without]).flatten().collect()
        }
    }
}

fn long_runs(text: &str) -> Vec<DigitRun> {
    let long = |run: &DigitRun| (LEAST_ASKED..=MOST_DIGITS).contains(&run.digits().len());
    runs(text).into_iter().filter(long).collect()
}

/// The numbers that a short list is asked for, and what is written around them, word by word.
pub fn asked_words(text: &str) -> (Vec<NumberAsked>, Vec<String>) {
    let runs = long_runs(text);
    let (mut around, mut from) = (String::new(), 0);
    for run in &runs {
        around.extend([&text[from..run.from], " "]);
        from = run.to;
    }
    around.push_str(&text[from..]);
    let says = |word: &&str| word.chars().any(char::is_alphanumeric) || runs.is_empty();
    let words = around.split_whitespace().filter(says).map(str::to_owned).collect();
    (runs.iter().map(|run| NumberAsked::new(text, run)).collect(), words)
}

/// The numbers that a query asks for, and the words that are in none of them.
pub(super) fn asked(text: &str) -> (Vec<NumberAsked>, Vec<String>) {
    let runs = long_runs(text);
    let within = |word: &Word| runs.iter().any(|run| word.from < run.to && run.from < word.to);
    let numbers = runs.iter().map(|run| NumberAsked::new(text, run)).collect();
    (numbers, words(text).filter(|word| !within(word)).map(|word| word.folded).collect())
}

/// The digits of what somebody looks for in a short list, however few they are.
pub fn digits_asked(text: &str) -> Option<Vec<String>> {
    let runs = runs(text);
    let [run] = runs.as_slice() else { return None };
    let alone = text[..run.from].trim_matches(['(', ' ', '+']).is_empty() && text[run.to..].trim_matches([')', ' ']).is_empty();
    let digits = run.digits();
    (alone && digits.len() >= 3).then(|| forms(&digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number a line, in its spellings, between bars.
    const NUMBERS: &str = include_str!("../../../tests/fixtures/reports/numbers.txt");

    #[test]
    fn each_spelling_finds_each_other() {
        for line in NUMBERS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let spellings: Vec<&str> = line.split('|').map(str::trim).collect();
            for (query, text) in spellings.iter().flat_map(|query| spellings.iter().map(move |text| (query, text))) {
                let (numbers, rest) = asked(query);
                assert!(numbers.len() == 1 && rest.is_empty(), "{query}: {numbers:?} {rest:?}");
                let said = format!("Мой номер {text}, звоните");
                assert!(runs(&said).iter().any(|run| numbers[0].is_in(run)), "{query} in {text}");
                let found = number_terms(&said).any(|term| numbers[0].forms.iter().any(|form| term.starts_with(form)));
                assert!(found, "{query} in {text}");
            }
        }
    }

    #[test]
    fn a_query_is_numbers_and_words() {
        let (numbers, words) = asked("Канат 8 705 111 22 33, дом 5");
        assert_eq!((numbers.len(), words), (1, vec!["канат".into(), "дом".into(), "5".into()]));
        assert_eq!(numbers[0].words, ["8", "705", "111", "22", "33"]);
        assert_eq!(asked("дача 5").0, []);
        assert_eq!(digits_asked("+7 (776) 877"), Some(vec!["7776877".into(), "776877".into()]));
        assert_eq!(digits_asked("7012"), Some(vec!["7012".into()]));
        assert_eq!((digits_asked("12"), digits_asked("дом 120"), digits_asked("1 и 2")), (None, None, None));
    }

    #[test]
    fn prices_and_dates_are_no_numbers() {
        assert_eq!(number_terms("дом 150 м² за 45 000 тенге, 2 этажа").count(), 0);
        assert!(number_terms(&"87051112233 ".repeat(5_000)).count() <= MOST);
    }
}
