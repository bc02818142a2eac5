//! What a bot does once an update is committed: best effort, because Telegram has its 2xx and will not come again.
use std::time::Duration;

use super::notices;
use crate::connectors::telegram::client::{Api, Toast};
use crate::domain::channel::SendOutcome;
use crate::domain::ids::ChannelId;
use crate::domain::notice::Notice;
use crate::hub::notices::say;
use crate::hub::outlet::Outlets;

#[derive(Debug, Default)]
pub struct After {
    /// A press waits for its answer.
    pub callback: Option<String>,
    pub toast: Option<Toast>,
    /// A notice that reads differently now.
    pub edit: Option<(i32, Notice)>,
    pub say: Option<Notice>,
}

const TRIES: u32 = 3;
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

impl After {
    /// In its own time: nobody waits for it.
    pub fn begin(self, channel: ChannelId, api: Option<Api>, outlets: Outlets) {
        if self.callback.is_none() && self.edit.is_none() && self.say.is_none() {
            return;
        }
        tokio::spawn(async move {
            if let (Some(id), Some(api)) = (&self.callback, &api)
                && let Err(e) = api.answer_callback(id, self.toast.as_ref()).await
            {
                tracing::debug!(channel_id = channel.get(), error = %e, "a press was not answered");
            }
            if let (Some((message, notice)), Some(api)) = (&self.edit, &api)
                && let Err(e) = notices::edit(api, *message, notice).await
            {
                tracing::info!(channel_id = channel.get(), error = %e, "a notice in the chat was not changed");
            }
            if let Some(notice) = self.say {
                answer(channel, notice, &outlets).await;
            }
        });
    }
}

/// Only what surely did not arrive is said again.
async fn answer(channel: ChannelId, notice: Notice, outlets: &Outlets) {
    for _ in 0..TRIES {
        let Some(outlet) = outlets.get(channel) else { return };
        let wait = match say(&outlet, notice.clone()).await.outcome {
            SendOutcome::Paced { after } => Duration::from_micros(after.unsigned_abs()).min(LONGEST_PAUSE),
            SendOutcome::Retry { .. } => Duration::from_secs(2),
            SendOutcome::Sent { .. } => return,
            other => {
                return tracing::info!(channel_id = channel.get(), outcome = ?other, "an answer to a colleague did not arrive");
            }
        };
        tokio::time::sleep(wait).await;
    }
}
