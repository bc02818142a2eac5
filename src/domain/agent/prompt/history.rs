//! What was said, as a chat that a model can continue.
use serde_json::{Value, json};

use crate::domain::agent::safety::{AUTOMATIC_MARK, COLLEAGUE_MARK, as_data, one_line};
use crate::domain::cited::Cited;
use crate::domain::clock::{DAY, HOUR, Micros};
use crate::domain::text::shortened;

/// The newest lines that go to the model, and how many characters they may have together.
pub const MOST_LINES: usize = 60;
pub const MOST_CHARS: usize = 24_000;
const LONGEST_LINE: usize = 6_000;
const MOST_FILES: usize = 10;
const LONGEST_CITED: usize = 1_000;
/// A silence that the model should know of.
const LONG_SILENCE: Micros = 6 * HOUR;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Customer,
    Agent,
    Operator,
    /// A scripted flow, or another automatic message.
    Bot,
}

/// A file as the model learns of it: never its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct LineFile {
    /// `voice`, `image`, `document`, …
    pub kind: String,
    pub name: String,
    pub transcript: Option<String>,
}

/// One message in or out; notes of operators never come here.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryLine {
    pub who: Who,
    pub text: String,
    pub files: Vec<LineFile>,
    pub cited: Cited,
    pub at: Micros,
}

/// The chat so far, oldest first, in OpenAI's shape. The newest lines are kept; neighbours of one role are one message, since
/// some servers accept nothing but turns.
pub fn history(lines: &[HistoryLine]) -> Vec<Value> {
    let mut kept: Vec<(bool, String)> = Vec::new();
    let mut chars = 0;
    for (at, line) in lines.iter().enumerate().rev() {
        let mut text = words_of(line);
        if text.is_empty() {
            continue;
        }
        if line.who == Who::Customer
            && let Some(before) = at.checked_sub(1).and_then(|at| lines.get(at))
            && let Some(silence) = silence(line.at - before.at)
        {
            text = format!("({silence})\n{text}");
        }
        chars += text.chars().count();
        if !kept.is_empty() && (chars > MOST_CHARS || kept.len() == MOST_LINES) {
            kept.push((true, "(Earlier messages are left out.)".into()));
            break;
        }
        kept.push((line.who == Who::Customer, text));
    }
    if kept.last().is_some_and(|(is_customer, _)| !is_customer) {
        kept.push((true, "(The customer has opened the chat.)".into()));
    }
    let mut turns: Vec<(bool, String)> = Vec::new();
    for (is_customer, text) in kept.into_iter().rev() {
        match turns.last_mut() {
            Some((same, whole)) if *same == is_customer => {
                whole.push('\n');
                whole.push_str(&text);
            }
            _ => turns.push((is_customer, text)),
        }
    }
    let message = |(is_customer, text)| json!({ "role": if is_customer { "user" } else { "assistant" }, "content": text });
    turns.into_iter().map(message).collect()
}

fn words_of(line: &HistoryLine) -> String {
    let text = bounded(&as_data(&line.text));
    let files: Vec<String> = line.files.iter().take(MOST_FILES).map(file).collect();
    let whole = [vec![text], files].concat().into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
    if whole.is_empty() {
        return whole;
    }
    match line.who {
        Who::Customer => format!("<customer_message>\n{}\n</customer_message>", with_what_it_cites(whole, &line.cited)),
        Who::Agent => whole,
        Who::Operator => format!("{COLLEAGUE_MARK} {whole}"),
        Who::Bot => format!("{AUTOMATIC_MARK} {whole}"),
    }
}

/// What a customer answers stands before their words, and words they only pass on are marked as another's.
fn with_what_it_cites(words: String, cited: &Cited) -> String {
    let words = match &cited.forwarded_from {
        Some(name) => format!("<forwarded from=\"{}\">\n{words}\n</forwarded>", attribute(name)),
        None => words,
    };
    let Some(answered) = &cited.answered else { return words };
    let text: String = as_data(&answered.text).chars().take(LONGEST_CITED).collect();
    let kind = if text.is_empty() { attribute(&answered.kind) } else { String::new() };
    let of = attribute(&answered.name);
    format!("<in_reply_to author=\"{of}\">\n{}\n</in_reply_to>\n{words}", [text, kind].concat())
}

/// Foreign words in a place where nothing may close the quotes around them.
fn attribute(words: &str) -> String {
    as_data(&one_line(words, 80)).replace(['"', '<', '>'], "'")
}

/// A file by its kind, its name and, when it was spoken, its words.
fn file(file: &LineFile) -> String {
    let kind: String = file.kind.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(20).collect();
    let name = attribute(&file.name);
    match file.transcript.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
        Some(words) => format!("<file kind=\"{kind}\" name=\"{name}\">\n{}\n</file>", bounded(&as_data(words))),
        None => format!("<file kind=\"{kind}\" name=\"{name}\">(you cannot open this file)</file>"),
    }
}

fn bounded(text: &str) -> String {
    shortened(text, LONGEST_LINE)
}

fn silence(gap: Micros) -> Option<String> {
    match gap {
        gap if gap >= 2 * DAY => Some(format!("{} days later", gap / DAY)),
        gap if gap >= LONG_SILENCE => Some(format!("{} hours later", gap / HOUR)),
        _ => None,
    }
}
