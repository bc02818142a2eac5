//! What a channel may be made from and changed to.
use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::actions::change_channel::WantedChange;
use crate::actions::connect_channel::WantedChannel;
use crate::api::check;
use crate::db::channels::ChannelRow;
use crate::domain::channel::{ChannelKind, TokenForm, UpdateMode};
use crate::domain::flaw::{Flaw, Options};
use crate::domain::form::*;
use crate::error::{Error, Result};

const MOST_ORIGINS: usize = 50;

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "CreatingChannel")]
#[schemars(transform = of_each_kind)]
pub struct CreateChannel {
    #[schemars(with = "ChannelKind")]
    kind: String,
    #[schemars(with = "Option<NameForm<200>>")]
    name: Option<String>,
    #[schemars(with = "Option<BotTokenForm>")]
    token: Option<String>,
    #[schemars(with = "Option<UpdateMode>")]
    mode: Option<String>,
    #[schemars(with = "Option<Vec<OriginForm>>", length(max = 50))]
    allowed_origins: Option<Vec<String>>,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ChangingChannel")]
pub struct ChannelPatch {
    #[schemars(with = "Option<NameForm<200>>")]
    name: Option<String>,
    /// Telegram only.
    #[schemars(with = "Option<BotTokenForm>")]
    token: Option<String>,
    /// Telegram only.
    #[schemars(with = "Option<UpdateMode>")]
    mode: Option<String>,
    /// Web chats only.
    #[schemars(with = "Option<Vec<OriginForm>>", length(max = 50))]
    allowed_origins: Option<Vec<String>>,
    enabled: Option<bool>,
}

/// Which kinds there are to make, and what each needs.
fn of_each_kind(schema: &mut Schema) {
    let kinds: Vec<ChannelKind> = ChannelKind::ALL.iter().copied().filter(|kind| *kind != ChannelKind::Whatsapp).collect();
    // Where no token is asked for, nobody looks at one.
    let token = schema.pointer_mut("/properties/token").and_then(|it| it.as_object_mut()?.remove("pattern"));
    let form = |kind: &ChannelKind| match kind.features().token {
        Some(_) => {
            let token = json!({ "type": "string", "pattern": token });
            json!({ "properties": { "kind": { "const": kind }, "token": token }, "required": ["token"] })
        }
        None => json!({ "properties": { "kind": { "const": kind } } }),
    };
    schema.insert("oneOf".into(), kinds.iter().map(form).collect());
    if let Some(kind) = schema.pointer_mut("/properties/kind") {
        kind["enum"] = json!(kinds);
    }
}

impl CreateChannel {
    pub fn read(self) -> Result<WantedChannel> {
        let given = self.name.as_deref().map(|n| check::name("name", n)).transpose()?;
        let kind = match ChannelKind::parse(&self.kind) {
            Some(ChannelKind::Whatsapp) => {
                return Err(Error::field("kind", Flaw::KindNotThere));
            }
            Some(kind) => kind,
            None => return Err(Error::field("kind", Flaw::OneOf { options: Options(ChannelKind::MADE_BY_PEOPLE) })),
        };
        let token = match (&kind.features().token, self.token) {
            (Some(form), Some(text)) => Some(token(form, &text)?),
            (Some(form), None) => return Err(Error::field("token", form.missing.clone())),
            (None, _) => None,
        };
        let origins = origins(self.allowed_origins.unwrap_or_default())?;
        Ok(WantedChannel {
            kind,
            name: given,
            mode: self.mode.as_deref().map_or(Ok(UpdateMode::Webhook), mode)?,
            token,
            settings: if kind == ChannelKind::Webchat { json!({ "allowed_origins": origins }) } else { json!({}) },
        })
    }
}

impl ChannelPatch {
    pub fn read(self, now: &ChannelRow) -> Result<WantedChange> {
        let form = now.kind.features().token.as_ref();
        if form.is_none() && (self.token.is_some() || self.mode.is_some()) {
            return Err(Error::conflict(Flaw::OnlyBots));
        }
        let mut settings = None;
        if let Some(list) = self.allowed_origins {
            if now.kind != ChannelKind::Webchat {
                return Err(Error::conflict(Flaw::OnlyWebchats).about("allowed_origins"));
            }
            let mut merged = now.settings.clone();
            merged["allowed_origins"] = json!(origins(list)?);
            settings = Some(merged);
        }
        Ok(WantedChange {
            kind: now.kind,
            name: self.name.map(|n| check::name("name", &n)).transpose()?,
            mode: self.mode.as_deref().map(mode).transpose()?,
            enabled: self.enabled,
            token: self.token.zip(form).map(|(text, form)| token(form, &text)).transpose()?,
            settings,
        })
    }
}

fn mode(word: &str) -> Result<UpdateMode> {
    check::one_of("mode", UpdateMode::parse(word), UpdateMode::WORDS)
}

fn token(form: &TokenForm, text: &str) -> Result<String> {
    let text = text.trim();
    if (form.fits)(text) { Ok(text.to_owned()) } else { Err(Error::field("token", form.malformed.clone())) }
}

fn origins(list: Vec<String>) -> Result<Vec<String>> {
    if list.len() > MOST_ORIGINS {
        return Err(Error::field("allowed_origins", Flaw::TooMany { max: MOST_ORIGINS }));
    }
    list.iter()
        .map(|text| match Url::parse(text) {
            Ok(url) if is_address_of_a_site(text) => Ok(url.origin().ascii_serialization()),
            _ => Err(Error::field("allowed_origins", Flaw::NotAnOrigin)),
        })
        .collect()
}

/// An address as people copy it: a scheme, a name or number that browsers have pages of, perhaps a port, and whatever follows.
fn is_address_of_a_site(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.split_once(':').map_or(authority, |(host, _)| host);
    let of_host = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.');
    matches!(scheme, "http" | "https") && !host.is_empty() && host.chars().all(of_host) && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_origins_are_judged_by_form() {
        let form = ChannelKind::Telegram.features().token.as_ref().expect("a form");
        assert!(token(form, " 123:AAE_x-9 ").is_ok());
        for wrong in ["", "123", "abc:def", "123:", "123:a/../b", "123:a b", "123:a?x=1"] {
            assert!(token(form, wrong).is_err(), "{wrong}");
        }
        assert_eq!(origins(vec!["https://Shop.example.com/x".into()]).expect("origin"), ["https://shop.example.com"]);
        for wrong in ["javascript:alert(1)", "https://x.example*", "https://a b", "https:///x", "ftp://x.example", "x.example"] {
            assert!(origins(vec![wrong.into()]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn whatsapp_says_plainly_that_it_is_not_there() {
        let body: CreateChannel = serde_json::from_value(json!({ "kind": "whatsapp", "name": "x" })).expect("body");
        let refused = body.read().map(|_| ()).unwrap_err();
        assert_eq!(refused.code, "validation");
        assert!(refused.detail.contains("not available"));
    }
}
