//! `/start`: how a customer opens a bot, where they came from, and what greets them.
use serde_json::Value;

use super::codec::Origin;

/// The channel's own greeting in the customer's language, else the house's.
pub fn greeting(origin: &Origin, language: Option<&str>) -> Option<String> {
    // `language_code` is an IETF tag such as "kk" or "ru-RU".
    let told = language.and_then(|tag| tag.split(['-', '_']).next()).unwrap_or(&origin.locale).to_lowercase();
    let known = match told.as_str() {
        "ru" | "kk" | "en" => told.as_str(),
        "be" | "uk" | "ky" | "uz" | "tg" => "ru",
        _ => "en",
    };
    let text = match &origin.greeting {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Object(texts)) if !texts.is_empty() => {
            let chosen = texts.get(&told).or_else(|| texts.get(known)).or_else(|| texts.values().next());
            chosen.and_then(Value::as_str).unwrap_or_default().to_owned()
        }
        _ => match known {
            "ru" => "Здравствуйте! Напишите ваш вопрос, мы скоро ответим.",
            "kk" => "Сәлеметсіз бе! Сұрағыңызды жазыңыз, жақын арада жауап береміз.",
            _ => "Hello! Write your question and we will answer soon.",
        }
        .to_owned(),
    };
    Some(text).filter(|text| !text.trim().is_empty())
}

/// `Some` when the text is `/start` alone or with a deep link's payload (1–64 of `A-Za-z0-9_-`). Anything else behind the
/// command is a person's question and must be seen.
pub fn start_payload(text: &str) -> Option<Option<String>> {
    let mut words = text.split_whitespace();
    let command = words.next()?;
    if command.split_once('@').map_or(command, |(name, _)| name) != "/start" {
        return None;
    }
    match (words.next(), words.next()) {
        (None, _) => Some(None),
        (Some(payload), None) if is_payload(payload) => Some(Some(payload.to_owned())),
        _ => None,
    }
}

fn is_payload(word: &str) -> bool {
    word.len() <= 64 && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}
