//! What a channel may be made from and changed to.
use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::actions::change_channel::WantedChange;
use crate::actions::connect_channel::WantedChannel;
use crate::api::check;
use crate::db::channels::ChannelRow;
use crate::domain::channel::{ChannelCredentials, ChannelCredentialsChange, ChannelKind, TokenForm, UpdateMode};
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
    /// WhatsApp only: Meta's own number of the phone number.
    #[schemars(with = "Option<NumberIdForm>")]
    phone_number_id: Option<String>,
    /// WhatsApp only: of a system user.
    #[schemars(with = "Option<AccessTokenForm>")]
    access_token: Option<String>,
    /// WhatsApp only: of the Meta app that posts the messages, unless that is the instance's own.
    #[schemars(with = "Option<AppSecretForm>")]
    app_secret: Option<String>,
    /// WhatsApp only: what Meta shows when the webhook is set up.
    #[schemars(with = "Option<VerifyTokenForm>")]
    verify_token: Option<String>,
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
    /// WhatsApp only.
    #[schemars(with = "Option<AccessTokenForm>")]
    access_token: Option<String>,
    /// WhatsApp only.
    #[schemars(with = "Option<AppSecretForm>")]
    app_secret: Option<String>,
    /// WhatsApp only.
    #[schemars(with = "Option<VerifyTokenForm>")]
    verify_token: Option<String>,
    /// Web chats only.
    #[schemars(with = "Option<Vec<OriginForm>>", length(max = 50))]
    allowed_origins: Option<Vec<String>>,
    enabled: Option<bool>,
}

/// Which kinds there are to make, and what each needs.
fn of_each_kind(schema: &mut Schema) {
    // Where a value is not asked for, nobody looks at it.
    const ASKED: [&str; 5] = ["token", "phone_number_id", "access_token", "app_secret", "verify_token"];
    let mut patterns = serde_json::Map::new();
    for name in ASKED {
        let pattern = schema.pointer_mut(&format!("/properties/{name}")).and_then(|it| it.as_object_mut()?.remove("pattern"));
        patterns.insert(name.into(), json!({ "type": "string", "pattern": pattern }));
    }
    let form = |kind: &ChannelKind| {
        let features = kind.features();
        let asked: Vec<&str> = match (&features.account, &features.token) {
            (Some(account), Some(token)) => vec![account.field, token.field],
            (None, Some(token)) => vec![token.field],
            _ => vec![],
        };
        let may = if features.account.is_some() { &ASKED[3..] } else { &[] };
        let mut properties = json!({ "kind": { "const": kind } });
        for name in asked.iter().chain(may) {
            let nullable = json!({ "anyOf": [patterns[*name], { "type": "null" }] });
            properties[*name] = if may.contains(name) { nullable } else { patterns[*name].clone() };
        }
        json!({ "properties": properties, "required": asked })
    };
    schema.insert("oneOf".into(), ChannelKind::ALL.iter().map(form).collect());
}

impl CreateChannel {
    pub fn read(self) -> Result<WantedChannel> {
        let given = self.name.as_deref().map(|n| check::name("name", n)).transpose()?;
        let kind = match ChannelKind::parse(&self.kind) {
            Some(kind) => kind,
            None => return Err(Error::field("kind", Flaw::OneOf { options: Options(ChannelKind::MADE_BY_PEOPLE) })),
        };
        let given_token = if kind.features().account.is_some() { self.access_token } else { self.token };
        let token = match (&kind.features().token, given_token) {
            (Some(form), Some(text)) => Some(token(form, &text)?),
            (Some(form), None) => return Err(Error::field(form.field, form.missing.clone())),
            (None, _) => None,
        };
        let account = match (&kind.features().account, self.phone_number_id) {
            (Some(form), Some(text)) if (form.fits)(text.trim()) => Some(text.trim().to_owned()),
            (Some(form), Some(_)) => return Err(Error::field(form.field, form.malformed.clone())),
            (Some(form), None) => return Err(Error::field(form.field, form.missing.clone())),
            (None, _) => None,
        };
        let (app_secret, verify_token) = match account {
            Some(_) => (app_secret(self.app_secret)?, verify_token(self.verify_token)?),
            None => (None, None),
        };
        let origins = origins(self.allowed_origins.unwrap_or_default())?;
        Ok(WantedChannel {
            kind,
            name: given,
            mode: self.mode.as_deref().map_or(Ok(UpdateMode::Webhook), mode)?,
            credentials: token.map(|token| ChannelCredentials { token, account, app_secret, verify_token }),
            settings: if kind == ChannelKind::Webchat { json!({ "allowed_origins": origins }) } else { json!({}) },
        })
    }
}

impl ChannelPatch {
    pub fn read(self, now: &ChannelRow) -> Result<WantedChange> {
        let features = now.kind.features();
        let (form, is_number) = (features.token.as_ref(), features.account.is_some());
        if !features.can_poll && (self.token.is_some() || self.mode.is_some()) {
            return Err(Error::conflict(Flaw::OnlyBots));
        }
        if !is_number && (self.access_token.is_some() || self.app_secret.is_some() || self.verify_token.is_some()) {
            return Err(Error::conflict(Flaw::OnlyNumbers));
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
            name: self.name.map(|n| check::name("name", &n)).transpose()?,
            mode: self.mode.as_deref().map(mode).transpose()?,
            enabled: self.enabled,
            credentials: ChannelCredentialsChange {
                token: self.token.or(self.access_token).zip(form).map(|(text, form)| token(form, &text)).transpose()?,
                app_secret: app_secret(self.app_secret)?,
                verify_token: verify_token(self.verify_token)?,
            },
            settings,
        })
    }
}

fn mode(word: &str) -> Result<UpdateMode> {
    check::one_of("mode", UpdateMode::parse(word), UpdateMode::WORDS)
}

fn token(form: &TokenForm, text: &str) -> Result<String> {
    let text = text.trim();
    if (form.fits)(text) { Ok(text.to_owned()) } else { Err(Error::field(form.field, form.malformed.clone())) }
}

/// Of a Meta app: 32 hexadecimal digits.
fn app_secret(given: Option<String>) -> Result<Option<String>> {
    let fits = |text: &str| text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
    optional(given, "app_secret", fits, Flaw::NotAnAppSecret)
}

fn verify_token(given: Option<String>) -> Result<Option<String>> {
    let fits = |text: &str| (8..=200).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    optional(given, "verify_token", fits, Flaw::NotAVerifyToken)
}

fn optional(given: Option<String>, field: &'static str, fits: fn(&str) -> bool, flaw: Flaw) -> Result<Option<String>> {
    let given = given.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    match given {
        Some(text) if !fits(&text) => Err(Error::field(field, flaw)),
        given => Ok(given),
    }
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
    fn a_number_needs_its_id_and_a_token() {
        let read = |body: serde_json::Value| serde_json::from_value::<CreateChannel>(body).expect("body").read();
        let token = "EAAG".repeat(10);
        let good = json!({ "kind": "whatsapp", "phone_number_id": " 1122334455667 ", "access_token": token, "app_secret": "" });
        let made = read(good.clone()).expect("a channel").credentials.expect("credentials");
        assert_eq!((made.token, made.account.as_deref(), made.app_secret), (token, Some("1122334455667"), None));
        for (field, value) in [
            ("phone_number_id", json!("+77051112233")),
            ("phone_number_id", json!(null)),
            ("access_token", json!("EAA G")),
            ("access_token", json!(null)),
            ("app_secret", json!("abc")),
            ("verify_token", json!("short")),
        ] {
            let mut body = good.clone();
            body[field] = value;
            let refused = read(body).map(|_| ()).expect_err(field);
            assert_eq!(refused.code, "validation");
            assert!(format!("{refused:?}").contains(&format!("field: Some(\"{field}\")")), "{refused:?}");
        }
    }
}
