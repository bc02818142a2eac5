//! Sends that are on their way, and what became of them, many at once: as after an outage.

use switchboard::db::{Store, UnitOutcome};
use switchboard::domain::channel::SendOutcome;
use switchboard::domain::conversation::{Input, Rules, Unit, step};

use super::shelf::*;

pub fn key(n: usize) -> String {
    format!("c{n}")
}

pub async fn all_committed(store: &Store, units: Vec<Unit>, now: i64) -> Vec<Unit> {
    let outcomes = store.commit_units(units, now).await;
    let committed = outcomes.into_iter().map(|o| match o {
        Ok(UnitOutcome::Committed(unit)) => *unit,
        other => panic!("{other:?}"),
    });
    committed.collect()
}

/// `n` conversations with an answer that is queued, as a unit each that takes it.
pub async fn claims(shelf: &Shelf, n: usize) -> Vec<Unit> {
    let mut claims = vec![];
    for batch in (0..n).collect::<Vec<_>>().chunks(500) {
        let first = batch.iter().map(|n| {
            let (key, text) = (key(*n), format!("hello {n}"));
            step(&Rules::default(), None, &[says(TELEGRAM, &key, &text)], NOW).unit.expect("a unit")
        });
        let known = all_committed(shelf.store(), first.collect(), NOW).await;
        let answers =
            known.iter().map(|u| step(&Rules::default(), Some(&u.after), &[replies("yes")], NOW + 1).unit.expect("a unit"));
        let answered = all_committed(shelf.store(), answers.collect(), NOW + 1).await;
        claims.extend(answered.iter().map(|u| {
            let delivery_id = u.new_deliveries[0].id;
            step(&Rules::default(), Some(&u.after), &[Input::Claim { delivery_id }], NOW + 2).unit.expect("a claim")
        }));
    }
    claims
}

pub fn outcomes(claimed: &[Unit]) -> Vec<Unit> {
    let sent = |u: &Unit| {
        let delivery_id = u.deliveries[0].id;
        let outcome = SendOutcome::Sent { provider_id: Some(format!("t{delivery_id}")) };
        step(&Rules::default(), Some(&u.after), &[Input::Outcome { delivery_id, outcome }], NOW + 3).unit.expect("an outcome")
    };
    claimed.iter().map(sent).collect()
}
