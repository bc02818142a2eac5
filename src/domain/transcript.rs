//! What a machine has understood of a recording, and whether anybody said it. Whisper learnt from films and their subtitles:
//! where it hears no words it says what stands there, credits, thanks for watching, what the music is like.
mod loops;
mod notes;
mod phantoms;
mod vocabulary;

use loops::is_loop;
use notes::spoken;
use phantoms::is_phantom;

use super::text::first;

/// Letters that nobody says in a second, and a few that a short recording may be off by.
const LETTERS_A_SECOND: f64 = 30.0;
const LETTERS_TO_SPARE: f64 = 12.0;
/// A recording of this many seconds holds more than a word for each so many of them, or its words were not understood.
const LONG_SECONDS: f64 = 20.0;
const SECONDS_A_WORD: f64 = 8.0;

/// Characters that are looked at.
const LOOKED_AT: usize = 8_000;

/// Was this probably invented? `audio_ms` is the recording's length, where it is known.
pub fn is_invented(text: &str, audio_ms: Option<i64>) -> bool {
    // A server may send megabytes; whether they were said shows in the first of them.
    let said = spoken(first(text, LOOKED_AT));
    let words = words(&said);
    words.is_empty() || is_loop(&words) || is_mostly_phantom(&said) || audio_ms.is_some_and(|ms| !fits(&words, ms))
}

/// Sentence by sentence: what was said before the credits is not worth less for them, unless it is less than they are.
fn is_mostly_phantom(said: &str) -> bool {
    if is_phantom(said) {
        return true;
    }
    let sentences = said.split_inclusive(['.', '!', '?', '…', '\n', '。', '！', '？']);
    let (mut all, mut invented) = (0, 0);
    for sentence in sentences {
        let length = sentence.chars().filter(|c| c.is_alphanumeric()).count();
        all += length;
        invented += if length > 0 && is_phantom(sentence) { length } else { 0 };
    }
    invented > 0 && invented * 2 >= all
}

fn fits(words: &[String], audio_ms: i64) -> bool {
    let seconds = audio_ms as f64 / 1e3;
    let letters = words.iter().map(|word| word.chars().count()).sum::<usize>() as f64;
    let too_many = letters > LETTERS_TO_SPARE + LETTERS_A_SECOND * seconds;
    let too_few = seconds >= LONG_SECONDS && words.len() as f64 * SECONDS_A_WORD < seconds;
    !too_many && !too_few
}

/// In small letters, `ё` as `е`.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace('ё', "е");
    lower.split(|c: char| !c.is_alphanumeric() && !is_mark(c)).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A part of a letter: vowels of Hindi, accents.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `the recording's seconds, if they are told | what the machine understood`
    const INVENTED: &str = include_str!("../../tests/fixtures/reports/transcripts_invented.txt");
    const SAID: &str = include_str!("../../tests/fixtures/reports/transcripts_said.txt");

    fn cases(list: &'static str) -> Vec<(Option<i64>, &'static str)> {
        let lines = list.lines().filter(|line| !line.starts_with('#'));
        let case = |line: &'static str| match line.split_once(" | ") {
            Some((seconds, text)) => (seconds.parse::<f64>().ok().map(|seconds| (seconds * 1e3) as i64), text),
            None => (None, line),
        };
        lines.map(case).collect()
    }

    /// At least 95 of 100 inventions are caught, and nothing that people say.
    #[test]
    fn inventions_are_caught_and_people_are_believed() {
        let (invented, said) = (cases(INVENTED), cases(SAID));
        assert!(invented.len() >= 150 && said.len() >= 200, "{} and {}", invented.len(), said.len());
        let missed: Vec<_> = invented.iter().filter(|(ms, text)| !is_invented(text, *ms)).collect();
        assert!(missed.len() * 100 <= invented.len() * 5, "{} of {}: {missed:#?}", missed.len(), invented.len());
        let doubted: Vec<_> = said.iter().filter(|(ms, text)| is_invented(text, *ms)).collect();
        assert!(doubted.is_empty(), "{doubted:#?}");
    }

    #[test]
    fn a_transcript_without_end_is_looked_at_in_part() {
        for text in ["一".repeat(2_600_000) + "二", "( a b c d e f g ".repeat(500_000)] {
            is_invented(&text, None);
        }
    }

    #[test]
    fn what_was_said_before_the_credits_stays() {
        assert!(!is_invented("Мне нужен дом в Алматы, сто двадцать квадратов. Спасибо за просмотр!", None));
        assert!(is_invented("Да. Субтитры сделал DimaTorzok", None));
        assert!(is_invented(&"Продолжение следует... ".repeat(400), None));
        assert!(!is_invented(&"Один дом за рекой стоит пятый год без крыши и окон. ".repeat(2), None));
    }
}
