//! A time that a customer asked for, as a model writes it.
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

use super::ToolRefusal;
use crate::domain::clock::{DAY, MINUTE, Micros};
use crate::domain::zone;

const FARTHEST: Micros = 180 * DAY;
/// "Now" takes a moment to be said.
const JUST_NOW: Micros = 5 * MINUTE;

/// Reads local time (`2026-11-21 15:00`, `15:00`) or a time with an offset. `Z` is refused in a zone that is not UTC: models
/// append it to local times.
pub(super) fn read(text: &str, now: Micros, time_zone: &str) -> Result<Micros, ToolRefusal> {
    let zone = zone::of(time_zone);
    let here = DateTime::<Utc>::from_timestamp_micros(now).unwrap_or_default().with_timezone(&zone);
    let text = text.trim();
    let ends_in_z = text.ends_with(['Z', 'z']);
    let found = if ends_in_z && zone != Tz::UTC {
        None
    } else if let Ok(exact) = DateTime::parse_from_rfc3339(text) {
        Some(exact.timestamp_micros())
    } else if let Some(local) = date_and_time(text) {
        in_zone(local, zone)
    } else {
        // The next time that the clock shows it.
        time(text).and_then(|time| {
            let today = in_zone(here.date_naive().and_time(time), zone)?;
            if today > now { Some(today) } else { in_zone((here.date_naive() + Duration::days(1)).and_time(time), zone) }
        })
    };
    let clock = here.format("%Y-%m-%d %H:%M");
    let Some(at) = found else {
        let say = format!(
            "when must be the company's local date and time as YYYY-MM-DD HH:MM, without a time zone. It is {clock} now."
        );
        return Err(ToolRefusal::new("bad_time", say));
    };
    if at < now - JUST_NOW {
        return Err(ToolRefusal::new(
            "bad_time",
            format!("This time has passed: it is {clock} now. Ask the customer for another time."),
        ));
    }
    if at > now + FARTHEST {
        return Err(ToolRefusal::new("bad_time", "This time is more than half a year ahead. Ask the customer for a nearer one."));
    }
    Ok(at.max(now))
}

fn date_and_time(text: &str) -> Option<NaiveDateTime> {
    let (date, clock) = text.split_once(['T', 't', ' '])?;
    let date = ["%Y-%m-%d", "%d.%m.%Y"].iter().find_map(|shape| NaiveDate::parse_from_str(date, shape).ok())?;
    Some(date.and_time(time(clock.trim())?))
}

fn time(text: &str) -> Option<NaiveTime> {
    ["%H:%M", "%H:%M:%S", "%H:%M:%S%.f"].iter().find_map(|shape| NaiveTime::parse_from_str(text, shape).ok())
}

/// The earlier of two when clocks go back; an hour later when clocks jump over it.
fn in_zone(local: NaiveDateTime, zone: Tz) -> Option<Micros> {
    let found = zone.from_local_datetime(&local).earliest();
    let found = found.or_else(|| zone.from_local_datetime(&local.checked_add_signed(Duration::hours(1))?).earliest());
    found.map(|at| at.timestamp_micros())
}
