//! Characters that show nothing, or that make text look like other text.

/// Nothing on a screen and something in a text: zero-width, direction marks, variation selectors, tag characters (with which
/// whole sentences can be hidden), annotation marks.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Text without characters that cannot be seen; line ends become `\n`, other white space a space, full-width ASCII ASCII.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push('\n');
            }
            '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' => out.push('\n'),
            c if is_invisible(c) => {}
            c if c.is_whitespace() => out.push(' '),
            c if c.is_control() => {}
            '\u{ff01}'..='\u{ff5e}' => out.extend(char::from_u32(c as u32 - 0xff01 + 0x21)),
            c => out.push(c),
        }
    }
    out
}

/// One trimmed line of at most `most` characters, without what cannot be seen.
pub fn one_line(text: &str, most: usize) -> String {
    let text: String = text.chars().take(most.saturating_mul(4).saturating_add(64)).collect();
    let words: Vec<String> = visible(&text).split_whitespace().map(str::to_owned).collect();
    words.join(" ").chars().take(most).collect::<String>().trim_end().to_owned()
}

/// Trimmed lines of at most `most` characters together, at most one of them empty in a row.
pub fn several_lines(text: &str, most: usize) -> String {
    let text: String = text.chars().take(most.saturating_mul(4).saturating_add(64)).collect();
    let mut out = String::new();
    let mut empty = 0;
    for line in visible(&text).trim().lines() {
        empty = if line.trim().is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out.chars().take(most).collect::<String>().trim().to_owned()
}
