//! Which language somebody writes in. Good enough to choose an answer's language; ambiguous words say nothing, so that the
//! language that is remembered stays.
use crate::domain::text::word_enum;

word_enum! {
    /// A language that the product speaks.
    Language { Ru = "ru", Kk = "kk", En = "en" }
}

impl Language {
    /// Its name in English: what a model is told.
    pub fn english_name(self) -> &'static str {
        match self {
            Language::Ru => "Russian",
            Language::Kk => "Kazakh",
            Language::En => "English",
        }
    }

    /// Reads what a program or a model calls a language: `kk-KZ`, `Russian`, `қазақша`.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        let head = name.split(['-', '_', ' ']).next().unwrap_or_default();
        match head {
            "ru" | "rus" | "russian" | "русский" | "орысша" | "орыс" => Some(Language::Ru),
            "kk" | "kz" | "kaz" | "kazakh" | "qazaq" | "казахский" | "қазақша" | "қазақ" => {
                Some(Language::Kk)
            }
            "en" | "eng" | "english" | "английский" | "ағылшын" | "ағылшынша" => Some(Language::En),
            _ => None,
        }
    }
}

/// Letters that Kazakh has and Russian has not.
const KAZAKH_LETTERS: &str = "әғқңөұүһі";

/// Frequent Kazakh words that are often typed without those letters, and that are no Russian words.
const KAZAKH_WORDS: &str = "керек рахмет салем салам саламатсыз саламатсызба саламатсыздарма калай калайсыз канша кандай жаксы жок болады болама \
    маган саган менин сенин кайда кашан бугин ертен жумыс алгым келеди келед турады турад адам мен бересиз бересизбе барма \
    жасайсыз жасайсыздар жасайсыздарма салгым салып уйим казакша айтыныз айтындар иа бугын кымбат арзан шакырыныз kerek \
    rahmet raqmet qansha qalai salemetsiz qazaqsha";

/// Words that every one of the languages uses: agreement, units, money, and the cities that customers answer with.
const NEUTRAL_WORDS: &str = "ok okay ок окей м кв км га м2 квм m m2 sqm kv тг тенге kzt usd алматы астана шымкент актобе атырау актау караганда \
    костанай павлодар тараз туркестан семей almaty astana shymkent";

/// The language of what somebody wrote. Kazakh wins in mixed speech; `None` when nothing in it tells (digits, emoji, `ok`,
/// a city, a name with a number).
pub fn of_text(text: &str) -> Option<Language> {
    let words = words(text);
    let ukrainian = words.iter().any(|w| w.lower.contains(['ї', 'є', 'ґ']));
    let telling: Vec<&SpokenWord> = words.iter().filter(|w| !has(NEUTRAL_WORDS, &w.lower)).collect();
    if !ukrainian && telling.iter().any(|w| w.is_kazakh() && !w.may_be_name) {
        return Some(Language::Kk);
    }
    let is_name_and_number = text.chars().filter(char::is_ascii_digit).count() >= 7
        && telling.len() <= 3
        && telling.iter().all(|w| w.capital || !w.is_cyrillic());
    if telling.is_empty() || (is_name_and_number && !telling.iter().any(|w| w.is_kazakh())) {
        return None;
    }
    let cyrillic: Vec<&&SpokenWord> = telling.iter().filter(|w| w.is_cyrillic()).collect();
    let latin = telling.len() - cyrillic.len();
    if cyrillic.is_empty() || (latin >= 3 && cyrillic.iter().all(|w| w.may_be_name)) {
        return telling.iter().any(|w| w.is_latin()).then_some(Language::En);
    }
    // Kazakh letters in names only: they count when there is nothing else.
    let kazakh = !ukrainian && cyrillic.iter().all(|w| w.is_kazakh());
    Some(if kazakh { Language::Kk } else { Language::Ru })
}

struct SpokenWord {
    lower: String,
    capital: bool,
    /// A capital letter in the middle of a sentence: perhaps a name, which says little about the language around it.
    may_be_name: bool,
}

impl SpokenWord {
    fn is_cyrillic(&self) -> bool {
        self.lower.chars().any(|c| matches!(c, '\u{400}'..='\u{52f}'))
    }

    fn is_latin(&self) -> bool {
        self.lower.chars().filter(|c| c.is_alphabetic()).all(|c| c < '\u{250}')
    }

    fn is_kazakh(&self) -> bool {
        (self.is_cyrillic() && self.lower.contains(|c| KAZAKH_LETTERS.contains(c))) || has(KAZAKH_WORDS, &self.lower)
    }
}

fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|listed| listed == word)
}

/// The words of a text without addresses of the net, which are in no language.
fn words(text: &str) -> Vec<SpokenWord> {
    let mut begins = true;
    let mut words = Vec::new();
    for token in text.split_whitespace() {
        let is_address = token.contains("://") || token.contains('@') || token.starts_with("www.") || token.starts_with("t.me/");
        if is_address {
            continue;
        }
        for part in token.split(|c: char| !c.is_alphanumeric()).filter(|p| p.chars().any(char::is_alphabetic)) {
            let capital = part.chars().next().is_some_and(char::is_uppercase);
            words.push(SpokenWord { lower: part.to_lowercase(), capital, may_be_name: capital && !begins });
            begins = false;
        }
        begins |= token.ends_with(['.', '!', '?', '…']);
    }
    words
}

#[cfg(test)]
mod tests;
