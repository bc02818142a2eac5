//! The body of a chat request, and what a server did not take in it. Servers differ in what they know: `stream_options`
//! (2024), `max_completion_tokens` instead of `max_tokens` (OpenAI's reasoning models), a temperature at all, tools, a null for
//! no words, fields that another server has sent.
use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::{Value, json};

use super::failure::{Failure, is_about_tools};
use super::fitting;
use super::model::{Access, ChatRequest};

/// What has to be different for a server, or for one model of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RequestShape {
    pub no_usage: bool,
    /// `max_completion_tokens` instead of `max_tokens`.
    pub completion_tokens: bool,
    pub no_temperature: bool,
    /// Transcription: no `verbose_json`.
    pub plain_transcript: bool,
    /// The server takes no tools, whatever the model.
    pub server_knows_no_tools: bool,
    pub model_knows_no_tools: bool,
    /// Only what OpenAI's server knows in a message. Behind one address one model may want what another refuses.
    pub no_extras: bool,
    /// No null for a content.
    pub filled_content: bool,
}

#[derive(Serialize)]
pub struct CompletionBody<'a> {
    model: &'a str,
    messages: Cow<'a, [Value]>,
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
            messages: fitting::fitted(&request.messages, &request.tools, *self),
            tools: if self.no_tools() { &[] } else { &request.tools },
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

    pub fn no_tools(&self) -> bool {
        self.server_knows_no_tools || self.model_knows_no_tools
    }

    /// Another shape that may please a server which complained about this one.
    pub fn adapted(self, failure: &Failure, request: &ChatRequest) -> Option<RequestShape> {
        let complaint = failure.complaint.as_deref()?;
        let about = |word: &str| complaint.contains(word);
        let extras = fitting::extras(&request.messages);
        // A server that misses such a field wants it, and one that says nothing at all (Cerebras) does not.
        let is_missing = ["missing", "must be passed"].iter().any(|word| about(word));
        let is_extra = complaint.trim().is_empty() || extras.iter().any(|field| about(&field.to_lowercase()));
        let has_null = || request.messages.iter().any(|message| message["content"].is_null());
        if !self.no_extras && !extras.is_empty() && is_extra && !is_missing {
            Some(RequestShape { no_extras: true, ..self })
        } else if !self.no_tools() && !request.tools.is_empty() && is_about_tools(complaint) {
            // Other models of the same server may know them, and of one address many companies and models live.
            let of_model = about(&request.model.to_lowercase()) || about("model") || about("endpoints found");
            Some(RequestShape { model_knows_no_tools: of_model, server_knows_no_tools: !of_model, ..self })
        } else if !self.completion_tokens && about("max_completion_tokens") {
            Some(RequestShape { completion_tokens: true, ..self })
        } else if !self.no_usage && (about("stream_options") || about("include_usage")) {
            Some(RequestShape { no_usage: true, ..self })
        } else if !self.no_temperature && about("temperature") {
            Some(RequestShape { no_temperature: true, ..self })
        } else if !self.filled_content && names_content(complaint) && has_null() {
            Some(RequestShape { filled_content: true, ..self })
        } else {
            None
        }
    }

    /// What counts for all models of a server.
    fn of_server(self) -> RequestShape {
        RequestShape::default().and(self)
    }

    fn and(self, of_server: RequestShape) -> RequestShape {
        RequestShape { server_knows_no_tools: of_server.server_knows_no_tools, filled_content: of_server.filled_content, ..self }
    }
}

/// The word itself, not `reasoning_content`.
fn names_content(complaint: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let ends = |at: usize| complaint[..at].ends_with(is_word) || complaint[at + "content".len()..].starts_with(is_word);
    complaint.match_indices("content").any(|(at, _)| !ends(at))
}

/// Models, and servers, whose shape is remembered; beyond it they are learnt anew.
const MOST: usize = 1_000;
/// A server may have been set up better meanwhile.
const REMEMBERED: Duration = Duration::from_secs(3_600);

/// What was learnt, so that it is not paid for with each call.
#[derive(Default)]
pub struct Shapes {
    models: LearntShapes<(String, String)>,
    /// By base URL.
    servers: LearntShapes<String>,
}

type LearntShapes<K> = Mutex<HashMap<K, (Instant, RequestShape)>>;

impl Shapes {
    pub fn of(&self, access: &Access, model: &str) -> RequestShape {
        let server = access.base_url.to_string();
        let of_server = known(&self.servers, &server);
        known(&self.models, &(server, model.to_owned())).and(of_server)
    }

    pub fn learn(&self, access: &Access, model: &str, shape: RequestShape) {
        let server = access.base_url.to_string();
        if shape.of_server() != known(&self.servers, &server) {
            keep(&self.servers, server.clone(), shape.of_server());
        }
        keep(&self.models, (server, model.to_owned()), shape.and(RequestShape::default()));
    }

    /// Somebody looks at this server now, perhaps after setting it up anew.
    pub fn forget(&self, access: &Access, model: &str) {
        let server = access.base_url.to_string();
        self.servers.lock().unwrap_or_else(PoisonError::into_inner).remove(&server);
        self.models.lock().unwrap_or_else(PoisonError::into_inner).remove(&(server, model.to_owned()));
    }
}

fn known<K: Hash + Eq>(among: &LearntShapes<K>, key: &K) -> RequestShape {
    let among = among.lock().unwrap_or_else(PoisonError::into_inner);
    among.get(key).filter(|(learnt, _)| learnt.elapsed() < REMEMBERED).map(|(_, shape)| *shape).unwrap_or_default()
}

fn keep<K: Hash + Eq>(among: &LearntShapes<K>, key: K, shape: RequestShape) {
    let mut among = among.lock().unwrap_or_else(PoisonError::into_inner);
    if among.len() >= MOST {
        among.clear();
    }
    among.insert(key, (Instant::now(), shape));
}

#[cfg(test)]
mod tests;
