//! Who may knock at a channel's webhook. The secrets' hashes are held in memory, so that a stranger costs no query: filled at
//! the start, with each change of a channel, and now and then, because another node may have changed one.
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::sync::Notify;

use crate::db::channels::DoorRow;
use crate::domain::channel::ChannelKind;
use crate::domain::clock::{MINUTE, Micros, SECOND};
use crate::domain::ids::ChannelId;
use crate::hub::recent::{Recent, household};

/// How often a channel's last event is written down, at most.
const EVENT_NOTE: Micros = 30 * SECOND;
/// Wrong secrets from one address within [`WINDOW`]; right ones are not counted, and open whatever was counted.
const WRONG: usize = 30;
const WINDOW: Micros = MINUTE;
const MOST_WRONG: usize = 100_000;

pub struct Door {
    pub channel_id: ChannelId,
    kind: ChannelKind,
    secret_hash: String,
    /// Enabled.
    pub live: bool,
    noted_at: AtomicI64,
}

impl Door {
    /// True once in a while: then the event is worth a write.
    pub fn worth_noting(&self, now: Micros) -> bool {
        let last = self.noted_at.load(Ordering::Relaxed);
        now - last >= EVENT_NOTE && self.noted_at.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// The write failed: the next event is worth one.
    pub fn not_noted(&self) {
        self.noted_at.store(0, Ordering::Relaxed);
    }
}

pub enum DoorAnswer {
    Opens(Arc<Door>),
    /// Unknown channel and wrong secret are told the same.
    Stays,
    /// Too many wrong secrets came from there.
    Limited {
        seconds: u64,
    },
    /// The doors are not known yet.
    NotYet,
}

/// As `channels.secret_hash` is written: the SHA-256 in hexadecimal.
pub fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

pub struct Doors {
    known: RwLock<KnownDoors>,
    wrong: Mutex<Recent<IpAddr>>,
    /// Told when the doors of one more kind are known.
    filled: Notify,
}

#[derive(Default)]
struct KnownDoors {
    by_channel: HashMap<ChannelId, Arc<Door>>,
    by_hash: HashMap<String, Arc<Door>>,
    kinds: Vec<ChannelKind>,
}

impl Default for Doors {
    fn default() -> Self {
        Doors { known: RwLock::default(), wrong: Mutex::new(Recent::new(WINDOW, MOST_WRONG)), filled: Notify::new() }
    }
}

impl Doors {
    /// With a channel that channel's secret is expected; without one the secret itself names the channel.
    pub fn knock(&self, kind: ChannelKind, channel: Option<ChannelId>, secret: &str, address: IpAddr, now: Micros) -> DoorAnswer {
        let shown = hash(secret);
        {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            let door = match channel {
                Some(channel) => known.by_channel.get(&channel),
                None => known.by_hash.get(&shown),
            };
            let fits = |door: &&Arc<Door>| door.kind == kind && bool::from(door.secret_hash.as_bytes().ct_eq(shown.as_bytes()));
            if let Some(door) = door.filter(fits) {
                return DoorAnswer::Opens(door.clone());
            }
            if !known.kinds.contains(&kind) {
                return DoorAnswer::NotYet;
            }
        }
        self.wrong(address, now)
    }

    /// The door of a channel whose provider shows no secret but signs with it: whoever asks checks the signature, and says so when it is
    /// [`wrong`](Doors::wrong).
    pub fn of(&self, kind: ChannelKind, channel: ChannelId) -> DoorAnswer {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        match known.by_channel.get(&channel).filter(|door| door.kind == kind) {
            Some(door) => DoorAnswer::Opens(door.clone()),
            None if known.kinds.contains(&kind) => DoorAnswer::Stays,
            None => DoorAnswer::NotYet,
        }
    }

    /// Counts a wrong secret or signature.
    pub fn wrong(&self, address: IpAddr, now: Micros) -> DoorAnswer {
        let (address, mut wrong) = (household(address), self.wrong.lock().unwrap_or_else(PoisonError::into_inner));
        if wrong.count(&address, now) >= WRONG {
            return DoorAnswer::Limited { seconds: (wrong.wait(&address, now) / SECOND).max(1).unsigned_abs() };
        }
        wrong.add(address, now);
        DoorAnswer::Stays
    }

    /// All channels of a kind that are not deleted.
    pub fn fill(&self, kind: ChannelKind, rows: Vec<DoorRow>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let gone = |door: &Arc<Door>| door.kind == kind && rows.iter().all(|row| row.id != door.channel_id);
        let gone: Vec<ChannelId> = known.by_channel.values().filter(|door| gone(door)).map(|door| door.channel_id).collect();
        gone.into_iter().for_each(|channel| known.forget(channel));
        rows.into_iter().for_each(|row| known.put(kind, row));
        if !known.kinds.contains(&kind) {
            known.kinds.push(kind);
            self.filled.notify_waiters();
        }
    }

    /// Returns when the doors of all these kinds are known.
    pub async fn known(&self, kinds: &[ChannelKind]) {
        loop {
            // Before the look: what is told from here on is not missed.
            let filled = self.filled.notified();
            if kinds.iter().all(|kind| self.known.read().unwrap_or_else(PoisonError::into_inner).kinds.contains(kind)) {
                return;
            }
            filled.await;
        }
    }

    /// A channel as it is now; `None` when it is deleted or has no secret.
    pub fn change(&self, kind: ChannelKind, channel: ChannelId, row: Option<DoorRow>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match row {
            Some(row) => known.put(kind, row),
            // Every kind is told of every channel: to the others it has no door.
            None if known.by_channel.get(&channel).is_some_and(|door| door.kind == kind) => known.forget(channel),
            None => {}
        }
    }
}

impl KnownDoors {
    fn put(&mut self, kind: ChannelKind, row: DoorRow) {
        let was = self.by_channel.get(&row.id).map(|door| door.noted_at.load(Ordering::Relaxed));
        self.forget(row.id);
        let DoorRow { id, secret_hash, enabled, last_event_at } = row;
        let Some(secret_hash) = secret_hash.filter(|hash| !hash.is_empty()) else { return };
        let noted_at = AtomicI64::new(was.or(last_event_at).unwrap_or(0));
        let door = Arc::new(Door { channel_id: id, kind, secret_hash: secret_hash.clone(), live: enabled, noted_at });
        self.by_channel.insert(id, door.clone());
        self.by_hash.insert(secret_hash, door);
    }

    fn forget(&mut self, channel: ChannelId) {
        let Some(door) = self.by_channel.remove(&channel) else { return };
        if self.by_hash.get(&door.secret_hash).is_some_and(|other| other.channel_id == channel) {
            self.by_hash.remove(&door.secret_hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    const KIND: ChannelKind = ChannelKind::Telegram;
    const HERE: [u8; 4] = [203, 0, 113, 9];

    fn row(id: i64, secret: &str) -> DoorRow {
        DoorRow { id: ChannelId::new(id), secret_hash: Some(hash(secret)), enabled: true, last_event_at: None }
    }

    fn opens(doors: &Doors, channel: Option<i64>, secret: &str) -> Option<i64> {
        match doors.knock(KIND, channel.map(ChannelId::new), secret, HERE.into(), 0) {
            DoorAnswer::Opens(door) => Some(door.channel_id.get()),
            _ => None,
        }
    }

    #[test]
    fn a_secret_opens_its_own_door_and_no_other() {
        let doors = Doors::default();
        assert!(matches!(doors.knock(KIND, None, "a", HERE.into(), 0), DoorAnswer::NotYet));
        doors.fill(KIND, vec![row(1, "a"), row(2, "b"), DoorRow { secret_hash: None, ..row(3, "") }]);
        assert_eq!(
            (opens(&doors, None, "a"), opens(&doors, Some(1), "a"), opens(&doors, Some(2), "b")),
            (Some(1), Some(1), Some(2))
        );
        assert_eq!((opens(&doors, Some(1), "b"), opens(&doors, Some(3), ""), opens(&doors, Some(9), "a")), (None, None, None));
        assert!(matches!(doors.knock(ChannelKind::Whatsapp, Some(ChannelId::new(1)), "a", HERE.into(), 0), DoorAnswer::NotYet));
        doors.change(KIND, ChannelId::new(1), Some(row(1, "new")));
        assert_eq!((opens(&doors, None, "a"), opens(&doors, None, "new")), (None, Some(1)));
        doors.change(ChannelKind::Whatsapp, ChannelId::new(2), None);
        assert_eq!(opens(&doors, Some(2), "b"), Some(2), "another kind has no such channel");
        doors.change(KIND, ChannelId::new(2), None);
        assert_eq!((opens(&doors, None, "b"), opens(&doors, Some(2), "b")), (None, None));
        doors.fill(KIND, vec![row(2, "c")]);
        assert_eq!((opens(&doors, None, "new"), opens(&doors, None, "c")), (None, Some(2)));
    }

    #[test]
    fn an_event_is_noted_once_in_a_while_and_again_when_the_note_was_lost() {
        let doors = Doors::default();
        doors.fill(KIND, vec![row(1, "a")]);
        let DoorAnswer::Opens(door) = doors.knock(KIND, None, "a", HERE.into(), 0) else { panic!("it opens") };
        let now = EVENT_NOTE * 2;
        assert_eq!((door.worth_noting(now), door.worth_noting(now + 1)), (true, false));
        door.not_noted();
        assert!(door.worth_noting(now + 2));
    }

    /// Whoever waits goes on with the last of the kinds, and not before; and at once if they are all known.
    #[tokio::test]
    async fn doors_are_known_when_those_of_all_kinds_are() {
        let (doors, kinds) = (Doors::default(), [KIND, ChannelKind::Whatsapp]);
        doors.known(&[]).await;
        let (mut both, mut one) = (Box::pin(doors.known(&kinds)), Box::pin(doors.known(&kinds[..1])));
        assert!(both.as_mut().now_or_never().is_none() && one.as_mut().now_or_never().is_none());
        doors.fill(KIND, vec![]);
        assert!(one.as_mut().now_or_never().is_some(), "a kind without channels is known too");
        assert!(both.as_mut().now_or_never().is_none(), "the other kind's are not");
        doors.fill(KIND, vec![row(1, "a")]);
        assert!(both.as_mut().now_or_never().is_none(), "the same kind again");
        // What was told before it looked again is not missed.
        doors.fill(ChannelKind::Whatsapp, vec![]);
        assert!(both.as_mut().now_or_never().is_some());
        doors.known(&kinds).await;
    }

    #[test]
    fn only_wrong_secrets_are_counted() {
        let doors = Doors::default();
        doors.fill(KIND, vec![row(1, "a")]);
        for _ in 0..WRONG {
            assert_eq!(opens(&doors, Some(1), "a"), Some(1));
            assert!(matches!(doors.knock(KIND, Some(ChannelId::new(1)), "guess", HERE.into(), 0), DoorAnswer::Stays));
        }
        assert!(matches!(doors.knock(KIND, None, "guess", HERE.into(), 20 * SECOND), DoorAnswer::Limited { seconds: 40 }));
        assert_eq!(opens(&doors, Some(1), "a"), Some(1), "the provider may share an address with whom it likes");
        assert!(matches!(doors.knock(KIND, None, "guess", [198, 51, 100, 1].into(), 0), DoorAnswer::Stays), "another address");
        assert!(matches!(doors.knock(KIND, None, "guess", HERE.into(), WINDOW), DoorAnswer::Stays), "the window has moved on");
    }
}
