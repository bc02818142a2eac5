//! Is it a phone number, and how is it dialled? By Google's rules (libphonenumber), never by guess.
use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumberFormat, Region};

use crate::domain::flaw::Flaw;
use crate::domain::text::numbers::{DigitRun, LEAST_DIGITS, MOST_DIGITS, runs};
use crate::domain::text::{one_line, word_enum};

/// The longest that somebody may give as a number, with words around it, or a second one.
pub const LONGEST_TEXT: usize = 100;
/// A number with its country's code has at least so many digits; what is shorter may be anything.
const LEAST_IN_FULL: usize = 11;
const TWO_NUMBERS: usize = 2 * MOST_DIGITS;

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
    pub fn flaw(self) -> Flaw {
        match self {
            PhoneProblem::Empty => Flaw::PhoneMissing,
            PhoneProblem::NotANumber => Flaw::NotAPhone,
            PhoneProblem::UnknownCountry => Flaw::PhoneOfNoCountry,
            PhoneProblem::TooShort => Flaw::PhoneTooShort,
            PhoneProblem::TooLong => Flaw::PhoneTooLong,
            PhoneProblem::Impossible => Flaw::PhoneImpossible,
        }
    }
}

impl std::error::Error for PhoneProblem {}

/// Is `region` one that [`check`] knows (two letters, `KZ`)?
pub fn is_region(region: &str) -> bool {
    known_region(region).is_some()
}

/// What follows the country's code, of a number in full, with its plus or without.
pub fn within_country(digits: &str) -> Option<String> {
    let number = PHONE_NUMBER_UTIL.parse(format!("+{digits}"), None).ok().filter(|number| number.is_valid())?;
    let code = number.country_code.to_string();
    digits.strip_prefix(&code).map(str::to_owned)
}

/// Reads a number; one without a country code belongs to `default_region`. Of several the first that exists counts, and
/// words around it do no harm: what was given is kept with all of it.
pub fn check(given: &str, default_region: &str) -> Result<Phone, PhoneProblem> {
    let given = one_line(given, LONGEST_TEXT + 1);
    if given.is_empty() {
        return Err(PhoneProblem::Empty);
    }
    if given.chars().count() > LONGEST_TEXT {
        return Err(PhoneProblem::TooLong);
    }
    let region = known_region(default_region);
    let runs = runs(&given);
    let whole = match runs.as_slice() {
        [run] if run.digits().len() > MOST_DIGITS => Err(PhoneProblem::TooLong),
        _ => dialled(&given, region),
    };
    let found = whole.or_else(|problem| {
        let number = |run: DigitRun| {
            let plus = if run.plus { "+" } else { "" };
            dialled(&format!("{plus}{}", run.digits()), region).ok()
        };
        runs.iter().flat_map(candidates).find_map(number).ok_or(problem)
    });
    found.map(|e164| Phone { given, e164 })
}

/// The number that a text is, as it is dialled.
fn dialled(text: &str, region: Option<Region>) -> Result<String, PhoneProblem> {
    // Vanity numbers (1-800-FLOWERS) are words to us: a name must not become a number.
    if PHONE_NUMBER_UTIL.is_alpha_number(text) || text.chars().filter(|c| c.is_numeric()).count() < 3 {
        return Err(PhoneProblem::NotANumber);
    }
    let digits: String = runs(text).iter().map(DigitRun::digits).collect();
    let plus = text.trim_start().starts_with('+');
    by_rules(text, region).or_else(|problem| in_full(&digits, plus, region).ok_or(problem))
}

/// A run that is as long as a number is one, or is wrong: nobody guesses which of its digits is too much.
fn candidates(run: &DigitRun) -> Vec<DigitRun> {
    match run.digits().len() {
        few if few < LEAST_DIGITS => vec![],
        one if one <= MOST_DIGITS => vec![run.clone()],
        // Two, with nothing but a space between them.
        two if two <= TWO_NUMBERS => run.stretches(MOST_DIGITS).collect(),
        _ => vec![],
    }
}

/// What is a country's code and a number although its plus is missing, is written `00`, or stands before the `8` of home
/// calls.
fn in_full(digits: &str, plus: bool, region: Option<Region>) -> Option<String> {
    let at_home = region.is_some_and(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(region) == Some(7));
    let is_home_call = at_home && digits.len() == 11 && digits.starts_with('8');
    if plus || is_home_call {
        return if plus && is_home_call { by_rules(digits, region).ok() } else { None };
    }
    let number = match digits.strip_prefix("00") {
        Some(rest) => rest,
        None if digits.len() >= LEAST_IN_FULL => digits,
        None => return None,
    };
    let number = PHONE_NUMBER_UTIL.parse(format!("+{number}"), None).ok().filter(|number| number.is_valid())?;
    // Satellites and the like have codes of no country: digits that are something else fall among them too easily.
    PHONE_NUMBER_UTIL.get_region_for_number(&number).filter(|region| is_country(*region))?;
    Some(number.format_as(PhoneNumberFormat::E164).into_owned())
}

fn is_country(region: Region) -> bool {
    PHONE_NUMBER_UTIL.get_country_code_for_region(region).is_some()
}

fn by_rules(text: &str, region: Option<Region>) -> Result<String, PhoneProblem> {
    let number = PHONE_NUMBER_UTIL.parse(text, region).map_err(|e| match e {
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
    Ok(number.format_as(PhoneNumberFormat::E164).into_owned())
}

fn known_region(code: &str) -> Option<Region> {
    let region = Region::from_code(&code.trim().to_ascii_uppercase()).ok()?;
    PHONE_NUMBER_UTIL.get_country_code_for_region(region).map(|_| region)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `region; as it was given => as it is dialled`, or why not.
    const PHONES: &str = include_str!("../../../tests/fixtures/reports/phones.txt");

    #[test]
    fn a_number_is_dialled_however_it_was_given() {
        for line in PHONES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (given, expected) = line.split_once(" => ").expect("an arrow");
            let (region, given) = given.split_once("; ").expect("a region");
            let found = match check(given, region) {
                Ok(phone) => phone.e164,
                Err(problem) => problem.as_str().to_owned(),
            };
            assert_eq!(found, expected, "{line}");
        }
    }

    #[test]
    fn what_was_given_is_kept_without_what_cannot_be_seen() {
        for (given, kept) in [
            (" 8776\u{200b}8776637\0 ", "87768776637"),
            ("+7 776 877 66 37", "+7 776 877 66 37"),
            ("87768776637, 87051112233 (жена)", "87768776637, 87051112233 (жена)"),
        ] {
            let phone = check(given, "kz").expect("a number");
            assert_eq!((phone.given.as_str(), phone.e164.as_str()), (kept, "+77768776637"));
        }
        assert!(is_region("KZ") && is_region("us") && !is_region("XX") && !is_region("") && !is_region("Kazakhstan"));
    }

    #[test]
    fn what_is_no_number_is_told() {
        assert_eq!(check("", "KZ"), Err(PhoneProblem::Empty));
        assert_eq!(check(" \u{202e}", "KZ"), Err(PhoneProblem::Empty));
        assert_eq!(check(&"7".repeat(10_000), "KZ"), Err(PhoneProblem::TooLong));
        assert_eq!(check(&"7 ".repeat(50), "KZ"), Err(PhoneProblem::TooLong));
    }
}
