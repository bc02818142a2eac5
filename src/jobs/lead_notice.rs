//! A lead's notice to the company's own chat: once. The claim is marked in the database before a byte leaves; whoever finds
//! the mark of somebody who is gone calls the notice uncertain, and only what surely was not accepted is sent again.
use std::time::Duration;

use super::{Job, JobEnd, JobRun, back_off};
use crate::db::DbError;
use crate::db::jobs::{Later, Reason};
use crate::db::leads::{Announced, NOTICE_JOB, NoticeJob, Settled};
use crate::domain::channel::{SendOutcome, SendReport};
use crate::domain::clock::{Micros, SECOND};
use crate::domain::job::JobTrouble;
use crate::domain::lead::NoticeState;
use crate::domain::notice::text;
use crate::domain::notice::words;
use crate::hub::Hub;
use crate::hub::notices::{self, NoticeWay};

/// With the back-off about three hours of a provider's trouble.
const ATTEMPTS: i64 = 12;
/// For those who wait only for their turn.
const SOON: Micros = 5 * SECOND;
/// So long what came of a send is kept in mind while the database is away; then it is uncertain.
const RECORD_WITHIN: Micros = 90 * SECOND;
const RECORD_AGAIN: Duration = Duration::from_secs(1);

pub struct LeadNotice {
    pub hub: Hub,
    pub public_url: String,
}

impl Job for LeadNotice {
    const KIND: &'static str = NOTICE_JOB;
    const LEASE: Duration = Duration::from_secs(15);
    const AT_ONCE: usize = 16;
    /// What came of a send is written down.
    const MAY_BE_CUT: bool = false;

    type Payload = NoticeJob;

    async fn run(&self, run: &JobRun, what: NoticeJob) -> Result<JobEnd, DbError> {
        let core = &self.hub.core;
        let one = One { desk: self, run, lead_id: what.lead_id };
        if what.sending {
            return one.settle(NoticeState::Uncertain, "The process stopped while the notice was being sent.").await;
        }
        let announced = core.store.announced(run.company_id(), what.lead_id).await?;
        let Some(announced) = announced.filter(|a| a.lead.notice.state == NoticeState::Queued) else {
            return Ok(JobEnd::Done);
        };
        match notices::way(core, run.company_id()).await? {
            Some(way) => one.go(announced, way).await,
            None => one.settle(NoticeState::None, "").await,
        }
    }
}

struct One<'a> {
    desk: &'a LeadNotice,
    run: &'a JobRun,
    lead_id: i64,
}

impl One<'_> {
    async fn go(&self, announced: Announced, way: NoticeWay) -> Result<JobEnd, DbError> {
        let core = &self.desk.hub.core;
        let Some(outlet) = &way.outlet else {
            let why = "The bot that writes to the connected chat does not run.";
            return self.later_or_never(JobTrouble::NotConnected, why).await;
        };
        if !notices::ready(outlet, &way.chat_id).await {
            return Ok(self.run.wait(SOON, JobTrouble::Paced, "other messages to this chat go first"));
        }
        let Some(_sending) = core.drain.begin() else {
            return Ok(self.run.wait(0, JobTrouble::Interrupted, "the process stops"));
        };
        let lease = LeadNotice::LEASE.as_micros() as Micros;
        if !core.store.begin_notice(self.run.hold(), self.lead_id, lease, core.clock.now()).await? {
            return Ok(JobEnd::Settled);
        }
        let Announced { lead, locale } = announced;
        let url = text::conversation_url(&self.desk.public_url, lead.conversation_id);
        let notice = text::lead_notice(words::language_of(&locale), &lead, &url, &way.chat_id, way.channel_id.is_some());
        let told = notices::send(outlet, notice).await;
        tracing::info!(
            company_id = self.run.company_id().get(),
            lead_id = lead.id,
            conversation_id = lead.conversation_id.get(),
            outcome = told.outcome.word(),
            "a lead's notice was sent to the company's chat"
        );
        self.record(&way, told).await;
        Ok(JobEnd::Settled)
    }

    /// Until it is written down, or it is too late: then it is uncertain.
    async fn record(&self, way: &NoticeWay, told: SendReport) {
        let core = &self.desk.hub.core;
        let until = core.clock.now() + RECORD_WITHIN;
        while let Err(e) = self.try_record(way, &told).await {
            tracing::warn!(job_id = self.run.id(), error = %e, "what came of a lead's notice cannot be stored yet");
            if core.clock.now() >= until {
                return;
            }
            tokio::time::sleep(RECORD_AGAIN).await;
        }
    }

    async fn try_record(&self, way: &NoticeWay, told: &SendReport) -> Result<(), DbError> {
        notices::follow(&self.desk.hub.core, self.run.company_id(), way, told).await?;
        match &told.outcome {
            SendOutcome::Sent { .. } => self.settle(NoticeState::Sent, "").await.map(|_| ()),
            SendOutcome::Paced { after } => {
                let attempts = self.run.attempts() - 1;
                self.put_off(*after, attempts, JobTrouble::Paced, "The provider asks the bot to wait").await
            }
            SendOutcome::Retry { detail } if self.run.attempts() < ATTEMPTS => {
                let attempts = self.run.attempts();
                self.put_off(back_off(attempts), attempts, JobTrouble::Unavailable, detail).await
            }
            SendOutcome::Retry { detail } | SendOutcome::Failed { detail, .. } => {
                self.settle(NoticeState::Failed, detail).await.map(|_| ())
            }
            SendOutcome::Uncertain { detail } => self.settle(NoticeState::Uncertain, detail).await.map(|_| ()),
        }
    }

    /// Nothing has been taken yet.
    async fn later_or_never(&self, trouble: JobTrouble, why: &str) -> Result<JobEnd, DbError> {
        if self.run.attempts() >= ATTEMPTS {
            return self.settle(NoticeState::Failed, why).await;
        }
        Ok(self.run.again(back_off(self.run.attempts()), trouble, why))
    }

    /// Nothing was accepted: the mark goes with it. `attempts` are those that count against it.
    async fn put_off(&self, wait: Micros, attempts: i64, trouble: JobTrouble, why: &str) -> Result<(), DbError> {
        let core = &self.desk.hub.core;
        tracing::info!(lead_id = self.lead_id, attempts, why, "a lead's notice will be sent later");
        let later = Later { wait, attempts, reason: Some(Reason { trouble, detail: why.to_owned() }) };
        core.store.put_notice_off(self.run.hold(), self.lead_id, later, core.clock.now()).await?;
        Ok(())
    }

    async fn settle(&self, state: NoticeState, detail: &str) -> Result<JobEnd, DbError> {
        let core = &self.desk.hub.core;
        // PostgreSQL stores no NUL, and the words are a provider's.
        let detail: String = detail.chars().filter(|c| *c != '\0').take(500).collect();
        let settled = Settled {
            hold: self.run.hold(),
            company_id: self.run.company_id(),
            lead_id: self.lead_id,
            state,
            detail: Some(detail).filter(|detail| !detail.is_empty()),
            at: core.clock.now(),
        };
        if !core.store.settle_notice(settled).await? {
            tracing::warn!(lead_id = self.lead_id, %state, "a lead's notice was settled by another process");
        }
        Ok(JobEnd::Settled)
    }
}
