use serde_json::{Value, json};

use super::*;
use crate::domain::clock::parse_rfc3339;

fn read(value: Value) -> Result<AgentSettings, serde_json::Error> {
    serde_json::from_value(value)
}

fn field_of(value: Value) -> &'static str {
    match read(value.clone()).unwrap().validate() {
        Err(problem) => {
            assert!(!problem.flaw.sentence(problem.field).is_empty());
            problem.field
        }
        Ok(()) => panic!("{value} was taken"),
    }
}

#[test]
fn everything_has_a_default_and_the_default_is_valid() {
    let settings = read(json!({})).unwrap();
    assert_eq!(settings, AgentSettings::default());
    assert_eq!(settings.validate(), Ok(()));
    assert_eq!((settings.answers_first, settings.scope), (AnswersFirst::Agent, AgentScope::Qualifying));
    assert!(settings.disclose && settings.debounce_ms == 1500);
}

#[test]
fn what_is_written_reads_back_the_same() {
    let settings = read(json!({
        "answers_first": "drafts", "name": "Айжан", "languages": ["kk", "ru"], "greeting": {"kk": "Сәлем"}, "temperature": 0.7,
        "find_out": [{"key": "city", "label": "Город", "required": true}], "scope": "card", "model": "gpt-4o-mini",
        "hours": {"days": ["sat"], "from": "22:00", "to": "06:00", "when": "outside"}, "budget_per_day": 1.5,
    }))
    .unwrap();
    assert_eq!(settings.validate(), Ok(()));
    let value = serde_json::to_value(&settings).unwrap();
    assert_eq!(value["temperature"], json!(0.7));
    assert_eq!(read(value).unwrap(), settings);
}

#[test]
fn unknown_fields_are_refused() {
    let wrong =
        [json!({"nmae": "x"}), json!({"find_out": [{"key": "a", "label": "b", "c": 1}]}), json!({"hours": {"zone": "UTC"}})];
    for value in wrong {
        assert!(read(value.clone()).is_err(), "{value}");
    }
    assert!(read(json!({"languages": ["fr"]})).is_err());
}

#[test]
fn everything_is_bounded() {
    let long = "я".repeat(10_000);
    let cases = [
        (json!({"name": " "}), "name"),
        (json!({"name": "a\nb"}), "name"),
        (json!({"role": long}), "role"),
        (json!({"tone": "a\u{0}b"}), "tone"),
        (json!({"extra": long}), "extra"),
        (json!({"hand_over_when": long}), "hand_over_when"),
        (json!({"languages": []}), "languages"),
        (json!({"languages": ["ru", "ru"]}), "languages"),
        (json!({"greeting": {"fr": "Salut"}}), "greeting"),
        (json!({"greeting": {"ru": long}}), "greeting"),
        (json!({"find_out": [{"key": "Город", "label": "x"}]}), "find_out"),
        (json!({"find_out": [{"key": "a", "label": " "}]}), "find_out"),
        (json!({"find_out": [{"key": "a", "label": "x"}, {"key": "a", "label": "y"}]}), "find_out"),
        (json!({"find_out": vec![json!({"key": "a", "label": "x"}); 21]}), "find_out"),
        (json!({"hours": {"from": "9:00"}}), "hours"),
        (json!({"hours": {"to": "24:01"}}), "hours"),
        (json!({"hours": {"days": []}}), "hours"),
        (json!({"model": "a b"}), "model"),
        (json!({"model": ""}), "model"),
        (json!({"temperature": 2.1}), "temperature"),
        (json!({"temperature": -0.1}), "temperature"),
        (json!({"budget_per_conversation": -1}), "budget_per_conversation"),
        (json!({"budget_per_day": 1e9}), "budget_per_day"),
        (json!({"debounce_ms": 20_001}), "debounce_ms"),
    ];
    for (value, field) in cases {
        assert_eq!(field_of(value.clone()), field, "{value}");
    }
    let nan = AgentSettings { temperature: f32::NAN, ..AgentSettings::default() };
    assert!(nan.validate().is_err());
}

fn answers(hours: Value, at: &str) -> bool {
    let settings = read(json!({ "hours": hours })).unwrap();
    settings.validate().unwrap();
    settings.hours.as_ref().is_some_and(|hours| hours.let_answer(parse_rfc3339(at).unwrap(), "Asia/Almaty"))
}

#[test]
fn hours_are_in_the_companys_zone() {
    // Almaty is UTC+5; 2026-01-28 is a Wednesday.
    let day = json!({"from": "09:00", "to": "18:00"});
    assert!(answers(day.clone(), "2026-01-28T04:00:00Z"));
    assert!(!answers(day.clone(), "2026-01-28T03:59:59Z"));
    assert!(!answers(day.clone(), "2026-01-28T13:00:00Z"));
    assert!(!answers(day, "2026-01-31T06:00:00Z"), "a Saturday");
    assert!(!Hours::default().let_answer(0, "nowhere"), "a Thursday, 00:00 UTC");
}

#[test]
fn hours_may_go_over_midnight_and_may_be_turned_round() {
    let night = json!({"days": ["wed"], "from": "22:00", "to": "06:00"});
    assert!(answers(night.clone(), "2026-01-28T17:30:00Z"));
    assert!(answers(night.clone(), "2026-01-29T00:59:00Z"), "Thursday's early morning is Wednesday's night");
    assert!(!answers(night.clone(), "2026-01-28T00:30:00Z"), "Wednesday's early morning is Tuesday's night");
    let outside = json!({"from": "09:00", "to": "18:00", "when": "outside"});
    assert!(answers(outside.clone(), "2026-01-28T14:00:00Z") && !answers(outside, "2026-01-28T06:00:00Z"));
    assert!(answers(json!({"days": ["mon"], "when": "always"}), "2026-01-28T14:00:00Z"));
    let whole = json!({"days": ["wed"], "from": "00:00", "to": "24:00"});
    assert!(answers(whole.clone(), "2026-01-28T18:59:00Z") && !answers(whole, "2026-01-28T19:00:00Z"));
}

#[test]
fn the_greeting_and_the_language_fall_back_on_the_first() {
    let settings = read(json!({"languages": ["kk", "ru"], "greeting": {"kk": "Сәлем", "ru": " "}})).unwrap();
    assert_eq!(settings.greeting_in(Some(Language::Kk)), Some("Сәлем"));
    assert_eq!(settings.greeting_in(Some(Language::En)), Some("Сәлем"));
    assert_eq!(settings.greeting_in(Some(Language::Ru)), None);
    assert_eq!(settings.speaks(Some(Language::Ru)), Language::Ru);
    assert_eq!(settings.speaks(Some(Language::En)), Language::Kk);
}
