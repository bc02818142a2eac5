//! What the double hears in a recording, and how it says so.

use std::time::Duration;

use serde_json::{Value, json};

/// What the double hears in a recording.
#[derive(Clone, Debug)]
pub enum Hearing {
    /// In the format that was asked for.
    Text(String),
    /// Invented into silence: no speech, little confidence.
    Silence(String),
    /// The same words again and again.
    Loop(String),
    /// As OpenAI's gpt-4o-transcribe: `verbose_json` is refused.
    OnlyJson(String),
    /// The text itself, whatever was asked for.
    Plain(String),
    Status(u16, String),
    Hang,
    After(Duration, Box<Hearing>),
}

impl Hearing {
    /// Status, content type, body.
    pub fn answer(&self, format: &str) -> (u16, &'static str, String) {
        let verbose = |text: &str, no_speech: f64, confidence: f64, compression: f64| {
            let segment = json!({"id": 0, "seek": 0, "start": 0.0, "end": 2.0, "text": text, "tokens": [], "temperature": 0.0,
                "avg_logprob": confidence, "no_speech_prob": no_speech, "compression_ratio": compression});
            json!({"task": "transcribe", "language": "russian", "duration": 2.0, "text": text, "segments": [segment]})
        };
        let answer = |value: Value| match format {
            "verbose_json" => (200, "application/json", value.to_string()),
            _ => (200, "application/json", json!({"text": value["text"]}).to_string()),
        };
        match self {
            Hearing::Text(text) => answer(verbose(text, 0.02, -0.3, 1.1)),
            Hearing::Silence(text) => answer(verbose(text, 0.9, -1.4, 1.1)),
            Hearing::Loop(text) => answer(verbose(text, 0.1, -0.4, 3.2)),
            Hearing::OnlyJson(_) if format == "verbose_json" => {
                let words = "response_format 'verbose_json' is not compatible with model 'gpt-4o-transcribe'. Use 'json' or 'text' instead.";
                let error = json!({"message": words, "type": "invalid_request_error", "param": "response_format", "code": "unsupported_value"});
                (400, "application/json", json!({ "error": error }).to_string())
            }
            Hearing::OnlyJson(text) => answer(json!({ "text": text })),
            Hearing::Plain(text) => (200, "text/plain; charset=utf-8", text.clone()),
            Hearing::Status(code, body) => (*code, "text/plain", body.clone()),
            Hearing::Hang | Hearing::After(..) => unreachable!("played by the server"),
        }
    }
}
