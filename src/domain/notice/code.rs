//! The codes that connect a chat or an account: eight characters that nobody mistakes for others.

/// Without I, L, O and U, 0 and 1.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 8;

/// Spells a random number as a code. Not every one has the shape (see [`in_text`]): draw again.
pub fn spell(mut random: u64) -> Option<String> {
    let mut code = String::with_capacity(LENGTH);
    for _ in 0..LENGTH {
        let (rest, digit) = (random / ALPHABET.len() as u64, random % ALPHABET.len() as u64);
        code.push(ALPHABET.get(digit as usize).copied().map_or('2', char::from));
        random = rest;
    }
    has_shape(&code).then_some(code)
}

/// The code that a message consists of, alone or behind `/connect` or `/start`, as it was made. Nearly every message has
/// none, and this tells without asking anybody.
pub fn in_text(text: &str) -> Option<String> {
    // Shortest and longest: the code alone, and a command that names the bot (at most 32 characters).
    if !(LENGTH..=64).contains(&text.len()) {
        return None;
    }
    let mut words = text.split_whitespace();
    let (first, second) = (words.next()?, words.next());
    let word = match second {
        None => first,
        Some(second) => {
            let command = first.split_once('@').map_or(first, |(command, _)| command);
            Some(second).filter(|_| words.next().is_none() && matches!(command, "/connect" | "/start"))?
        }
    };
    let code = word.to_ascii_uppercase();
    has_shape(&code).then_some(code)
}

/// A letter and a digit at least, so that no word of a language is one.
fn has_shape(code: &str) -> bool {
    code.len() == LENGTH
        && code.bytes().all(|b| ALPHABET.contains(&b))
        && code.bytes().any(|b| b.is_ascii_digit())
        && code.bytes().any(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_however_it_is_sent() {
        let said = ["7KMX2PQA", " 7kmx2pqa\n", "/connect 7KMX2PQA", "/connect@stroika_bot 7kmx2pqa", "/start 7KMX2PQA"];
        for text in said {
            assert_eq!(in_text(text).as_deref(), Some("7KMX2PQA"), "{text}");
        }
    }

    #[test]
    fn what_customers_write_is_none() {
        for text in
            ["", "hello", "7KMX2PQ", "7KMX2PQAB", "22223333", "BACKYARD", "my 7KMX2PQA", "/help 7KMX2PQA", "/start 7KMX2PQA x"]
        {
            assert_eq!(in_text(text), None, "{text}");
        }
        for text in ["7KMX2PQ0", "7KMX2PQO", "дом 120 м²", "+77011234567", "87011234567", "/start", "/connect"] {
            assert_eq!(in_text(text), None, "{text}");
        }
    }

    #[test]
    fn a_spelled_code_is_recognised() {
        let step = u64::MAX / 1_000;
        let codes: Vec<String> = (0..1_000).filter_map(|n| spell(n * step)).collect();
        assert!(codes.len() > 800, "{}", codes.len());
        assert!(codes.iter().all(|code| in_text(code).as_ref() == Some(code)));
    }
}
