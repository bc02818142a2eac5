//! Listens to customers' voice messages: jobs of kind `transcribe`. What was understood is an input to the conversation, so
//! that `message.updated` has its place in the feed and a turn of the agent that waits for it goes on.
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use futures_util::TryStreamExt;
use serde::Deserialize;

use super::{Job, JobEnd, JobRun};
use crate::clients::openai::{Audio, ErrorKind, ModelError, Transcript};
use crate::clients::recording::{self, Prepared};
use crate::clients::storage::Storage;
use crate::db::DbError;
use crate::db::turns::{Recording, TRANSCRIBE};
use crate::domain::agent::price::{self, Spent};
use crate::domain::clock::SECOND;
use crate::domain::conversation::Heard;
use crate::domain::ids::*;
use crate::domain::job::JobTrouble;
use crate::domain::message::{TranscriptState, VIDEO_NOTE};
use crate::hub::agent::Agent;
use crate::hub::agent::budget::{Money, NoMoney};
use crate::hub::{Hub, HubError};
use crate::telemetry::metrics;

const LISTEN_WITHIN: Duration = Duration::from_secs(60);
/// With the back-off about ten minutes; by then people have listened themselves.
const ATTEMPTS: i64 = 6;
/// How long a recording was is guessed from its size where the server does not tell: as if speech were coded in 16 kbit/s,
/// the least that it usually is, so that it counts as too much rather than too little.
const BYTES_PER_SECOND: i64 = 2_000;
/// The same for a round video message, most of which is its picture.
const FILM_BYTES_PER_SECOND: i64 = 40_000;
/// As much as OpenAI takes.
const MOST_BYTES: u64 = 25 * 1024 * 1024;

pub struct Transcribe {
    pub hub: Hub,
    pub storage: Arc<dyn Storage>,
}

#[derive(Deserialize)]
pub struct TranscribePayload {
    attachment_id: AttachmentId,
    message_id: MessageId,
    conversation_id: ConversationId,
}

impl Job for Transcribe {
    const KIND: &'static str = TRANSCRIBE;
    const LEASE: Duration = Duration::from_secs(15);
    const AT_ONCE: usize = 4;

    type Payload = TranscribePayload;

    async fn run(&self, run: &JobRun, payload: TranscribePayload) -> Result<JobEnd, DbError> {
        let core = &self.hub.core;
        let Some(recording) = core.store.recording(run.company_id(), payload.attachment_id).await? else {
            return Ok(JobEnd::Done);
        };
        let heard = match core.agents.of(recording.channel_id).await? {
            // Nobody listens without access to a model, or without money; whoever waits for the words gets the recording.
            None => Heard { state: TranscriptState::None, text: None },
            Some(agent) if agent.is_spent_out() => Heard { state: TranscriptState::None, text: None },
            Some(agent) => match listen(&self.hub, &*self.storage, &agent, &recording).await {
                Ok(Some(transcript)) => understood(transcript),
                Ok(None) => Heard { state: TranscriptState::None, text: None },
                Err(e) if passes(e.kind) && run.attempts() < ATTEMPTS => {
                    return Ok(run.again(SECOND << run.attempts().clamp(0, 8), JobTrouble::Unavailable, e.to_string()));
                }
                Err(e) => {
                    tracing::warn!(message_id = payload.message_id.get(), error = %e, "a recording was not understood");
                    Heard { state: TranscriptState::Failed, text: None }
                }
            },
        };
        match self.hub.heard(payload.conversation_id, payload.attachment_id, payload.message_id, heard).await {
            Ok(_) => Ok(JobEnd::Done),
            Err(e @ (HubError::Busy | HubError::Unavailable(_))) => Ok(run.again(SECOND, JobTrouble::Busy, e.to_string())),
            Err(e) => Ok(run.never(JobTrouble::Refused, e.to_string())),
        }
    }
}

fn guessed_ms(kind: &str, size: u64) -> i64 {
    let a_second = if kind == VIDEO_NOTE { FILM_BYTES_PER_SECOND } else { BYTES_PER_SECOND };
    (size as i64).saturating_mul(1_000) / a_second
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

/// `None`: there is no money for it.
async fn listen(
    hub: &Hub,
    storage: &dyn Storage,
    agent: &Agent,
    recording: &Recording,
) -> Result<Option<Transcript>, ModelError> {
    let Recording { kind, file_name: name, mime, storage_key: key, .. } = recording;
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
    let guessed = price::hearing_micros(&agent.prices, &agent.transcribe_model, guessed_ms(kind, size));
    let mut money = match Money::set_aside(&hub.core.agents, agent, guessed, hub.core.clock.now()).await {
        Ok(money) => money,
        Err(NoMoney::Spent) => return Ok(None),
        Err(NoMoney::Later) => {
            return Err(ModelError::new(ErrorKind::RateLimited, "Other calls hold what is left of the budget."));
        }
        Err(NoMoney::Unknown(e)) => {
            return Err(ModelError::new(ErrorKind::Unavailable, format!("What is left of the budget is not known: {e}")));
        }
    };
    let listened = Spent { recordings: 1, audio_ms: guessed_ms(kind, size), cost_micros: guessed, ..Spent::default() };
    money.owes(agent, listened, hub.core.clock.now());
    let transcript = match hub.core.agents.outside.model.transcribe(&agent.access, audio).await {
        Ok(transcript) => transcript,
        Err(e) => {
            // Who has not answered in time may have listened.
            if e.kind != ErrorKind::Timeout {
                money.owes_nothing();
            }
            return Err(e);
        }
    };
    let audio_ms = transcript.audio_ms.unwrap_or_else(|| guessed_ms(kind, size));
    let cost_micros = price::hearing_micros(&agent.prices, &agent.transcribe_model, audio_ms);
    metrics().ai_cost.inc_by(cost_micros.max(0) as u64);
    let spent = Spent { recordings: 1, audio_ms, cost_micros, ..Spent::default() };
    let now = hub.core.clock.now();
    if let Err(e) = money.settle(agent, spent, now).await {
        tracing::warn!(company_id = agent.company_id.get(), error = %e, "what listening has cost was not counted");
    }
    Ok(Some(transcript))
}
