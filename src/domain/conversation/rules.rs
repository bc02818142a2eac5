//! What a channel's settings say about its conversations.
use crate::domain::agent::AnswersFirst;
use crate::domain::agent::settings::Hours;
use crate::domain::clock::Micros;
use crate::domain::ids::AgentVersionId;

/// A snapshot of a channel's settings, as far as they decide what follows in a conversation. An actor holds one and takes it
/// anew when the settings change, so that messages, commands and timers see the same. The default: people answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// The settings that it was taken of; 0 before any were saved.
    pub version: AgentVersionId,
    answers_first: AnswersFirst,
    /// When the agent answers; `None`: at any hour.
    hours: Option<Hours>,
    time_zone: String,
}

impl Default for Rules {
    fn default() -> Self {
        Rules { version: 0, answers_first: AnswersFirst::People, hours: None, time_zone: String::new() }
    }
}

impl Rules {
    pub fn new(version: AgentVersionId, answers_first: AnswersFirst, hours: Option<Hours>, time_zone: &str) -> Self {
        Rules { version, answers_first, hours, time_zone: time_zone.to_owned() }
    }

    /// Who answers a customer first, at this hour.
    pub fn answers_first(&self, now: Micros) -> AnswersFirst {
        let open = self.hours.as_ref().is_none_or(|hours| hours.let_answer(now, &self.time_zone));
        if open { self.answers_first } else { AnswersFirst::People }
    }
}
