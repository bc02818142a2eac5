//! The reader behind the relaxed JSON: one pass, bounded depth.
use serde_json::{Map, Number, Value};

/// Deeper than any call's arguments.
const DEEPEST: usize = 64;

pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// Closing brackets may be missing at the end.
    forgiving: bool,
}

impl<'a> Reader<'a> {
    pub fn new(text: &'a str, forgiving: bool) -> Self {
        Reader { text, at: 0, depth: 0, forgiving }
    }

    pub fn at(&self) -> usize {
        self.at
    }

    /// An object, a list or a text.
    pub fn value(&mut self) -> Option<Value> {
        self.space();
        match self.peek()? {
            '{' => self.deeper(|me| me.object('}')).map(Value::Object),
            '[' => self.deeper(Self::list),
            c if closing_quote(c).is_some() => self.string().map(Value::String),
            _ => self.bare(false),
        }
    }

    pub fn keywords(&mut self) -> Option<Map<String, Value>> {
        let inside = self.rest().strip_prefix('(')?.trim_start();
        if !inside.starts_with('{') {
            return self.deeper(|me| me.object(')'));
        }
        self.at = self.text.len() - inside.len();
        let Value::Object(arguments) = self.value()? else { return None };
        self.space();
        self.eat(')').then_some(arguments)
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.depth += 1;
        let read = if self.depth > DEEPEST { None } else { read(self) };
        self.depth -= 1;
        read
    }

    /// From its opening bracket on.
    fn object(&mut self, closing: char) -> Option<Map<String, Value>> {
        self.next()?;
        let mut map = Map::new();
        loop {
            self.space();
            if self.eat(closing) || (!map.is_empty() && self.ends_early()) {
                return Some(map);
            }
            let key = self.key()?;
            self.space();
            if !(self.eat_word("=>") || self.eat(':') || self.eat('=')) {
                return None;
            }
            self.space();
            let value = match self.peek()? {
                c if matches!(c, '{' | '[') || closing_quote(c).is_some() => self.value()?,
                _ => self.bare(true)?,
            };
            map.insert(key, value);
            self.space();
            if !self.eat(',') && self.peek() != Some(closing) && !self.ends_early() {
                return None;
            }
        }
    }

    fn list(&mut self) -> Option<Value> {
        self.next()?;
        let mut items = Vec::new();
        loop {
            self.space();
            if self.eat(']') || (!items.is_empty() && self.ends_early()) {
                return Some(Value::Array(items));
            }
            items.push(self.value()?);
            self.space();
            if !self.eat(',') && self.peek() != Some(']') && !self.ends_early() {
                return None;
            }
        }
    }

    /// Where a closing bracket may be missing.
    fn ends_early(&self) -> bool {
        self.forgiving && (self.rest().is_empty() || self.rest().starts_with('<') || self.rest().starts_with("```"))
    }

    fn key(&mut self) -> Option<String> {
        if closing_quote(self.peek()?).is_some() {
            return self.string();
        }
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(rest.len());
        let is_word = rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        self.at += end;
        is_word.then(|| rest[..end].to_owned())
    }

    /// A quote inside of a text that nobody escaped is known by what follows it.
    fn string(&mut self) -> Option<String> {
        let closing = closing_quote(self.next()?)?;
        let mut out = String::new();
        loop {
            match self.next()? {
                '\\' => self.escaped(&mut out)?,
                c if c == closing && self.ends_a_text() => return Some(out),
                c => out.push(c),
            }
        }
    }

    fn ends_a_text(&self) -> bool {
        let next = self.rest().trim_start();
        next.is_empty() || next.starts_with([',', '}', ']', ')', ':', '<']) || next.starts_with("=>") || next.starts_with("```")
    }

    fn escaped(&mut self, out: &mut String) -> Option<()> {
        match self.next()? {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' | 'f' => out.push(' '),
            'u' => {
                let first = self.hex()?;
                // Half of a pair: the other one follows, or is lost.
                let pair = self.rest().strip_prefix("\\u").and_then(|rest| hex(rest.get(..4)?));
                let both = pair.and_then(|second| char::decode_utf16([first, second]).next()?.ok());
                let joined = both.filter(|c| c.len_utf16() == 2);
                if joined.is_some() {
                    self.at += 6;
                }
                out.push(joined.or_else(|| char::from_u32(first.into())).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            c => out.push(c),
        }
        Some(())
    }

    fn hex(&mut self) -> Option<u16> {
        let digits = hex(self.rest().get(..4)?)?;
        self.at += 4;
        Some(digits)
    }

    /// A number, one of JSON's or Python's words, or, as a member's value, words without quotes.
    fn bare(&mut self, may_be_words: bool) -> Option<Value> {
        let rest = self.rest();
        let end = rest.find([',', '}', ']', ')', '\n', '<', '{', '[', '"', '\'', '`']).unwrap_or(rest.len());
        let word = rest[..end].trim();
        let value = match word {
            "true" | "True" => Value::Bool(true),
            "false" | "False" => Value::Bool(false),
            "null" | "None" | "undefined" | "NaN" => Value::Null,
            word => match word.parse::<Number>() {
                Ok(number) => Value::Number(number),
                Err(_) if may_be_words && !word.is_empty() && !rest[end..].starts_with(['"', '\'', '{', '[', '`']) => {
                    Value::String(word.to_owned())
                }
                Err(_) => return None,
            },
        };
        self.at += end;
        Some(value)
    }

    fn space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let is_there = self.peek() == Some(wanted);
        if is_there {
            self.at += wanted.len_utf8();
        }
        is_there
    }

    fn eat_word(&mut self, wanted: &str) -> bool {
        let is_there = self.rest().starts_with(wanted);
        if is_there {
            self.at += wanted.len();
        }
        is_there
    }
}

fn closing_quote(opening: char) -> Option<char> {
    match opening {
        '"' => Some('"'),
        '\'' => Some('\''),
        '“' => Some('”'),
        '‘' => Some('’'),
        _ => None,
    }
}

fn hex(digits: &str) -> Option<u16> {
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok()).flatten()
}
