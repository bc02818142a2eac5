//! What servers send, read leniently: a field that is missing, null or of another type is as good as not there.
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// `T`, or its default when the value is something else.
fn or_default<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(from: D) -> Result<T, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(from)?).unwrap_or_default())
}

/// A piece of a streamed answer; a whole answer of a server that does not stream looks nearly the same.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Chunk {
    #[serde(deserialize_with = "or_default")]
    pub choices: Vec<Choice>,
    #[serde(deserialize_with = "or_default")]
    pub usage: Option<TokenCounts>,
    #[serde(deserialize_with = "or_default")]
    pub model: Option<String>,
    pub error: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Choice {
    #[serde(deserialize_with = "or_default")]
    pub delta: Option<Delta>,
    /// Instead of `delta`, when the answer was not streamed.
    #[serde(deserialize_with = "or_default")]
    pub message: Option<Delta>,
    #[serde(deserialize_with = "or_default")]
    pub finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Delta {
    /// A text, or an array of parts of which those with a `text` count.
    pub content: Value,
    #[serde(deserialize_with = "or_default")]
    pub refusal: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub tool_calls: Vec<Piece>,
    /// What we do not know, and the server may want to see again.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// A part of a tool call: id and name come in the first one of an index, the arguments in all of them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Piece {
    #[serde(deserialize_with = "or_default")]
    pub index: Option<i64>,
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    #[serde(deserialize_with = "or_default")]
    pub function: Function,
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Function {
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// A text by the book; some servers send the object itself.
    pub arguments: Value,
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TokenCounts {
    #[serde(deserialize_with = "or_default")]
    pub prompt_tokens: i64,
    #[serde(deserialize_with = "or_default")]
    pub completion_tokens: i64,
}

impl Chunk {
    /// Takes the texts out of an event that was parsed already.
    pub fn of(event: Value) -> Option<Chunk> {
        serde_json::from_value(event).ok()
    }
}

impl Delta {
    pub fn text(&self) -> String {
        match &self.content {
            Value::String(text) => text.clone(),
            Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
            _ => String::new(),
        }
    }
}

impl Function {
    pub fn arguments(&self) -> String {
        match &self.arguments {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}

/// `verbose_json` of a transcription; `json` has only the text.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TranscriptionAnswer {
    #[serde(deserialize_with = "or_default")]
    pub text: String,
    #[serde(deserialize_with = "or_default")]
    pub language: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub segments: Vec<Segment>,
    /// Seconds, in `verbose_json`; some servers write a text.
    pub duration: Value,
    /// `{"type": "duration", "seconds"}`, or tokens.
    pub usage: Value,
    pub error: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Segment {
    #[serde(deserialize_with = "or_default")]
    pub text: String,
    #[serde(deserialize_with = "or_default")]
    pub no_speech_prob: f64,
    #[serde(deserialize_with = "or_default")]
    pub avg_logprob: f64,
    #[serde(deserialize_with = "or_default")]
    pub compression_ratio: f64,
}
