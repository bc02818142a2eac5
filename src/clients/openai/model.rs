//! What the rest of the hub sees of a model: a trait, what goes in, what comes out, how it fails.
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};
use url::Url;

use crate::config::Secret;
use crate::domain::relaxed;
use crate::domain::text::word_enum;

/// Where the model is and who pays for it.
#[derive(Clone, Debug)]
pub struct Access {
    /// Everything before `/chat/completions`, usually ending in `/v1`. A final slash does not matter.
    pub base_url: Url,
    pub api_key: Secret<String>,
    /// The address is the instance's own setting. Else it came from a company, and an address inside is refused.
    pub trusted: bool,
}

/// Gets the whole text so far, each time it has grown. Called on the thread that polls the call: it must not block.
pub type OnText = Arc<dyn Fn(&str) + Send + Sync>;

/// A dropped call is ended at once, also at the server.
pub trait Model: Send + Sync {
    /// One answer. Repeats by itself what is worth repeating, until the deadline, unless some of the text was given away.
    fn chat(&self, access: &Access, request: ChatRequest, on_text: OnText) -> BoxFuture<'static, Result<ChatAnswer, ModelError>>;

    /// The words of a recording.
    fn transcribe(&self, access: &Access, audio: Audio) -> BoxFuture<'static, Result<Transcript, ModelError>>;

    /// One smallest real call: the key is good, the model is known, the server can be reached. At most 10 s.
    fn check(&self, access: &Access, model: &str) -> BoxFuture<'static, Result<(), ModelError>>;
}

#[derive(Clone, Debug)]
pub struct ChatRequest {
    pub model: String,
    /// In OpenAI's shape: `{"role", "content", "tool_calls"?, "tool_call_id"?}`.
    pub messages: Arc<Vec<Value>>,
    /// In OpenAI's shape: `{"type": "function", "function": {"name", "description", "parameters"}}`.
    pub tools: Arc<Vec<Value>>,
    /// 0 to 2. Left out for a model that takes none.
    pub temperature: f32,
    /// Most tokens of the answer.
    pub max_tokens: u32,
    /// The call has ended by then, retries and all.
    pub deadline: Instant,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChatAnswer {
    /// Empty when the model only called tools, refused, or had nothing to say.
    pub text: String,
    pub tool_calls: Vec<Call>,
    /// `stop`, `length`, `tool_calls`, `content_filter`, or what the server made up.
    pub finish: Option<String>,
    /// The model's own words when it refused.
    pub refusal: Option<String>,
    pub usage: Usage,
    /// The model that answered, by the server's name for it.
    pub model: String,
    /// What the server sent besides, as it came: some want it back with the calls.
    pub extras: Map<String, Value>,
}

impl ChatAnswer {
    /// It is not finished: the tokens ran out.
    pub fn is_cut(&self) -> bool {
        self.ended_by(&["length", "max_tokens", "model_length", "max_output_tokens", "token_limit"])
    }

    /// The server holds back what the model said.
    pub fn is_filtered(&self) -> bool {
        self.ended_by(&["content_filter", "safety", "prohibited_content", "blocklist", "recitation", "sensitive"])
    }

    fn ended_by(&self, words: &[&str]) -> bool {
        self.finish.as_deref().is_some_and(|finish| words.iter().any(|word| finish.eq_ignore_ascii_case(word)))
    }

    /// As the model is reminded of it, in OpenAI's shape; `text` is what it said besides its calls.
    pub fn repeated(&self, text: &str) -> Value {
        let mut message = self.extras.clone();
        message.insert("role".into(), json!("assistant"));
        // Several servers refuse "" beside calls.
        message.insert("content".into(), if text.is_empty() { Value::Null } else { json!(text) });
        message.insert("tool_calls".into(), self.tool_calls.iter().map(Call::repeated).collect());
        Value::Object(message)
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Call {
    /// Unique within an answer and never empty.
    pub id: String,
    pub name: String,
    /// As the model wrote them; may be no JSON.
    pub arguments: String,
    /// What the server sent with it, as it came.
    pub extras: Map<String, Value>,
}

impl Call {
    /// Servers refuse the whole conversation for arguments that are no JSON, though they sent them themselves.
    fn whole_arguments(&self) -> String {
        if serde_json::from_str::<Map<String, Value>>(&self.arguments).is_ok() {
            return self.arguments.clone();
        }
        relaxed::whole(&self.arguments).filter(Value::is_object).map_or_else(|| "{}".to_owned(), |value| value.to_string())
    }

    /// As the model is reminded of it, in OpenAI's shape.
    pub fn repeated(&self) -> Value {
        let mut call = self.extras.clone();
        let mut function = match call.remove("function") {
            Some(Value::Object(function)) => function,
            _ => Map::new(),
        };
        function.insert("name".into(), json!(self.name));
        function.insert("arguments".into(), json!(self.whole_arguments()));
        call.insert("id".into(), json!(self.id));
        call.insert("type".into(), json!("function"));
        call.insert("function".into(), Value::Object(function));
        Value::Object(call)
    }
}

/// Tokens. Estimated by length when the server does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    pub tokens_in: i64,
    pub tokens_out: i64,
}

#[derive(Clone, Debug)]
pub struct Audio {
    pub bytes: Bytes,
    /// Servers tell the format by its extension: `voice.ogg`.
    pub file_name: String,
    pub mime: String,
    pub model: String,
    /// ISO 639-1, when it is known.
    pub language: Option<String>,
    pub deadline: Instant,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transcript {
    pub text: String,
    /// As the server says it: `ru` or `russian`.
    pub language: Option<String>,
    /// Probably invented: no speech, or the same words again and again. A person should listen.
    pub doubtful: bool,
    /// How long the recording is, where the server says it.
    pub audio_ms: Option<i64>,
}

word_enum! {
    /// Why a call has no answer.
    ErrorKind {
        /// The account is empty or its limit is reached (`insufficient_quota`). Only its owner can help.
        NoMoney = "no_money",
        /// The key is wrong or may not do this (401, 403).
        BadKey = "bad_key",
        /// No such model, or nothing of the kind at this address (404).
        UnknownModel = "unknown_model",
        /// Too many requests (429), and no time left to wait.
        RateLimited = "rate_limited",
        /// Not reached, a 5xx, or an answer that broke off.
        Unavailable = "unavailable",
        /// Nothing by the deadline, or silence in the middle of an answer.
        Timeout = "timeout",
        /// Something came that is no answer.
        Nonsense = "nonsense",
        /// The server does not take this request, or we do not call such an address.
        Refused = "refused",
        /// It failed again and again a moment ago; nothing was sent.
        CircuitOpen = "circuit_open",
    }
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub struct ModelError {
    pub kind: ErrorKind,
    /// A sentence for the company's owner: no keys, no internals, none of the server's prose.
    pub detail: String,
    /// The server's own words, short and without keys: for the operators' note, and for no log.
    pub said: Option<String>,
}

impl ModelError {
    pub fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        ModelError { kind, detail: detail.into(), said: None }
    }

    /// The server may have repeated the key.
    pub fn without_key(mut self, key: &str) -> Self {
        let key = key.trim();
        if let Some(said) = self.said.as_mut().filter(|said| !key.is_empty() && said.contains(key)) {
            *said = said.replace(key, "…");
        }
        self
    }

    /// All that is known of it.
    pub fn in_full(&self) -> String {
        match &self.said {
            Some(said) => format!("{}\n«{said}»", self.detail),
            None => self.detail.clone(),
        }
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}
