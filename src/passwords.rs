//! Passwords: bcrypt cost 12 over base64(SHA-384(password)), so that every byte of a long one counts.
//!
//! One hash costs about a quarter of a second of CPU: it runs on a thread that may block, a few at a time, and when too many
//! wait the next one is told to come back.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha384};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

const COST: u32 = 12;
const WAITING: usize = 64;

/// Verified against when no such account exists, so that both answers take the same time.
const NOBODY: &str = "$2b$12$C6UzMDM.H6dfI/f/IKcEeO7ZPLvM5vZLLN1h6Kc2GSyx/y3vQmBYu";

/// Passwords everybody tries first. They are accepted, with a warning: the contract asks for six characters only.
const KNOWN: &[&str] = &[
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "password",
    "password1",
    "qwerty",
    "qwerty123",
    "qwertyuiop",
    "111111",
    "000000",
    "123123",
    "abc123",
    "654321",
    "666666",
    "112233",
    "121212",
    "iloveyou",
    "admin",
    "admin123",
    "welcome",
    "letmein",
    "monkey",
    "dragon",
    "football",
    "1q2w3e",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "zaq12wsx",
    "asdfgh",
    "asdfghjkl",
    "zxcvbn",
    "zxcvbnm",
    "passw0rd",
    "p@ssw0rd",
    "test123",
    "test1234",
    "secret",
    "changeme",
    "master",
    "superman",
    "princess",
    "sunshine",
    "йцукен",
    "йцукенг",
    "пароль",
    "qazwsx",
    "777777",
    "555555",
    "999999",
    "987654321",
    "almaty",
    "kazakhstan",
    "astana",
];

/// What a form may say about a password. It never refuses one by itself.
#[derive(Clone, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "PasswordStrength")]
pub struct Strength {
    /// 0 (known to everybody) to 4.
    #[schemars(with = "i64", range(min = 0, max = 4))]
    pub score: u8,
    pub warning: Option<&'static str>,
}

pub fn strength(password: &str) -> Strength {
    if KNOWN.contains(&password.to_lowercase().as_str()) {
        return Strength { score: 0, warning: Some("This password is among the first that attackers try") };
    }
    let length = password.chars().count();
    let kinds = [char::is_lowercase as fn(char) -> bool, char::is_uppercase, char::is_numeric, |c: char| !c.is_alphanumeric()]
        .iter()
        .filter(|kind| password.chars().any(kind))
        .count();
    let score = match length {
        0..8 => 1,
        8..12 => 1 + u8::from(kinds > 1),
        12..16 => 2 + u8::from(kinds > 1),
        _ => 4,
    };
    Strength { score, warning: (length < 8).then_some("A longer password is much harder to guess: 15 characters are good") }
}

/// The hasher, shared by everything that signs people in.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

impl Default for Passwords {
    fn default() -> Self {
        let turns = std::thread::available_parallelism().map_or(1, |n| n.get()).clamp(1, 8);
        Passwords { turns: Arc::new(Semaphore::new(turns)), waiting: Arc::default() }
    }
}

impl Passwords {
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move || hash_now(&password)).await?.map_err(Error::internal)
    }

    /// Whether the password fits; without a stored hash the same work is done and the answer is no.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool> {
        let known = stored.is_some();
        let fits =
            self.run(move || bcrypt::verify(prepared(&password), stored.as_deref().unwrap_or(NOBODY)).unwrap_or(false)).await?;
        Ok(fits && known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        struct Leave<'a>(&'a AtomicUsize);
        impl Drop for Leave<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }
        let waiting = self.waiting.fetch_add(1, Ordering::Relaxed);
        let _leave = Leave(&self.waiting);
        if waiting >= WAITING {
            return Err(Error::overloaded());
        }
        // The permit goes along: a caller that goes away does not free the thread that still computes.
        let turn = self.turns.clone().acquire_owned().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        })
        .await
        .map_err(Error::internal)
    }
}

/// For the command line, where nothing else runs.
pub fn hash_now(password: &str) -> std::result::Result<String, bcrypt::BcryptError> {
    bcrypt::hash(prepared(password), COST)
}

/// 64 characters whatever the password is: below bcrypt's 72 bytes, and no NUL among them.
fn prepared(password: &str) -> String {
    STANDARD.encode(Sha384::digest(password.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_counts_and_the_decoy_is_a_real_hash() {
        let long = "x".repeat(100);
        let hash = bcrypt::hash(prepared(&long), 4).expect("hash");
        assert!(bcrypt::verify(prepared(&long), &hash).expect("verify"));
        assert!(!bcrypt::verify(prepared(&format!("{}y", "x".repeat(99))), &hash).expect("verify"));
        assert_eq!(prepared("").len(), 64);
        assert!(bcrypt::verify("anything", NOBODY).is_ok(), "the decoy must cost what a real one costs");
    }

    #[test]
    fn known_and_short_passwords_warn() {
        assert_eq!(strength("Qwerty123").score, 0);
        assert!(strength("kaban7").warning.is_some());
        assert_eq!(strength("correct horse battery staple"), Strength { score: 4, warning: None });
    }
}
