//! Time zones: one table for all who read one, IANA's with its aliases (`US/Eastern`, `Japan`, `CET`).
use chrono_tz::{TZ_VARIANTS, Tz};

/// The zone of this name, whatever its case. `None`: there is none, as with `Etc/Unknown`, which browsers say.
pub fn known(name: &str) -> Option<Tz> {
    let name = name.trim();
    let exact = name.parse().ok();
    exact.or_else(|| TZ_VARIANTS.iter().copied().find(|zone| zone.name().eq_ignore_ascii_case(name)))
}

/// The zone of a stored name. One that is not known, or is no more, counts as UTC: nothing that is read fails for it.
pub fn of(name: &str) -> Tz {
    known(name).unwrap_or(Tz::UTC)
}

/// A stored name as it is shown to programs, which may refuse what they do not know.
pub fn shown(name: &str) -> &'static str {
    of(name).name()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that the console's own tests read, too.
    const ZONES: &str = include_str!("../../tests/fixtures/reports/zones.json");

    #[test]
    fn names_and_aliases_are_known_and_others_are_not() {
        let zones: serde_json::Value = serde_json::from_str(ZONES).expect("JSON");
        let names = |list: &str| zones[list].as_array().cloned().unwrap_or_default();
        for name in names("known").iter().filter_map(|name| name.as_str()) {
            assert_eq!(known(name).map(|zone| zone.name().to_lowercase()), Some(name.to_lowercase()), "{name}");
        }
        for name in names("unknown").iter().filter_map(|name| name.as_str()) {
            assert_eq!((known(name), of(name), shown(name)), (None, Tz::UTC, "UTC"), "{name}");
        }
        assert_eq!(shown("asia/almaty"), "Asia/Almaty");
        assert_eq!(known(" Asia/Almaty "), Some(Tz::Asia__Almaty));
        // Only what has a name is one.
        for offset in ["+05:00", "+0500", "-3"] {
            assert_eq!(known(offset), None, "{offset}");
        }
        assert_eq!(known(&"x".repeat(100_000)), None);
    }
}
