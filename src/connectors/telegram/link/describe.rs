//! A bot's description, which customers read before they write: where an agent answers first, it says so. What the owner has
//! written there stays as it is; only our own sentences come and go.
use teloxide::payloads::{
    GetMyDescription, GetMyShortDescription, SetMyDescription, SetMyDescriptionSetters, SetMyShortDescription,
    SetMyShortDescriptionSetters,
};

use super::BotLink;
use crate::connectors::fields::Fields;
use crate::connectors::telegram::client::Api;
use crate::connectors::telegram::client::answer::ApiError;
use crate::domain::agent::words::ai_disclosure;
use crate::domain::agent::{AnswersFirst, Language};

/// Bot API: the description holds 512 characters, the short one 120.
const LONG: usize = 512;
const SHORT: usize = 120;

/// Looks with every health check, and speaks with Telegram only when something has changed. Nothing depends on it.
pub async fn keep(link: &BotLink) {
    let Some(agent) = (link.ports.agent_of)(link.channel()).await else { return };
    let wanted = agent.answers_first == AnswersFirst::Agent;
    let known = *link.says_agent.lock().unwrap_or_else(|e| e.into_inner());
    if known == Some(wanted) {
        return;
    }
    match describe(&link.api, wanted, agent.speaks(None)).await {
        // Not this time; the next check tries again.
        Err(e @ (ApiError::Unreachable(_) | ApiError::Paced { .. })) => {
            tracing::debug!(channel_id = link.channel().get(), error = %e, "the bot's description waits");
            return;
        }
        Err(e) => tracing::info!(channel_id = link.channel().get(), error = %e, "the bot's description cannot be changed"),
        Ok(()) => {}
    }
    *link.says_agent.lock().unwrap_or_else(|e| e.into_inner()) = Some(wanted);
}

async fn describe(api: &Api, wanted: bool, language: Language) -> Result<(), ApiError> {
    let answer = api.call(&GetMyDescription::new()).await?;
    let now = text_of(&answer, "description")?;
    let sentences: Vec<&str> = if wanted { Language::ALL.iter().map(|l| ai_disclosure(*l)).collect() } else { vec![] };
    if let Some(text) = changed(&now, &sentences, LONG) {
        api.call(&SetMyDescription::new().description(text)).await?;
    }
    let answer = api.call(&GetMyShortDescription::new()).await?;
    let now = text_of(&answer, "short_description")?;
    let sentences: Vec<&str> = if wanted { vec![ai_disclosure(language)] } else { vec![] };
    if let Some(text) = changed(&now, &sentences, SHORT) {
        api.call(&SetMyShortDescription::new().short_description(text)).await?;
    }
    Ok(())
}

fn text_of(answer: &[u8], field: &str) -> Result<String, ApiError> {
    let unreadable = |_| ApiError::Unclear("the answer has no description".to_owned());
    Ok(Fields::parse(answer).map_err(unreadable)?.text(field).unwrap_or_default())
}

/// The text with these sentences of ours behind the owner's words and no others; as many as find room. `None`: it says so.
fn changed(now: &str, sentences: &[&str], room: usize) -> Option<String> {
    let ours: Vec<&str> = Language::ALL.iter().map(|l| ai_disclosure(*l)).collect();
    let own: Vec<&str> = now.lines().filter(|line| !ours.contains(&line.trim())).collect();
    let mut text = own.join("\n").trim().to_owned();
    for sentence in sentences {
        let gap = if text.is_empty() { "" } else { "\n" };
        if text.chars().count() + gap.len() + sentence.chars().count() <= room {
            text = format!("{text}{gap}{sentence}");
        }
    }
    (text != now.trim()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owners_words_stay_and_ours_come_and_go() {
        let all: Vec<&str> = Language::ALL.iter().map(|l| ai_disclosure(*l)).collect();
        let said = changed("Мы строим дома.\nПишите!", &all, LONG).expect("news");
        assert!(said.starts_with("Мы строим дома.\nПишите!\n") && all.iter().all(|ours| said.contains(ours)), "{said}");
        assert_eq!(changed(&said, &all, LONG), None, "it says so already");
        assert_eq!(changed(&said, &[], LONG).as_deref(), Some("Мы строим дома.\nПишите!"));
        assert_eq!(changed("", &[], LONG), None);
        assert!(changed("", &all, LONG).expect("news").chars().count() <= LONG);
        assert!(all.iter().all(|ours| ours.chars().count() <= SHORT));
        assert_eq!(changed(&"я".repeat(100), &all[..1], SHORT), None, "no room beside the owner's words");
    }
}
