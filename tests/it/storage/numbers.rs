//! Each company counts its customers and its leads by itself.

use switchboard::db::UnitOutcome;
use switchboard::domain::conversation::{Rules, Unit, step};
use switchboard::domain::event::{EventBody, EventKind};
use switchboard::domain::ids::{ChannelId, CompanyId};
use switchboard::domain::lead::LeadDraft;

use super::burst::{all_committed, key};
use super::shelf::*;
use crate::support::{Backend, on_both_databases, run};

const NEIGHBOURS: &str = "INSERT INTO channels (id, company_id, kind, name, created_at, updated_at) \
                          VALUES (9, 2, 'telegram', 'Their bot', 1, 1)";

fn newcomer(n: usize) -> Unit {
    let key = key(n);
    step(&Rules::default(), None, &[says(TELEGRAM, &key, &format!("hello {n}"))], NOW).unit.expect("a unit")
}

/// The same customer, as another company's bot meets them.
fn of_the_neighbours(mut unit: Unit) -> Unit {
    unit.company_id = CompanyId::new(2);
    unit.channel_id = ChannelId::new(9);
    (unit.after.company_id, unit.after.channel_id) = (unit.company_id, unit.channel_id);
    unit
}

fn numbers(units: &[Unit]) -> Vec<i64> {
    units.iter().map(|unit| unit.after.customer.number).collect()
}

async fn customers_are_counted_by_company(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    shelf.sql(NEIGHBOURS).await;
    // Two at once and two of the neighbours between them; whoever is known takes no number.
    let batch = vec![newcomer(1), of_the_neighbours(newcomer(1)), newcomer(2), of_the_neighbours(newcomer(2))];
    let first = all_committed(shelf.store(), batch, NOW).await;
    assert_eq!(numbers(&first), [1, 1, 2, 2]);
    let again = step(&Rules::default(), Some(&first[0].after), &[says(TELEGRAM, &key(1), "again")], NOW).unit.expect("a unit");
    let next = all_committed(shelf.store(), vec![again, newcomer(3)], NOW).await;
    assert_eq!(numbers(&next), [1, 3]);
    // What has gone leaves a hole, and a unit that does not stand leaves none.
    shelf.sql("UPDATE customers SET deleted_at = 1 WHERE number = 3").await;
    let twice = shelf.store().commit_units(vec![newcomer(3)], NOW).await.remove(0).expect("an answer");
    assert!(matches!(twice, UnitOutcome::Mismatch), "{twice:?}");
    let unit = shelf.commit(TELEGRAM, &key(4), &[says(TELEGRAM, &key(4), "hello")], NOW).await;
    assert_eq!(unit.after.customer.number, 4);
    // Everybody is shown it.
    let shown = shelf.store().customer(operator(), unit.after.customer.id).await.expect("an answer").expect("a customer");
    assert_eq!(shown.number, 4);
    let rows = shelf.store().conversation_views(vec![unit.after.id]).await.expect("an answer");
    assert_eq!(rows[0].customer.number, 4);
    let events = shelf.store().events_after(COMPANY, 0, 100).await.expect("events");
    let created = events.iter().rev().find(|e| e.kind == Some(EventKind::ConversationCreated)).expect("an event");
    let EventBody::Conversation(row) = &created.body else { panic!("{created:?}") };
    assert_eq!((row.id, row.customer.number), (unit.after.id, 4));
}

async fn leads_are_counted_by_company(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let conversation = shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "hello")], NOW).await.after.id;
    for number in 1..=3 {
        let draft = LeadDraft { phone: "87768776637".into(), phone_e164: "+77768776637".into(), ..LeadDraft::default() };
        let lead = shelf.store().add_lead(operator(), conversation, draft, false, NOW).await.expect("an answer").expect("a lead");
        assert_eq!(lead.number, number);
        let found = shelf.store().lead(operator(), lead.id).await.expect("an answer").expect("a lead");
        assert_eq!(found.number, number);
        // The highest is not given again.
        shelf
            .sql(&format!("UPDATE conversations SET lead_id = NULL, lead_at = NULL; DELETE FROM leads WHERE id = {}", lead.id))
            .await;
    }
}

/// What was there before anybody counted is counted in the order in which it came.
async fn who_was_there_before_is_counted_first(backend: Backend) {
    macro_rules! steps {
        ($database:literal, $way:literal) => {
            [
                include_str!(concat!("../../../migrations/", $database, "/0015_numbers/", $way, ".sql")),
                include_str!(concat!("../../../migrations/", $database, "/0016_numbers_filled/", $way, ".sql")),
                include_str!(concat!("../../../migrations/", $database, "/0017_numbers_counted/", $way, ".sql")),
            ]
        };
    }
    let (up, down) = match backend {
        Backend::Sqlite => (steps!("sqlite", "up"), steps!("sqlite", "down")),
        Backend::Postgres => (steps!("postgres", "up"), steps!("postgres", "down")),
    };
    let shelf = Shelf::open(backend).await;
    shelf.sql(NEIGHBOURS).await;
    let batch = vec![newcomer(1), of_the_neighbours(newcomer(1)), newcomer(2), newcomer(3)];
    let before = all_committed(shelf.store(), batch, NOW).await;
    let lead = async |n: usize| {
        let draft = LeadDraft { phone: "87768776637".into(), phone_e164: "+77768776637".into(), ..LeadDraft::default() };
        shelf.store().add_lead(operator(), before[n].after.id, draft, false, NOW).await.expect("an answer").expect("a lead")
    };
    let leads = [lead(0).await, lead(2).await];
    for step in down.iter().rev().chain(&up) {
        shelf.sql(step).await;
    }
    for (unit, number) in before.iter().zip([1, 1, 2, 3]) {
        let kept = shelf.store().state_by_id(unit.after.id).await.expect("an answer").expect("a conversation");
        assert_eq!(kept.customer.number, number);
    }
    for (lead, number) in leads.iter().zip(1..) {
        let kept = shelf.store().lead(operator(), lead.id).await.expect("an answer").expect("a lead");
        assert_eq!(kept.number, number);
    }
    let next = all_committed(shelf.store(), vec![newcomer(4), of_the_neighbours(newcomer(4))], NOW).await;
    assert_eq!(numbers(&next), [4, 2]);
    assert_eq!(lead(3).await.number, 3);
}

on_both_databases!(customers_are_counted_by_company, leads_are_counted_by_company, who_was_there_before_is_counted_first,);

/// Two processes that meet the same and other newcomers at once give each one number, and no number twice.
#[test]
fn two_nodes_count_together() {
    run(Backend::Postgres, |backend| async move {
        let shelf = Shelf::open(backend).await;
        let other = shelf.beside().await;
        let meet = async |store: &switchboard::db::Store, first: usize| {
            let mut met = vec![];
            for batch in 0..30 {
                let units = (0..4).map(|n| newcomer(first + batch * 4 + n)).collect();
                for outcome in store.commit_units(units, NOW).await {
                    // Whom the other has met first is not met again.
                    if let Ok(UnitOutcome::Committed(unit)) = outcome {
                        met.push(unit.after.customer.number);
                    }
                }
            }
            met
        };
        // They meet sixty of the same.
        let (ours, theirs) = tokio::join!(meet(shelf.store(), 0), meet(other.store(), 60));
        let mut all = [ours, theirs].concat();
        let people = shelf.count("SELECT COUNT(*) FROM customers").await;
        assert!(people > 60, "{people}");
        all.sort_unstable();
        assert!(all.iter().copied().eq(1..=people), "{all:?}");
        assert_eq!(shelf.count("SELECT last_customer FROM company_feeds WHERE company_id = 1").await, people);
    });
}
