//! The body of a chat request, and what a server did not take in it. Servers differ in what they know: `stream_options`
//! (2024), `max_completion_tokens` instead of `max_tokens` (OpenAI's reasoning models), a temperature at all.
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};

use super::failure::Failure;
use super::model::{Access, ChatRequest};

/// What has to be different for one model of one server.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RequestShape {
    no_usage: bool,
    completion_tokens: bool,
    no_temperature: bool,
    /// Transcription: no `verbose_json`.
    pub plain_transcript: bool,
}

#[derive(Serialize)]
pub struct CompletionBody<'a> {
    model: &'a str,
    messages: &'a [Value],
    /// An empty array is an error to OpenAI.
    #[serde(skip_serializing_if = "<[Value]>::is_empty")]
    tools: &'a [Value],
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
}

impl RequestShape {
    pub fn body<'a>(&self, request: &'a ChatRequest) -> CompletionBody<'a> {
        CompletionBody {
            model: &request.model,
            messages: &request.messages,
            tools: &request.tools,
            stream: true,
            stream_options: (!self.no_usage).then(|| json!({"include_usage": true})),
            temperature: (!self.no_temperature).then_some(request.temperature),
            max_tokens: (!self.completion_tokens).then_some(request.max_tokens),
            max_completion_tokens: self.completion_tokens.then_some(request.max_tokens),
        }
    }

    pub fn with_plain_transcript(self) -> RequestShape {
        RequestShape { plain_transcript: true, ..self }
    }

    /// Another shape that may please a server which complained about this one.
    pub fn adapted(self, failure: &Failure) -> Option<RequestShape> {
        let complaint = failure.complaint.as_deref()?;
        let about = |word: &str| complaint.contains(word);
        if !self.completion_tokens && about("max_completion_tokens") {
            Some(RequestShape { completion_tokens: true, ..self })
        } else if !self.no_usage && (about("stream_options") || about("include_usage")) {
            Some(RequestShape { no_usage: true, ..self })
        } else if !self.no_temperature && about("temperature") {
            Some(RequestShape { no_temperature: true, ..self })
        } else {
            None
        }
    }
}

/// Models whose shape is remembered; beyond it they are learnt anew.
const MOST: usize = 1_000;

/// What was learnt, so that it is not paid for with each call.
#[derive(Default)]
pub struct Shapes {
    known: Mutex<HashMap<(String, String), RequestShape>>,
}

impl Shapes {
    pub fn of(&self, access: &Access, model: &str) -> RequestShape {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&(access.base_url.to_string(), model.to_owned())).copied().unwrap_or_default()
    }

    pub fn learn(&self, access: &Access, model: &str, shape: RequestShape) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert((access.base_url.to_string(), model.to_owned()), shape);
    }
}
