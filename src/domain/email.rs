//! E-mail addresses: one spelling for each, so that one person has one account.
use unicode_normalization::UnicodeNormalization;

use super::text::is_invisible;

/// In bytes, as RFC 5321 has it.
pub const LONGEST: usize = 254;
/// In no address that people have without quotes.
const FOREIGN: &[char] = &['<', '>', '(', ')', '[', ']', ',', ';', ':', '"', '\\', '@'];

/// The address in its one spelling: lower case, composed, without what cannot be seen; `mailto:`, a name before `<…>` and the
/// end of a sentence go; the host is written in its own letters. `None`: it is no address.
pub fn normal(text: &str) -> Option<String> {
    if text.len() > LONGEST * 8 {
        return None;
    }
    let plain = |text: &str| text.nfkc().filter(|c| !is_invisible(*c)).collect::<String>();
    let text = plain(text);
    let text = bare(&text);
    // Lower case may come apart again.
    let lower = plain(&text.to_lowercase());
    let (local, host) = lower.split_once('@')?;
    let host = own_letters(host)?;
    let odd = |c: char| c.is_whitespace() || c.is_control() || FOREIGN.contains(&c);
    if local.is_empty() || local.contains(odd) || !is_host(&host) {
        return None;
    }
    let email = format!("{local}@{host}");
    (email.len() <= LONGEST).then_some(email)
}

/// As it was kept before there was one spelling: whoever has such an account still signs in.
pub fn old_spelling(text: &str) -> String {
    text.trim().to_lowercase()
}

/// `"Канат" <mailto:kanat@site.kz?subject=x>.` → `kanat@site.kz`
fn bare(text: &str) -> &str {
    let text = text.trim();
    let inside = text.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(text, |(inside, _)| inside.trim());
    let scheme = "mailto:";
    let is_link = inside.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme));
    let address = if is_link { inside[scheme.len()..].split('?').next().unwrap_or_default() } else { inside };
    address.trim_start_matches(['"', '\'', '«', '“', '„']).trim_end_matches(['.', ',', ';', '!', '"', '\'', '»', '”', '“']).trim()
}

/// `xn--…` and its letters are the same host.
fn own_letters(host: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii(&host.replace('。', ".")).ok()?;
    let (letters, is_valid) = idna::domain_to_unicode(&ascii);
    is_valid.is_ok().then_some(letters)
}

fn is_host(host: &str) -> bool {
    let fits = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_alphanumeric() || c == '-' || unicode_normalization::char::is_combining_mark(c))
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    host.contains('.') && host.split('.').all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `as it was given => its spelling`; nothing behind the arrow: it is none. `\u{…}` stands for what cannot be seen.
    const EMAILS: &str = include_str!("../../tests/fixtures/reports/emails.txt");

    fn unescaped(text: &str) -> String {
        let mut parts = text.split("\\u{");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |out, part| {
            let (code, rest) = part.split_once('}').expect("a code point");
            let c = char::from_u32(u32::from_str_radix(code, 16).expect("hex")).expect("a character");
            format!("{out}{c}{rest}")
        })
    }

    #[test]
    fn an_address_has_one_spelling() {
        for line in EMAILS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (given, expected) = line.split_once("=>").expect("an arrow");
            let (given, expected) = (unescaped(given.strip_suffix(' ').unwrap_or(given)), expected.trim());
            assert_eq!(normal(&given).unwrap_or_default(), expected, "{line}");
            assert!(expected.is_empty() || normal(expected).as_deref() == Some(expected), "settled: {line}");
        }
        assert_eq!(normal(&format!("{}@b.kz", "a".repeat(300))), None);
        assert_eq!(normal(&"@".repeat(100_000)), None);
    }
}
