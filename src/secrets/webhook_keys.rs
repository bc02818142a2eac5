//! The secrets of a channel's webhook: the app secret that Meta signs with, and the token that it shows when the webhook is set up.
//!
//! Cloud API, webhooks: every POST carries `X-Hub-Signature-256: sha256=<hex>`, the HMAC-SHA256 of the bytes of the body; the address is
//! proved by a GET with `hub.verify_token`.
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::config::Secret;

/// As they are sealed in the column `secret`.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    app_secret: Option<String>,
    verify_token: String,
}

#[derive(Debug)]
pub struct WebhookKeys {
    /// `None`: Meta's app is the instance's.
    pub app_secret: Option<Secret<String>>,
    pub verify_token: Secret<String>,
}

impl WebhookKeys {
    pub fn read(stored: &str) -> Result<WebhookKeys, String> {
        let Stored { app_secret, verify_token } = serde_json::from_str(stored).map_err(|_| "it is of another form".to_owned())?;
        Ok(WebhookKeys { app_secret: app_secret.map(Secret::new), verify_token: Secret::new(verify_token) })
    }

    pub fn write(app_secret: Option<String>, verify_token: String) -> String {
        serde_json::json!(Stored { app_secret, verify_token }).to_string()
    }
}

/// Whether `shown` (the header's value) is the signature of these bytes; compared in constant time.
pub fn is_signed(secret: &Secret<String>, body: &[u8], shown: &str) -> bool {
    let Some(shown) = shown.strip_prefix("sha256=").and_then(|hex| hex::decode(hex).ok()) else { return false };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()) else { return false };
    mac.update(body);
    mac.finalize().into_bytes().as_slice().ct_eq(&shown).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign(secret: &str, body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
        mac.update(body);
        format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
    }

    #[test]
    fn only_the_bytes_that_were_signed_are_good() {
        let (secret, body) = (Secret::new("s".to_owned()), br#"{"a":"\u0416"}"#);
        let signed = sign("s", body);
        assert!(is_signed(&secret, body, &signed));
        assert!(is_signed(&secret, body, &signed.to_uppercase().replace("SHA256", "sha256")));
        assert!(!is_signed(&secret, "{\"a\":\"Ж\"}".as_bytes(), &signed), "the same JSON in other bytes");
        assert!(!is_signed(&Secret::new("t".to_owned()), body, &signed));
        for odd in ["", "sha256=", "sha256=zz", &signed[7..], &signed[..20], "sha1=abcd"] {
            assert!(!is_signed(&secret, body, odd), "{odd}");
        }
    }

    #[test]
    fn keys_are_read_as_they_were_written_and_never_shown() {
        let keys = WebhookKeys::read(&WebhookKeys::write(Some("app".into()), "verify".into())).expect("keys");
        assert_eq!(keys.verify_token.reveal(), "verify");
        assert_eq!(keys.app_secret.as_ref().map(|secret| secret.reveal().as_str()), Some("app"));
        assert!(!format!("{keys:?}").contains("app\""));
        assert!(WebhookKeys::read("abc").is_err());
    }
}
