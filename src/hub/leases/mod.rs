//! Which conversations and channels this node acts for: begins turns of the agent, claims and sends deliveries, fires timers,
//! polls. Every node takes in whatever comes and commits it; only the holder of the slot acts upon it.
//!
//! * On SQLite there is one process: it may always act, and nothing is consulted.
//! * On PostgreSQL the `keeper` renews leases and takes those that are due to this node. Who wants to act asks
//!   [`Leases::begin`] first and keeps the [`Act`] until it has ended; a slot that another node should have is given up when no
//!   act is left in it, or after a while.
//! * An act ends in a unit that carries its [`Fence`]; the commit compares it with the lease row. What no commit can hold
//!   back, bytes to a provider, first asks [`Act::still_stands`], by the monotonic clock: a process that was paused past its
//!   lease finds out before it sends.
mod keeper;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::db::{DbError, Store};
use crate::domain::lease::{Fence, Slot};

pub use keeper::Nodes;

/// The handle; clones are the same leases.
#[derive(Clone)]
pub struct Leases {
    /// `None`: alone on a file.
    shared: Option<Arc<Shared>>,
}

struct Shared {
    store: Store,
    node: String,
    place: String,
    slots: Vec<SlotState>,
    began: Instant,
    /// Until when, in microseconds since `began`, the leases are good without another word from the database.
    good_until: AtomicU64,
    others_lately: AtomicBool,
    stopping: AtomicBool,
    /// One beat at a time, and none after the last.
    beating: tokio::sync::Mutex<()>,
    nodes: watch::Sender<Nodes>,
    /// Counts the slots that were taken: then there may be something left over to act upon.
    taken: watch::Sender<u64>,
}

#[derive(Default)]
struct SlotState {
    /// 0: not ours.
    token: AtomicI64,
    /// Another node should have it: nothing new begins.
    leaving: AtomicBool,
    acts: AtomicUsize,
}

impl Shared {
    fn is_good(&self) -> bool {
        (self.began.elapsed().as_micros() as u64) < self.good_until.load(Ordering::Acquire)
    }

    fn held(&self, slot: Slot) -> &SlotState {
        &self.slots[slot.index()]
    }
}

impl Leases {
    /// One process on a file.
    pub fn alone() -> Self {
        Leases { shared: None }
    }

    /// Takes part, and takes what is free; from then on leases are kept until [`Leases::leave`]. True: the process that
    /// listened at `place` before did not stop by itself.
    pub async fn take_part(store: &Store, place: String) -> Result<(Self, bool), DbError> {
        if matches!(store, Store::Sqlite(_)) {
            return Ok((Leases::alone(), false));
        }
        let shared = Arc::new(Shared {
            store: store.clone(),
            node: crate::secrets::random_token()[..16].to_owned(),
            place,
            slots: Slot::all().map(|_| SlotState::default()).collect(),
            began: Instant::now(),
            good_until: AtomicU64::new(0),
            others_lately: AtomicBool::new(true),
            stopping: AtomicBool::new(false),
            beating: tokio::sync::Mutex::default(),
            nodes: watch::Sender::new(Nodes::from([])),
            taken: watch::Sender::default(),
        });
        let found_dead = store.enter(shared.node.clone(), shared.place.clone()).await?;
        keeper::beat(&shared).await?;
        tokio::spawn(keeper::keep(shared.clone()));
        Ok((Leases { shared: Some(shared) }, found_dead))
    }

    /// Begins to act in this slot; `None` where another node does, or nobody may for the moment.
    pub fn begin(&self, slot: Slot) -> Option<Act> {
        let Some(shared) = &self.shared else { return Some(Act(None)) };
        let held = shared.held(slot);
        // Counted first: the keeper looks at the count after it has marked the slot as leaving.
        held.acts.fetch_add(1, Ordering::SeqCst);
        let act = UnderLease { shared: shared.clone(), fence: Fence { slot, token: held.token.load(Ordering::SeqCst) } };
        let may = act.fence.token > 0 && !held.leaving.load(Ordering::SeqCst) && shared.is_good();
        (may && !shared.stopping.load(Ordering::SeqCst)).then_some(Act(Some(act)))
    }

    /// Whether an act in this slot could begin now.
    pub fn holds(&self, slot: Slot) -> bool {
        self.begin(slot).is_some()
    }

    /// No other node lives, and none has lately: whatever was begun in this database and has not ended never will.
    pub fn is_alone(&self) -> bool {
        self.shared.as_ref().is_none_or(|shared| !shared.others_lately.load(Ordering::SeqCst))
    }

    /// This process' name among the nodes; `None` on SQLite.
    pub fn node(&self) -> Option<&str> {
        self.shared.as_ref().map(|shared| shared.node.as_str())
    }

    /// Who lives; changes are told. `None` on SQLite.
    pub fn nodes(&self) -> Option<watch::Receiver<Nodes>> {
        self.shared.as_ref().map(|shared| shared.nodes.subscribe())
    }

    /// Told when slots were taken. `None` on SQLite, where nobody else could have had them.
    pub fn taken(&self) -> Option<watch::Receiver<u64>> {
        self.shared.as_ref().map(|shared| shared.taken.subscribe())
    }

    /// Begins nothing any more; gives up every slot as soon as no act is left in it, at the latest after `within`.
    pub async fn leave(&self, within: Duration) {
        if let Some(shared) = &self.shared {
            keeper::leave(shared, within).await;
        }
    }
}

/// The right to act in a slot, as it was when the act began. The slot is not given up before it is dropped (within bounds).
#[derive(Clone)]
pub struct Act(Option<UnderLease>);

struct UnderLease {
    shared: Arc<Shared>,
    fence: Fence,
}

impl Act {
    /// What the unit that ends the act must carry.
    pub fn fence(&self) -> Option<Fence> {
        self.0.as_ref().map(|act| act.fence)
    }

    /// By our own monotonic clock nobody else can have taken the slot yet.
    pub fn still_stands(&self) -> bool {
        let Some(act) = &self.0 else { return true };
        act.shared.held(act.fence.slot).token.load(Ordering::SeqCst) == act.fence.token && act.shared.is_good()
    }

    /// Nobody waits for the slot: the act may go on to something new.
    pub fn may_go_on(&self) -> bool {
        let Some(act) = &self.0 else { return true };
        let shared = &act.shared;
        let leaving = shared.held(act.fence.slot).leaving.load(Ordering::SeqCst) || shared.stopping.load(Ordering::SeqCst);
        self.still_stands() && !leaving
    }
}

impl Clone for UnderLease {
    fn clone(&self) -> Self {
        self.shared.held(self.fence.slot).acts.fetch_add(1, Ordering::SeqCst);
        UnderLease { shared: self.shared.clone(), fence: self.fence }
    }
}

impl Drop for UnderLease {
    fn drop(&mut self) {
        self.shared.held(self.fence.slot).acts.fetch_sub(1, Ordering::SeqCst);
    }
}
