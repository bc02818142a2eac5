//! How tokens are made and read. One algorithm, one key: nothing in a token chooses how it is checked.
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::config::Secret;
use crate::domain::clock::{MINUTE, Micros, SECOND};
use crate::domain::ids::*;
use crate::error::{Error, Result};
use crate::secrets::{mac, random_token, same};

/// What an access token says. Anything more in it is not ours.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The user's e-mail.
    pub sub: String,
    pub exp: i64,
    pub iat: i64,
    pub uid: UserId,
    pub sid: SessionId,
}

/// The only header we write and accept.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OurHeader {
    alg: String,
    typ: Option<String>,
}

pub struct TokenKeys {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    refresh: Secret<Vec<u8>>,
    life: Micros,
}

impl TokenKeys {
    pub fn new(secret: &Secret<String>, access_minutes: i64) -> Self {
        let bytes = secret.reveal().as_bytes();
        let mut validation = Validation::new(Algorithm::HS256);
        // Expiry is judged by our own clock, below.
        validation.validate_exp = false;
        validation.set_required_spec_claims(&["exp", "sub"]);
        TokenKeys {
            encoding: EncodingKey::from_secret(bytes),
            decoding: DecodingKey::from_secret(bytes),
            validation,
            refresh: Secret::new([b"refresh|", bytes].concat()),
            life: access_minutes * MINUTE,
        }
    }

    pub fn life(&self) -> Micros {
        self.life
    }

    pub fn access(&self, email: &str, uid: UserId, sid: SessionId, now: Micros) -> Result<String> {
        let claims = Claims { sub: email.to_owned(), exp: (now + self.life) / SECOND, iat: now / SECOND, uid, sid };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding).map_err(Error::internal)
    }

    /// `None` for whatever is not an unexpired token of ours.
    pub fn read(&self, token: &str, now: Micros) -> Option<Claims> {
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
        let header: OurHeader = serde_json::from_slice(&header).ok()?;
        if header.alg != "HS256" || header.typ.is_some_and(|t| t != "JWT") {
            return None;
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation).ok()?.claims;
        let now = now / SECOND;
        // A minute for clocks of several nodes.
        (claims.exp > now && claims.iat <= now + 60).then_some(claims)
    }

    /// `{session}.{256 random bits}.{mac}`: the mac shows that we made it, so nobody ends a session by guessing its number.
    pub fn first_refresh(&self, session: SessionId) -> String {
        self.refresh_token(session, &random_token())
    }

    pub fn next_refresh(&self, session: SessionId, token: &str) -> String {
        self.refresh_token(session, &mac(&self.refresh, &format!("next|{token}")))
    }

    /// The session a refresh token was made for; `None` when we did not make it.
    pub fn session_of(&self, token: &str) -> Option<SessionId> {
        let (body, shown) = token.rsplit_once('.')?;
        same(&mac(&self.refresh, body), shown).then_some(body.split_once('.')?.0.parse().ok()?)
    }

    fn refresh_token(&self, session: SessionId, secret: &str) -> String {
        let body = format!("{session}.{secret}");
        let mac = mac(&self.refresh, &body);
        format!("{body}.{mac}")
    }
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::Sha256;

    use super::*;

    const NOW: Micros = 1_800_000_000 * SECOND;

    fn keys() -> TokenKeys {
        TokenKeys::new(&Secret::new("k".repeat(32)), 10)
    }

    fn forged(header: &str, claims: &str, key: &[u8]) -> String {
        let body = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("key");
        mac.update(body.as_bytes());
        format!("{body}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    #[test]
    fn our_own_token_is_read_until_it_expires() {
        let token = keys().access("a@b.kz", UserId::new(7), 9, NOW).expect("token");
        let claims = keys().read(&token, NOW).expect("claims");
        assert_eq!((claims.sub.as_str(), claims.uid, claims.sid), ("a@b.kz", UserId::new(7), 9));
        assert!(keys().read(&token, NOW + 10 * MINUTE).is_none());
        assert!(keys().read(&format!("{token}x"), NOW).is_none());
    }

    #[test]
    fn nothing_else_is_accepted() {
        let key = "k".repeat(32);
        let good = r#"{"sub":"a@b.kz","exp":1800000100,"iat":1800000000,"uid":7,"sid":9}"#;
        assert!(keys().read(&forged(r#"{"typ":"JWT","alg":"HS256"}"#, good, key.as_bytes()), NOW).is_some(), "the forge works");
        for header in [
            r#"{"alg":"none"}"#,
            r#"{"alg":"nOnE","typ":"JWT"}"#,
            r#"{"alg":"HS512","typ":"JWT"}"#,
            r#"{"alg":"RS256","typ":"JWT"}"#,
            r#"{"alg":"HS256","kid":"../../etc/passwd"}"#,
            r#"{"alg":"HS256","crit":["b64"],"b64":false}"#,
            r#"{"alg":"HS256","jku":"https://evil.example/"}"#,
            r#"{"alg":"HS256","typ":"refresh"}"#,
            r#"{"alg":"HS256","alg":"none"}"#,
            "{}",
        ] {
            assert!(keys().read(&forged(header, good, key.as_bytes()), NOW).is_none(), "{header}");
        }
        for claims in [
            r#"{"sub":"a@b.kz","iat":1800000000,"uid":7,"sid":9}"#,
            r#"{"sub":"a@b.kz","exp":"1800000100","iat":1800000000,"uid":7,"sid":9}"#,
            r#"{"sub":"a@b.kz","exp":1800000100.5,"iat":1800000000,"uid":7,"sid":9}"#,
            r#"{"sub":"a@b.kz","exp":1800000100,"iat":1800009999,"uid":7,"sid":9}"#,
            r#"{"sub":"a@b.kz","exp":1800000100,"iat":1800000000,"uid":7,"sid":9,"sid":8}"#,
            r#"{"sub":"a@b.kz","exp":1800000100,"iat":1800000000,"uid":7,"sid":9,"aud":"x"}"#,
            r#"{"sub":"a@b.kz","exp":1799999999,"iat":1799999000,"uid":7,"sid":9}"#,
            r#"{"sub":"a@b.kz","exp":1800000100}"#,
        ] {
            assert!(keys().read(&forged(r#"{"alg":"HS256"}"#, claims, key.as_bytes()), NOW).is_none(), "{claims}");
        }
        assert!(keys().read(&forged(r#"{"alg":"HS256"}"#, good, b""), NOW).is_none(), "empty key");
        assert!(keys().read("", NOW).is_none() && keys().read("a.b.c", NOW).is_none() && keys().read("..", NOW).is_none());
    }

    #[test]
    fn a_refresh_token_names_its_session_and_its_successor() {
        let first = keys().first_refresh(42);
        assert_eq!(keys().session_of(&first), Some(42));
        assert_eq!(keys().next_refresh(42, &first), keys().next_refresh(42, &first));
        assert_eq!(keys().session_of(&first.replacen("42", "43", 1)), None);
        assert_eq!(keys().session_of("42.x.y"), None);
        assert!(keys().read(&first, NOW).is_none(), "a refresh token is no access token");
    }
}
