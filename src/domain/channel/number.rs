//! The number of a contact that somebody shares in a messenger.
use crate::domain::agent::phone::check;

/// Where a number without a country code belongs. Messengers send their own users' numbers whole; only a card out of
/// somebody's address book may hold one as it is dialled at home.
const HOME: &str = "KZ";

/// As it is dialled from anywhere. Messengers leave the plus away before a country code.
pub fn shared_number(told: &str) -> Option<String> {
    let digits: String = told.chars().filter(char::is_ascii_digit).collect();
    let dial = |number: &str, region: &str| check(number, region).ok().map(|phone| phone.e164);
    // `8 705 …` is how Kazakhstan and Russia dial +7 705 at home; as a country code it would be a satellite's.
    let is_home = digits.len() == 11 && digits.starts_with('8');
    if told.trim_start().starts_with('+') {
        dial(told, "")
    } else if is_home {
        dial(told, HOME)
    } else {
        dial(&format!("+{digits}"), "").or_else(|| dial(told, HOME))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_number_is_dialled_from_anywhere() {
        for (told, e164) in [
            ("+77051112233", "+77051112233"),
            ("77051112233", "+77051112233"),
            ("+7 705 111-22-33", "+77051112233"),
            ("8 705 111 22 33", "+77051112233"),
            ("87051112233", "+77051112233"),
            ("7051112233", "+77051112233"),
            ("998901234567", "+998901234567"),
            ("4915123456789", "+4915123456789"),
        ] {
            assert_eq!(shared_number(told).as_deref(), Some(e164), "{told}");
        }
        for told in ["", "+", "112", "call me", "+99999"] {
            assert_eq!(shared_number(told), None, "{told}");
        }
    }
}
