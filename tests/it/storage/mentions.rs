//! Whom a note may name, and how much of it at once.

use switchboard::domain::clock::DAY;
use switchboard::domain::conversation::{Command, Input};
use switchboard::domain::ids::UserId;
use switchboard::jobs::purge::everything_old;

use super::shelf::*;
use crate::support::{Backend, on_both_databases};

const PEOPLE: &str = "
INSERT INTO users (id, email, name, hashed_password, created_at) VALUES
  (21, 'a@x.kz', 'Inside', '', 1), (22, 'b@x.kz', 'Outside', '', 1), (23, 'c@x.kz', 'Manager', '', 1),
  (24, 'd@x.kz', 'Left', '', 1), (25, 'e@x.kz', 'Stranger', '', 1);
INSERT INTO memberships (company_id, user_id, role, is_active, created_at) VALUES
  (1, 21, 'operator', TRUE, 1), (1, 22, 'operator', TRUE, 1), (1, 23, 'manager', TRUE, 1), (1, 24, 'owner', FALSE, 1),
  (2, 25, 'owner', TRUE, 1);
INSERT INTO departments (id, company_id, name, created_at) VALUES (31, 1, 'Sales', 1), (32, 1, 'Repairs', 1);
INSERT INTO department_members (company_id, department_id, user_id) VALUES (1, 31, 21), (1, 32, 21), (1, 32, 22);
";

async fn who_is_named_is_looked_up_for_all_at_once(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    shelf.sql(PEOPLE).await;
    let id = shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "hello")], NOW).await.after.id;
    let named: Vec<UserId> = [7, 21, 22, 23, 24, 25].map(UserId::new).to_vec();
    let who_see = async || {
        let seen = shelf.store().who_see(COMPANY, named.clone(), id, None).await.expect("an answer");
        seen.into_iter().map(UserId::get).collect::<Vec<_>>()
    };
    assert_eq!(who_see().await, [7, 21, 22, 23], "of no department it is everybody's");
    shelf.sql(&format!("UPDATE conversations SET department_id = 31 WHERE id = {id}")).await;
    assert_eq!(who_see().await, [7, 21, 23]);
    shelf.sql(&format!("UPDATE conversations SET assignee_id = 22 WHERE id = {id}")).await;
    assert_eq!(who_see().await, [7, 21, 22, 23], "whoever has it sees it");
    let given_to = async |user: Option<i64>| {
        let to = Some(user.map(UserId::new));
        let seen = shelf.store().who_see(COMPANY, named.clone(), id, to).await.expect("an answer");
        seen.into_iter().map(UserId::get).collect::<Vec<_>>()
    };
    assert_eq!(given_to(None).await, [7, 21, 23], "whoever will have lost it sees it no more");
    assert_eq!(given_to(Some(22)).await, [7, 21, 22, 23], "nor is it hidden from whoever will have it");
    assert_eq!(given_to(Some(24)).await, [7, 21, 23], "24 works here no more");
    for user in named.clone() {
        let one = shelf.store().home_seen_by(COMPANY, user, id).await.expect("an answer").is_some();
        assert_eq!(one, who_see().await.contains(&user.get()), "the same, one by one: {user}");
    }
}

/// More than one statement of PostgreSQL takes: it binds 65,535 values at most.
async fn however_many_are_told_each_has_a_row(backend: Backend) {
    const MANY: i64 = 7_500;
    let shelf = Shelf::open(backend).await;
    let mut note = replies("everybody");
    let Input::Command(Command::Send(send)) = &mut note else { panic!("{note:?}") };
    (send.note, send.mentions) = (true, (1_000..1_000 + MANY).map(UserId::new).collect());
    shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "hello"), note], NOW).await;
    assert_eq!(shelf.count("SELECT COUNT(*) FROM notifications").await, MANY);
}

async fn what_was_told_is_kept_for_ninety_days(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let id = shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "hello")], NOW).await.after.id;
    let row = |row: i64, age: i64| format!("({row}, 1, 7, 'mentioned', {id}, '{{}}', {})", NOW - age * DAY);
    let head = "INSERT INTO notifications (id, company_id, user_id, code, conversation_id, params, created_at) VALUES";
    shelf.sql(&format!("{head} {}, {}", row(1, 91), row(2, 89))).await;
    everything_old(shelf.store(), NOW, || true).await.expect("a purge");
    let kept = shelf.store().notifications_of(operator(), i64::MAX, 50).await.expect("a page");
    assert_eq!(kept.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [2]);
}

on_both_databases!(
    who_is_named_is_looked_up_for_all_at_once,
    however_many_are_told_each_has_a_row,
    what_was_told_is_kept_for_ninety_days,
);
