//! Payloads that may kill their actor, or fail in the database for a reason nobody knows: counted before they are processed,
//! quarantined at the fifth failure, forgotten once stored.
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard};

use super::{Core, HubError};
use crate::domain::channel::Raw;
use crate::domain::clock::{MINUTE, Micros};
use crate::domain::ids::ChannelId;

/// Attempts counted in the database before a payload is set aside; the failure that made it a suspect comes on top.
const LIMIT: i64 = 5;
/// After an unclean stop every payload is a suspect for this long: one of them may have caused it.
const CAREFUL_FOR: Micros = 5 * MINUTE;

/// So many are remembered; then the oldest goes, whose provider has most likely given up.
const MOST: usize = 10_000;

/// With the number of the entry: the smallest is the oldest.
type KnownSuspects = HashMap<(ChannelId, String), u64>;

#[derive(Default)]
pub struct Suspects {
    careful_until: AtomicI64,
    known: Mutex<KnownSuspects>,
}

impl Suspects {
    /// Called at a start that follows an unclean stop.
    pub fn be_careful(&self, now: Micros) {
        self.careful_until.store(now + CAREFUL_FOR, Ordering::Relaxed);
    }

    /// The actor died while it had this payload, or the database failed on it alone.
    pub fn add(&self, channel: ChannelId, external_id: String) {
        let mut known = self.lock();
        let number = known.values().max().map_or(0, |newest| newest + 1);
        known.entry((channel, external_id)).or_insert(number);
        if known.len() > MOST
            && let Some(oldest) = known.iter().min_by_key(|(_, number)| **number).map(|(key, _)| key.clone())
        {
            known.remove(&oldest);
        }
    }

    /// The payload is stored, or set aside.
    pub fn forget(&self, channel: ChannelId, external_id: String) {
        let mut known = self.lock();
        if !known.is_empty() {
            known.remove(&(channel, external_id));
        }
    }

    /// Counts an attempt if the payload is a suspect. True: do not process it, it has been set aside for a person.
    pub async fn is_quarantined(&self, core: &Core, channel: ChannelId, raw: &Raw) -> Result<bool, HubError> {
        let now = core.clock.now();
        let careful = self.careful_until.load(Ordering::Relaxed) > now;
        if !careful && !self.lock().contains_key(&(channel, raw.external_id.clone())) {
            return Ok(false);
        }
        let why = if careful {
            "received after an unclean stop"
        } else {
            "its conversation stopped, or the database failed, while processing it"
        };
        let (external, body) = (raw.external_id.clone(), raw.body.to_vec());
        let quarantined = core.store.note_attempt(channel, external, body, why.to_owned(), LIMIT, now).await?;
        if quarantined {
            self.forget(channel, raw.external_id.clone());
            tracing::error!(channel_id = channel.get(), external_id = %raw.external_id, "message quarantined after repeated failures");
            let detail = format!("A message ({}) could not be processed and was set aside.", raw.external_id);
            core.store.notify_company(channel, "message_quarantined".into(), detail, now).await?;
        }
        Ok(quarantined)
    }

    /// The attempt failed for want of room or storage while its actor lives: it says nothing about the payload.
    pub async fn take_back(&self, core: &Core, channel: ChannelId, external_id: String) {
        if self.careful_until.load(Ordering::Relaxed) <= core.clock.now()
            || self.lock().contains_key(&(channel, external_id.clone()))
        {
            return;
        }
        if let Err(e) = core.store.take_back_attempt(channel, external_id).await {
            tracing::debug!(channel_id = channel.get(), error = %e, "an attempt stays counted");
        }
    }

    fn lock(&self) -> MutexGuard<'_, KnownSuspects> {
        self.known.lock().unwrap_or_else(|e| e.into_inner())
    }
}

/// Lets the fault suite break an actor on purpose: a text named by `SWITCHBOARD_FAULT_PANIC` panics. Not in release builds.
#[cfg(debug_assertions)]
pub fn fault_point(inputs: &[crate::domain::conversation::Input]) {
    use crate::domain::channel::InboundKind;
    use crate::domain::conversation::Input;
    static POISON: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    let Some(poison) = POISON.get_or_init(|| std::env::var("SWITCHBOARD_FAULT_PANIC").ok()) else { return };
    for input in inputs {
        if let Input::Inbound(inbound) = input
            && let InboundKind::Message(m) = &inbound.what
        {
            assert!(m.text != *poison, "fault point: this text breaks its actor");
        }
    }
}

#[cfg(not(debug_assertions))]
pub fn fault_point(_: &[crate::domain::conversation::Input]) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(id: i64) -> ChannelId {
        ChannelId::new(id)
    }

    #[test]
    fn what_is_stored_is_forgotten_and_the_rest_is_bounded() {
        let suspects = Suspects::default();
        suspects.add(channel(1), "a".into());
        suspects.add(channel(1), "a".into());
        suspects.add(channel(2), "a".into());
        suspects.forget(channel(1), "a".into());
        assert_eq!(suspects.lock().keys().cloned().collect::<Vec<_>>(), [(channel(2), "a".to_owned())]);
        for n in 0..MOST {
            suspects.add(channel(3), n.to_string());
        }
        let known = suspects.lock();
        assert_eq!(known.len(), MOST);
        assert!(!known.contains_key(&(channel(2), "a".to_owned())), "the oldest goes");
    }
}
