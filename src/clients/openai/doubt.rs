//! Whisper invents words where it hears none. Whether a transcript can be believed: by what it says (`domain::transcript`),
//! and by what the server says about it.
use serde_json::Value;

use super::chunk::{Segment, TranscriptionAnswer};
use super::model::Transcript;
use crate::domain::transcript::is_invented;

pub fn transcript(heard: TranscriptionAnswer) -> Transcript {
    let text = heard.text.trim().to_owned();
    let audio_ms = seconds(&heard.usage["seconds"]).or_else(|| seconds(&heard.duration)).map(|s| (s * 1e3).round() as i64);
    let doubtful = is_invented(&text, audio_ms) || is_doubtful(&heard.segments);
    let language = heard.language.filter(|language| !language.is_empty()).map(short);
    Transcript { text, language, doubtful, audio_ms }
}

/// A number, or a number in a text's clothes; a day at most. None at all is what servers say that do not measure.
fn seconds(value: &Value) -> Option<f64> {
    let seconds = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    (seconds > 0.0 && seconds <= 86_400.0).then_some(seconds)
}

/// Servers name a language by its code or in English; ours become codes.
fn short(language: String) -> String {
    match language.to_lowercase().as_str() {
        "russian" => "ru".to_owned(),
        "kazakh" => "kk".to_owned(),
        "english" => "en".to_owned(),
        other => other.to_owned(),
    }
}

fn is_doubtful(segments: &[Segment]) -> bool {
    segments.iter().any(|segment| segment.compression_ratio > 2.4) || mostly_silence(segments)
}

/// A pause at the end of a long recording does not spoil it: what was probably silence must be half of the text.
fn mostly_silence(segments: &[Segment]) -> bool {
    let length = |segment: &Segment| segment.text.chars().count().max(1);
    let silent = |segment: &&Segment| segment.no_speech_prob > 0.6 && segment.avg_logprob < -1.0;
    let all: usize = segments.iter().map(length).sum();
    let doubted: usize = segments.iter().filter(silent).map(length).sum();
    doubted > 0 && doubted * 2 >= all
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn doubtful(heard: Value) -> bool {
        transcript(serde_json::from_value(heard).unwrap()).doubtful
    }

    #[test]
    fn what_was_probably_said_is_believed() {
        for text in
            [" Мне нужен дом в Алматы, сто двадцать квадратов.", "да", "Алло, алло, алло!", "Жоқ, рахмет.", "8 701 123 45 67"]
        {
            assert!(!doubtful(json!({"text": text})), "{text}");
        }
        let pause = json!({"text": "Мне нужен дом. ...", "language": "russian", "segments": [
            {"text": "Мне нужен дом.", "avg_logprob": -0.3, "no_speech_prob": 0.02, "compression_ratio": 1.1},
            {"text": " ...", "avg_logprob": -1.4, "no_speech_prob": 0.9, "compression_ratio": null},
        ]});
        assert!(!doubtful(pause.clone()));
        let heard = transcript(serde_json::from_value(pause).unwrap());
        assert_eq!((heard.text.as_str(), heard.language.as_deref()), ("Мне нужен дом. ...", Some("ru")));
    }

    #[test]
    fn the_length_of_a_recording_is_read_however_it_is_told() {
        let length = |heard: Value| transcript(serde_json::from_value(heard).unwrap()).audio_ms;
        assert_eq!(length(json!({"text": "да", "duration": 2.5})), Some(2500));
        assert_eq!(length(json!({"text": "да", "duration": "2.5"})), Some(2500));
        assert_eq!(length(json!({"text": "да", "usage": {"type": "duration", "seconds": 3}, "duration": 2.5})), Some(3000));
        for other in [json!(null), json!(-1), json!(0), json!("long"), json!({}), json!(1e12)] {
            assert_eq!(length(json!({"text": "да", "duration": other, "usage": {"type": "tokens", "input_tokens": 14}})), None);
        }
    }

    #[test]
    fn what_was_probably_invented_is_not() {
        let texts = [
            "",
            " \n",
            "...",
            "This is the answer we did. This is the answer we did. This is the answer we did. This is the",
            "you you you you you you",
            "Субтитры сделал DimaTorzok",
            "Продолжение следует...",
            "Thanks for watching!",
        ];
        for text in texts {
            assert!(doubtful(json!({"text": text})), "{text:?}");
        }
        assert!(doubtful(json!({"text": "Где", "segments": [{"text": "Где", "no_speech_prob": 0.8, "avg_logprob": -1.2}]})));
        assert!(!doubtful(json!({"text": "Где", "segments": [{"text": "Где", "no_speech_prob": 0.8, "avg_logprob": -0.5}]})));
        assert!(doubtful(json!({"text": "а б в г", "segments": [{"text": "а б в г", "compression_ratio": 2.5}]})));
        assert!(doubtful(json!({"text": null, "segments": "none"})));
    }
}
