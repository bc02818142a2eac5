//! One pass over an answer that finds the calls in it. A call is JSON of a call's shape, or a tool's name with arguments
//! behind it: object, keywords in brackets, tags. What stands between them differs by family and does not matter; marks of
//! tools only tell that here a machine is spoken to, so that what cannot be read inside of them is no words either.
use super::calls::WrittenCall;
use super::lead::{has_marks, is_broken, without_half_mark, without_lead, without_marks};
use super::shape::{self, Shape};
use super::site;
use super::tag::{HTML, Tag, tag_at};
use super::{Offered, Spoken, xml};
use crate::domain::relaxed;

/// Brackets that may open nothing, before a text counts as unreadable.
const MOST_TRIES: usize = 200;

pub(super) struct Scan<'a> {
    pub text: &'a str,
    pub offered: &'a Offered,
    at: usize,
    words: String,
    /// The words without JSON that was read as a whole.
    loose: String,
    calls: Vec<WrittenCall>,
    is_garbled: bool,
    inside: Option<Inside>,
    tries: usize,
}

/// Between the marks of a call.
struct Inside {
    calls_before: usize,
    unread: String,
}

impl<'a> Scan<'a> {
    pub fn new(text: &'a str, offered: &'a Offered) -> Self {
        let (words, loose) = (String::new(), String::new());
        Scan { text, offered, at: 0, words, loose, calls: vec![], is_garbled: false, inside: None, tries: 0 }
    }

    pub fn run(mut self) -> Spoken {
        let bare = self.text.trim();
        if self.offered.known(bare) == Some(bare) && (bare.contains('_') || bare == "handoff") {
            self.calls.push(WrittenCall::new(bare, &serde_json::Value::Null));
            self.at = self.text.len();
        }
        while let Some(c) = self.text[self.at..].chars().next() {
            let found = match c {
                '<' | '[' | '{' => self.mark() || self.json(c),
                '`' if self.inside.is_some() => self.fence(),
                c if c.is_ascii_alphabetic() || c == '_' => self.named(),
                _ => false,
            };
            if !found {
                self.say(c);
                self.at += c.len_utf8();
            }
        }
        self.leave();
        // Marks of a kind that nobody knows may have stood around calls.
        let words = |words: &str| match self.calls.is_empty() {
            true => without_half_mark(words.trim()).to_owned(),
            false => without_marks(words),
        };
        let text = words(&self.words);
        let is_garbled = self.is_garbled || has_marks(&text) || is_broken(&words(&self.loose), self.offered);
        Spoken { text, calls: self.calls, is_garbled }
    }

    fn say(&mut self, c: char) {
        match &mut self.inside {
            Some(inside) => inside.unread.push(c),
            None => {
                self.words.push(c);
                self.loose.push(c);
            }
        }
    }

    /// Between marks something must have been read.
    fn leave(&mut self) {
        if let Some(inside) = self.inside.take() {
            let is_empty = !inside.unread.chars().any(char::is_alphanumeric) || inside.unread.trim() == "function";
            self.is_garbled |= self.calls.len() == inside.calls_before && !is_empty;
        }
    }

    fn mark(&mut self) -> bool {
        let Some(tag) = tag_at(self.text, self.at) else { return false };
        let is_of_tool = tag.is_tool();
        let is_plain = !tag.is_bracket && !tag.is_token && !HTML.contains(&tag.name.as_str());
        let is_name = is_plain && self.offered.known(&tag.name) == Some(tag.name.as_str());
        if !tag.is_closing && !tag.is_parameter() && !tag.is_bracket && (is_name || (is_of_tool && tag.value.is_some())) {
            let written = tag.value.filter(|_| is_of_tool).unwrap_or(&tag.name).to_owned();
            self.element(&tag, &written);
            return true;
        }
        let is_between = tag.is_inner() || tag.is_token;
        match (is_of_tool, self.inside.is_some()) {
            (_, true) if is_between && !tag.is_closing && tag.is_inner() => {}
            (true, _) => {
                self.leave();
                self.inside = (!tag.is_closing).then(|| Inside { calls_before: self.calls.len(), unread: String::new() });
            }
            (false, true) if !tag.is_bracket => {}
            (false, false) if tag.is_token => {}
            _ => return false,
        }
        self.at = tag.end;
        true
    }

    /// `<function=handoff>…</function>`, `<invoke name="handoff">…</invoke>`, `<handoff>…</handoff>`.
    fn element(&mut self, tag: &Tag, written: &str) {
        let (mut end, mut next) = (self.text.len(), self.text.len());
        for (at, _) in self.text[tag.end..].match_indices('<').map(|(at, c)| (tag.end + at, c)) {
            let Some(other) = tag_at(self.text, at) else { continue };
            let is_same = other.name == tag.name;
            if (is_same && other.is_closing)
                || (other.is_tool() && !other.is_parameter() && !other.is_inner() && !is_argument(&other))
            {
                (end, next) = (at, if is_same && other.is_closing { other.end } else { at });
                break;
            }
        }
        let body = self.text[tag.end..end].trim().trim_matches('`').trim();
        let body = body.strip_prefix("json").unwrap_or(body).trim();
        let arguments = match xml::arguments(body) {
            _ if body.is_empty() => Some(serde_json::Map::new()),
            Some(arguments) => Some(arguments),
            None => relaxed::unclosed(body).and_then(|(value, _)| value.as_object().cloned()),
        };
        match (self.offered.known(written), arguments) {
            (Some(name), Some(arguments)) => {
                self.calls.push(WrittenCall::new(name, &arguments.into()));
                without_lead(&mut self.words);
            }
            _ => self.is_garbled = true,
        }
        self.at = next;
    }

    fn json(&mut self, c: char) -> bool {
        if c == '<' || self.tries > MOST_TRIES {
            return false;
        }
        let rest = &self.text[self.at..];
        match relaxed::value(rest) {
            Some((value, length)) => match shape::of(&value, self.offered) {
                Shape::Calls(calls) => self.take(calls, self.at + length),
                Shape::Foreign => self.skip(length),
                Shape::Other if shape::hides(&value, self.offered) => self.skip(length),
                Shape::Other if self.inside.is_none() => {
                    let json = &rest[..length];
                    self.words.push_str(json);
                    // What is only nearly JSON may be half a call.
                    if serde_json::from_str::<serde::de::IgnoredAny>(json).is_err() {
                        self.loose.push_str(json);
                    }
                    self.at += length;
                }
                Shape::Other => return false,
            },
            None => {
                self.tries += 1;
                let unclosed = relaxed::unclosed(rest).map(|(value, length)| (shape::of(&value, self.offered), length));
                let Some((Shape::Calls(calls), length)) = unclosed else { return false };
                self.take(calls, self.at + length);
            }
        }
        true
    }

    fn skip(&mut self, length: usize) {
        self.is_garbled = true;
        self.at += length;
    }

    fn named(&mut self) -> bool {
        let Some((name, end)) = self.offered.name_at(self.text, self.at) else { return false };
        let is_marked = self.inside.is_some() || site::is_marked(&self.words);
        match site::arguments(self.text, end, is_marked) {
            Some((arguments, end)) => {
                let call = match shape::of(&arguments, self.offered) {
                    Shape::Calls(calls) => calls,
                    _ => vec![WrittenCall::new(name, &arguments)],
                };
                self.take(call, end);
                true
            }
            None => {
                self.is_garbled |= is_marked;
                false
            }
        }
    }

    /// Calls were read up to here; brackets that are left over belong to them.
    fn take(&mut self, calls: Vec<WrittenCall>, end: usize) {
        self.calls.extend(calls);
        let rest = &self.text[end..];
        let more = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '}' | ']' | ')' | ',' | ';' | '"'));
        let has_brackets = rest[..rest.len() - more.len()].contains(['}', ']', ')', ',', ';', '"']);
        self.at = if has_brackets { self.text.len() - more.len() } else { end };
        without_lead(&mut self.loose);
        if without_lead(&mut self.words)
            && let Some(rest) = self.text[self.at..].trim_start().strip_prefix("```")
        {
            self.at = self.text.len() - rest.len();
        }
    }

    /// Fences around what is inside of marks.
    fn fence(&mut self) -> bool {
        let rest = self.text[self.at..].trim_start_matches('`');
        let word = rest.find(|c: char| !c.is_ascii_alphabetic() && c != '_').unwrap_or(rest.len());
        let is_info = rest[word..].starts_with('\n') && self.offered.known(&rest[..word]).is_none();
        self.at = self.text.len() - rest.len() + if is_info { word } else { 0 };
        true
    }
}

fn is_argument(tag: &Tag) -> bool {
    matches!(tag.name.as_str(), "arg_key" | "arg_value")
}
