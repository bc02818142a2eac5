//! Payloads that may kill their actor: counted before they are processed, quarantined at the fifth failure.
use std::collections::HashSet;
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

#[derive(Default)]
pub struct Suspects {
    careful_until: AtomicI64,
    known: Mutex<HashSet<(ChannelId, String)>>,
}

impl Suspects {
    /// Called at a start that follows an unclean stop.
    pub fn be_careful(&self, now: Micros) {
        self.careful_until.store(now + CAREFUL_FOR, Ordering::Relaxed);
    }

    /// The actor died while it had this payload.
    pub fn add(&self, channel: ChannelId, external_id: String) {
        self.lock().insert((channel, external_id));
    }

    /// Counts an attempt if the payload is a suspect. True: do not process it, it has been set aside for a person.
    pub async fn is_quarantined(&self, core: &Core, channel: ChannelId, raw: &Raw) -> Result<bool, HubError> {
        let now = core.clock.now();
        let careful = self.careful_until.load(Ordering::Relaxed) > now;
        if !careful && !self.lock().contains(&(channel, raw.external_id.clone())) {
            return Ok(false);
        }
        let why = if careful { "received after an unclean stop" } else { "its conversation stopped while processing it" };
        let (external, body) = (raw.external_id.clone(), raw.body.to_vec());
        let quarantined = core.store.note_attempt(channel, external, body, why.to_owned(), LIMIT, now).await?;
        if quarantined {
            self.lock().remove(&(channel, raw.external_id.clone()));
            tracing::error!(channel_id = channel, external_id = %raw.external_id, "message quarantined after repeated failures");
            let detail = format!("A message ({}) could not be processed and was set aside.", raw.external_id);
            core.store.notify_company(channel, "message_quarantined".into(), detail, now).await?;
        }
        Ok(quarantined)
    }

    /// The attempt failed for want of room or storage while its actor lives: it says nothing about the payload.
    pub async fn take_back(&self, core: &Core, channel: ChannelId, external_id: String) {
        if self.careful_until.load(Ordering::Relaxed) <= core.clock.now() || self.lock().contains(&(channel, external_id.clone()))
        {
            return;
        }
        if let Err(e) = core.store.take_back_attempt(channel, external_id).await {
            tracing::debug!(channel_id = channel, error = %e, "an attempt stays counted");
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<(ChannelId, String)>> {
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
