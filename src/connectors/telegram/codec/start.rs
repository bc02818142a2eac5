//! `/start`: how a customer opens a bot, where they came from, and what greets them.
use serde_json::Value;

use super::Origin;
use crate::domain::agent::Language;
use crate::domain::agent::words::ai_disclosure;

/// What greets a customer. Where an agent answers first it greets, and says beforehand that it is one.
pub fn greeting(origin: &Origin, language: Option<&str>) -> Option<String> {
    let Some(agent) = &origin.agent else { return usual(origin, language) };
    let language = agent.speaks(language.and_then(Language::of_name));
    let own = agent.greeting_in(Some(language)).map(str::to_owned);
    let first = own.or_else(|| usual(origin, Some(language.as_str())));
    Some([first.as_deref().unwrap_or_default(), ai_disclosure(language)].join("\n\n").trim().to_owned())
}

/// The channel's own greeting in the customer's language, else the house's.
fn usual(origin: &Origin, language: Option<&str>) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::domain::agent::AgentSettings;
    use crate::domain::ids::{ChannelId, CompanyId};

    #[test]
    fn an_agent_greets_in_the_customers_language_and_says_what_it_is() {
        let settings = json!({"languages": ["kk", "ru"], "greeting": {"ru": "Я Айжан."}});
        let agent: AgentSettings = serde_json::from_value(settings).expect("settings");
        let people = Origin {
            company_id: CompanyId::new(1),
            channel_id: ChannelId::new(2),
            greeting: None,
            agent: None,
            locale: "ru".into(),
        };
        let origin = Origin { agent: Some(Arc::new(agent)), ..people.clone() };
        let greets = |language: &str| greeting(&origin, Some(language)).expect("a greeting");
        assert_eq!(greets("ru-RU"), format!("Я Айжан.\n\n{}", ai_disclosure(Language::Ru)));
        let kazakh = greets("kk");
        assert!(kazakh.starts_with("Сәлеметсіз") && kazakh.ends_with(ai_disclosure(Language::Kk)), "{kazakh}");
        assert!(greets("en").ends_with(ai_disclosure(Language::Kk)), "its first language for all others");
        let silent = Origin { greeting: Some(json!("")), ..origin.clone() };
        assert_eq!(greeting(&silent, Some("kk")).as_deref(), Some(ai_disclosure(Language::Kk)), "that much is said in any case");
        let usual = greeting(&people, Some("ru")).expect("a greeting");
        assert!(!usual.contains("ИИ"), "{usual}");
    }
}
