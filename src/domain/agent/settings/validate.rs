//! Bounds on everything that an owner can set, each with the sentence that says what is wrong.
use super::check::{KEY_RULE, Problem, is_key, line, text};
use super::hours::minute_of_day;
use super::{AgentSettings, Hours};
use crate::domain::agent::language::Language;

pub const LONGEST_DEBOUNCE_MS: u64 = 20_000;
const MOST_FIND_OUT: usize = 20;
const DEAREST_BUDGET: f64 = 100_000.0;

impl AgentSettings {
    pub fn validate(&self) -> Result<(), Problem> {
        line("name", &self.name, 60)?;
        if self.name.trim().is_empty() {
            return Err(Problem::new("name", "The agent needs a name"));
        }
        text("role", &self.role, 2000)?;
        text("tone", &self.tone, 1000)?;
        text("hand_over_when", &self.hand_over_when, 2000)?;
        text("extra", &self.extra, 8000)?;
        self.check_languages()?;
        self.check_find_out()?;
        if let Some(hours) = &self.hours {
            check_hours(hours)?;
        }
        if let Some(model) = &self.model {
            line("model", model, 100)?;
            if model.is_empty() || model.contains(char::is_whitespace) {
                return Err(Problem::new("model", "model must be the name of a model, without spaces"));
            }
        }
        if !(0.0..=2.0).contains(&self.temperature) {
            return Err(Problem::new("temperature", "temperature must be between 0 and 2"));
        }
        budget("budget_per_conversation", self.budget_per_conversation)?;
        budget("budget_per_day", self.budget_per_day)?;
        if self.debounce_ms > LONGEST_DEBOUNCE_MS {
            return Err(Problem::new("debounce_ms", format!("debounce_ms must be at most {LONGEST_DEBOUNCE_MS}")));
        }
        Ok(())
    }

    fn check_languages(&self) -> Result<(), Problem> {
        let mut seen = self.languages.clone();
        seen.sort_unstable();
        seen.dedup();
        if seen.is_empty() || seen.len() != self.languages.len() {
            return Err(Problem::new("languages", "languages must name at least one language, each once"));
        }
        for (language, greeting) in &self.greeting {
            if Language::parse(language).is_none() {
                return Err(Problem::new("greeting", format!("greeting: {language:?} is none of ru, kk, en")));
            }
            text("greeting", greeting, 1000)?;
        }
        Ok(())
    }

    fn check_find_out(&self) -> Result<(), Problem> {
        if self.find_out.len() > MOST_FIND_OUT {
            return Err(Problem::new("find_out", format!("The agent can find out at most {MOST_FIND_OUT} things")));
        }
        for (at, item) in self.find_out.iter().enumerate() {
            if !is_key(&item.key) {
                return Err(Problem::new("find_out", format!("find_out: the key {:?} must be {KEY_RULE}", item.key)));
            }
            if self.find_out[..at].iter().any(|other| other.key == item.key) {
                return Err(Problem::new("find_out", format!("find_out: the key {:?} stands twice", item.key)));
            }
            line("find_out", &item.label, 200)?;
            if item.label.trim().is_empty() {
                return Err(Problem::new("find_out", format!("find_out: {:?} needs a label", item.key)));
            }
        }
        Ok(())
    }
}

fn budget(field: &'static str, usd: Option<f64>) -> Result<(), Problem> {
    match usd {
        Some(usd) if !(0.0..=DEAREST_BUDGET).contains(&usd) => {
            Err(Problem::new(field, format!("{field} must be between 0 and {DEAREST_BUDGET} US dollars")))
        }
        _ => Ok(()),
    }
}

fn check_hours(hours: &Hours) -> Result<(), Problem> {
    if minute_of_day(&hours.from).is_none() || minute_of_day(&hours.to).is_none() {
        return Err(Problem::new("hours", "hours: from and to must be written as HH:MM"));
    }
    let mut seen = hours.days.clone();
    seen.sort_unstable();
    seen.dedup();
    if seen.is_empty() || seen.len() != hours.days.len() {
        return Err(Problem::new("hours", "hours: days must name at least one day, each once"));
    }
    Ok(())
}
