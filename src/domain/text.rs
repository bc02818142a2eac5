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

/// Splits text into parts of at most `limit` UTF-16 units (what Telegram counts), preferring paragraph, line and word borders.
pub fn split_utf16(text: &str, limit: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut units = 0;
        let mut end = rest.len();
        for (at, c) in rest.char_indices() {
            units += c.len_utf16();
            if units > limit {
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
    use super::split_utf16;

    #[test]
    fn parts_join_to_the_whole_and_fit() {
        let text = format!("{}\n\n{} {}", "а".repeat(30), "😀".repeat(20), "b".repeat(70));
        let parts = split_utf16(&text, 50);
        assert_eq!(parts.concat(), text);
        assert!(parts.iter().all(|p| p.encode_utf16().count() <= 50), "{parts:?}");
        assert!(split_utf16("", 10).is_empty());
    }
}
