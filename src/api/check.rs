//! What a value must look like, and what is wrong when it does not.
use crate::domain::flaw::{Flaw, Options};
use crate::domain::text::{one_line, visible};
use crate::domain::{email, zone};
use crate::error::{Error, Result};

pub const LOCALES: &[&str] = &["ru", "kk", "en"];

/// One spelling, so that one person has one account.
pub fn email(text: &str) -> Result<String> {
    email::normal(text).ok_or_else(|| Error::field("email", Flaw::NotAnEmail))
}

/// Length is all that is asked; the password is taken exactly as it came.
pub fn password(text: &str, least: usize) -> Result<()> {
    let length = text.chars().count();
    if length < least {
        return Err(Error::field("password", Flaw::PasswordTooShort { min: least }));
    }
    if length > 1000 {
        return Err(Error::field("password", Flaw::PasswordTooLong { max: 1000 }));
    }
    Ok(())
}

/// A name of something: one line, 1 to 200 characters. Judged as it was sent, kept without the spaces around it and without
/// what cannot be seen or turns the writing round.
pub fn name(field: &'static str, text: &str) -> Result<String> {
    let name = visible(text).trim().to_owned();
    if name.is_empty() || text.chars().count() > 200 || text.chars().any(char::is_control) {
        return Err(Error::field(field, Flaw::OneLine { min: 1, max: 200 }));
    }
    Ok(name)
}

/// Something that may be empty, which means "none".
pub fn optional_line(field: &'static str, text: &str, most: usize) -> Result<Option<String>> {
    if text.chars().count() > most || text.chars().any(char::is_control) {
        return Err(Error::field(field, Flaw::OptionalLine { max: most }));
    }
    Ok(Some(text.trim().to_owned()).filter(|t| !t.is_empty()))
}

/// Several lines, or none.
pub fn text(field: &'static str, text: &str, most: usize) -> Result<String> {
    let odd = |c: char| c.is_control() && !"\n\r\t".contains(c);
    if text.chars().count() > most || text.chars().any(odd) {
        return Err(Error::field(field, Flaw::TextUpTo { max: most }));
    }
    Ok(text.trim().to_owned())
}

pub fn locale(text: &str) -> Result<String> {
    if LOCALES.contains(&text) {
        Ok(text.to_owned())
    } else {
        Err(Error::field("locale", Flaw::OneOf { options: Options(LOCALES) }))
    }
}

/// A time zone by the name that IANA gives it, or gave it once.
pub fn time_zone(text: &str) -> Result<String> {
    let known = zone::known(text).map(|zone| zone.name().to_owned());
    known.ok_or_else(|| Error::field("time_zone", Flaw::UnknownZone { given: one_line(text, 64) }))
}

/// A word of a list, as `word_enum!` reads it; any other is told which there are.
pub fn one_of<T>(field: &'static str, read: Option<T>, words: &'static [&'static str]) -> Result<T> {
    read.ok_or_else(|| Error::field(field, Flaw::OneOf { options: Options(words) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_are_one_spelling() {
        assert_eq!(email("  Manager@Construction.KZ ").expect("email"), "manager@construction.kz");
        assert!(email("a@b").is_err());
    }

    #[test]
    fn names_and_zones() {
        assert!(name("name", " ").is_err() && name("name", "a\nb").is_err() && name("name", &"x".repeat(201)).is_err());
        assert!(name("name", &format!("x{}", " ".repeat(200))).is_err() && name("name", "x\n").is_err());
        assert_eq!(name("name", " Aru ").expect("a name"), "Aru");
        assert_eq!(name("name", "\u{202e}Aru\u{202c}\u{200b}").expect("a name"), "Aru");
        assert!(name("name", "\u{2800}\u{202e}").is_err(), "blank");
        assert_eq!(time_zone("us/eastern").expect("an alias"), "US/Eastern");
        let refused = time_zone("Asia/Almatyy").expect_err("there is none");
        assert!(format!("{refused:?}").contains("Almatyy"), "{refused:?}");
        assert!(password("12345", 6).is_err() && password("123456", 6).is_ok());
    }
}
