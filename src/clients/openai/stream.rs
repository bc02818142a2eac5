//! An answer as it flows in: bounded, and not silent for too long.
use std::collections::VecDeque;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use serde_json::Value;

use super::failure::Failure;
use super::sse::EventStream;
use crate::clients::guarded::GuardedError;

/// A chat's whole stream, or a transcription with its segments.
pub const ANSWER_LIMIT: usize = 8 << 20;
/// Behind `[DONE]` only the end of the body is missing; whoever reads it may use the connection again.
const DRAIN: Duration = Duration::from_millis(50);

pub type Chunks = Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>;

/// The events of an answer, one after the other.
#[derive(Default)]
pub struct Flow {
    chunks: Option<Chunks>,
    idle: Duration,
    events: EventStream,
    read: VecDeque<Value>,
    total: usize,
    /// There was an event.
    begun: bool,
    /// How it ended, once everything that came before has been taken.
    failure: Option<Failure>,
}

impl Flow {
    /// `idle`: how long it may be silent once it has begun.
    pub fn new(chunks: Chunks, idle: Duration) -> Self {
        Flow { chunks: Some(chunks), idle, ..Flow::default() }
    }

    /// An answer that came in one piece.
    pub fn whole(object: Value) -> Self {
        let mut flow = Flow { read: VecDeque::from([object]), ..Flow::default() };
        flow.events.done = true;
        flow
    }

    /// Nothing is missing.
    pub fn is_done(&self) -> bool {
        self.events.done
    }

    /// At least half of it could be read, and it was no flood.
    pub fn is_readable(&self) -> bool {
        !self.events.flooded && self.events.unread <= self.events.read
    }

    /// Something in it could not be read.
    pub fn has_gaps(&self) -> bool {
        self.events.unread > 0
    }

    /// `None`: there are no more.
    pub async fn next(&mut self) -> Result<Option<Value>, Failure> {
        loop {
            if let Some(event) = self.read.pop_front() {
                return Ok(Some(event));
            }
            if let Some(failure) = self.failure.take() {
                return Err(failure);
            }
            let Some(chunks) = &mut self.chunks else { return Ok(None) };
            if self.events.done {
                let rest = async { while let Some(Ok(_)) = chunks.next().await {} };
                let _ = tokio::time::timeout(DRAIN, rest).await;
                self.chunks = None;
                return Ok(None);
            }
            // The first event may take as long as the whole call may; a server may ping until then.
            let next = match self.begun {
                true => tokio::time::timeout(self.idle, chunks.next()).await.map_err(|_| Failure::timeout())?,
                false => chunks.next().await,
            };
            let fed = match next {
                Some(bytes) => self.take(&bytes.map_err(GuardedError::from)?),
                None => {
                    self.chunks = None;
                    // An event that ends too early does so because the stream did.
                    self.events.finish(&mut self.read).map_err(|_| Failure::cut())
                }
            };
            if let Err(failure) = fed {
                (self.chunks, self.failure) = (None, Some(failure));
            }
        }
    }

    fn take(&mut self, bytes: &Bytes) -> Result<(), Failure> {
        self.total += bytes.len();
        if self.total > ANSWER_LIMIT {
            return Err(Failure::nonsense());
        }
        self.events.feed(bytes, &mut self.read);
        self.begun |= !self.read.is_empty();
        Ok(())
    }
}
