//! An answer that grows from chunks.
use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::{Map, Value};

use super::chunk::{Choice, Chunk, Delta, Piece, TokenCounts};
use super::model::{Call, ChatAnswer, ChatRequest, Usage};
use super::{extras, halves};

/// Bytes of what is kept only to be repeated. A server that sends more does not get it back.
const MOST_EXTRAS: usize = 128 << 10;
/// No turn calls so many tools; a server that does is broken.
const MOST_CALLS: usize = 64;
/// Bytes. Longer than any answer may be.
const ENDLESS: usize = usize::MAX / 2;
/// A server that counts more tokens in one answer counts wrongly.
const MOST_TOKENS: i64 = 10_000_000;

#[derive(Default)]
pub struct AnswerDraft {
    text: String,
    /// Halves of letters stand in it: only then is it looked through each time it is asked for.
    has_halves: bool,
    refusal: String,
    calls: Vec<(Option<i64>, Call)>,
    extras: Map<String, Value>,
    extras_length: usize,
    pub finish: Option<String>,
    counts: Option<TokenCounts>,
    /// Bytes of everything the model wrote.
    pub length: usize,
    model: Option<String>,
}

impl AnswerDraft {
    /// The text so far.
    pub fn text(&self) -> Cow<'_, str> {
        if self.has_halves { halves::joined(&self.text) } else { Cow::Borrowed(&self.text) }
    }

    /// True when the text has grown.
    pub fn add(&mut self, chunk: Chunk) -> bool {
        self.counts = chunk.usage.or(self.counts.take());
        self.model = self.model.take().or(chunk.model);
        // We ask for one choice. The last chunk brings the usage and none.
        let Some(Choice { delta, message, finish_reason }) = chunk.choices.into_iter().next() else {
            return false;
        };
        self.finish = finish_reason.filter(|reason| !reason.is_empty()).or(self.finish.take());
        delta.or(message).is_some_and(|delta| self.grow(delta))
    }

    fn grow(&mut self, delta: Delta) -> bool {
        let text = delta.text();
        self.has_halves |= halves::has(&text);
        self.text.push_str(&text);
        let refusal = delta.refusal.unwrap_or_default();
        self.refusal.push_str(&refusal);
        self.length = self.length.saturating_add(text.len() + refusal.len());
        self.extras_length += length(&delta.rest);
        if self.extras_length <= MOST_EXTRAS {
            extras::gather(&mut self.extras, delta.rest);
        }
        // Two of one index, or without any, in one delta are two calls.
        let mut seen = HashSet::new();
        for piece in delta.tool_calls {
            let is_another = !seen.insert(piece.index) && !piece.function.name.is_empty();
            self.piece(piece, is_another);
        }
        !text.is_empty()
    }

    /// Pieces belong together by index. Where servers leave it out or say 0 each time, another id begins another call, and so
    /// does a name when the arguments before it are whole.
    fn piece(&mut self, piece: Piece, is_another: bool) {
        let arguments = piece.function.arguments();
        self.length = self.length.saturating_add(arguments.len() + piece.function.name.len() + 1);
        let mut rest = piece.rest;
        if !piece.function.rest.is_empty() {
            rest.insert("function".into(), Value::Object(piece.function.rest));
        }
        self.extras_length += length(&rest);
        let keeps = self.extras_length <= MOST_EXTRAS;
        let same = match piece.index {
            Some(index) => self.calls.iter_mut().rev().find(|(at, _)| *at == Some(index)),
            None => self.calls.last_mut(),
        };
        let same = same.filter(|(_, call)| piece.id.is_empty() || call.id.is_empty() || call.id == piece.id);
        let same = same.filter(|(_, call)| !is_another && !begins_another(call, &piece.id, &piece.function.name, &arguments));
        let Some((_, call)) = same else {
            if self.calls.len() == MOST_CALLS {
                self.length = ENDLESS;
                return;
            }
            let mut call = Call { id: piece.id, name: piece.function.name, arguments, ..Call::default() };
            if keeps {
                extras::gather(&mut call.extras, rest);
            }
            self.calls.push((piece.index, call));
            return;
        };
        if keeps {
            extras::gather(&mut call.extras, rest);
        }
        if call.id.is_empty() {
            call.id = piece.id;
        } else if !piece.function.name.is_empty() && is_whole(&call.arguments) {
            // The same once more.
            return;
        }
        // Some repeat the name in each piece, some cut it like the arguments.
        if call.arguments.is_empty() && call.name != piece.function.name {
            call.name.push_str(&piece.function.name);
        }
        call.arguments.push_str(&arguments);
    }

    pub fn finish(self, request: &ChatRequest) -> ChatAnswer {
        let mut ids = HashSet::new();
        let calls = self.calls.into_iter().flat_map(|(_, call)| apart(call));
        let mut tool_calls: Vec<Call> = calls.collect();
        for (at, call) in tool_calls.iter_mut().enumerate() {
            if call.id.is_empty() || !ids.insert(call.id.clone()) {
                call.id = format!("call_{at}_{:08x}", rand::random::<u32>());
            }
        }
        let text = halves::joined(&self.text).into_owned();
        let usage = usage(self.counts, request, &text, &tool_calls);
        let extras = if self.extras_length <= MOST_EXTRAS { self.extras } else { Map::new() };
        ChatAnswer {
            usage,
            text,
            tool_calls,
            extras,
            finish: self.finish,
            refusal: Some(self.refusal).filter(|refusal| !refusal.is_empty()),
            model: self.model.filter(|model| !model.is_empty()).unwrap_or_else(|| request.model.clone()),
        }
    }
}

/// A name after whole arguments, or another name after any. The same call said once more is no other.
fn begins_another(call: &Call, id: &str, name: &str, arguments: &str) -> bool {
    if name.is_empty() || call.arguments.is_empty() {
        return false;
    }
    let is_once_more =
        !id.is_empty() && id == call.id && name == call.name && (arguments.is_empty() || arguments == call.arguments);
    !is_once_more && (is_whole(&call.arguments) || name != call.name)
}

fn is_whole(arguments: &str) -> bool {
    matches!(serde_json::from_str(arguments), Ok(Value::Object(_)))
}

/// Some servers put the arguments of several calls behind each other into one.
fn apart(mut call: Call) -> Vec<Call> {
    call.arguments = halves::joined(&call.arguments).into_owned();
    let parts: Result<Vec<Map<String, Value>>, _> = serde_json::Deserializer::from_str(&call.arguments).into_iter().collect();
    match parts {
        Ok(parts) if parts.len() > 1 => {
            let others = parts.iter().skip(1).map(|part| Call {
                id: String::new(),
                name: call.name.clone(),
                arguments: Value::Object(part.clone()).to_string(),
                ..Call::default()
            });
            let others: Vec<Call> = others.collect();
            call.arguments = Value::Object(parts[0].clone()).to_string();
            std::iter::once(call).chain(others).collect()
        }
        _ => vec![call],
    }
}

fn length(extras: &Map<String, Value>) -> usize {
    extras.iter().map(|(key, value)| key.len() + value.as_str().map_or_else(|| value.to_string().len(), str::len)).sum()
}

/// The server's count, else four characters a token (OpenAI's rule of thumb), so that no answer looks free.
fn usage(counts: Option<TokenCounts>, request: &ChatRequest, text: &str, calls: &[Call]) -> Usage {
    let counts = counts.unwrap_or_default();
    let told = |count: i64, characters: &dyn Fn() -> usize| {
        if count > 0 { count.min(MOST_TOKENS) } else { (characters().div_ceil(4)) as i64 }
    };
    let length = |text: &str| text.chars().count();
    let asked = || request.messages.iter().chain(request.tools.iter()).map(|value| length(&value.to_string())).sum();
    let said = || length(text) + calls.iter().map(|call| length(&call.name) + length(&call.arguments)).sum::<usize>();
    Usage { tokens_in: told(counts.prompt_tokens, &asked), tokens_out: told(counts.completion_tokens, &said) }
}

#[cfg(test)]
mod tests;
