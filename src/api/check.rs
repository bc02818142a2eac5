//! What a value must look like, and the sentence that says so.
use crate::error::{Error, Result};

pub const LOCALES: &[&str] = &["ru", "kk", "en"];

/// In bytes, as RFC 5321 has it.
pub const LONGEST_EMAIL: usize = 254;

/// E-mails are trimmed and lower-cased, so one person has one account.
pub fn email(text: &str) -> Result<String> {
    let email = text.trim().to_lowercase();
    let plausible = email.split_once('@').is_some_and(|(local, domain)| {
        let domain_fits = domain.split('.').count() > 1
            && domain.split('.').all(|part| {
                !part.is_empty()
                    && part.chars().all(|c| c.is_alphanumeric() || c == '-')
                    && !part.starts_with('-')
                    && !part.ends_with('-')
            });
        !local.is_empty() && domain_fits
    });
    if !plausible || email.len() > LONGEST_EMAIL || email.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Error::field("email", "This is not an e-mail address"));
    }
    Ok(email)
}

/// Length is all that is asked; the password is taken exactly as it came.
pub fn password(text: &str, least: usize) -> Result<()> {
    let length = text.chars().count();
    if length < least {
        return Err(Error::field("password", format!("The password must have at least {least} characters")));
    }
    if length > 1000 {
        return Err(Error::field("password", "The password must have at most 1000 characters"));
    }
    Ok(())
}

/// A name of something: one line, 1 to 200 characters. Judged as it was sent, kept without the spaces around it.
pub fn name(field: &'static str, text: &str) -> Result<String> {
    let name = text.trim();
    if name.is_empty() || text.chars().count() > 200 || text.chars().any(char::is_control) {
        return Err(Error::field(field, format!("{field} must be one line of 1 to 200 characters")));
    }
    Ok(name.to_owned())
}

/// Something that may be empty, which means "none".
pub fn optional_line(field: &'static str, text: &str, most: usize) -> Result<Option<String>> {
    if text.chars().count() > most || text.chars().any(char::is_control) {
        return Err(Error::field(field, format!("{field} must be one line of at most {most} characters")));
    }
    Ok(Some(text.trim().to_owned()).filter(|t| !t.is_empty()))
}

/// Several lines, or none.
pub fn text(field: &'static str, text: &str, most: usize) -> Result<String> {
    let odd = |c: char| c.is_control() && !"\n\r\t".contains(c);
    if text.chars().count() > most || text.chars().any(odd) {
        return Err(Error::field(field, format!("{field} must be text of at most {most} characters")));
    }
    Ok(text.trim().to_owned())
}

pub fn locale(text: &str) -> Result<String> {
    if LOCALES.contains(&text) { Ok(text.to_owned()) } else { Err(Error::field("locale", "locale must be ru, kk or en")) }
}

/// The areas of IANA's zones. Places within them come and go, so only the area is judged.
const AREAS: &[&str] =
    &["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific", "Etc"];

pub fn time_zone(text: &str) -> Result<String> {
    let named = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_+-".contains(c));
    let fits = match text.split_once('/') {
        Some((area, place)) => text.len() <= 64 && AREAS.contains(&area) && place.split('/').all(named),
        None => matches!(text, "UTC" | "GMT"),
    };
    if fits { Ok(text.to_owned()) } else { Err(Error::field("time_zone", "time_zone must be a name like Asia/Almaty")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_are_one_spelling() {
        assert_eq!(email("  Manager@Construction.KZ ").expect("email"), "manager@construction.kz");
        assert_eq!(email("почта@пример.қаз").expect("email"), "почта@пример.қаз");
        for wrong in ["", "x", "a@b", "@b.kz", "a@b..kz", "a b@c.kz", "a@b@c.kz", "a@-b.kz"] {
            assert!(email(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_and_zones() {
        assert!(name("name", " ").is_err() && name("name", "a\nb").is_err() && name("name", &"x".repeat(201)).is_err());
        assert!(name("name", &format!("x{}", " ".repeat(200))).is_err() && name("name", "x\n").is_err());
        assert_eq!(name("name", " Aru ").expect("a name"), "Aru");
        assert!(time_zone("Asia/Almaty").is_ok() && time_zone("UTC").is_ok() && time_zone("Etc/GMT+5").is_ok());
        assert!(time_zone("Mars/Base").is_err() && time_zone("Asia/").is_err());
        assert!(time_zone("").is_err() && time_zone("/etc/passwd").is_err() && time_zone("../x").is_err());
        assert!(password("12345", 6).is_err() && password("123456", 6).is_ok());
    }
}
