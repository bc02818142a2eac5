//! Keeps a node's leases: one beat every two seconds renews them all, takes what is free and due to this node, and gives up
//! what is due to another.
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::Shared;
use crate::db::DbError;
use crate::db::leases::LEASE;
use crate::domain::clock::{Micros, SECOND};
use crate::domain::lease::Slot;
use crate::hub::conversation::OTHERS_MAY_SEND;
use crate::telemetry::metrics;

const BEAT: Duration = Duration::from_secs(2);
const BEAT_AGAIN: Duration = Duration::from_millis(300);
/// A beat that takes longer is as good as none.
const BEAT_WITHIN: Duration = Duration::from_secs(3);
/// We count a lease as lost this much earlier than the database does: the clocks may run at different speeds, and bytes that
/// may leave take a moment to do so.
const MARGIN: Micros = SECOND / 2;
/// How long turns and sends under way may keep a slot that another node should have. A long poll fits in.
const GIVE_UP_AFTER: Duration = Duration::from_secs(40);

/// The nodes that live, this one included, oldest name first.
pub type Nodes = Arc<[String]>;

/// Runs until the node leaves.
pub async fn keep(shared: Arc<Shared>) {
    let mut leaving: HashMap<Slot, Instant> = HashMap::new();
    let mut wait = BEAT;
    while !shared.stopping.load(Ordering::SeqCst) {
        tokio::time::sleep(wait).await;
        let beaten = match tokio::time::timeout(BEAT_WITHIN, beat(&shared)).await {
            Ok(Ok(())) => give_up_what_is_others(&shared, &mut leaving).await,
            Ok(Err(e)) => Err(e),
            Err(_) => Err(DbError::Unavailable("PostgreSQL does not answer".into())),
        };
        wait = match beaten {
            Ok(()) => BEAT,
            Err(e) => {
                tracing::warn!(error = %e, "cannot renew this node's leases yet");
                BEAT_AGAIN
            }
        };
    }
}

pub async fn beat(shared: &Shared) -> Result<(), DbError> {
    let _one = shared.beating.lock().await;
    if shared.stopping.load(Ordering::SeqCst) {
        return Ok(());
    }
    // Before the question is asked: the database's lease begins later than ours and ends later.
    let asked = shared.began.elapsed().as_micros() as Micros;
    let alone_after = OTHERS_MAY_SEND.as_micros() as Micros;
    let kept = shared.store.keep_leases(shared.node.clone(), shared.place.clone(), alone_after).await?;
    let mut taken = 0;
    let tokens: HashMap<Slot, i64> = kept.held.into_iter().collect();
    for slot in Slot::all() {
        let token = tokens.get(&slot).copied().unwrap_or(0);
        let held = shared.held(slot);
        let before = held.token.swap(token, Ordering::SeqCst);
        if token != before {
            held.leaving.store(false, Ordering::SeqCst);
            taken += u64::from(token > 0);
            if token == 0 {
                tracing::debug!(slot = slot.name(), "another node has this slot now");
            }
        }
    }
    shared.good_until.store((asked + LEASE - MARGIN).max(0) as u64, Ordering::Release);
    shared.others_lately.store(kept.others_lately, Ordering::SeqCst);
    metrics().leases.set(tokens.len() as i64);
    let nodes: Nodes = kept.alive.into();
    shared.nodes.send_if_modified(|known| {
        let news = *known != nodes;
        *known = nodes;
        news
    });
    if taken > 0 {
        tracing::info!(taken, held = tokens.len(), of = Slot::COUNT, "this node acts for more than before");
        shared.taken.send_modify(|n| *n += taken);
    }
    Ok(())
}

async fn give_up_what_is_others(shared: &Shared, leaving: &mut HashMap<Slot, Instant>) -> Result<(), DbError> {
    let nodes = shared.nodes.borrow().clone();
    let mut free = vec![];
    for slot in Slot::all() {
        let held = shared.held(slot);
        let ours = slot.home(nodes.iter().map(String::as_str)) == Some(shared.node.as_str());
        if ours || held.token.load(Ordering::SeqCst) == 0 {
            leaving.remove(&slot);
            held.leaving.store(false, Ordering::SeqCst);
            continue;
        }
        held.leaving.store(true, Ordering::SeqCst);
        let since = *leaving.entry(slot).or_insert_with(Instant::now);
        if held.acts.load(Ordering::SeqCst) == 0 || since.elapsed() > GIVE_UP_AFTER {
            free.push(slot);
        }
    }
    give_up(shared, free).await
}

/// First in memory: nothing may begin once the database gives the slot to somebody else.
async fn give_up(shared: &Shared, slots: Vec<Slot>) -> Result<(), DbError> {
    if slots.is_empty() {
        return Ok(());
    }
    for slot in &slots {
        shared.held(*slot).token.store(0, Ordering::SeqCst);
    }
    tracing::info!(slots = slots.len(), "giving up what another node should act for");
    shared.store.release_leases(shared.node.clone(), slots).await
}

/// Slots without an act go at once, the others as their acts end; then the node is forgotten.
pub async fn leave(shared: &Shared, within: Duration) {
    shared.stopping.store(true, Ordering::SeqCst);
    drop(shared.beating.lock().await);
    let deadline = Instant::now() + within;
    loop {
        let held = |slot: &Slot| shared.held(*slot).token.load(Ordering::SeqCst) > 0;
        let (busy, free): (Vec<Slot>, Vec<Slot>) =
            Slot::all().filter(held).partition(|slot| shared.held(*slot).acts.load(Ordering::SeqCst) > 0);
        if let Err(e) = give_up(shared, free).await {
            tracing::warn!(error = %e, "leases were not given up: others take them when they run out");
        }
        if busy.is_empty() || Instant::now() >= deadline {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    if let Err(e) = shared.store.leave(shared.node.clone()).await {
        tracing::warn!(error = %e, "this node was not taken off the list of those that live");
    }
}
