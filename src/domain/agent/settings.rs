//! What a company sets for the agent of one channel. Each change is a new version; a version never changes.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::language::Language;
use crate::domain::form::{BudgetForm, GreetingForm, KeyForm, ModelForm, NameForm, TextForm};
use crate::domain::text::word_enum;

pub(in crate::domain::agent) mod check;
mod hours;
mod validate;

pub use check::Problem;
pub use hours::{Day, Hours, HoursWhen};
pub use validate::LONGEST_DEBOUNCE_MS;

word_enum! {
    /// Who answers a customer first.
    #[derive(Default)]
    AnswersFirst {
        #[default] Agent = "agent",
        /// The agent writes, a person sends.
        Drafts = "drafts",
        People = "people",
    }
}

word_enum! {
    /// What the agent may speak about.
    #[derive(Default)]
    AgentScope {
        /// It asks and listens; prices, dates and promises come from the company card only, else a person answers.
        #[default] Qualifying = "qualifying",
        /// It also answers any question that the company card answers.
        Card = "card",
    }
}

/// One thing to learn from the customer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindOut {
    /// `city`; the lead's own names go into the lead's own fields.
    #[schemars(with = "KeyForm")]
    pub key: String,
    /// What it is, in words the model and the owner read.
    #[schemars(with = "NameForm<200>")]
    pub label: String,
    /// Without it there is no lead yet.
    #[serde(default)]
    pub required: bool,
}

/// Unknown fields are refused, so that a misspelt setting is told; missing ones have their default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AgentSettings {
    /// drafts: the agent writes, a person sends.
    pub answers_first: AnswersFirst,
    /// How the agent signs; customers see it.
    #[schemars(with = "NameForm<60>")]
    pub name: String,
    /// Who it is and what it is for.
    #[schemars(with = "TextForm<2000>")]
    pub role: String,
    /// How it speaks.
    #[schemars(with = "TextForm<1000>")]
    pub tone: String,
    /// The languages it answers in; the first one when the customer's is unknown.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub languages: Vec<Language>,
    /// The first words by language word (`ru`, `kk`, `en`).
    #[schemars(with = "GreetingForm")]
    pub greeting: BTreeMap<String, String>,
    /// What to learn, in this order; each key once.
    #[schemars(length(max = 20))]
    pub find_out: Vec<FindOut>,
    /// When to call a person, besides the rules that always do.
    #[schemars(with = "TextForm<2000>")]
    pub hand_over_when: String,
    /// card: it also answers what the company card answers.
    pub scope: AgentScope,
    /// Without it the agent answers at any hour.
    pub hours: Option<Hours>,
    /// Without it the company's model.
    #[schemars(with = "Option<ModelForm>")]
    pub model: Option<String>,
    #[serde(serialize_with = "short")]
    #[schemars(range(min = 0, max = 2))]
    pub temperature: f32,
    /// US dollars; without it only the company's own daily budget holds.
    #[schemars(with = "Option<BudgetForm>")]
    pub budget_per_conversation: Option<f64>,
    /// US dollars a day for this channel.
    #[schemars(with = "Option<BudgetForm>")]
    pub budget_per_day: Option<f64>,
    /// How long to wait for the customer's next message before thinking.
    #[schemars(range(max = LONGEST_DEBOUNCE_MS))]
    pub debounce_ms: u64,
    /// Say that an AI answers where the channel itself has no place to say it.
    pub disclose: bool,
    /// Free instructions of the owner.
    #[schemars(with = "TextForm<8000>")]
    pub extra: String,
}

impl Default for AgentSettings {
    fn default() -> Self {
        AgentSettings {
            answers_first: AnswersFirst::default(),
            name: "Ассистент".into(),
            role: String::new(),
            tone: String::new(),
            languages: Language::ALL.to_vec(),
            greeting: BTreeMap::new(),
            find_out: Vec::new(),
            hand_over_when: String::new(),
            scope: AgentScope::default(),
            hours: None,
            model: None,
            temperature: 0.3,
            budget_per_conversation: None,
            budget_per_day: None,
            debounce_ms: 1500,
            disclose: true,
            extra: String::new(),
        }
    }
}

impl AgentSettings {
    /// The greeting in a language, else in the agent's first language, else none.
    pub fn greeting_in(&self, language: Option<Language>) -> Option<&str> {
        let first = self.languages.first().copied();
        let found = [language, first].into_iter().flatten().find_map(|l| self.greeting.get(l.as_str()));
        found.map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// The language to answer in when the customer's is this.
    pub fn speaks(&self, language: Option<Language>) -> Language {
        let first = self.languages.first().copied().unwrap_or(Language::Ru);
        language.filter(|l| self.languages.contains(l)).unwrap_or(first)
    }
}

/// `0.3` and not `0.30000001192092896`, which is what a wider number makes of it.
fn short<S: Serializer>(value: &f32, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_f64((f64::from(*value) * 1000.0).round() / 1000.0)
}

#[cfg(test)]
mod tests;
