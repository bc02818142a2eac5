//! Timers: found when they are due, and fired only while their own row stands.

use switchboard::domain::clock::{MINUTE, Micros, SECOND};
use switchboard::domain::conversation::{Command, ConversationStatus, Input, Rules, TimerKind, step};

use super::shelf::*;
use crate::support::{Backend, on_both_databases};

fn snooze(until: Micros) -> Input {
    Input::Command(Command::SetStatus { status: ConversationStatus::Snoozed, until: Some(until), by: aida() })
}

async fn unknown_kinds_stand_in_nobodys_way(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let unit = shelf.commit(WEBCHAT, "v", &[says(WEBCHAT, "v", "hello"), snooze(NOW + MINUTE)], NOW).await;
    let conversation = unit.after.id;
    // A newer version's timers, due before ours and for ever.
    let newer: Vec<String> =
        (0..300).map(|n| format!("({}, {COMPANY}, {conversation}, 'not.yet.known{n}', {n}, 1)", 1_000_000 + n)).collect();
    shelf
        .sql(&format!("INSERT INTO timers (id, company_id, conversation_id, kind, due_at, version) VALUES {}", newer.join(",")))
        .await;
    let due = |now, after| shelf.store().due_timers(now, after, 10);
    assert!(due(NOW, None).await.expect("an answer").is_empty(), "ours is not due");
    let [timer] = due(NOW + MINUTE, None).await.expect("an answer")[..] else { panic!("ours alone") };
    assert_eq!((timer.conversation_id, timer.kind, timer.due_at), (conversation, TimerKind::Snooze, NOW + MINUTE));
    assert_eq!(shelf.state(WEBCHAT, "v").await.timers.len(), 1, "what it does not know it does not hold");
    let fire = Input::Timer { kind: timer.kind, id: timer.id };
    let woken = shelf.commit(WEBCHAT, "v", &[fire], NOW + MINUTE).await;
    assert_eq!(woken.after.status, ConversationStatus::Open);
    assert_eq!(shelf.count("SELECT COUNT(*) FROM timers").await, 300, "a newer version's timers are left to it");
}

async fn due_timers_come_in_pages(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let mut set = vec![];
    for n in 0..7 {
        let key = format!("v{n}");
        // Several are due at the same moment.
        let until = NOW + SECOND * (1 + n / 3);
        set.push(shelf.commit(WEBCHAT, &key, &[says(WEBCHAT, &key, "hello"), snooze(until)], NOW).await.after.timers[0].id);
    }
    let (mut after, mut read) = (None, vec![]);
    loop {
        let page = shelf.store().due_timers(NOW + MINUTE, after, 2).await.expect("a page");
        let Some(last) = page.last() else { break };
        after = Some(last.place());
        read.extend(page.iter().map(|timer| timer.id));
    }
    assert_eq!(read, set);
}

async fn a_timer_set_anew_survives_its_old_reading(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let one = shelf.commit(WEBCHAT, "v", &[says(WEBCHAT, "v", "hello"), snooze(NOW + SECOND)], NOW).await;
    let read = shelf.store().due_timers(NOW + SECOND, None, 10).await.expect("due")[0];
    // Between the reading and the step: snoozed anew, in one unit and in two.
    let two = shelf.commit(WEBCHAT, "v", &[snooze(NOW + MINUTE), snooze(NOW + 2 * SECOND)], NOW + SECOND).await;
    let (old, new) = (one.after.timers[0].id, two.after.timers[0].id);
    assert_eq!((read.id, old == new), (old, false));
    assert_eq!(shelf.count("SELECT COUNT(*) FROM timers").await, 1);
    let state = shelf.state(WEBCHAT, "v").await;
    let late = NOW + 3 * SECOND;
    let stale = Input::Timer { kind: TimerKind::Snooze, id: old };
    assert!(
        step(&Rules::default(), Some(&state), std::slice::from_ref(&stale), late).unit.is_none(),
        "the old row fires nothing"
    );
    let early = Input::Timer { kind: TimerKind::Snooze, id: new };
    assert!(
        step(&Rules::default(), Some(&state), std::slice::from_ref(&early), NOW + SECOND).unit.is_none(),
        "nor does the new one before its time"
    );
    assert_eq!(shelf.store().due_timers(late, None, 10).await.expect("due")[0].id, new);
    let woken = shelf.commit(WEBCHAT, "v", &[stale, early.clone(), early], late).await;
    assert_eq!((woken.after.status, woken.after.timers.len()), (ConversationStatus::Open, 0));
    assert_eq!(shelf.count("SELECT COUNT(*) FROM timers").await, 0);
}

on_both_databases!(unknown_kinds_stand_in_nobodys_way, due_timers_come_in_pages, a_timer_set_anew_survives_its_old_reading);
