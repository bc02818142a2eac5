//! Fetches customers' media: rows of `jobs` of kind `fetch_media`, written in the unit of the message they belong to. The
//! result is an input to the conversation, so that `message.updated` has its place in the feed.
use std::time::Duration;

use futures_util::StreamExt;
use serde::Deserialize;

use crate::db::DbError;
use crate::db::channels_runtime::{ClaimedJob, RemoteFile};
use crate::domain::clock::{MINUTE, Micros, SECOND};
use crate::domain::conversation::MediaResult;
use crate::domain::ids::*;
use crate::domain::message::AttachmentStatus;
use crate::hub::fetching::FetchError;
use crate::hub::{Hub, HubError};

#[derive(Deserialize)]
struct Payload {
    attachment_id: AttachmentId,
    message_id: MessageId,
    conversation_id: ConversationId,
    channel_id: ChannelId,
}

const KIND: &str = "fetch_media";
const AT_ONCE: usize = 8;
/// All at once, so that the lease covers each.
const BATCH: i64 = AT_ONCE as i64;
/// With the back-off about three hours of a provider's trouble.
const ATTEMPTS: i64 = 12;
/// Longer than the longest fetch: getFile, download and the hand-over.
const LEASE: Micros = 90 * SECOND;
/// New jobs ring; this finds what is due again, and what another process left.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Runs until the process drains; a fetch that is cut short is taken up again when its lease ends.
pub async fn run(hub: Hub) {
    let holder = format!("{}-{:08x}", std::process::id(), rand::random::<u32>());
    let core = &hub.core;
    if !core.several_nodes {
        take_over(&hub).await;
    }
    while !core.drain.is_draining() {
        let now = core.clock.now();
        match core.store.claim_jobs(KIND.to_owned(), holder.clone(), now, now + LEASE, BATCH).await {
            Ok(jobs) => {
                let some = !jobs.is_empty();
                futures_util::stream::iter(jobs).for_each_concurrent(AT_ONCE, |job| one(&hub, &holder, job)).await;
                if some {
                    continue;
                }
            }
            Err(e) => tracing::warn!(error = %e, "cannot look for media to fetch"),
        }
        tokio::select! {
            () = core.media.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// What our predecessor was fetching when it died need not wait for its lease: there is nobody else on this database.
async fn take_over(hub: &Hub) {
    while let Err(e) = hub.core.store.release_jobs(KIND.to_owned()).await {
        tracing::warn!(error = %e, "cannot look for media to fetch");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn one(hub: &Hub, holder: &str, job: ClaimedJob) {
    if let Err(e) = try_one(hub, holder, &job).await {
        // The lease ends by itself.
        tracing::warn!(job_id = job.id, error = %e, "a media job waits for the database");
    }
}

async fn try_one(hub: &Hub, holder: &str, job: &ClaimedJob) -> Result<(), DbError> {
    let store = &hub.core.store;
    let holder = holder.to_owned();
    let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
        store.give_job_up(job.id, holder, "the payload cannot be read".to_owned()).await?;
        return Ok(());
    };
    let pending = |file: &RemoteFile| file.company_id == job.company_id && file.status == AttachmentStatus::Pending.as_str();
    let Some(file) = store.remote_file(payload.attachment_id).await?.filter(pending) else {
        store.finish_job(job.id, holder).await?;
        return Ok(());
    };
    let fetched = match hub.core.fetchers.get(payload.channel_id) {
        Some(fetcher) => fetcher.fetch(file).await,
        // It may be starting; a channel that is switched off keeps its files waiting for a while.
        None => Err(FetchError::NotBefore {
            seconds: if job.attempts < 3 { 1 } else { 60 },
            why: "the channel is not connected".to_owned(),
        }),
    };
    let result = match fetched {
        Ok(result) => result,
        Err(FetchError::Never(why)) => MediaResult::Failed { error: why },
        Err(FetchError::Ours(why)) => return wait_for_us(hub, job, holder, why).await,
        Err(FetchError::NotBefore { seconds, why }) if job.attempts < 4 * ATTEMPTS => {
            return put_off(hub, job, holder, SECOND * seconds.min(3_600) as Micros, why).await;
        }
        Err(FetchError::Later(why)) if job.attempts < ATTEMPTS => {
            return put_off(hub, job, holder, back_off(job.attempts), why).await;
        }
        Err(FetchError::Later(why) | FetchError::NotBefore { why, .. }) => MediaResult::Failed { error: why },
    };
    let failure = if let MediaResult::Failed { error } = &result { Some(error.clone()) } else { None };
    match hub.media(payload.conversation_id, payload.attachment_id, payload.message_id, result).await {
        Ok(_) => {}
        Err(e @ (HubError::Busy | HubError::Unavailable(_))) => return wait_for_us(hub, job, holder, e.to_string()).await,
        Err(e) => {
            store.give_job_up(job.id, holder, e.to_string()).await?;
            return Ok(());
        }
    }
    match failure {
        Some(why) => store.give_job_up(job.id, holder, why).await?,
        None => store.finish_job(job.id, holder).await?,
    };
    Ok(())
}

async fn put_off(hub: &Hub, job: &ClaimedJob, holder: String, wait: Micros, why: String) -> Result<(), DbError> {
    tracing::info!(job_id = job.id, attempts = job.attempts, why, "a file will be fetched later");
    hub.core.store.put_job_off(job.id, holder, hub.core.clock.now() + wait, why, job.attempts).await?;
    Ok(())
}

/// Trouble of our own is no attempt: however long it lasts, the provider keeps all of its tries.
async fn wait_for_us(hub: &Hub, job: &ClaimedJob, holder: String, why: String) -> Result<(), DbError> {
    tracing::warn!(job_id = job.id, why, "a file waits until we can keep it");
    let now = hub.core.clock.now();
    let wait = wait_of_age(now - job.created_at);
    hub.core.store.put_job_off(job.id, holder, now + wait, why, job.attempts - 1).await?;
    Ok(())
}

/// 1 s, 6 s, 36 s, 3.6 min, 21.6 min and so on.
fn back_off(attempts: i64) -> Micros {
    SECOND * 6i64.pow(attempts.clamp(1, 5) as u32 - 1)
}

/// Half as long again as it has waited, at most ten minutes.
fn wait_of_age(age: Micros) -> Micros {
    (age / 2).clamp(5 * SECOND, 10 * MINUTE)
}
