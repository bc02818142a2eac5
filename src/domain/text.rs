//! Texts: enums that are stored, sent and compared as fixed words, and how a text is measured, cut, cleaned and searched for
//! numbers.
mod cut;
pub mod numbers;
mod visible;

pub use cut::{first, shortened, split};
pub use visible::{is_invisible, one_line, several_lines, visible};

/// Declares an enum whose variants have one spelling everywhere: database, API and screens.
macro_rules! word_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": [$($word),+] })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_counted_as_its_provider_counts() {
        let text = "a😀я";
        assert_eq!(Measure::Utf16.of(text), text.encode_utf16().count());
        assert_eq!((Measure::Chars.of(text), Measure::Bytes.of(text)), (3, 7));
    }
}
