//! Bounds on everything that an owner can set, each with what is wrong beyond it.
use super::check::{Problem, is_key, line, text};
use super::hours::minute_of_day;
use super::{AgentSettings, Hours};
use crate::domain::agent::language::Language;
use crate::domain::flaw::Flaw;

pub const LONGEST_DEBOUNCE_MS: u64 = 20_000;
const MOST_FIND_OUT: usize = 20;
const DEAREST_BUDGET: f64 = 100_000.0;

impl AgentSettings {
    pub fn validate(&self) -> Result<(), Problem> {
        line("name", &self.name, 60)?;
        if self.name.trim().is_empty() {
            return Err(Problem::new("name", Flaw::AgentNameMissing));
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
                return Err(Problem::new("model", Flaw::NotAModel));
            }
        }
        if !(0.0..=2.0).contains(&self.temperature) {
            return Err(Problem::new("temperature", Flaw::Between { min: 0.0, max: 2.0 }));
        }
        budget("budget_per_conversation", self.budget_per_conversation)?;
        budget("budget_per_day", self.budget_per_day)?;
        if self.debounce_ms > LONGEST_DEBOUNCE_MS {
            return Err(Problem::new("debounce_ms", Flaw::Between { min: 0.0, max: LONGEST_DEBOUNCE_MS as f64 }));
        }
        Ok(())
    }

    fn check_languages(&self) -> Result<(), Problem> {
        let mut seen = self.languages.clone();
        seen.sort_unstable();
        seen.dedup();
        if seen.is_empty() || seen.len() != self.languages.len() {
            return Err(Problem::new("languages", Flaw::LanguagesOnce));
        }
        for (language, greeting) in &self.greeting {
            if Language::parse(language).is_none() {
                return Err(Problem::new("greeting", Flaw::UnknownLanguage { given: language.clone() }));
            }
            text("greeting", greeting, 1000)?;
        }
        Ok(())
    }

    fn check_find_out(&self) -> Result<(), Problem> {
        if self.find_out.len() > MOST_FIND_OUT {
            return Err(Problem::new("find_out", Flaw::TooMany { max: MOST_FIND_OUT }));
        }
        for (at, item) in self.find_out.iter().enumerate() {
            if !is_key(&item.key) {
                return Err(Problem::new("find_out", Flaw::NotAKey { given: item.key.clone() }));
            }
            if self.find_out[..at].iter().any(|other| other.key == item.key) {
                return Err(Problem::new("find_out", Flaw::Twice { given: item.key.clone() }));
            }
            line("find_out", &item.label, 200)?;
            if item.label.trim().is_empty() {
                return Err(Problem::new("find_out", Flaw::LabelMissing { given: item.key.clone() }));
            }
        }
        Ok(())
    }
}

fn budget(field: &'static str, usd: Option<f64>) -> Result<(), Problem> {
    match usd {
        Some(usd) if !(0.0..=DEAREST_BUDGET).contains(&usd) => {
            Err(Problem::new(field, Flaw::Dollars { min: 0.0, max: DEAREST_BUDGET }))
        }
        _ => Ok(()),
    }
}

fn check_hours(hours: &Hours) -> Result<(), Problem> {
    if minute_of_day(&hours.from).is_none() || minute_of_day(&hours.to).is_none() {
        return Err(Problem::new("hours", Flaw::NotAnHour));
    }
    let mut seen = hours.days.clone();
    seen.sort_unstable();
    seen.dedup();
    if seen.is_empty() || seen.len() != hours.days.len() {
        return Err(Problem::new("hours", Flaw::DaysOnce));
    }
    Ok(())
}
