//! Is it a phone number, and how is it dialled? By Google's rules (libphonenumber), never by guess.
use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumberFormat, Region};

use crate::domain::text::word_enum;

/// The longest that somebody may give as one number, with its brackets, dashes and an extension.
pub const LONGEST: usize = 40;

/// A number that exists by the rules of its country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// As the customer gave it, without what cannot be seen.
    pub given: String,
    /// As it is dialled: `+77768776637`.
    pub e164: String,
}

word_enum! {
    /// Why it is none.
    PhoneProblem {
        Empty = "empty",
        NotANumber = "not_a_number",
        UnknownCountry = "unknown_country",
        TooShort = "too_short",
        TooLong = "too_long",
        /// The length is right, but no network has such numbers.
        Impossible = "impossible",
    }
}

impl PhoneProblem {
    pub fn sentence(self) -> &'static str {
        match self {
            PhoneProblem::Empty => "The phone number is missing",
            PhoneProblem::NotANumber => "This is not a phone number",
            PhoneProblem::UnknownCountry => "The country code of the phone number does not exist",
            PhoneProblem::TooShort => "The phone number has too few digits",
            PhoneProblem::TooLong => "The phone number has too many digits",
            PhoneProblem::Impossible => "There is no such phone number: a digit is wrong",
        }
    }
}

impl std::error::Error for PhoneProblem {}

/// Is `region` one that [`check`] knows (two letters, `KZ`)?
pub fn is_region(region: &str) -> bool {
    known_region(region).is_some()
}

/// Checks a number; one without a country code belongs to `default_region`.
pub fn check(given: &str, default_region: &str) -> Result<Phone, PhoneProblem> {
    let given = super::safety::one_line(given, LONGEST + 1);
    if given.is_empty() {
        return Err(PhoneProblem::Empty);
    }
    if given.chars().count() > LONGEST {
        return Err(PhoneProblem::TooLong);
    }
    // Vanity numbers (1-800-FLOWERS) are words to us: a name must not become a number.
    if PHONE_NUMBER_UTIL.is_alpha_number(&given) || given.chars().filter(|c| c.is_numeric()).count() < 3 {
        return Err(PhoneProblem::NotANumber);
    }
    let number = PHONE_NUMBER_UTIL.parse(&given, known_region(default_region)).map_err(|e| match e {
        ParseError::InvalidCountryCode => PhoneProblem::UnknownCountry,
        ParseError::NotANumber(_) => PhoneProblem::NotANumber,
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => PhoneProblem::TooShort,
        ParseError::TooLongNsn => PhoneProblem::TooLong,
    })?;
    if !number.is_valid() {
        use rlibphonenumber::ValidationError::*;
        return Err(match number.is_possible_with_reason() {
            // Within a town it might do; from here nobody could call it.
            Err(TooShort) | Ok(NumberLengthType::IsPossibleLocalOnly) => PhoneProblem::TooShort,
            Err(TooLong) => PhoneProblem::TooLong,
            Err(InvalidCountryCode) => PhoneProblem::UnknownCountry,
            _ => PhoneProblem::Impossible,
        });
    }
    Ok(Phone { given, e164: number.format_as(PhoneNumberFormat::E164).into_owned() })
}

fn known_region(code: &str) -> Option<Region> {
    let region = Region::from_code(&code.trim().to_ascii_uppercase()).ok()?;
    PHONE_NUMBER_UTIL.get_country_code_for_region(region).map(|_| region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kazakh_number_is_kept_as_given_and_dialled_as_e164() {
        for given in ["87768776637", "77768776637", "+77768776637", "8 (776) 877-66-37", "7768776637", "+7 776 877 66 37"] {
            let phone = check(given, "KZ").unwrap();
            assert_eq!((phone.given.as_str(), phone.e164.as_str()), (given, "+77768776637"));
        }
        assert_eq!(check(" 8776\u{200b}8776637\0 ", "kz").unwrap().given, "87768776637");
        assert_eq!(check("8 727 250 12 34", "KZ").unwrap().e164, "+77272501234");
    }

    #[test]
    fn a_country_code_needs_no_region() {
        assert_eq!(check("+49 1512 3456789", "KZ").unwrap().e164, "+4915123456789");
        assert_eq!(check("+1 (415) 555-2671", "").unwrap().e164, "+14155552671");
        assert!(check("87768776637", "XX").is_err());
        assert!(is_region("KZ") && is_region("us") && !is_region("XX") && !is_region("") && !is_region("Kazakhstan"));
    }

    #[test]
    fn what_is_no_number_is_told() {
        let cases = [
            ("", PhoneProblem::Empty),
            (" \u{202e}", PhoneProblem::Empty),
            ("Канат", PhoneProblem::NotANumber),
            ("нет телефона", PhoneProblem::NotANumber),
            ("1-800-FLOWERS", PhoneProblem::NotANumber),
            ("8776877", PhoneProblem::TooShort),
            ("87768776637123456789", PhoneProblem::TooLong),
            ("+999 123 456 789", PhoneProblem::UnknownCountry),
            ("80008776637", PhoneProblem::Impossible),
        ];
        for (given, problem) in cases {
            assert_eq!(check(given, "KZ"), Err(problem), "{given:?}");
        }
        assert_eq!(check(&"7".repeat(10_000), "KZ"), Err(PhoneProblem::TooLong));
    }
}
