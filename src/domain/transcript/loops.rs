//! A machine that does not get away from a phrase.

/// Words of which a whole transcript of repetitions is one: people say "алло, алло, алло" and "да-да-да-да".
const LEAST_WORDS: usize = 6;
/// The same long word: nobody thanks four times over.
const LEAST_LONG_WORDS: usize = 4;
const LONG_WORD: usize = 6;
/// A phrase within a longer text: so often, and so much of the text.
const OFTEN: usize = 5;
const MOST_OF: f64 = 0.6;
/// Longer phrases than this are read as texts.
const LONGEST_PHRASE: usize = 30;

/// The same phrase again and again, alone or as most of the text. Figures are no phrase: numbers are full of them.
pub(super) fn is_loop(words: &[String]) -> bool {
    let [word] = words else { return is_repeated(words) || is_stuck(words) };
    let letters: Vec<char> = word.chars().collect();
    let is_one_letter = letters.len() >= 8 && letters.iter().all(|c| c.is_alphabetic() && *c == letters[0]);
    is_one_letter || is_unspaced(&letters)
}

fn is_figure(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_digit())
}

/// All of it, the last time perhaps cut off.
fn is_repeated(words: &[String]) -> bool {
    let repeats = |period: usize| words.iter().zip(&words[period..]).all(|(a, b)| a == b);
    let least = |period: usize| match period {
        1 if words[0].chars().count() >= LONG_WORD => LEAST_LONG_WORDS,
        1 => LEAST_WORDS,
        2 => 8,
        _ => period * 3,
    };
    let periods = 1..=(words.len() / 3).min(LONGEST_PHRASE);
    let mut phrases = periods.filter(|period| !words[..*period].iter().all(|word| is_figure(word)));
    phrases.any(|period| words.len() >= least(period) && repeats(period))
}

/// It begins as a text and ends as a loop.
fn is_stuck(words: &[String]) -> bool {
    (1..=(words.len() / OFTEN).min(LONGEST_PHRASE)).any(|period| {
        let (mut run, mut longest) = (0, 0);
        for at in period..words.len() {
            run = if words[at] == words[at - period] && !is_figure(&words[at]) { run + 1 } else { 0 };
            longest = longest.max(run);
        }
        let looped = longest + period;
        looped >= period * OFTEN && looped >= 10 && looped as f64 >= words.len() as f64 * MOST_OF
    })
}

/// In scripts without spaces between words.
fn is_unspaced(letters: &[char]) -> bool {
    let repeats = |period: usize| letters.iter().zip(&letters[period..]).all(|(a, b)| a == b);
    let is_ideographic = letters.iter().all(|c| *c >= '\u{2e80}');
    is_ideographic && letters.len() >= 9 && (2..=(letters.len() / 3).min(LONGEST_PHRASE)).any(repeats)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looped(text: &str) -> bool {
        is_loop(&super::super::words(text))
    }

    #[test]
    fn a_phrase_without_end_is_no_speech() {
        for text in [
            "you you you you you you",
            "Спасибо. Спасибо. Спасибо. Спасибо.",
            "И вот так. И вот так. И вот так. И вот",
            "Хочу дом и баню, а потом, а потом, а потом, а потом, а потом, а потом, а потом, а потом",
            "ааааааааааааааа",
            "ご視聴ありがとうございましたご視聴ありがとうございましたご視聴ありがとうございました",
        ] {
            assert!(looped(text), "{text}");
        }
        for text in [
            "алло алло алло",
            "да да да да да",
            "нет, нет, нет!",
            "не знаю, не знаю, не знаю",
            "8 777 777 77 77",
            "7 7 7 7 7 7 7 7",
            "очень очень очень хочу дом",
            "謝謝",
        ] {
            assert!(!looped(text), "{text}");
        }
    }
}
