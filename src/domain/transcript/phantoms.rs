//! Sentences that stand in films and beneath them, and that no customer says to a company.
use super::vocabulary::*;
use super::words;

/// No credit and no farewell is longer.
const LONGEST: usize = 16;
const LONGEST_TITLE: usize = 4;

fn each(list: &str) -> impl Iterator<Item = &str> {
    list.split('|')
}

fn is_one_of(list: &str, word: &str) -> bool {
    each(list).any(|one| one == word)
}

fn begins(stems: &str, word: &str) -> bool {
    each(stems).any(|stem| word.starts_with(stem))
}

/// Is all of this such a sentence?
pub(super) fn is_phantom(sentence: &str) -> bool {
    let words = words(sentence);
    let plain = words.join(" ");
    if words.is_empty() {
        return false;
    }
    if each(SURE).any(|name| is_sure(&plain, name)) || is_one_of(WHOLE, &plain) || is_address(sentence) {
        return true;
    }
    if words.len() > LONGEST || sentence.contains(['?', '？']) || words.iter().any(|word| is_one_of(WANTING, word)) {
        return false;
    }
    let has = |stems: &str| words.iter().any(|word| begins(stems, word));
    // Scripts without spaces, and phrases of several words.
    let says = |parts: &str| each(parts).any(|part| is_part(&plain, part));
    let is_short = words.len() <= LONGEST_TITLE;
    let is_addressed = words.iter().any(|word| is_one_of(ADDRESSING, word));
    !is_addressed && is_credit(&words, is_short)
        || (has(THANKS) || says(THANKS_WITHIN))
            && (says(FOR_WATCHING) || plain.ends_with(" за просмотр") || has(WATCHING) || says(WATCHING_WITHIN))
        || says(SUBSCRIBE)
        || !is_addressed && says(NEXT_TIME)
        || is_short && !is_addressed && has(SOUNDS) && words.iter().all(|word| is_of_sounds(word))
        || is_short && !is_addressed && is_shouted(sentence)
}

/// Who made the subtitles, the translation or the film.
fn is_credit(words: &[String], is_short: bool) -> bool {
    let has = |stems: &str| words.iter().any(|word| begins(stems, word));
    let plain = words.join(" ");
    let within = each(SUBTITLES_WITHIN).any(|part| plain.contains(part));
    if has(SUBTITLES) || within {
        // In our own languages people speak of subtitles, too.
        return within || has(MAKERS) || is_short && !has("субтитр|титры|subtitle");
    }
    if is_short && words.len() > 1 && is_one_of(SIGNERS, &words[0]) && is_initial(&words[1]) {
        return true;
    }
    let is_year = |word: &String| word.len() == 4 && word.starts_with("20") && word.bytes().all(|b| b.is_ascii_digit());
    let is_broadcast = is_short && words.iter().any(|word| is_one_of(STATIONS, word)) && words.iter().any(is_year);
    is_broadcast || each(CREDITS).any(|credit| is_beginning(&plain, credit)) || has(EDITORS) && has(PROOFREADERS)
}

fn is_beginning(plain: &str, credit: &str) -> bool {
    plain.strip_prefix(credit).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ') || !credit.is_ascii())
}

/// Whole words, or, of scripts that part none, letters.
fn is_part(plain: &str, part: &str) -> bool {
    let borders = |at: usize| {
        let before = plain[..at].chars().next_back().is_none_or(|c| c == ' ');
        before || part.chars().any(|c| c >= '\u{2e80}')
    };
    plain.match_indices(part).any(|(at, _)| borders(at))
}

/// Whole words: a name of a film's crew may be the end of somebody else's.
fn is_sure(plain: &str, name: &str) -> bool {
    let whole = |at: usize| {
        let after = plain[at + name.len()..].chars().next();
        after.is_none_or(|c| c == ' ') || !name.is_ascii()
    };
    plain
        .match_indices(name)
        .any(|(at, _)| (at == 0 || plain[..at].ends_with(' ') || name.chars().any(|c| c >= '\u{2e80}')) && whole(at))
}

/// `Редактор А Семкин`, and not `перевод с Каспи`.
fn is_initial(word: &str) -> bool {
    word.chars().count() == 1 && !is_one_of("с|в|к|о|и|у|на", word)
}

/// Nothing but an address of the net.
fn is_address(sentence: &str) -> bool {
    let mut words = sentence.split_whitespace();
    let word = words.next().unwrap_or_default().trim_end_matches(['.', '!', ',']);
    let is_host = word.starts_with("www.") || word.contains("://") || word.ends_with(".com") || word.ends_with(".org");
    // An e-mail is what a customer was asked for.
    words.next().is_none() && is_host && word.is_ascii() && !word.contains('@')
}

/// A sound, or what it is like: `спокойная музыка`, `звонок в дверь`.
fn is_of_sounds(word: &str) -> bool {
    let is_quality = ["ая", "ый", "ий", "ое", "ой", "ые"].iter().any(|ending| word.ends_with(ending)) && word.chars().count() > 4;
    is_quality || begins(SOUNDS, word) || begins(SOURCES, word) || is_one_of(SMALL, word)
}

/// Captions of sounds in Russian films are capitals; a machine that writes down speech begins sentences with one.
fn is_shouted(sentence: &str) -> bool {
    let letters: Vec<char> = sentence.chars().filter(|c| c.is_alphabetic()).collect();
    let is_loud = letters.iter().all(|c| matches!(c, 'А'..='Я' | 'Ё'));
    is_loud && letters.len() >= 9 && !sentence.contains(|c: char| c.is_ascii_digit())
}
