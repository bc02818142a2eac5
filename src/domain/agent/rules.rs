//! Rules that act without asking the model.
//!
//! A request for a person is recognised by a *closed* vocabulary: every word of the message must be one that such requests are
//! made of. So `позовите человека` is one, and `нас 5 человек` or `оператор крана нужен на стройку` are not: they hold words
//! that no such request needs. What is missed here the model still hears, and hands over itself.
mod vocabulary;

use vocabulary::WordKind;

const MOST_WORDS: usize = 10;
const MOST_CHARS: usize = 120;

/// Does a short message ask for a human, in Russian, Kazakh or English?
pub fn asks_for_person(text: &str) -> bool {
    if text.chars().count() > MOST_CHARS {
        return false;
    }
    let words = words(text);
    if words.is_empty() || words.len() > MOST_WORDS {
        return false;
    }
    if vocabulary::WHOLE.contains(&words.join(" ").as_str()) {
        return true;
    }
    let Some(kinds) = words.iter().map(|word| vocabulary::kind(word)).collect::<Option<Vec<WordKind>>>() else { return false };
    let has = |kind: WordKind| kinds.contains(&kind);
    let acts = has(WordKind::Act);
    if has(WordKind::Not) {
        // «не хочу говорить с ботом», "a human, not a bot"; but «оператор не нужен».
        return has(WordKind::Robot) && (acts || has(WordKind::Want) || has(WordKind::Person));
    }
    if has(WordKind::Robot) || (has(WordKind::Subject) && !acts && !has(WordKind::Want)) {
        return false;
    }
    // «на человека» is a price for each; «переключите на человека» is a request.
    let needs_act = has(WordKind::Toward) && !acts && !words.iter().any(|word| vocabulary::is_with(word));
    (has(WordKind::Person) && !needs_act) || (has(WordKind::MaybePerson) && acts)
}

/// Lower-case words without punctuation and emoji; `don't` is `dont`.
fn words(text: &str) -> Vec<String> {
    let lower = super::safety::visible(text).to_lowercase().replace('ё', "е").replace(['\'', '’', '`'], "");
    let parts = lower.split(|c: char| !c.is_alphanumeric() && c != '-');
    parts.map(|word| word.trim_matches('-').to_owned()).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests;
