//! What a file says about itself, whoever sent it: made fit to be shown and to stand in a header.

use crate::domain::text::first;

/// One line without path, control or direction-changing characters, at most 150 characters, its ending kept. Empty when
/// nothing is left.
pub fn clean_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = base.chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect();
    let plain = plain.trim().trim_start_matches('.').to_owned();
    if plain.chars().count() <= 150 {
        return plain;
    }
    let ending: String = plain.rsplit_once('.').map(|(_, e)| e.chars().take(10).collect()).unwrap_or_default();
    let stem = first(&plain, 140 - ending.chars().count());
    if ending.is_empty() { stem.to_owned() } else { format!("{stem}.{ending}") }
}

/// What shows nothing itself and turns or hides what stands beside it.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// `type/subtype` in lower case, without parameters; `None` for whatever is no media type (RFC 6838, 4.2).
pub fn clean_mime(told: &str) -> Option<String> {
    let mime = told.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let fits = |part: &str| {
        (1..=127).contains(&part.len())
            && part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c))
    };
    let (kind, subtype) = mime.split_once('/')?;
    (fits(kind) && fits(subtype)).then_some(mime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_could_mislead() {
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name("C:\\x\\отчёт.pdf"), "отчёт.pdf");
        assert_eq!(clean_name("a\r\nSet-Cookie: x\0.png"), "aSet-Cookie: x.png");
        assert_eq!(clean_name("photo\u{202e}gpj.exe"), "photogpj.exe");
        assert_eq!(clean_name(".htaccess"), "htaccess");
        assert_eq!(clean_name("\u{202e}\u{200b} "), "");
        let long = clean_name(&format!("{}.pdf", "x".repeat(300)));
        assert!(long.chars().count() <= 150 && long.ends_with(".pdf"));
    }

    #[test]
    fn only_media_types_are_media_types() {
        assert_eq!(clean_mime("Image/PNG").as_deref(), Some("image/png"));
        assert_eq!(clean_mime("audio/ogg; codecs=opus").as_deref(), Some("audio/ogg"));
        assert_eq!(clean_mime("application/vnd.ms-excel.sheet.macroEnabled.12").map(|m| m.len()), Some(46));
        for wrong in ["", "png", "/", "a/", "text/html\r\nx: y", "text/ht\u{7}ml", "текст/плейн", "a/b/c", "image/../x"]
        {
            assert_eq!(clean_mime(wrong), None, "{wrong:?}");
        }
    }
}
