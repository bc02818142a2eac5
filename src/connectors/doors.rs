//! Who may knock at a channel's webhook: what the database says, remembered for a moment.
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, RwLock};

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::ports::Ports;
use super::telegram::codec::Origin;
use super::telegram::link::{EVENT_NOTE, origin_of};
use crate::db::DbError;
use crate::domain::channel::ChannelKind;
use crate::domain::clock::{Micros, SECOND};
use crate::domain::ids::ChannelId;

/// Another node may have changed the channel.
const REMEMBERED: Micros = 30 * SECOND;
const MOST: usize = 10_000;

pub struct Door {
    pub origin: Origin,
    secret_hash: Option<String>,
    /// Enabled and not deleted.
    pub live: bool,
    read_at: Micros,
    noted_at: AtomicI64,
}

impl Door {
    /// Compares hashes, in constant time. A channel without a secret opens to nobody.
    pub fn opens_to(&self, secret: &str) -> bool {
        let Some(expected) = self.secret_hash.as_deref().filter(|hash| !hash.is_empty()) else { return false };
        hash(secret).as_bytes().ct_eq(expected.as_bytes()).into()
    }

    /// True once in a while: then the event is worth a write.
    pub fn worth_noting(&self, now: Micros) -> bool {
        let last = self.noted_at.load(Ordering::Relaxed);
        now - last >= EVENT_NOTE && self.noted_at.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

/// As `channels.secret_hash` is written: the SHA-256 in hexadecimal.
pub fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

#[derive(Default)]
pub struct Doors {
    known: RwLock<HashMap<ChannelId, Arc<Door>>>,
}

impl Doors {
    /// The door of a Telegram channel. A secret that does not fit what is remembered is compared with the database.
    pub async fn find(&self, ports: &Ports, channel: ChannelId, secret: &str, now: Micros) -> Result<Option<Arc<Door>>, DbError> {
        let remembered = self.known.read().unwrap_or_else(|e| e.into_inner()).get(&channel).cloned();
        if let Some(door) = remembered.filter(|d| now - d.read_at < REMEMBERED && d.opens_to(secret)) {
            return Ok(Some(door));
        }
        let row = ports.store.channel_runtime(channel).await?;
        let Some((row, locale)) = row.filter(|(row, _)| row.kind == ChannelKind::Telegram.as_str()) else { return Ok(None) };
        let door = Arc::new(Door {
            origin: origin_of(&row, &locale, &ports.agent_of).await,
            live: row.is_live(),
            secret_hash: row.secret_hash.filter(|_| row.deleted_at.is_none()),
            read_at: now,
            noted_at: AtomicI64::new(row.last_event_at.unwrap_or(0)),
        });
        if !door.opens_to(secret) {
            return Ok(None);
        }
        let mut known = self.known.write().unwrap_or_else(|e| e.into_inner());
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(channel, door.clone());
        Ok(Some(door))
    }

    pub fn forget(&self, channel: ChannelId) {
        self.known.write().unwrap_or_else(|e| e.into_inner()).remove(&channel);
    }
}
