//! A batch costs PostgreSQL a few round trips, however many units it holds; and what became of sends is set-based too.

use switchboard::db::UnitOutcome;
use switchboard::domain::channel::SendOutcome;
use switchboard::domain::clock::SECOND;
use switchboard::domain::conversation::{Input, Rules, Unit, step};
use switchboard::telemetry::metrics;

use super::burst::*;
use super::shelf::*;
use crate::support::{Backend, on_both_databases, run};

async fn state_and(shelf: &Shelf, key: &str, input: Input, now: i64) -> Unit {
    let state = shelf.state(TELEGRAM, key).await;
    step(&Rules::default(), Some(&state), &[input], now).unit.expect("a unit")
}

/// Round trips of the transactions that the work takes.
async fn trips(work: impl Future<Output = ()>) -> u64 {
    let count = || metrics().db_round_trips.with_label_values(&["units"]).get();
    let before = count();
    work.await;
    count() - before
}

/// BEGIN, look, draw, write, COMMIT.
const BUDGET: u64 = 5;

#[test]
fn a_known_customers_message_takes_five_round_trips() {
    run(Backend::Postgres, |backend| async move {
        let shelf = Shelf::open(backend).await;
        for n in 0..40 {
            shelf.commit(TELEGRAM, &key(n), &[says(TELEGRAM, &key(n), &format!("first {n}"))], NOW).await;
        }
        // Each of the few connections has prepared the statements by now.
        for size in [1, 5, 40] {
            let mut units = vec![];
            for n in 0..size {
                let words = says(TELEGRAM, &key(n), &format!("{size} again {n}"));
                units.push(state_and(&shelf, &key(n), words, NOW + SECOND).await);
            }
            let taken = trips(async { drop(all_committed(shelf.store(), units, NOW + SECOND).await) }).await;
            assert!(taken <= BUDGET, "{size} messages took {taken} round trips");
        }
    });
}

async fn what_became_of_sends_is_written_for_all_at_once(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let claims = claims(&shelf, 60).await;
    let claimed = all_committed(shelf.store(), claims, NOW + 2).await;
    assert_eq!(shelf.count("SELECT COUNT(*) FROM deliveries WHERE state = 'sending' AND claimed_at IS NOT NULL").await, 60);
    let mut units = outcomes(&claimed);
    // Somebody else has settled these three: they step aside, and nobody else has to.
    for unit in &units[10..13] {
        shelf.sql(&format!("UPDATE deliveries SET state = 'failed' WHERE id = {}", unit.deliveries[0].id)).await;
    }
    let again = units.clone();
    let mut results = None;
    let taken = trips(async { results = Some(shelf.store().commit_units(std::mem::take(&mut units), NOW + 3).await) }).await;
    let results = results.expect("results");
    for (n, result) in results.iter().enumerate() {
        let stale = (10..13).contains(&n);
        match result {
            Ok(UnitOutcome::Mismatch) => assert!(stale, "{n}"),
            Ok(UnitOutcome::Committed(unit)) => {
                assert!(!stale, "{n}");
                let stored = shelf.store().state_by_id(unit.after.id).await.expect("a state").expect("a conversation");
                assert_eq!(stored, unit.after);
            }
            other => panic!("{n}: {other:?}"),
        }
    }
    if backend == Backend::Postgres {
        // The messages' views, with what belongs to them, come on top.
        assert!(taken <= BUDGET + 3 + 4, "{taken} round trips");
    }
    assert_eq!(shelf.count("SELECT COUNT(*) FROM deliveries WHERE state = 'sent' AND provider_id IS NOT NULL").await, 57);
    let messages = "SELECT COUNT(*) FROM messages m JOIN events e ON e.message_id = m.id AND e.seq = m.seq \
                    WHERE m.status = 'sent' AND m.provider_id IS NOT NULL AND e.kind = 'message.updated'";
    assert_eq!(shelf.count(messages).await, 57);
    // The same again finds everything done.
    let repeated = shelf.store().commit_units(again, NOW + 4).await;
    assert!(repeated.iter().all(|o| matches!(o, Ok(UnitOutcome::Mismatch))));
}

/// Several steps of one delivery in one unit: where it came from and where it went, not what lies between.
async fn a_delivery_may_move_twice_in_a_unit(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let claims = claims(&shelf, 1).await;
    let claimed = all_committed(shelf.store(), claims, NOW + 2).await.remove(0);
    let (delivery_id, message_id) = (claimed.deliveries[0].id, claimed.after.queue[0].message_id);
    let retry = Input::Outcome { delivery_id, outcome: SendOutcome::Retry { detail: "busy".into() } };
    let cancel = Input::Command(switchboard::domain::conversation::Command::Cancel { message_id });
    let unit = step(&Rules::default(), Some(&claimed.after), &[retry, cancel], NOW + 3).unit.expect("a unit");
    assert!(unit.deliveries.len() > 1, "{:?}", unit.deliveries);
    let unit = all_committed(shelf.store(), vec![unit], NOW + 3).await.remove(0);
    assert_eq!(shelf.count("SELECT COUNT(*) FROM deliveries WHERE state = 'cancelled'").await, 1);
    let mut stored = shelf.store().state_by_id(unit.after.id).await.expect("a state").expect("a conversation");
    stored.settle_queue(NOW + 3);
    assert_eq!(stored, unit.after);
}

on_both_databases!(what_became_of_sends_is_written_for_all_at_once, a_delivery_may_move_twice_in_a_unit,);
