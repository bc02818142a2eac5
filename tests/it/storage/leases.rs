//! Leases by the database's clock, and the fence that a commit checks.

use switchboard::db::UnitOutcome;
use switchboard::db::leases::Kept;
use switchboard::domain::conversation::{Rules, Unit, step};
use switchboard::domain::lease::{Fence, Slot};

use super::shelf::*;
use crate::support::{Backend, run};

const LATELY: i64 = 80_000_000;

async fn keep(shelf: &Shelf, node: &str) -> Kept {
    shelf.store().keep_leases(node.into(), format!("place of {node}"), LATELY).await.expect("the store answers")
}

async fn enter(shelf: &Shelf, node: &str) -> bool {
    shelf.store().enter(node.into(), format!("place of {node}")).await.expect("the store answers")
}

fn token(kept: &Kept, slot: Slot) -> Option<i64> {
    kept.held.iter().find(|(held, _)| *held == slot).map(|(_, token)| *token)
}

#[test]
fn slots_are_shared_given_up_and_taken_over() {
    run(Backend::Postgres, |backend| async move {
        let shelf = Shelf::open(backend).await;
        assert!(!enter(&shelf, "a").await);
        let a = keep(&shelf, "a").await;
        assert_eq!((a.held.len(), a.others_lately), (Slot::COUNT, false), "alone it holds all");
        assert!(!enter(&shelf, "b").await);
        let b = keep(&shelf, "b").await;
        assert_eq!((b.held.len(), b.alive.len(), b.others_lately), (0, 2, true), "nothing is taken from who lives");
        let (of_b, of_a): (Vec<Slot>, Vec<Slot>) = Slot::all().partition(|slot| slot.home(["a", "b"]) == Some("b"));
        shelf.store().release_leases("a".into(), of_b.clone()).await.expect("released");
        assert_eq!(keep(&shelf, "b").await.held.len(), of_b.len());
        let tokens = keep(&shelf, "a").await;
        assert_eq!(tokens.held.len(), of_a.len());
        // Renewing changes no token; running out and being taken over does.
        assert_eq!(token(&keep(&shelf, "a").await, of_a[0]), token(&tokens, of_a[0]));
        shelf.sql("UPDATE leases SET until = 1 WHERE holder = 'a'; UPDATE nodes SET until = 1 WHERE id = 'a'").await;
        let b = keep(&shelf, "b").await;
        assert_eq!(b.held.len(), Slot::COUNT);
        assert!(token(&b, of_a[0]) > token(&tokens, of_a[0]));
        assert_eq!(keep(&shelf, "a").await.held.len(), 0, "who was paused finds nothing left");
        // The process that listens where a did knows that it is gone.
        assert!(shelf.store().enter("a2".into(), "place of a".into()).await.expect("an answer"));
        assert_eq!(shelf.count("SELECT COUNT(*) FROM nodes WHERE id = 'a'").await, 0);
        shelf.store().leave("b".into()).await.expect("left");
        assert_eq!(shelf.count("SELECT COUNT(*) FROM leases WHERE holder <> ''").await, 0);
    });
}

#[test]
fn an_act_under_a_lease_that_another_has_is_not_written() {
    run(Backend::Postgres, |backend| async move {
        let shelf = Shelf::open(backend).await;
        enter(&shelf, "a").await;
        let held = keep(&shelf, "a").await;
        let state = shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "hello")], NOW).await.after;
        let slot = Slot::of_conversation(state.id);
        let act = |fence: Option<Fence>| Unit {
            fence,
            ..step(&Rules::default(), Some(&state), &[replies("an answer")], NOW).unit.expect("a unit")
        };
        let old = Fence { slot, token: token(&held, slot).expect("it is held") };
        enter(&shelf, "b").await;
        shelf.sql("UPDATE leases SET until = 1; UPDATE nodes SET until = 1 WHERE id = 'a'").await;
        let taken = keep(&shelf, "b").await;
        let new = Fence { slot, token: token(&taken, slot).expect("b has it") };
        let rows = "SELECT COUNT(*) FROM messages";
        let before = shelf.count(rows).await;
        // In one batch with what stands: the fenced unit takes nobody with it.
        let other = step(&Rules::default(), None, &[says(TELEGRAM, "5002", "another")], NOW).unit.expect("a unit");
        let outcomes = shelf.store().commit_units(vec![act(Some(old)), other], NOW).await;
        let outcomes: Vec<UnitOutcome> = outcomes.into_iter().map(|o| o.expect("the store answers")).collect();
        assert!(matches!(outcomes[..], [UnitOutcome::Fenced, UnitOutcome::Committed(_)]), "{outcomes:?}");
        assert_eq!(shelf.count(rows).await, before + 1);
        let outcome = shelf.store().commit_units(vec![act(Some(new))], NOW).await.remove(0).expect("an answer");
        assert!(matches!(outcome, UnitOutcome::Committed(_)), "{outcome:?}");
    });
}

/// Whoever acts keeps the row until the commit; whoever takes over passes it by meanwhile, and renewing waits for nobody.
#[test]
fn a_slot_in_which_somebody_commits_is_not_taken_over() {
    run(Backend::Postgres, |backend| async move {
        let shelf = Shelf::open(backend).await;
        enter(&shelf, "a").await;
        let held = keep(&shelf, "a").await.held;
        let database = shelf.hub.database.as_ref().expect("PostgreSQL");
        let (client, connection) = tokio_postgres::connect(&database.url, tokio_postgres::NoTls).await.expect("a connection");
        tokio::spawn(connection);
        let name = held[0].0.name();
        client
            .batch_execute(&format!("BEGIN; SELECT token FROM leases WHERE name = '{name}' FOR KEY SHARE"))
            .await
            .expect("locked");
        assert_eq!(keep(&shelf, "a").await.held.len(), Slot::COUNT, "renewed all the same");
        enter(&shelf, "b").await;
        shelf.sql("UPDATE leases SET until = 1; UPDATE nodes SET until = 1 WHERE id = 'a'").await;
        assert_eq!(keep(&shelf, "b").await.held.len(), Slot::COUNT - 1, "all but the one");
        client.batch_execute("COMMIT").await.expect("committed");
        assert_eq!(keep(&shelf, "b").await.held.len(), Slot::COUNT);
    });
}
