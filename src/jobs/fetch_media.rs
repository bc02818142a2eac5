//! Fetches customers' media: rows of `jobs` of kind `fetch_media`, written in the unit of the message they belong to. The
//! result is an input to the conversation, so that `message.updated` has its place in the feed.
use std::time::Duration;

use serde::Deserialize;

use super::{Job, JobEnd, JobRun, back_off, wait_of_age};
use crate::db::DbError;
use crate::db::channels::RemoteFile;
use crate::domain::clock::SECOND;
use crate::domain::conversation::MediaResult;
use crate::domain::ids::*;
use crate::domain::job::JobTrouble;
use crate::domain::message::AttachmentStatus;
use crate::hub::fetching::FetchError;
use crate::hub::{Hub, HubError};

/// With the back-off about three hours of a provider's trouble.
const ATTEMPTS: i64 = 12;
/// For what is not the file's fault.
const MOST_ATTEMPTS: i64 = 4 * ATTEMPTS;
/// Twenty megabytes over a thin line.
const FETCH_WITHIN: Duration = Duration::from_secs(120);

pub struct FetchMedia {
    pub hub: Hub,
}

#[derive(Deserialize)]
pub struct FetchMediaPayload {
    attachment_id: AttachmentId,
    message_id: MessageId,
    conversation_id: ConversationId,
    channel_id: ChannelId,
}

impl Job for FetchMedia {
    const KIND: &'static str = crate::db::jobs::FETCH_MEDIA;
    const LEASE: Duration = Duration::from_secs(15);
    const AT_ONCE: usize = 8;

    type Payload = FetchMediaPayload;

    async fn run(&self, run: &JobRun, payload: FetchMediaPayload) -> Result<JobEnd, DbError> {
        let pending = |file: &RemoteFile| file.company_id == run.company_id() && file.status == AttachmentStatus::Pending;
        let Some(file) = self.hub.core.store.remote_file(payload.attachment_id).await?.filter(pending) else {
            return Ok(JobEnd::Done);
        };
        let fetched = match self.hub.core.fetchers.get(payload.channel_id) {
            // Each time the process, or the run, came to a bad end.
            _ if run.attempts() > MOST_ATTEMPTS => Err(FetchError::Never("the fetch never ended".to_owned())),
            Some(fetcher) => match tokio::time::timeout(FETCH_WITHIN, fetcher.fetch(file)).await {
                Ok(fetched) => fetched,
                Err(_) => Err(FetchError::Later("the fetch took too long".to_owned())),
            },
            // It may be starting; a channel that is switched off keeps its files waiting for a while.
            None if run.attempts() < MOST_ATTEMPTS => {
                let wait = if run.attempts() < 3 { SECOND } else { 60 * SECOND };
                return Ok(run.again(wait, JobTrouble::NotConnected, "the channel is not connected"));
            }
            None => Err(FetchError::Never("the channel is not connected".to_owned())),
        };
        match fetched {
            Ok(result) => self.hand_over(run, payload, result, JobEnd::Done).await,
            Err(FetchError::Ours(why)) => Ok(self.wait_for_us(run, JobTrouble::Storage, why)),
            Err(FetchError::NotBefore { seconds, why }) if run.attempts() < MOST_ATTEMPTS => {
                Ok(run.again(SECOND * seconds.min(3_600) as i64, JobTrouble::Paced, why))
            }
            Err(FetchError::Later(why)) if run.attempts() < ATTEMPTS => {
                Ok(run.again(back_off(run.attempts()), JobTrouble::Unavailable, why))
            }
            Err(FetchError::Never(why)) => self.fail(run, payload, JobTrouble::Refused, why).await,
            Err(FetchError::Later(why) | FetchError::NotBefore { why, .. }) => {
                self.fail(run, payload, JobTrouble::Unavailable, why).await
            }
        }
    }
}

impl FetchMedia {
    async fn fail(&self, run: &JobRun, payload: FetchMediaPayload, trouble: JobTrouble, why: String) -> Result<JobEnd, DbError> {
        let end = run.never(trouble, why.clone());
        self.hand_over(run, payload, MediaResult::Failed { error: why }, end).await
    }

    /// The job ends so once the conversation knows.
    async fn hand_over(
        &self,
        run: &JobRun,
        payload: FetchMediaPayload,
        result: MediaResult,
        end: JobEnd,
    ) -> Result<JobEnd, DbError> {
        let told = self.hub.media(payload.conversation_id, payload.attachment_id, payload.message_id, result).await;
        Ok(match told {
            Ok(_) => end,
            Err(e @ (HubError::Busy | HubError::Unavailable(_))) => self.wait_for_us(run, JobTrouble::Busy, e.to_string()),
            Err(e) => run.never(JobTrouble::Refused, e.to_string()),
        })
    }

    /// Trouble of our own is no attempt: however long it lasts, the provider keeps all of its tries.
    fn wait_for_us(&self, run: &JobRun, trouble: JobTrouble, why: String) -> JobEnd {
        run.wait(wait_of_age(self.hub.core.clock.now() - run.created_at()), trouble, why)
    }
}
