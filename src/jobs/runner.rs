//! The one runner: claims what is due for each kind that has room, and has each worked on in a slot of its own. Slow work holds
//! its slot and nobody else.
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_rt::Arbiter;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::slot::{JobSlot, micros};
use super::{Job, JobEnd, JobRun};
use crate::db::jobs::{ClaimedJob, Claimer, JobRoom, NewJob};
use crate::db::{DbError, Store};
use crate::domain::ids::CompanyId;
use crate::domain::job::JobTrouble;
use crate::hub::Core;

/// What was queued here rings; this finds what is due by its time, and what another process queued or left.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A [`Job`] whose types are forgotten.
pub(super) trait ErasedJob: Send + Sync {
    fn terms(&self) -> Terms;
    fn run<'a>(&'a self, run: &'a JobRun) -> BoxFuture<'a, Result<JobEnd, DbError>>;
}

#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub kind: &'static str,
    pub lease: Duration,
    at_once: usize,
    pub at_most: Duration,
    pub every: Option<Duration>,
    after_start: Duration,
    pub may_be_cut: bool,
}

impl<J: Job> ErasedJob for J {
    fn terms(&self) -> Terms {
        Terms {
            kind: J::KIND,
            lease: J::LEASE,
            at_once: J::AT_ONCE,
            at_most: J::AT_MOST,
            every: J::EVERY,
            after_start: J::AFTER_START,
            may_be_cut: J::MAY_BE_CUT,
        }
    }

    fn run<'a>(&'a self, run: &'a JobRun) -> BoxFuture<'a, Result<JobEnd, DbError>> {
        match serde_json::from_value(run.job().payload.clone()) {
            Ok(payload) => Job::run(self, run, payload).boxed(),
            Err(e) => std::future::ready(Ok(run.never(JobTrouble::Unreadable, e.to_string()))).boxed(),
        }
    }
}

/// Knows its kinds, and is then started.
pub struct Runner {
    core: Arc<Core>,
    kinds: Vec<Arc<dyn ErasedJob>>,
    /// This process, in the rows it holds.
    name: String,
    claims: AtomicU64,
    /// What runs here: its kind and its company.
    running: Mutex<HashMap<i64, (&'static str, Option<CompanyId>)>>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// A runner at work.
#[derive(Clone)]
pub struct RunningJobs {
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl RunningJobs {
    /// Claims nothing more, gives back what may be cut, and waits for the rest, at most `patience`.
    pub async fn drain(&self, patience: Duration) {
        self.stop.cancel();
        if tokio::time::timeout(patience, self.tasks.wait()).await.is_err() {
            tracing::warn!(running = self.tasks.len(), "jobs did not end in time: they are taken up again when their leases end");
        }
    }
}

impl Runner {
    pub fn new(core: Arc<Core>) -> Self {
        Runner {
            core,
            kinds: vec![],
            name: format!("{}-{:08x}", std::process::id(), rand::random::<u32>()),
            claims: AtomicU64::default(),
            running: Mutex::default(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }
    }

    pub fn with(mut self, job: impl Job) -> Self {
        self.kinds.push(Arc::new(job));
        self
    }

    /// On an arbiter of its own. Needs a running actix system.
    pub fn start(self) -> RunningJobs {
        let running = RunningJobs { tasks: self.tasks.clone(), stop: self.stop.clone() };
        let work = running.tasks.track_future(Arc::new(self).work());
        Arbiter::new().spawn(work);
        running
    }

    async fn work(self: Arc<Self>) {
        let stop = self.stop.clone();
        if stop.run_until_cancelled(self.begin()).await.is_some() {
            while !stop.is_cancelled() {
                self.begin_due().await;
                let wake = async {
                    tokio::select! {
                        () = self.core.jobs.notified() => {}
                        () = tokio::time::sleep(LOOK_EVERY) => {}
                    }
                };
                stop.run_until_cancelled(wake).await;
            }
        }
        self.tasks.close();
    }

    /// Nobody else can have a job of this database.
    fn is_alone(&self) -> bool {
        matches!(self.core.store, Store::Sqlite(_))
    }

    /// What our predecessor held when it died need not wait for its lease where nobody else can be; recurring work has its row.
    async fn begin(&self) {
        while let Err(e) = self.try_begin().await {
            tracing::warn!(error = %e, "cannot look for jobs that were left");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn try_begin(&self) -> Result<(), DbError> {
        let terms: Vec<Terms> = self.kinds.iter().map(|kind| kind.terms()).collect();
        let core = &self.core;
        if self.is_alone() {
            core.store.release_jobs(terms.iter().map(|t| t.kind).collect()).await?;
        }
        let row = |t: &Terms| NewJob {
            company_id: None,
            kind: t.kind,
            key: Some(t.kind.to_owned()),
            payload: json!({}),
            wait: micros(t.after_start),
        };
        core.store.ensure_jobs(terms.iter().filter(|t| t.every.is_some()).map(row).collect(), core.clock.now()).await
    }

    /// Claims as many as have a slot, so that the lease of each begins with its work.
    async fn begin_due(self: &Arc<Self>) {
        let wanted: Vec<JobRoom> = self.kinds.iter().filter_map(|kind| self.room(kind.terms())).collect();
        if wanted.is_empty() {
            return;
        }
        let (core, since, who) = (&self.core, Instant::now(), self.claimer());
        let holder = who.holder.clone();
        match core.store.claim_jobs(wanted, who, core.clock.now()).await {
            Ok(jobs) => {
                for job in jobs {
                    self.begin_one(job, holder.clone(), since);
                }
            }
            Err(e) => tracing::warn!(error = %e, "cannot look for jobs"),
        }
    }

    fn room(&self, terms: Terms) -> Option<JobRoom> {
        let busy = self.lock().values().filter(|(kind, _)| *kind == terms.kind).count();
        let free = terms.at_once.saturating_sub(busy);
        let share = (terms.at_once - terms.at_once / 4).max(1);
        (free > 0).then_some(JobRoom { kind: terms.kind, free, share, lease: micros(terms.lease) })
    }

    fn claimer(&self) -> Claimer {
        let running = self.lock();
        let mut busy: HashMap<(&'static str, Option<CompanyId>), usize> = HashMap::new();
        for lane in running.values() {
            *busy.entry(*lane).or_default() += 1;
        }
        Claimer {
            holder: format!("{}/{}", self.name, self.claims.fetch_add(1, Ordering::Relaxed)),
            busy: busy.into_iter().map(|((kind, company), n)| (kind, company, n)).collect(),
            running: running.keys().copied().collect(),
        }
    }

    fn begin_one(self: &Arc<Self>, job: ClaimedJob, holder: String, since: Instant) {
        let Some(kind) = self.kinds.iter().find(|kind| kind.terms().kind == job.kind).cloned() else { return };
        self.lock().insert(job.id, (kind.terms().kind, job.company_id));
        let runner = self.clone();
        self.tasks.spawn(async move {
            let run = JobRun::new(job, holder);
            JobSlot { core: &runner.core, stop: &runner.stop, alone: runner.is_alone() }.work(&*kind, &run, since).await;
            runner.lock().remove(&run.id());
            // Its slot is free.
            runner.core.jobs.notify_one();
        });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<i64, (&'static str, Option<CompanyId>)>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
