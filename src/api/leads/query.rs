//! What a list of leads may be narrowed by.
use chrono::{Days, NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::db::Store;
use crate::db::leads::LeadFilter;
use crate::domain::access::Principal;
use crate::domain::clock::{Micros, parse_rfc3339};
use crate::domain::flaw::Flaw;
use crate::domain::form::{AssigneeQueryForm, DayOrTimeQueryForm, LeadStatusesQueryForm, LimitForm};
use crate::domain::ids::{ConversationId, UserId};
use crate::domain::zone;
use crate::error::{Error, Result};

/// Of one word that is looked for; a list is no search engine.
const LONGEST: usize = 200;

#[derive(Deserialize, JsonSchema)]
pub struct LeadPaging {
    /// More than 200 is clamped.
    #[schemars(with = "Option<LimitForm>")]
    limit: Option<String>,
    /// A next_cursor of this list; empty starts anew.
    #[schemars(extend("const" = ""))]
    cursor: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
pub struct LeadFilterQuery {
    #[schemars(with = "Option<LeadStatusesQueryForm>")]
    status: Option<String>,
    #[schemars(with = "Option<AssigneeQueryForm>")]
    assignee: Option<String>,
    /// Words of the name, city, object or summary, or a part of the phone, however it is written.
    #[schemars(length(max = LONGEST))]
    q: Option<String>,
    /// A time, or a day in the user's time zone; empty: none.
    #[serde(default)]
    #[schemars(with = "DayOrTimeQueryForm")]
    from: Option<String>,
    /// Before this time, or up to the end of this day; empty: none.
    #[serde(default)]
    #[schemars(with = "DayOrTimeQueryForm")]
    to: Option<String>,
    conversation_id: Option<ConversationId>,
}

impl LeadPaging {
    pub fn is_paged(&self) -> bool {
        self.limit.is_some() || given(&self.cursor).is_some()
    }
}

impl LeadFilterQuery {
    pub async fn read(&self, who: &Principal, store: &Store) -> Result<LeadFilter> {
        let statuses = given(&self.status).map(|words| words.split(',').map(|word| super::status(word.trim())).collect());
        let text = given(&self.q).map(str::trim);
        if text.is_some_and(|text| text.chars().count() > LONGEST) {
            return Err(Error::field("q", Flaw::TooLong { max: LONGEST }));
        }
        let (from, to) = (given(&self.from), given(&self.to));
        let zone = match (from, to) {
            (None, None) => Tz::UTC,
            _ => zone_of(who, store).await?,
        };
        Ok(LeadFilter {
            statuses: statuses.transpose()?.unwrap_or_default(),
            assignee: given(&self.assignee).map(|word| assignee(word, who)).transpose()?,
            text: text.filter(|text| !text.is_empty()).map(str::to_owned),
            from: from.map(|text| moment("from", text, zone, 0)).transpose()?,
            // Up to the end of the day that is named.
            before: to.map(|text| moment("to", text, zone, 1)).transpose()?,
            conversation_id: self.conversation_id,
        })
    }
}

/// An empty parameter is what a form without a choice sends.
fn given(parameter: &Option<String>) -> Option<&str> {
    parameter.as_deref().filter(|text| !text.is_empty())
}

fn assignee(word: &str, who: &Principal) -> Result<Option<UserId>> {
    match word {
        "none" => Ok(None),
        "me" => Ok(Some(who.user_id)),
        id => id.parse().map(Some).map_err(|_| Error::field("assignee", Flaw::NotAnOperator)),
    }
}

/// Where the user's days begin and end.
pub async fn zone_of(who: &Principal, store: &Store) -> Result<Tz> {
    let account = store.account(who.company_id, who.user_id).await?;
    Ok(account.map_or(Tz::UTC, |account| zone::of(&account.time_zone)))
}

/// A time, or the midnight that a day begins with, so many days on.
fn moment(field: &'static str, text: &str, zone: Tz, days: u64) -> Result<Micros> {
    let of_day = || {
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.checked_add_days(Days::new(days))?;
        // Where clocks jump over midnight the day begins a little later.
        let hours = [0, 1, 2].into_iter().filter_map(|hour| NaiveTime::from_hms_opt(hour, 0, 0));
        let begins = hours.filter_map(|time| zone.from_local_datetime(&day.and_time(time)).earliest()).next()?;
        Some(begins.timestamp_micros())
    };
    parse_rfc3339(text).or_else(of_day).ok_or_else(|| Error::field(field, Flaw::NotADay))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_the_users_own() {
        let at = |text, days| moment("from", text, Tz::Asia__Almaty, days).expect("a moment");
        assert_eq!(at("2026-01-28", 0), at("2026-01-27T19:00:00Z", 0));
        assert_eq!(at("2026-01-28", 1), at("2026-01-28T19:00:00Z", 7), "a time is exact");
        for wrong in ["yesterday", "2026-02-30", "28.01.2026", ""] {
            assert!(moment("from", wrong, Tz::UTC, 0).is_err(), "{wrong}");
        }
    }
}
