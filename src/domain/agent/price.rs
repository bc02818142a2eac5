//! What a call of a model costs. Money is counted in millionths of a US dollar, so that sums stay exact.
use crate::domain::flaw::Flaw;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// US dollars for a million tokens; the same number is micro-dollars for one token.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ModelPrice")]
pub struct Price {
    #[schemars(range(min = 0))]
    pub input: f64,
    #[schemars(range(min = 0))]
    pub output: f64,
    /// US dollars for a minute of a recording, for a model that listens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub minute: Option<f64>,
}

/// Prices by model: what a company has set, before what is known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, description = "US dollars for a million tokens, by model")]
pub struct Prices(pub BTreeMap<String, Price>);

/// Published list prices; a company overrides them when they change or when its server bills otherwise.
const KNOWN: &[(&str, f64, f64)] = &[
    ("gpt-4o", 2.5, 10.0),
    ("gpt-4o-2024-05-13", 5.0, 15.0),
    ("chatgpt-4o-latest", 5.0, 15.0),
    ("gpt-4o-mini", 0.15, 0.6),
    ("gpt-4.1", 2.0, 8.0),
    ("gpt-4.1-mini", 0.4, 1.6),
    ("gpt-4.1-nano", 0.1, 0.4),
    ("gpt-5", 1.25, 10.0),
    ("gpt-5-mini", 0.25, 2.0),
    ("gpt-5-nano", 0.05, 0.4),
    ("gpt-4-turbo", 10.0, 30.0),
    ("gpt-4", 30.0, 60.0),
    ("gpt-3.5-turbo", 0.5, 1.5),
    ("o1", 15.0, 60.0),
    ("o3", 2.0, 8.0),
    ("o3-mini", 1.1, 4.4),
    ("o4-mini", 1.1, 4.4),
];

/// Models that listen, in US dollars for a minute.
const KNOWN_MINUTES: &[(&str, f64)] = &[
    ("whisper-1", 0.006),
    ("gpt-4o-transcribe", 0.006),
    ("gpt-4o-transcribe-diarize", 0.006),
    ("gpt-4o-mini-transcribe", 0.003),
];

/// For a model that nobody has priced: dear, so that a budget ends too early rather than never.
pub const DEAR: Price = Price { input: 15.0, output: 60.0, minute: Some(0.03) };

/// What one call has used and cost, for the books.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spent {
    /// 1 for a turn or a try-out.
    pub runs: i64,
    pub tokens_in: i64,
    pub tokens_out: i64,
    /// 1 for a recording that was listened to.
    pub recordings: i64,
    pub audio_ms: i64,
    /// Millionths of a US dollar.
    pub cost_micros: i64,
}

impl Price {
    fn is_sound(&self) -> bool {
        let sound = |usd: f64| usd.is_finite() && (0.0..=10_000.0).contains(&usd);
        sound(self.input) && sound(self.output) && self.minute.is_none_or(sound)
    }
}

impl Prices {
    /// The list prices that are known.
    pub fn known() -> Self {
        Prices(
            KNOWN
                .iter()
                .map(|(model, ..)| *model)
                .chain(KNOWN_MINUTES.iter().map(|(model, _)| *model))
                .filter_map(|model| Some((model.to_owned(), list_price(model)?)))
                .collect(),
        )
    }

    /// A sentence about the first price that cannot be.
    pub fn problem(&self) -> Option<Flaw> {
        if self.0.len() > 100 {
            return Some(Flaw::TooMany { max: 100 });
        }
        let wrong = |(model, price): (&String, &Price)| {
            let named = !model.trim().is_empty() && model.chars().count() <= 100;
            (!named || !price.is_sound()).then(|| Flaw::NotAPrice { given: model.clone() })
        };
        self.0.iter().find_map(wrong)
    }

    /// The price of a model: the company's own, the list's, the list's for the undated name, else [`DEAR`].
    pub fn of(&self, model: &str) -> Price {
        let model = model.trim();
        let bare = model.rsplit('/').next().unwrap_or(model);
        let undated = undated(bare);
        let own = [model, bare, undated].into_iter().find_map(|name| self.0.get(name)).filter(|p| p.is_sound()).copied();
        own.or_else(|| [bare, undated].into_iter().find_map(list_price)).unwrap_or(DEAR)
    }
}

fn list_price(model: &str) -> Option<Price> {
    let tokens = KNOWN.iter().find(|(name, ..)| *name == model).map(|(_, input, output)| (*input, *output));
    let minute = KNOWN_MINUTES.iter().find(|(name, _)| *name == model).map(|(_, minute)| *minute);
    let (input, output) = tokens.or(minute.map(|_| (0.0, 0.0)))?;
    Some(Price { input, output, minute })
}

/// `gpt-4o-2024-08-06` is a `gpt-4o`, `gpt-4-0613` a `gpt-4`. Other endings (`-audio-preview`) may cost something else.
fn undated(model: &str) -> &str {
    let is_date = |end: &str| {
        let digits: Vec<usize> =
            end.split('-').map(|part| if part.bytes().all(|b| b.is_ascii_digit()) { part.len() } else { 0 }).collect();
        digits == [4, 2, 2] || digits == [4]
    };
    let cuts = model.match_indices('-').map(|(at, _)| at);
    cuts.into_iter().find(|at| is_date(&model[at + 1..])).map_or(model, |at| &model[..at])
}

/// What a call has cost, rounded up to a millionth of a US dollar.
pub fn cost_micros(prices: &Prices, model: &str, tokens_in: i64, tokens_out: i64) -> i64 {
    let price = prices.of(model);
    rounded_up(tokens_in.max(0) as f64 * price.input + tokens_out.max(0) as f64 * price.output)
}

/// What listening has cost. A price without minutes is that of a model which is paid by its words alone: nothing.
pub fn hearing_micros(prices: &Prices, model: &str, audio_ms: i64) -> i64 {
    rounded_up(audio_ms.max(0) as f64 / 60_000.0 * prices.of(model).minute.unwrap_or(0.0) * 1e6)
}

fn rounded_up(micros: f64) -> i64 {
    // Tenths of a millionth are the noise of binary fractions, not money.
    (micros - 1e-6).ceil().max(0.0) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_become_millionths_of_a_dollar() {
        let known = Prices::known();
        assert_eq!(cost_micros(&known, "gpt-4o", 1_000_000, 100_000), 3_500_000);
        assert_eq!(cost_micros(&Prices::default(), "gpt-4o-mini", 1_000, 100), 210);
        assert_eq!(cost_micros(&known, "gpt-4o-mini", 1, 0), 1);
        assert_eq!(cost_micros(&known, "gpt-4o", 0, 0), 0);
        assert_eq!(cost_micros(&known, "gpt-4o", -5, -5), 0);
        assert!(cost_micros(&known, "gpt-4o", i64::MAX, i64::MAX) > 0);
    }

    #[test]
    fn dated_and_prefixed_names_are_known_and_other_endings_are_dear() {
        let none = Prices::default();
        let gpt_4o = Price { input: 2.5, output: 10.0, minute: None };
        assert_eq!(none.of("gpt-4o-2024-08-06"), gpt_4o);
        assert_eq!(none.of("openai/gpt-4o"), gpt_4o);
        assert_eq!(none.of("gpt-4o-2024-05-13").input, 5.0);
        assert_eq!(none.of("gpt-4-0613").input, 30.0);
        for unknown in ["gpt-4o-audio-preview", "ft:gpt-4o-mini:org::id", "llama-3.1-8b", ""] {
            assert_eq!(none.of(unknown), DEAR, "{unknown}");
        }
    }

    #[test]
    fn listening_is_paid_by_the_minute() {
        let none = Prices::default();
        assert_eq!(hearing_micros(&none, "whisper-1", 90_000), 9_000);
        assert_eq!(hearing_micros(&none, "Systran/faster-whisper-small", 60_000), 30_000);
        let own: Prices = serde_json::from_str(r#"{"whisper-1":{"input":0,"output":0,"minute":0}}"#).unwrap();
        assert_eq!(hearing_micros(&own, "whisper-1", 90_000), 0);
        assert!(Prices::known().0.contains_key("whisper-1"));
        assert!(
            Prices(BTreeMap::from([("x".to_owned(), Price { input: 0.0, output: 0.0, minute: Some(-1.0) })])).problem().is_some()
        );
    }

    #[test]
    fn the_companys_price_comes_first_and_nonsense_is_told() {
        let prices: Prices = serde_json::from_str(r#"{"gpt-4o":{"input":1,"output":2},"llama":{"input":0,"output":0}}"#).unwrap();
        assert_eq!(prices.of("gpt-4o-2024-08-06").input, 1.0);
        assert_eq!(cost_micros(&prices, "llama", 1000, 1000), 0);
        assert_eq!(prices.problem(), None);
        let wrong = Prices(BTreeMap::from([("x".to_owned(), Price { input: -1.0, output: 0.0, minute: None })]));
        assert!(wrong.problem().is_some());
        assert_eq!(wrong.of("x"), DEAR);
    }
}
