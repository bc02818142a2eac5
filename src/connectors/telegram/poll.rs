//! Long polling. Telegram forgets an update when a later call names a greater offset, so the offset moves only after every
//! update of the batch is committed; what comes twice is recognised by its external id.
//!
//! Telegram answers 409 to all but the newest of several polls: of several nodes only the holder of the channel's slot asks,
//! and it gives the slot up between two polls. The others wait here.
use std::collections::HashMap;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::StreamExt;

use super::client::answer::ApiError;
use super::inbox::Arrival;
use super::link::BotLink;
use super::link::describe;
use super::link::health::Ended;
use crate::connectors::ports::ReceiveError;
use crate::domain::channel::HealthState;
use crate::domain::clock::DAY;
use crate::domain::lease::Slot;
use crate::hub::leases::Act;

/// Bot API: after a week without updates the next id is random, maybe smaller than our offset.
const QUIET: i64 = 6 * DAY;
const AT_ONCE: usize = 32;
/// How often a node that does not poll looks whether it should.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// A server without long polling answers at once; asking it again at once would be a busy loop.
const SHORTEST_ROUND: Duration = Duration::from_secs(1);

pub async fn session(link: &BotLink) -> Ended {
    let mut had_worked = false;
    loop {
        let act = wait_for_the_slot(link).await;
        match poll(link, act, &mut had_worked).await {
            // Another node polls now.
            Ok(()) => had_worked = false,
            Err(error) => return Ended { error, had_worked },
        }
    }
}

async fn wait_for_the_slot(link: &BotLink) -> Act {
    let slot = Slot::of_channel(link.channel());
    loop {
        if let Some(act) = link.ports.leases.begin(slot) {
            return act;
        }
        // Whoever waits for the first check need not: it is another node's.
        link.no_more_to_check();
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Until another node should poll.
async fn poll(link: &BotLink, act: Act, had_worked: &mut bool) -> Result<(), ApiError> {
    link.identify().await?;
    // Bot API: getUpdates answers 409 while a webhook is set.
    link.api.delete_webhook().await?;
    let row = link.ports.store.channel_runtime(link.channel()).await.map_err(|e| ApiError::Unclear(e.to_string()))?;
    let (mut offset, mut last_event) =
        row.map_or((link.poll_offset, link.last_event_at), |(row, _)| (row.poll_offset, row.last_event_at));
    let mut checked_at: Option<Instant> = None;
    let mut hiccups = 0;
    while act.may_go_on() {
        let asked_at = Instant::now();
        let quiet = last_event.is_none_or(|at| link.ports.clock.now() - at > QUIET);
        let updates = match link.api.get_updates(Some(offset).filter(|offset| *offset > 0 && !quiet)).await {
            Ok(updates) => updates,
            Err(error) => {
                let Some(wait) = short_wait(&error, hiccups) else { return Err(error) };
                hiccups += 1;
                tokio::time::sleep(wait).await;
                continue;
            }
        };
        (*had_worked, hiccups) = (true, 0);
        if checked_at.is_none_or(|at| at.elapsed() > Duration::from_secs(60)) {
            checked_at = Some(Instant::now());
            link.report(HealthState::Ok, "", None).await;
            describe::keep(link).await;
        }
        if updates.is_empty() {
            tokio::time::sleep(SHORTEST_ROUND.saturating_sub(asked_at.elapsed())).await;
            continue;
        }
        if let Some(next) = store_all(link, updates).await {
            offset = next;
            last_event = Some(link.ports.clock.now());
            link.ports.store.save_poll_offset(link.channel(), offset).await.map_err(|e| ApiError::Unclear(e.to_string()))?;
        } else {
            // Updates without ids cannot be confirmed: they will come again, and be known.
            tokio::time::sleep(SHORTEST_ROUND).await;
        }
        if let Err(e) = link.ports.store.note_channel_event(link.channel(), link.ports.clock.now()).await {
            tracing::debug!(channel_id = link.channel().get(), error = %e, "cannot note the channel's last event");
        }
    }
    Ok(())
}

/// A few failures in a row are the network's everyday life: 1 s, 2 s, 4 s, and only then is the channel in trouble.
fn short_wait(error: &ApiError, hiccups: u32) -> Option<Duration> {
    let seconds = match error {
        ApiError::Unreachable(_) | ApiError::Unclear(_) => 1 << hiccups,
        ApiError::Paced { seconds } if *seconds <= 30 => *seconds,
        _ => return None,
    };
    (hiccups < 3).then(|| Duration::from_secs(seconds))
}

/// Stores a batch: in order within a chat, many chats at once. Tries until all is committed, because an update that is
/// passed over is lost. Gives the next offset.
async fn store_all(link: &BotLink, updates: Vec<Bytes>) -> Option<i64> {
    let mut greatest = None;
    let mut chats: Vec<Vec<Bytes>> = vec![];
    let mut place: HashMap<String, usize> = HashMap::new();
    let mut at_once = AT_ONCE;
    for body in updates {
        let arrival = Arrival::read(body.clone(), &link.origin, &link.ports);
        greatest = greatest.max(arrival.update_id);
        if arrival.moves() {
            at_once = 1;
        }
        match arrival.key().map(|key| *place.entry(key.to_owned()).or_insert(chats.len())) {
            Some(at) if at < chats.len() => chats[at].push(body),
            _ => chats.push(vec![body]),
        }
    }
    futures_util::stream::iter(chats)
        .for_each_concurrent(at_once, |bodies| async move {
            for body in bodies {
                store_one(link, body).await;
            }
        })
        .await;
    greatest.map(|id| id + 1)
}

async fn store_one(link: &BotLink, body: Bytes) {
    let mut wait = Duration::from_millis(100);
    loop {
        let arrival = Arrival::read(body.clone(), &link.origin, &link.ports);
        match arrival.store(&link.ports, &link.tries).await {
            Ok(after) => return after.begin(link.channel(), Some(link.api.clone()), link.ports.outlets.clone()),
            Err(ReceiveError::Busy) => {}
            Err(e) => tracing::warn!(channel_id = link.channel().get(), error = %e, "an update waits for the database"),
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(Duration::from_secs(10));
    }
}
