//! An error of the database is a unit's fault only if it is: every kind of error, thrown by the database itself.

use switchboard::db::{DbError, UnitOutcome};
use switchboard::domain::conversation::{Rules, Unit, step};

use super::shelf::*;
use crate::support::{Backend, on_both_databases};

type Outcome = Result<UnitOutcome, DbError>;

/// Throws at the row of a message whose text begins with "fault": on PostgreSQL the SQLSTATE that follows, on SQLite, which
/// has one code for this, the sentence by which it names the code that follows.
async fn throw(shelf: &Shelf, backend: Backend, faults: &[&str]) {
    if backend == Backend::Postgres {
        return shelf
            .sql(
                "CREATE FUNCTION fault() RETURNS trigger AS $$ BEGIN IF NEW.text LIKE 'fault %' THEN \
                 RAISE EXCEPTION 'thrown by a test' USING ERRCODE = substr(NEW.text, 7); END IF; RETURN NEW; END $$ \
                 LANGUAGE plpgsql; \
                 CREATE TRIGGER fault BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION fault()",
            )
            .await;
    }
    for (n, fault) in faults.iter().enumerate() {
        let when = format!("CREATE TRIGGER fault_{n} BEFORE INSERT ON messages WHEN NEW.text = 'fault {fault}'");
        shelf.sql(&format!("{when} BEGIN SELECT RAISE(ABORT, '{fault}'); END")).await;
    }
}

fn first_words(key: &str, text: &str) -> Unit {
    step(&Rules::default(), None, &[says(TELEGRAM, key, text)], NOW).unit.expect("a unit")
}

/// The unit with the fault, between two that are whole: what became of the fault, and of the neighbours.
async fn between(shelf: &Shelf, n: usize, text: &str) -> (Outcome, Vec<Outcome>) {
    let key = |who: &str| format!("{who}{n}");
    let units = vec![
        first_words(&key("before"), &format!("b{n}")),
        first_words(&key("fault"), text),
        first_words(&key("after"), &format!("a{n}")),
    ];
    let mut outcomes = shelf.store().commit_units(units, NOW).await;
    let fault = outcomes.remove(1);
    (fault, outcomes)
}

fn stored(outcomes: &[Outcome]) -> bool {
    outcomes.iter().all(|o| matches!(o, Ok(UnitOutcome::Committed(_))))
}

async fn only_its_own_fault_refuses_a_unit(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    type Codes = &'static [&'static str];
    let (refused, overtaken, conflict, unknown, away): (Codes, Codes, Codes, Codes, Codes) = if backend == Backend::Postgres {
        (
            &["22001", "22003", "22021", "22P02", "22P05", "23502", "23503", "23514", "23P01", "54000"],
            &["23505"],
            &["40001", "40P01", "55P03", "57014"],
            &["42P01", "42703", "42501", "0A000", "54001", "P0001", "XX000", "XX001", "21000"],
            &["53100", "53200", "53300", "57P01", "57P03", "58030", "25006"],
        )
    } else {
        (
            &["string or blob too big", "datatype mismatch", "column index out of range", "constraint failed"],
            &[],
            &["database is locked", "database table is locked", "interrupted"],
            &["unheard of", "SQL logic error", "database disk image is malformed"],
            &["database or disk is full", "disk I/O error", "attempt to write a readonly database"],
        )
    };
    let all: Vec<&str> = [refused, overtaken, conflict, unknown, away].concat();
    throw(&shelf, backend, &all).await;
    for (n, fault) in all.iter().enumerate() {
        let (outcome, neighbours) = between(&shelf, n, &format!("fault {fault}")).await;
        let as_it_should = match &outcome {
            Ok(UnitOutcome::Refused(_)) => refused.contains(fault),
            Ok(UnitOutcome::Mismatch) => overtaken.contains(fault),
            Err(DbError::Conflict(_)) => conflict.contains(fault),
            Err(DbError::Failed(_)) => unknown.contains(fault),
            Err(DbError::Unavailable(_)) => away.contains(fault),
            _ => false,
        };
        assert!(as_it_should, "{fault}: {outcome:?}");
        // Where the database itself is in trouble nobody is stored; otherwise the neighbours do not notice.
        let expected = if away.contains(fault) { 0 } else { 2 };
        assert_eq!(neighbours.iter().filter(|o| matches!(o, Ok(UnitOutcome::Committed(_)))).count(), expected, "{fault}");
    }
    let kept = shelf.count("SELECT COUNT(*) FROM messages").await;
    assert_eq!(kept, 2 * (all.len() - away.len()) as i64, "nothing of a unit that failed is left");
}

/// A database that fails on everything is asked a few times, not once for each unit.
async fn a_database_that_fails_on_all_is_not_asked_for_each(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let text = if backend == Backend::Postgres { "fault 42P01" } else { "fault unheard of" };
    throw(&shelf, backend, &["unheard of"]).await;
    let units = (0..10).map(|n| first_words(&format!("k{n}"), text)).collect();
    let outcomes = shelf.store().commit_units(units, NOW).await;
    let (tried, spared) = outcomes.split_at(3);
    assert!(tried.iter().all(|o| matches!(o, Err(DbError::Failed(_)))), "{tried:?}");
    assert!(spared.iter().all(|o| matches!(o, Err(DbError::Unavailable(_)))), "{spared:?}");
}

/// PostgreSQL's text knows no NUL: that is the message's own fault, whoever is asked.
async fn a_nul_is_refused_where_it_cannot_be_stored(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let (nul, neighbours) = between(&shelf, 1, "a\0b").await;
    assert!(stored(&neighbours));
    match backend {
        Backend::Postgres => assert!(matches!(nul, Ok(UnitOutcome::Refused(_))), "{nul:?}"),
        Backend::Sqlite => assert!(matches!(nul, Ok(UnitOutcome::Committed(_))), "{nul:?}"),
    }
}

/// Two nodes, a new customer's album: the second unit finds the row of the first, and its actor will step again.
async fn a_race_lost_is_no_refusal(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let (one, two) = tokio::join!(
        shelf.store().commit_units(vec![first_words("5001", "a")], NOW),
        shelf.store().commit_units(vec![first_words("5001", "b")], NOW)
    );
    let outcomes: Vec<Outcome> = one.into_iter().chain(two).collect();
    let won = outcomes.iter().filter(|o| matches!(o, Ok(UnitOutcome::Committed(_)))).count();
    let lost = outcomes.iter().filter(|o| matches!(o, Ok(UnitOutcome::Mismatch))).count();
    assert_eq!((won, lost), (1, 1), "{outcomes:?}");
}

on_both_databases!(
    only_its_own_fault_refuses_a_unit,
    a_database_that_fails_on_all_is_not_asked_for_each,
    a_nul_is_refused_where_it_cannot_be_stored,
    a_race_lost_is_no_refusal,
);
