//! What is sealed at rest, and tokens that are only kept as hashes.
mod own_model;
mod visitors;
pub mod webhook_keys;

use aes_gcm::aead::{Aead, Generate, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

pub use own_model::OwnModel;
pub use visitors::VisitorTokens;
pub use webhook_keys::WebhookKeys;

use crate::config::Secret;
use crate::domain::ids::*;

/// Which field of which channel a sealed value belongs to. It is authenticated with the value, so a ciphertext that was
/// copied to another company, channel or field does not open.
#[derive(Clone, Copy, Debug)]
pub struct SealedAt {
    pub company_id: CompanyId,
    pub channel_id: ChannelId,
    pub field: &'static str,
}

impl SealedAt {
    /// The company's own key to a model.
    pub fn ai_key(company_id: CompanyId) -> Self {
        SealedAt { company_id, channel_id: ChannelId::NONE, field: "ai_key" }
    }

    /// A tool has the place that a channel has elsewhere: the field tells the two apart.
    pub fn tool_headers(company_id: CompanyId, tool_id: i64) -> Self {
        SealedAt { company_id, channel_id: ChannelId::new(tool_id), field: "tool_headers" }
    }
}

struct Key {
    id: String,
    cipher: Aes256Gcm,
}

/// The key ring: the first key seals, every key opens what it sealed.
pub struct Vault {
    keys: Vec<Key>,
}

#[derive(Debug, thiserror::Error, PartialEq)]
pub enum Unsealable {
    #[error("it was sealed with key {0}, which is not in ENCRYPTION_KEY")]
    UnknownKey(String),
    #[error("it is damaged or belongs elsewhere")]
    Damaged,
}

impl Vault {
    pub fn new(keys: &[Secret<String>]) -> Self {
        let keys = keys
            .iter()
            .map(|secret| {
                let bytes: [u8; 32] = Sha256::digest(secret.reveal().as_bytes()).into();
                let id = hex::encode(&Sha256::digest(bytes)[..4]);
                Key { id, cipher: Aes256Gcm::new(&bytes.into()) }
            })
            .collect();
        Vault { keys }
    }

    /// `{key id}.{base64 of nonce and ciphertext}`
    pub fn seal(&self, place: SealedAt, plain: &str) -> Result<String, Unsealable> {
        let key = self.keys.first().ok_or(Unsealable::Damaged)?;
        let nonce = Nonce::generate();
        let aad = aad(place, &key.id);
        let sealed = key
            .cipher
            .encrypt(&nonce, Payload { msg: plain.as_bytes(), aad: aad.as_bytes() })
            .map_err(|_| Unsealable::Damaged)?;
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed);
        Ok(format!("{}.{}", key.id, URL_SAFE_NO_PAD.encode(bytes)))
    }

    pub fn open(&self, place: SealedAt, sealed: &str) -> Result<Secret<String>, Unsealable> {
        let (id, body) = sealed.split_once('.').ok_or(Unsealable::Damaged)?;
        let key = self.keys.iter().find(|k| k.id == id).ok_or_else(|| Unsealable::UnknownKey(id.into()))?;
        let bytes = URL_SAFE_NO_PAD.decode(body).map_err(|_| Unsealable::Damaged)?;
        let (nonce, sealed) = bytes.split_at_checked(12).ok_or(Unsealable::Damaged)?;
        let nonce = Nonce::try_from(nonce).map_err(|_| Unsealable::Damaged)?;
        let aad = aad(place, id);
        let plain = key.cipher.decrypt(&nonce, Payload { msg: sealed, aad: aad.as_bytes() }).map_err(|_| Unsealable::Damaged)?;
        String::from_utf8(plain).map(Secret::new).map_err(|_| Unsealable::Damaged)
    }
}

fn aad(place: SealedAt, key_id: &str) -> String {
    format!("{}|{}|{}|{key_id}", place.company_id, place.channel_id, place.field)
}

/// 256 random bits, safe in a URL, a header and a JSON string.
pub fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// How a token is stored and looked up.
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// What only the holder of the key can write under a text.
pub fn mac(key: &Secret<Vec<u8>>, text: &str) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key.reveal()) else { return random_token() };
    mac.update(text.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// Takes the same time wherever the two differ.
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// `…abcd`: enough to tell two tokens apart, too little to use one.
pub fn hint(token: &str) -> String {
    let tail: String = token.chars().skip(token.chars().count().saturating_sub(4)).collect();
    if token.chars().count() < 12 { "…".into() } else { format!("…{tail}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: SealedAt = SealedAt { company_id: CompanyId::new(1), channel_id: ChannelId::new(2), field: "token" };

    fn key(c: char) -> Secret<String> {
        Secret::new(c.to_string().repeat(32))
    }

    #[test]
    fn a_value_opens_in_its_place_only_and_survives_rotation() {
        let old = Vault::new(&[key('a')]);
        let sealed = old.seal(PLACE, "123:secret").expect("seal");
        assert!(!sealed.contains("secret"));
        let rotated = Vault::new(&[key('b'), key('a')]);
        assert_eq!(rotated.open(PLACE, &sealed).expect("open").reveal(), "123:secret");
        assert_ne!(rotated.seal(PLACE, "x").expect("seal").split('.').next(), sealed.split('.').next());
        assert_eq!(rotated.open(SealedAt { channel_id: ChannelId::new(3), ..PLACE }, &sealed).unwrap_err(), Unsealable::Damaged);
        assert!(matches!(Vault::new(&[key('c')]).open(PLACE, &sealed), Err(Unsealable::UnknownKey(_))));
        assert!(old.open(PLACE, "").is_err() && old.open(PLACE, &sealed[..20]).is_err());
    }

    #[test]
    fn tokens_are_long_and_hints_are_short() {
        assert_eq!(random_token().len(), 43);
        assert_ne!(random_token(), random_token());
        assert_eq!(hint("123456789:ABCDEFGHabcd"), "…abcd");
        assert_eq!(hint("short"), "…");
    }
}
