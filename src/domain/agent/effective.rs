//! Who answers on a channel now, and how: the one rule for the hub and the API.
use serde_json::Value;

use super::presets::presets;
use super::settings::{AgentSettings, AnswersFirst};

/// What was saved last, else what every channel begins with; people answer while there is no model to ask.
pub fn effective(saved: Option<&Value>, ready: bool) -> AgentSettings {
    let mut settings = match saved {
        Some(saved) => serde_json::from_value(saved.clone()).unwrap_or_else(|_| unreadable()),
        None => first(),
    };
    if !ready {
        settings.answers_first = AnswersFirst::People;
    }
    settings
}

fn first() -> AgentSettings {
    presets().into_iter().find(|preset| preset.id == "general").map(|preset| preset.settings).unwrap_or_default()
}

/// Saved by another version of this program: nothing automatic is said under settings that nobody can read.
fn unreadable() -> AgentSettings {
    AgentSettings { answers_first: AnswersFirst::People, ..AgentSettings::default() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_channel_begins_with_the_agent_once_there_is_a_model() {
        let begun = effective(None, true);
        assert_eq!(begun.answers_first, AnswersFirst::Agent);
        assert!(!begun.find_out.is_empty() && begun.validate().is_ok());
        assert_eq!(effective(None, false), AgentSettings { answers_first: AnswersFirst::People, ..begun });
    }

    #[test]
    fn what_was_saved_counts_and_what_cannot_be_read_is_silent() {
        let saved = json!({ "name": "Aida", "answers_first": "drafts" });
        let found = effective(Some(&saved), true);
        assert_eq!((found.name.as_str(), found.answers_first), ("Aida", AnswersFirst::Drafts));
        assert_eq!(effective(Some(&saved), false).answers_first, AnswersFirst::People);
        for strange in [json!({ "answers_first": "robots" }), json!({ "later": 1 }), json!(7)] {
            assert_eq!(effective(Some(&strange), true).answers_first, AnswersFirst::People, "{strange}");
        }
    }
}
