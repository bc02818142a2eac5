//! The hours at which the agent answers, in the company's time zone.
use chrono::{DateTime, Datelike, TimeZone, Timelike, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::clock::Micros;
use crate::domain::form::HourForm;
use crate::domain::text::word_enum;
use crate::domain::zone;

word_enum! { Day { Mon = "mon", Tue = "tue", Wed = "wed", Thu = "thu", Fri = "fri", Sat = "sat", Sun = "sun" } }

word_enum! {
    /// When the agent answers, seen from the hours.
    #[derive(Default)]
    HoursWhen {
        /// While they last.
        #[default] Inside = "inside",
        /// While the people are away.
        Outside = "outside",
        Always = "always",
    }
}

/// `from` and `to` are `HH:MM`. A `to` before `from` is the next morning; equal ones are the whole day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "AgentHours")]
pub struct Hours {
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub days: Vec<Day>,
    /// HH:MM in the company's time zone.
    #[schemars(with = "HourForm")]
    pub from: String,
    #[schemars(with = "HourForm")]
    pub to: String,
    pub when: HoursWhen,
}

impl Default for Hours {
    fn default() -> Self {
        Hours { days: Day::ALL[..5].to_vec(), from: "09:00".into(), to: "18:00".into(), when: HoursWhen::default() }
    }
}

impl Hours {
    /// Do they last at this day of the week and minute of the day? Unreadable ones always do.
    fn last_at(&self, day: usize, minute: u32) -> bool {
        let (Some(from), Some(to)) = (minute_of_day(&self.from), minute_of_day(&self.to)) else { return true };
        let on = |day: usize| self.days.iter().any(|d| *d as usize == day % 7);
        if from < to {
            on(day) && (from..to).contains(&minute)
        } else {
            (on(day) && minute >= from) || (on(day + 6) && minute < to)
        }
    }
}

impl Hours {
    /// Does the agent answer now, as far as these hours go? An unknown time zone counts as UTC.
    pub fn let_answer(&self, now: Micros, time_zone: &str) -> bool {
        let zone = zone::of(time_zone);
        let utc = DateTime::<Utc>::from_timestamp_micros(now).unwrap_or_default();
        let local = zone.from_utc_datetime(&utc.naive_utc());
        let inside = self.last_at(local.weekday().num_days_from_monday() as usize, local.hour() * 60 + local.minute());
        match self.when {
            HoursWhen::Inside => inside,
            HoursWhen::Outside => !inside,
            HoursWhen::Always => true,
        }
    }
}

/// `09:30` → 570; `24:00` is the end of the day.
pub(super) fn minute_of_day(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let part = |text: &str| (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<u32>().ok())?;
    let (hour, minute) = (part(hour)?, part(minute)?);
    (minute < 60 && hour * 60 + minute <= 24 * 60).then_some(hour * 60 + minute)
}
