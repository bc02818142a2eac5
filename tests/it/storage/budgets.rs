//! Money for the agent: set aside before it is spent, however many want it at once.

use futures_util::future::join_all;
use switchboard::db::DbError;
use switchboard::db::turns::{CallCost, Filled, SetAside};
use switchboard::domain::agent::price::Spent;
use switchboard::domain::clock::{Micros, SECOND};
use switchboard::domain::ids::ChannelId;

use super::shelf::*;
use crate::support::{Backend, on_both_databases};

const CENT: i64 = 10_000;

fn wanted(budgets: [Option<i64>; 2], estimate: i64, now: Micros) -> CallCost {
    CallCost { company_id: COMPANY, channel_id: TELEGRAM, budgets, estimate, now, until: now + 10 * SECOND }
}

async fn ask(shelf: &Shelf, wanted: CallCost) -> SetAside {
    one(shelf.store().fill_purse(wanted, None).await.expect("an answer"))
}

/// There is too little left here for more than one call at once.
fn one(filled: Filled) -> SetAside {
    match filled {
        Filled::One(told) => told,
        Filled::Purse { .. } => panic!("a purse for so little"),
    }
}

async fn settle(shelf: &Shelf, id: i64, cost_micros: i64) {
    let spent = Spent { runs: 1, cost_micros, ..Spent::default() };
    shelf.store().add_spend(COMPANY, TELEGRAM, spent, Some(id), NOW).await.expect("settled");
}

async fn booked(shelf: &Shelf, channel: ChannelId) -> (i64, i64) {
    let of = |column: &str| format!("SELECT {column} FROM ai_budgets WHERE company_id = {COMPANY} AND channel_id = {channel}");
    (shelf.count(&of("spent_micros")).await, shelf.count(&of("reserved_micros")).await)
}

async fn two_hundred_at_once_do_not_spend_the_same_cent(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let asks = (0..200).map(|_| {
        let store = shelf.store().clone();
        tokio::spawn(async move {
            for _ in 0..20 {
                // On a slow machine a connection does not come free in time for all: whoever is told to come again does.
                match store.fill_purse(wanted([Some(CENT), None], 3_000, NOW), None).await {
                    Ok(told) => return one(told),
                    Err(e) => assert!(matches!(e, DbError::Busy | DbError::Unavailable(_)), "{e}"),
                }
            }
            panic!("no answer")
        })
    });
    let told: Vec<SetAside> = join_all(asks).await.into_iter().map(|t| t.expect("a task")).collect();
    let granted: Vec<i64> = told.iter().filter_map(|t| if let SetAside::Done(id) = t { Some(*id) } else { None }).collect();
    assert_eq!(granted.len(), 3, "what fits into a cent");
    assert!(told.iter().all(|t| matches!(t, SetAside::Done(_) | SetAside::Later)), "nothing is spent yet");
    assert_eq!((booked(&shelf, ChannelId::NONE).await, booked(&shelf, TELEGRAM).await), ((0, 9_000), (0, 9_000)));
    // One costs less, one costs nothing, one costs more than it had set aside.
    settle(&shelf, granted[0], 1_000).await;
    shelf.store().give_back(granted[1]).await.expect("given back");
    settle(&shelf, granted[2], 4_000).await;
    assert_eq!(booked(&shelf, ChannelId::NONE).await, (5_000, 0));
    let SetAside::Done(last) = ask(&shelf, wanted([Some(CENT), None], 30_000, NOW)).await else {
        panic!("whoever is alone may begin as long as anything is left")
    };
    assert_eq!(ask(&shelf, wanted([Some(CENT), None], 1, NOW)).await, SetAside::Later);
    settle(&shelf, last, 30_000).await;
    assert_eq!(ask(&shelf, wanted([Some(CENT), None], 1, NOW)).await, SetAside::Spent);
    assert!(booked(&shelf, ChannelId::NONE).await.0 <= CENT + 30_000, "overspent by the last call at most");
    assert_eq!(shelf.count("SELECT CAST(SUM(cost_micros) AS BIGINT) FROM ai_spend").await, 35_000, "the books say the same");
}

async fn the_channels_budget_holds_too(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let both = [Some(CENT), Some(2_000)];
    let SetAside::Done(_) = ask(&shelf, wanted(both, 1_500, NOW)).await else { panic!("there is room") };
    assert_eq!(ask(&shelf, wanted(both, 1_500, NOW)).await, SetAside::Later);
    let elsewhere = CallCost { channel_id: WEBCHAT, ..wanted([Some(CENT), None], 1_500, NOW) };
    let SetAside::Done(_) = ask(&shelf, elsewhere).await else { panic!("another channel has its own") };
    assert_eq!(booked(&shelf, ChannelId::NONE).await, (0, 3_000));
    let tomorrow = NOW + switchboard::domain::clock::DAY;
    let SetAside::Done(_) = ask(&shelf, wanted(both, 1_500, tomorrow)).await else { panic!("each day has its own") };
}

async fn what_a_dead_process_held_comes_back_by_time(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let SetAside::Done(lost) = ask(&shelf, wanted([Some(CENT), None], CENT, NOW)).await else { panic!("there is room") };
    assert_eq!(ask(&shelf, wanted([Some(CENT), None], 1, NOW + 9 * SECOND)).await, SetAside::Later);
    let SetAside::Done(next) = ask(&shelf, wanted([Some(CENT), None], 1_000, NOW + 10 * SECOND)).await else {
        panic!("its time is over")
    };
    assert_eq!(booked(&shelf, ChannelId::NONE).await, (0, 1_000));
    // It was only slow: what it spent counts, and nothing is given back twice.
    settle(&shelf, lost, 2_000).await;
    shelf.store().give_back(lost).await.expect("nothing to give back");
    assert_eq!(booked(&shelf, ChannelId::NONE).await, (2_000, 1_000));
    shelf.store().give_back(next).await.expect("given back");
    assert_eq!((booked(&shelf, ChannelId::NONE).await, booked(&shelf, TELEGRAM).await), ((2_000, 0), (2_000, 0)));
}

/// What a purse takes counts as set aside; what is paid out of it is learnt from the books when it is filled again.
async fn a_purse_pays_for_many_calls(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let store = shelf.store();
    let dollar = |estimate: i64, now: Micros| wanted([Some(1_000_000), Some(900_000)], estimate, now);
    let fill = async |now: Micros, own: Option<(i64, i64)>| store.fill_purse(dollar(1_000, now), own).await.expect("an answer");
    let Filled::Purse { id, free } = fill(NOW, None).await else { panic!("there is plenty") };
    assert_eq!(free, 64_000, "as much as 64 calls may cost");
    assert_eq!((booked(&shelf, ChannelId::NONE).await, booked(&shelf, TELEGRAM).await), ((0, 64_000), (0, 64_000)));
    // Forty calls are over, at 500 each, and three hold what they may cost.
    let spent = Spent { runs: 40, cost_micros: 20_000, ..Spent::default() };
    store.add_spend(COMPANY, TELEGRAM, spent, None, NOW).await.expect("counted");
    assert_eq!(booked(&shelf, ChannelId::NONE).await, (0, 64_000), "no budget was touched");
    let Filled::Purse { id: same, free } = fill(NOW + SECOND, Some((id, 3_000))).await else { panic!("there is plenty") };
    assert_eq!((same, free), (id, 64_000));
    assert_eq!((booked(&shelf, ChannelId::NONE).await, booked(&shelf, TELEGRAM).await), ((20_000, 67_000), (20_000, 67_000)));
    // Nobody needs it any more.
    store.keep_in_purse(id, 3_000).await.expect("given back");
    store.keep_in_purse(id, 5_000).await.expect("nothing to give back");
    assert_eq!(booked(&shelf, ChannelId::NONE).await, (20_000, 3_000));
    // Whoever held it died: by time all of it comes back, and what was paid stays.
    let Filled::Purse { id: next, .. } = fill(NOW + 20 * SECOND, Some((id, 3_000))).await else { panic!("there is plenty") };
    assert_ne!(next, id);
    assert_eq!(booked(&shelf, ChannelId::NONE).await, (20_000, 64_000));
}

async fn near_the_end_each_call_is_settled_by_itself(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let store = shelf.store();
    let fill = async |estimate: i64, own: Option<(i64, i64)>| {
        store.fill_purse(wanted([None, Some(CENT)], estimate, NOW), own).await.expect("an answer")
    };
    let Filled::Purse { id, free } = fill(100, None).await else { panic!("there is plenty") };
    assert_eq!(free, CENT / 8, "an eighth of what is left");
    let Filled::One(SetAside::Done(one)) = fill(3_000, Some((id, 100))).await else { panic!("too little for a purse") };
    assert_eq!(booked(&shelf, TELEGRAM).await, (0, 3_100), "what is held of the purse, and the one call");
    assert_eq!(fill(7_000, Some((id, 100))).await, Filled::One(SetAside::Later));
    settle(&shelf, one, 9_900).await;
    assert_eq!(booked(&shelf, TELEGRAM).await, (9_900, 100));
    assert_eq!(fill(1, Some((id, 100))).await, Filled::One(SetAside::Later));
    assert_eq!(fill(1, Some((id, 0))).await, Filled::Purse { id: id + 2, free: 12 });
    let spent = Spent { runs: 1, cost_micros: 100, ..Spent::default() };
    store.add_spend(COMPANY, TELEGRAM, spent, None, NOW).await.expect("counted");
    assert_eq!(fill(1, None).await, Filled::One(SetAside::Spent));
}

on_both_databases!(
    a_purse_pays_for_many_calls,
    near_the_end_each_call_is_settled_by_itself,
    two_hundred_at_once_do_not_spend_the_same_cent,
    the_channels_budget_holds_too,
    what_a_dead_process_held_comes_back_by_time,
);
