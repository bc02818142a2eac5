//! Settings to begin with. An owner takes one and changes the words.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::settings::AgentSettings;
use crate::domain::form::LocalizedForm;

mod construction;
mod others;

/// Ready settings under a name in each language.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "AgentPreset")]
pub struct Preset {
    pub id: &'static str,
    #[schemars(with = "LocalizedForm")]
    pub name: BTreeMap<&'static str, &'static str>,
    pub settings: AgentSettings,
}

/// The first is the one for building companies, then the same in Kazakh, then others.
pub fn presets() -> Vec<Preset> {
    vec![construction::ru(), construction::kk(), others::clinic(), others::shop(), others::education(), others::general()]
}

fn preset(id: &'static str, [ru, kk, en]: [&'static str; 3], settings: AgentSettings) -> Preset {
    Preset { id, name: BTreeMap::from([("ru", ru), ("kk", kk), ("en", en)]), settings }
}

fn greeting([ru, kk, en]: [&str; 3]) -> BTreeMap<String, String> {
    BTreeMap::from([("ru".to_owned(), ru.to_owned()), ("kk".to_owned(), kk.to_owned()), ("en".to_owned(), en.to_owned())])
}

fn find_out(items: &[(&str, &str, bool)]) -> Vec<super::settings::FindOut> {
    let item = |(key, label, required): &(&str, &str, bool)| super::settings::FindOut {
        key: (*key).to_owned(),
        label: (*label).to_owned(),
        required: *required,
    };
    items.iter().map(item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::agent::language::{Language, of_text};
    use crate::domain::agent::safety::clean_reply;

    #[test]
    fn every_preset_is_valid_and_greets_in_three_languages() {
        let presets = presets();
        assert_eq!(presets[0].id, "construction");
        for preset in &presets {
            assert_eq!(preset.settings.validate(), Ok(()), "{}", preset.id);
            assert_eq!(preset.name.len(), 3);
            for language in Language::ALL {
                let greeting = preset.settings.greeting_in(Some(*language)).unwrap();
                assert_eq!(of_text(greeting), Some(*language), "{greeting}");
                assert_eq!(clean_reply(greeting, &[]), greeting);
            }
        }
        let mut ids: Vec<&str> = presets.iter().map(|preset| preset.id).collect();
        ids.dedup();
        assert_eq!(ids.len(), presets.len());
    }

    #[test]
    fn builders_learn_city_object_area_plot_and_phone() {
        for preset in &presets()[..2] {
            let keys: Vec<&str> = preset.settings.find_out.iter().map(|item| item.key.as_str()).collect();
            assert_eq!(keys, ["city", "object_type", "area", "plot", "name", "phone"]);
        }
    }
}
