//! Whose account a company's agents use, where that is, and what it may cost: the one rule for the hub and the API.
use url::Url;

use super::openai::Access;
/// The instance's own settings; under this name the hub, which knows no configuration, carries them about.
pub use crate::config::OpenAiConfig as Instance;
use crate::domain::agent::price::Prices;
use crate::domain::text::word_enum;
use crate::secrets::OwnModel;

/// Where `OPENAI_BASE_URL` leads when nobody sets it.
const OFFICIAL: &str = "https://api.openai.com/v1";

word_enum! {
    /// Who pays.
    Source { Company = "company", Instance = "instance" }
}

/// All that a call of a model needs.
#[derive(Clone, Debug)]
pub struct ModelAccess {
    pub source: Source,
    pub access: Access,
    pub model: String,
    pub transcribe_model: String,
    /// Millionths of a US dollar a day; `None` is no limit.
    pub budget_micros: Option<i64>,
    pub prices: Prices,
}

impl ModelAccess {
    /// `None` when there is no key: then conversations go to people.
    ///
    /// The instance's key never goes to an address that a company has set. With it the company stays within the instance's
    /// budget too, counted by the prices that are published, whatever it has set itself; its own key lifts that.
    pub fn of(own: &OwnModel, instance: &Instance) -> Option<Self> {
        let theirs = instance.base_url.clone().or_else(|| Url::parse(OFFICIAL).ok())?;
        let (source, access) = match (&own.api_key, &instance.api_key) {
            (Some(key), _) => {
                let access = match &own.base_url {
                    // A stored address that cannot be read any more must not send the key somewhere else.
                    Some(text) => Access { base_url: Url::parse(text).ok()?, api_key: key.clone(), trusted: false },
                    None => Access { base_url: theirs, api_key: key.clone(), trusted: true },
                };
                (Source::Company, access)
            }
            (None, Some(key)) => (Source::Instance, Access { base_url: theirs, api_key: key.clone(), trusted: true }),
            (None, None) => return None,
        };
        let shared = (source == Source::Instance).then(|| micros(instance.daily_budget));
        Some(ModelAccess {
            source,
            access,
            model: own.model.clone().unwrap_or_else(|| instance.model.clone()),
            transcribe_model: own.transcribe_model.clone().unwrap_or_else(|| instance.transcribe_model.clone()),
            budget_micros: own.daily_budget_micros.into_iter().chain(shared).min(),
            prices: if source == Source::Company { own.prices.clone() } else { Prices::default() },
        })
    }
}

/// US dollars in millionths, so that sums stay exact.
pub fn micros(usd: f64) -> i64 {
    (usd * 1e6).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    fn instance(key: Option<&str>) -> Instance {
        Instance {
            api_key: key.map(|k| Secret::new(k.into())),
            base_url: Url::parse("http://models.inside:8000/v1").ok(),
            model: "gpt-4o".into(),
            transcribe_model: "whisper-1".into(),
            daily_budget: 1.0,
        }
    }

    fn own(key: Option<&str>, base_url: Option<&str>) -> OwnModel {
        OwnModel {
            api_key: key.map(|k| Secret::new(k.into())),
            base_url: base_url.map(str::to_owned),
            daily_budget_micros: Some(5_000_000),
            ..OwnModel::default()
        }
    }

    fn reached(own: &OwnModel, key: Option<&str>) -> Option<(Source, String, String, bool, Option<i64>)> {
        let found = ModelAccess::of(own, &instance(key))?;
        let Access { base_url, api_key, trusted } = found.access;
        Some((found.source, base_url.into(), api_key.reveal().clone(), trusted, found.budget_micros))
    }

    #[test]
    fn a_key_goes_only_where_its_owner_sent_it() {
        let (inside, outside) = ("http://models.inside:8000/v1", "https://models.example/v1");
        assert!(reached(&own(None, None), None).is_none());
        // The instance's key stays at the instance's address, within both budgets.
        for base_url in [None, Some(outside)] {
            let expected = (Source::Instance, inside.into(), "ours".into(), true, Some(1_000_000));
            assert_eq!(reached(&own(None, base_url), Some("ours")), Some(expected));
        }
        for ours in [None, Some("ours")] {
            let expected = (Source::Company, outside.into(), "own".into(), false, Some(5_000_000));
            assert_eq!(reached(&own(Some("own"), Some(outside)), ours), Some(expected));
            let expected = (Source::Company, inside.into(), "own".into(), true, Some(5_000_000));
            assert_eq!(reached(&own(Some("own"), None), ours), Some(expected));
        }
        assert!(reached(&own(Some("own"), Some("::")), Some("ours")).is_none());
        let unlimited = OwnModel { daily_budget_micros: None, ..own(Some("own"), None) };
        assert_eq!(ModelAccess::of(&unlimited, &instance(None)).and_then(|a| a.budget_micros), None);
    }

    #[test]
    fn nobody_prices_the_instances_key() {
        let free = serde_json::from_str(r#"{"gpt-4o":{"input":0,"output":0}}"#).expect("prices");
        let mine = OwnModel { prices: free, ..own(None, None) };
        let cost = |found: Option<ModelAccess>| found.map(|found| found.prices.of("gpt-4o").input);
        assert_eq!(cost(ModelAccess::of(&mine, &instance(Some("ours")))), Some(2.5));
        let mine = OwnModel { api_key: own(Some("own"), None).api_key, ..mine };
        assert_eq!(cost(ModelAccess::of(&mine, &instance(Some("ours")))), Some(0.0));
    }

    #[test]
    fn models_fall_back_on_the_instances() {
        let mine = OwnModel { model: Some("small".into()), ..own(Some("own"), None) };
        let found = ModelAccess::of(&mine, &instance(None)).expect("access");
        assert_eq!((found.model.as_str(), found.transcribe_model.as_str()), ("small", "whisper-1"));
    }
}
