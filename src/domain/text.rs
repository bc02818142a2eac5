//! Enums that are stored, sent and compared as fixed words.

/// Declares an enum whose variants have one spelling everywhere: database, API and screens.
macro_rules! word_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use word_enum;

/// How the length of a text is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    Utf16,
    Chars,
    Bytes,
}

impl Measure {
    fn of_char(self, c: char) -> usize {
        match self {
            Measure::Utf16 => c.len_utf16(),
            Measure::Chars => 1,
            Measure::Bytes => c.len_utf8(),
        }
    }

    /// The length of the text.
    pub fn of(self, text: &str) -> usize {
        match self {
            Measure::Bytes => text.len(),
            _ => text.chars().map(|c| self.of_char(c)).sum(),
        }
    }
}

/// Splits text into parts that are no longer than `limit`, preferring paragraph, line and word borders.
pub fn split(text: &str, limit: usize, measure: Measure) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut length = 0;
        let mut end = rest.len();
        for (at, c) in rest.char_indices() {
            length += measure.of_char(c);
            // One character goes whole, whatever the limit.
            if length > limit && at > 0 {
                end = at;
                break;
            }
        }
        if end == rest.len() {
            parts.push(rest);
            break;
        }
        let head = &rest[..end];
        let cut = ["\n\n", "\n", " "]
            .iter()
            .find_map(|border| head.rfind(border).filter(|at| *at > 0).map(|at| at + border.len()))
            .unwrap_or(end);
        parts.push(&rest[..cut]);
        rest = &rest[cut..];
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_join_to_the_whole_and_fit() {
        let text = format!("{}\n\n{} {}", "а".repeat(30), "😀".repeat(20), "b".repeat(70));
        for measure in [Measure::Utf16, Measure::Chars, Measure::Bytes] {
            let parts = split(&text, 50, measure);
            assert_eq!(parts.concat(), text);
            assert!(parts.iter().all(|p| measure.of(p) <= 50), "{parts:?}");
        }
        assert_eq!(Measure::Utf16.of("a😀"), "a😀".encode_utf16().count());
        assert!(split("", 10, Measure::Chars).is_empty());
        assert_eq!(split("😀😀", 1, Measure::Bytes), ["😀", "😀"], "a limit below a character ends all the same");
    }
}
