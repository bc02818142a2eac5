//! A lead's notice to the company's own chat: once. The claim is marked in the database before a byte leaves; whoever finds
//! the mark of somebody who is gone calls the notice uncertain, and only what surely was not accepted is sent again.
use std::time::Duration;

use super::{Desk, LEASE};
use crate::db::DbError;
use crate::db::channels_runtime::ClaimedJob;
use crate::db::lead_notices::{Announced, Hold, NoticeJob, Settled};
use crate::domain::channel::{SendOutcome, SendReport};
use crate::domain::clock::{Micros, SECOND};
use crate::domain::lead::NoticeState;
use crate::domain::notice::text;
use crate::domain::notice::words;
use crate::hub::notices::{self, Way};

/// With the back-off about three hours of a provider's trouble.
const ATTEMPTS: i64 = 12;
/// For those who wait only for their turn.
const SOON: Micros = 5 * SECOND;
const RECORD_AGAIN: Duration = Duration::from_secs(1);

pub async fn run(desk: &Desk, job: ClaimedJob) {
    if let Err(e) = begin(desk, &job).await {
        // The lease ends by itself.
        tracing::warn!(job_id = job.id, error = %e, "a lead's notice waits for the database");
    }
}

async fn begin(desk: &Desk, job: &ClaimedJob) -> Result<(), DbError> {
    let core = &desk.hub.core;
    let Ok(what) = serde_json::from_value::<NoticeJob>(job.payload.clone()) else {
        core.store.give_job_up(job.id, desk.holder.clone(), "the payload cannot be read".to_owned()).await?;
        return Ok(());
    };
    let one = One { desk, job, lead_id: what.lead_id };
    if what.sending {
        return one.settle(NoticeState::Uncertain, "The process stopped while the notice was being sent.").await;
    }
    let announced = core.store.announced(job.company_id, what.lead_id).await?;
    let Some(announced) = announced.filter(|a| a.lead.notice.state == NoticeState::Queued) else {
        core.store.finish_job(job.id, desk.holder.clone()).await?;
        return Ok(());
    };
    match notices::way(core, job.company_id).await? {
        Some(way) => one.go(announced, way).await,
        None => one.settle(NoticeState::None, "").await,
    }
}

struct One<'a> {
    desk: &'a Desk,
    job: &'a ClaimedJob,
    lead_id: i64,
}

impl One<'_> {
    async fn go(&self, announced: Announced, way: Way) -> Result<(), DbError> {
        let core = &self.desk.hub.core;
        let Some(outlet) = &way.outlet else {
            return self.later_or_never("The bot that writes to the connected chat does not run.").await;
        };
        if !notices::ready(outlet, &way.chat_id).await {
            return self.put_off(SOON, "other messages to this chat go first", self.job.attempts - 1).await;
        }
        let Some(_sending) = core.drain.begin() else {
            return self.put_off(0, "the process stops", self.job.attempts - 1).await;
        };
        if !core.store.begin_notice(self.hold(), self.lead_id, core.clock.now() + LEASE).await? {
            return Ok(());
        }
        let Announced { lead, locale } = announced;
        let url = text::conversation_url(&self.desk.public_url, lead.conversation_id);
        let notice = text::lead_notice(words::language_of(&locale), &lead, &url, &way.chat_id, way.channel_id.is_some());
        let told = notices::send(outlet, notice).await;
        tracing::info!(
            company_id = self.job.company_id,
            lead_id = lead.id,
            conversation_id = lead.conversation_id,
            outcome = told.outcome.word(),
            "a lead's notice was sent to the company's chat"
        );
        self.record(&way, told).await;
        Ok(())
    }

    /// Until it is written down, or the lease ends: then it is uncertain.
    async fn record(&self, way: &Way, told: SendReport) {
        let core = &self.desk.hub.core;
        let until = core.clock.now() + LEASE;
        while let Err(e) = self.try_record(way, &told).await {
            tracing::warn!(job_id = self.job.id, error = %e, "what came of a lead's notice cannot be stored yet");
            if core.clock.now() >= until {
                return;
            }
            tokio::time::sleep(RECORD_AGAIN).await;
        }
    }

    async fn try_record(&self, way: &Way, told: &SendReport) -> Result<(), DbError> {
        notices::follow(&self.desk.hub.core, self.job.company_id, way, told).await?;
        match &told.outcome {
            SendOutcome::Sent { .. } => self.settle(NoticeState::Sent, "").await,
            SendOutcome::Paced { after } => {
                self.put_off(*after, "The provider asks the bot to wait", self.job.attempts - 1).await
            }
            SendOutcome::Retry { detail } => self.later_or_never(detail).await,
            SendOutcome::Failed { detail, .. } => self.settle(NoticeState::Failed, detail).await,
            SendOutcome::Uncertain { detail } => self.settle(NoticeState::Uncertain, detail).await,
        }
    }

    async fn later_or_never(&self, why: &str) -> Result<(), DbError> {
        if self.job.attempts >= ATTEMPTS {
            return self.settle(NoticeState::Failed, why).await;
        }
        self.put_off(back_off(self.job.attempts), why, self.job.attempts).await
    }

    /// `attempts` are those that count against it.
    async fn put_off(&self, wait: Micros, why: &str, attempts: i64) -> Result<(), DbError> {
        let core = &self.desk.hub.core;
        tracing::info!(lead_id = self.lead_id, attempts, why, "a lead's notice will be sent later");
        core.store.put_notice_off(self.hold(), self.lead_id, core.clock.now() + wait, why.to_owned(), attempts).await?;
        Ok(())
    }

    async fn settle(&self, state: NoticeState, detail: &str) -> Result<(), DbError> {
        let core = &self.desk.hub.core;
        // PostgreSQL stores no NUL, and the words are a provider's.
        let detail: String = detail.chars().filter(|c| *c != '\0').take(500).collect();
        let settled = Settled {
            hold: self.hold(),
            company_id: self.job.company_id,
            lead_id: self.lead_id,
            state,
            detail: Some(detail).filter(|detail| !detail.is_empty()),
            at: core.clock.now(),
        };
        if !core.store.settle_notice(settled).await? {
            tracing::warn!(lead_id = self.lead_id, %state, "a lead's notice was settled by another process");
        }
        Ok(())
    }

    fn hold(&self) -> Hold {
        Hold { job: self.job.id, holder: self.desk.holder.clone() }
    }
}

/// 1 s, 6 s, 36 s, 3.6 min, 21.6 min and so on.
fn back_off(attempts: i64) -> Micros {
    SECOND * 6i64.pow(attempts.clamp(1, 5) as u32 - 1)
}
