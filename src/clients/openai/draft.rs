//! An answer that grows from chunks.
use std::collections::HashSet;

use super::chunk::{Choice, Chunk, Delta, Piece, TokenCounts};
use super::model::{Call, ChatAnswer, ChatRequest, Usage};

#[derive(Default)]
pub struct AnswerDraft {
    pub text: String,
    refusal: String,
    calls: Vec<(Option<i64>, Call)>,
    pub finish: Option<String>,
    counts: Option<TokenCounts>,
    /// Bytes of everything the model wrote.
    pub length: usize,
    model: Option<String>,
}

impl AnswerDraft {
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
        self.text.push_str(&text);
        let refusal = delta.refusal.unwrap_or_default();
        self.refusal.push_str(&refusal);
        self.length += text.len() + refusal.len();
        delta.tool_calls.into_iter().for_each(|piece| self.piece(piece));
        !text.is_empty()
    }

    /// Pieces belong together by index. Where servers leave it out or say 0 each time, another id begins another call.
    fn piece(&mut self, piece: Piece) {
        let arguments = piece.function.arguments();
        self.length += arguments.len() + piece.function.name.len() + 1;
        let same = match piece.index {
            Some(index) => self.calls.iter_mut().rev().find(|(at, _)| *at == Some(index)),
            None => self.calls.last_mut(),
        };
        let same = same.filter(|(_, call)| piece.id.is_empty() || call.id.is_empty() || call.id == piece.id);
        let Some((_, call)) = same else {
            self.calls.push((piece.index, Call { id: piece.id, name: piece.function.name, arguments }));
            return;
        };
        if call.id.is_empty() {
            call.id = piece.id;
        }
        // Some repeat the name in each piece, some cut it like the arguments.
        if call.arguments.is_empty() && call.name != piece.function.name {
            call.name.push_str(&piece.function.name);
        }
        call.arguments.push_str(&arguments);
    }

    pub fn finish(self, request: &ChatRequest) -> ChatAnswer {
        let mut ids = HashSet::new();
        let mut tool_calls: Vec<Call> = self.calls.into_iter().map(|(_, call)| call).collect();
        for (at, call) in tool_calls.iter_mut().enumerate() {
            if call.id.is_empty() || !ids.insert(call.id.clone()) {
                call.id = format!("call_{at}_{:08x}", rand::random::<u32>());
            }
        }
        let usage = usage(self.counts, request, &self.text, &tool_calls);
        ChatAnswer {
            usage,
            text: self.text,
            tool_calls,
            finish: self.finish,
            refusal: Some(self.refusal).filter(|refusal| !refusal.is_empty()),
            model: self.model.filter(|model| !model.is_empty()).unwrap_or_else(|| request.model.clone()),
        }
    }
}

/// The server's count, else four characters a token (OpenAI's rule of thumb), so that no answer looks free.
fn usage(counts: Option<TokenCounts>, request: &ChatRequest, text: &str, calls: &[Call]) -> Usage {
    let counts = counts.unwrap_or_default();
    let told = |count: i64, characters: &dyn Fn() -> usize| {
        if count > 0 { count } else { (characters().div_ceil(4)) as i64 }
    };
    let length = |text: &str| text.chars().count();
    let asked = || request.messages.iter().chain(request.tools.iter()).map(|value| length(&value.to_string())).sum();
    let said = || length(text) + calls.iter().map(|call| length(&call.name) + length(&call.arguments)).sum::<usize>();
    Usage { tokens_in: told(counts.prompt_tokens, &asked), tokens_out: told(counts.completion_tokens, &said) }
}

#[cfg(test)]
mod tests;
