//! Listens to customers' voice messages: jobs of kind `transcribe`. What was understood is an input to the conversation, so
//! that `message.updated` has its place in the feed and a turn of the agent that waits for it goes on.
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use futures_util::{StreamExt, TryStreamExt};
use serde::Deserialize;

use crate::clients::openai::{Audio, ErrorKind, ModelError, Transcript};
use crate::clients::recording::{self, Prepared};
use crate::clients::storage::Storage;
use crate::db::DbError;
use crate::db::channels_runtime::ClaimedJob;
use crate::db::turns::{Recording, TRANSCRIBE};
use crate::domain::agent::price::{self, Spent};
use crate::domain::clock::{Micros, SECOND};
use crate::domain::conversation::Heard;
use crate::domain::ids::*;
use crate::domain::message::TranscriptState;
use crate::hub::agent::Agent;
use crate::hub::{Hub, HubError};
use crate::telemetry::metrics;

const AT_ONCE: usize = 4;
/// Longer than the longest hearing.
const LEASE: Micros = 90 * SECOND;
const LISTEN_WITHIN: Duration = Duration::from_secs(60);
/// With the back-off about ten minutes; by then people have listened themselves.
const ATTEMPTS: i64 = 6;
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long a recording was is guessed from its size where the server does not tell: as if speech were coded in 16 kbit/s,
/// the least that it usually is, so that it counts as too much rather than too little.
const BYTES_PER_SECOND: i64 = 2_000;
/// As much as OpenAI takes.
const MOST_BYTES: u64 = 25 * 1024 * 1024;

#[derive(Deserialize)]
struct Payload {
    attachment_id: AttachmentId,
    message_id: MessageId,
    conversation_id: ConversationId,
}

/// Runs until the process drains.
pub async fn run(hub: Hub, storage: Arc<dyn Storage>) {
    let holder = format!("{}-{:08x}", std::process::id(), rand::random::<u32>());
    let store = hub.core.store.clone();
    if !hub.core.several_nodes && store.release_jobs(TRANSCRIBE.to_owned()).await.is_err() {
        tracing::warn!("recordings that a dead process listened to wait for the end of its lease");
    }
    while !hub.core.drain.is_draining() {
        let now = hub.core.clock.now();
        match store.claim_jobs(TRANSCRIBE.to_owned(), holder.clone(), now, now + LEASE, AT_ONCE as i64).await {
            Ok(jobs) if !jobs.is_empty() => {
                let one = |job| one(&hub, &*storage, &holder, job);
                futures_util::stream::iter(jobs).for_each_concurrent(AT_ONCE, one).await;
                continue;
            }
            Ok(_) => {}
            Err(e) => tracing::warn!(error = %e, "cannot look for recordings"),
        }
        tokio::select! {
            () = hub.core.jobs.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

async fn one(hub: &Hub, storage: &dyn Storage, holder: &str, job: ClaimedJob) {
    if let Err(e) = try_one(hub, storage, holder, &job).await {
        // The lease ends by itself.
        tracing::warn!(job_id = job.id, error = %e, "a recording waits for the database");
    }
}

async fn try_one(hub: &Hub, storage: &dyn Storage, holder: &str, job: &ClaimedJob) -> Result<(), DbError> {
    let store = &hub.core.store;
    let holder = holder.to_owned();
    let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
        store.give_job_up(job.id, holder, "the payload cannot be read".to_owned()).await?;
        return Ok(());
    };
    let Some(recording) = store.recording(job.company_id, payload.attachment_id).await? else {
        store.finish_job(job.id, holder).await?;
        return Ok(());
    };
    let heard = match hub.core.agents.of(recording.channel_id).await? {
        // Nobody listens without access to a model, or without money; whoever waits for the words gets the recording.
        None => Heard { state: TranscriptState::None, text: None },
        Some(agent) if agent.is_spent_out() => Heard { state: TranscriptState::None, text: None },
        Some(agent) => match listen(hub, storage, &agent, &recording).await {
            Ok(transcript) => understood(transcript),
            Err(e) if passes(e.kind) && job.attempts < ATTEMPTS => {
                let wait = SECOND << job.attempts.clamp(0, 8);
                store.put_job_off(job.id, holder, hub.core.clock.now() + wait, e.to_string(), job.attempts).await?;
                return Ok(());
            }
            Err(e) => {
                tracing::warn!(message_id = payload.message_id, error = %e, "a recording was not understood");
                Heard { state: TranscriptState::Failed, text: None }
            }
        },
    };
    match hub.heard(payload.conversation_id, payload.attachment_id, payload.message_id, heard).await {
        Ok(_) => store.finish_job(job.id, holder).await?,
        Err(HubError::Busy | HubError::Unavailable(_)) => {
            store.put_job_off(job.id, holder, hub.core.clock.now() + SECOND, "the hub is busy".to_owned(), job.attempts).await?
        }
        Err(e) => store.give_job_up(job.id, holder, e.to_string()).await?,
    };
    Ok(())
}

/// Worth another try, because it is not about this recording.
fn passes(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::RateLimited | ErrorKind::Unavailable | ErrorKind::Timeout | ErrorKind::CircuitOpen)
}

fn understood(transcript: Transcript) -> Heard {
    let text = transcript.text.replace('\0', "").trim().to_owned();
    let state = if transcript.doubtful || text.is_empty() { TranscriptState::Doubtful } else { TranscriptState::Done };
    Heard { state, text: Some(text).filter(|t| !t.is_empty()) }
}

async fn listen(hub: &Hub, storage: &dyn Storage, agent: &Agent, recording: &Recording) -> Result<Transcript, ModelError> {
    let Recording { file_name: name, mime, storage_key: key, .. } = recording;
    let unreadable = |e: std::io::Error| ModelError::new(ErrorKind::Unavailable, format!("The recording cannot be read: {e}"));
    let size = storage.size(key).await.map_err(unreadable)?;
    if size > MOST_BYTES {
        return Err(ModelError::new(ErrorKind::Refused, "The recording is larger than 25 MB."));
    }
    let bytes: BytesMut = storage.read(key, 0, size).await.map_err(unreadable)?.try_collect().await.map_err(unreadable)?;
    let (name, mime) = (name.clone(), mime.clone());
    let prepared = tokio::task::spawn_blocking(move || recording::prepare(bytes.freeze(), &name, &mime)).await;
    let Prepared { bytes, file_name, mime } = prepared
        .map_err(|e| ModelError::new(ErrorKind::Refused, format!("The recording cannot be converted: {e}")))?
        .map_err(|why| ModelError::new(ErrorKind::Refused, why))?;
    let audio = Audio {
        bytes,
        file_name,
        mime,
        model: agent.transcribe_model.clone(),
        language: None,
        deadline: Instant::now() + LISTEN_WITHIN,
    };
    let transcript = hub.core.agents.outside.model.transcribe(&agent.access, audio).await?;
    let audio_ms = transcript.audio_ms.unwrap_or(size as i64 * 1000 / BYTES_PER_SECOND);
    let cost_micros = price::hearing_micros(&agent.prices, &agent.transcribe_model, audio_ms);
    metrics().ai_cost.inc_by(cost_micros.max(0) as u64);
    let spent = Spent { recordings: 1, audio_ms, cost_micros, ..Spent::default() };
    let now = hub.core.clock.now();
    if let Err(e) = hub.core.store.add_spend(agent.company_id, agent.channel_id, spent, now).await {
        tracing::warn!(company_id = agent.company_id, error = %e, "what listening has cost was not counted");
    }
    Ok(transcript)
}
