//! What went wrong with one attempt, read from whatever the server said. Servers differ: `{"error":{…}}` with a code that is
//! text, number or null, `{"error":"text"}`, FastAPI's `{"detail":…}`, the same inside of an array, plain text, HTML.
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::model::{ErrorKind, ModelError};
use super::retry;
use crate::clients::guarded::GuardedError;

mod tools;
mod words;

pub use tools::is_about_tools;

/// One failed attempt.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Failure {
    pub error: ModelError,
    /// Another attempt may succeed.
    pub again: bool,
    /// How long the server asks to wait before that.
    pub wait: Option<Duration>,
    /// A 400 or 422 in the server's own words, in lower case, or whatever says that there are no tools: it may name something
    /// that can be left out. Never shown.
    pub complaint: Option<String>,
}

impl Failure {
    pub fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Failure { error: ModelError::new(kind, detail), again: false, wait: None, complaint: None }
    }

    pub fn passing(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Failure { again: true, ..Failure::new(kind, detail) }
    }

    pub fn nonsense() -> Self {
        Failure::new(ErrorKind::Nonsense, "The model's server answered with something that is no answer of a model")
    }

    pub fn cut() -> Self {
        Failure::passing(ErrorKind::Unavailable, "The model's answer broke off")
    }

    pub fn timeout() -> Self {
        Failure::new(ErrorKind::Timeout, "The model did not answer in time")
    }

    /// An answer with a status that is no success. `body` may be cut.
    pub fn of_answer(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let mut failure = ProviderError::read(body).judge(status);
        failure.wait = retry::asked(headers);
        failure
    }

    /// An error object inside of a stream that began as a success.
    pub fn of_object(error: &Value) -> Self {
        let said = ProviderError::of(error);
        let status = said.code.as_deref().and_then(|code| code.parse().ok()).filter(|status| *status >= 400u16);
        said.judge(status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
    }
}

impl From<GuardedError> for Failure {
    fn from(error: GuardedError) -> Self {
        match error {
            GuardedError::Refused(refused) => Failure::new(ErrorKind::Refused, refused.to_string()),
            GuardedError::Connect => Failure::passing(ErrorKind::Unavailable, "The model's server cannot be reached"),
            GuardedError::Timeout => Failure::timeout(),
            GuardedError::Broken => Failure::cut(),
            GuardedError::TooLarge(_) => Failure::nonsense(),
        }
    }
}

/// The words of an error, as far as there are any.
#[derive(Default)]
struct ProviderError {
    code: Option<String>,
    kind: Option<String>,
    /// All of it, in lower case.
    text: String,
    /// The sentence for people.
    said: Option<String>,
}

const NO_MONEY: [&str; 6] = [
    "insufficient_quota",
    "billing_not_active",
    "billing_hard_limit_reached",
    "insufficient_balance",
    "insufficient_credits",
    "insufficient_funds",
];

impl ProviderError {
    fn read(body: &[u8]) -> ProviderError {
        match serde_json::from_slice::<Value>(body) {
            Ok(Value::Array(mut many)) if !many.is_empty() => ProviderError::of(&many.swap_remove(0)),
            Ok(value) => ProviderError::of(&value),
            Err(_) => {
                let text = String::from_utf8_lossy(body);
                ProviderError { text: text.to_lowercase(), said: words::shown(&text), ..ProviderError::default() }
            }
        }
    }

    fn of(value: &Value) -> ProviderError {
        let error = value.get("error").filter(|error| error.is_object()).unwrap_or(value);
        ProviderError {
            code: word(&error["code"]),
            kind: word(&error["type"]),
            text: value.to_string().to_lowercase(),
            said: words::sentence(value).and_then(|said| words::shown(&said)),
        }
    }

    fn is(&self, word: &str) -> bool {
        self.code.as_deref() == Some(word) || self.kind.as_deref() == Some(word)
    }

    fn names_model(&self) -> bool {
        let missing = ["not found", "does not exist", "unknown model", "invalid model", "do not have access", "not available"];
        self.is("model_not_found") || (self.text.contains("model") && missing.iter().any(|words| self.text.contains(words)))
    }

    fn judge(mut self, status: StatusCode) -> Failure {
        let said = self.said.take();
        let complaint = is_about_tools(&self.text).then(|| self.text.clone());
        let mut failure = self.judged(status);
        failure.complaint = failure.complaint.or(complaint);
        // Of keys and money our own sentence says all there is to say.
        if matches!(failure.error.kind, ErrorKind::Refused | ErrorKind::UnknownModel | ErrorKind::Unavailable) {
            failure.error.said = said;
        }
        failure
    }

    fn judged(self, status: StatusCode) -> Failure {
        let code = status.as_u16();
        if code == 402 || NO_MONEY.iter().any(|word| self.is(word)) {
            return Failure::new(ErrorKind::NoMoney, "The account at the model's provider is out of money or over its limit");
        }
        let bad_key = self.is("invalid_api_key") || (code == 400 && self.text.contains("api key not valid"));
        match code {
            _ if bad_key => bad_key_failure(code),
            401 => bad_key_failure(code),
            400 | 403 | 404 if self.names_model() => Failure::new(
                ErrorKind::UnknownModel,
                format!("The server does not know this model, or not for this key (HTTP {code})"),
            ),
            403 => bad_key_failure(code),
            404 | 405 => {
                let detail = format!("There is no model's server at this address (HTTP {code}); a base URL mostly ends in /v1");
                Failure::new(ErrorKind::UnknownModel, detail)
            }
            429 => Failure::passing(ErrorKind::RateLimited, "The model's server asks for fewer requests (HTTP 429)"),
            408 | 409 | 425 | 500..=599 => {
                Failure::passing(ErrorKind::Unavailable, format!("The model's server is in trouble (HTTP {code})"))
            }
            400 | 422 => Failure { complaint: Some(self.text), ..refused(code) },
            _ => refused(code),
        }
    }
}

fn bad_key_failure(code: u16) -> Failure {
    Failure::new(ErrorKind::BadKey, format!("The model's server does not accept the key (HTTP {code})"))
}

fn refused(code: u16) -> Failure {
    Failure::new(ErrorKind::Refused, format!("The model's server refuses the request (HTTP {code})"))
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
