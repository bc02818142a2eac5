//! Group commit: a batch is what queued while the last one was being committed. No timer.
use tokio::sync::{mpsc, oneshot};

use super::HubError;
use crate::db::{DbError, Store, UnitOutcome};
use crate::domain::clock::Clock;
use crate::domain::conversation::Unit;
use crate::telemetry::metrics;

const QUEUE: usize = 4096;
const BATCH: usize = 512;

type Reply = oneshot::Sender<Result<UnitOutcome, DbError>>;

/// Where Conversations hand their units over.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<(Unit, Reply)>,
}

impl Writer {
    /// Starts the committing task on the current runtime; it ends when every handle is gone.
    pub fn start(store: Store, clock: Clock) -> Self {
        let (queue, units) = mpsc::channel(QUEUE);
        tokio::spawn(run(store, clock, units));
        Writer { queue }
    }

    /// Queues a unit; the receiver tells what became of it after the COMMIT.
    pub fn submit(&self, unit: Unit) -> Result<oneshot::Receiver<Result<UnitOutcome, DbError>>, HubError> {
        let (reply, outcome) = oneshot::channel();
        self.queue.try_send((unit, reply)).map_err(|_| HubError::Busy)?;
        Ok(outcome)
    }

    /// How many units wait.
    pub fn depth(&self) -> usize {
        QUEUE - self.queue.capacity()
    }
}

async fn run(store: Store, clock: Clock, mut queue: mpsc::Receiver<(Unit, Reply)>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let (units, replies): (Vec<Unit>, Vec<Reply>) = batch.drain(..).unzip();
        metrics().batch_size.observe(units.len() as f64);
        let outcomes = store.commit_units(units, clock.now()).await;
        for (reply, outcome) in replies.into_iter().zip(outcomes) {
            // Whoever asked may be gone; what is committed stays.
            let _ = reply.send(outcome);
        }
    }
}
