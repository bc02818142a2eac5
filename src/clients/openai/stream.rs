//! An answer as it flows in: cleaned, bounded, and not silent for too long.
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};

use super::failure::Failure;
use super::sse::Cleaner;
use crate::clients::guarded::GuardedError;

/// A chat's whole stream, or a transcription with its segments.
pub const ANSWER_LIMIT: usize = 8 << 20;
/// Behind `[DONE]` only the end of the body is missing; whoever reads it may use the connection again.
const DRAIN: Duration = Duration::from_millis(50);

pub type Chunks = Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>;

/// How a stream ended, told beside it: async-openai's own stream only stops.
#[derive(Clone, Default)]
pub struct Ending {
    failure: Arc<Mutex<Option<Failure>>>,
    done: Arc<AtomicBool>,
}

impl Ending {
    fn fail(&self, failure: Failure) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
    }

    pub fn failure(&self) -> Option<Failure> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Nothing is missing.
    pub fn set_done(&self) {
        self.done.store(true, Ordering::Release);
    }

    /// `[DONE]` was there.
    pub fn is_done(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }
}

/// The event stream, cleaned. It never fails: how it ended stands in `ending`.
pub fn cleaned(chunks: Chunks, idle: Duration, ending: Ending) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send {
    let reader = AnswerReader { chunks, cleaner: Cleaner::default(), total: 0, begun: false };
    futures_util::stream::unfold(Some(reader), move |reader| {
        let ending = ending.clone();
        async move {
            let mut reader = reader?;
            let mut out = Vec::new();
            let more = reader.next(idle, &mut out).await.unwrap_or_else(|failure| {
                ending.fail(failure);
                false
            });
            if reader.cleaner.done {
                ending.set_done();
            }
            Some((Ok(out.into()), more.then_some(reader)))
        }
    })
}

struct AnswerReader {
    chunks: Chunks,
    cleaner: Cleaner,
    total: usize,
    /// There was an event.
    begun: bool,
}

impl AnswerReader {
    /// The next events into `out`; false when there are no more.
    async fn next(&mut self, idle: Duration, out: &mut Vec<u8>) -> Result<bool, Failure> {
        while out.is_empty() && !self.cleaner.done {
            let next = self.chunks.next();
            // The first event may take as long as the whole call may; a server may ping until then.
            let next =
                if self.begun { tokio::time::timeout(idle, next).await.map_err(|_| Failure::timeout())? } else { next.await };
            let Some(bytes) = next else {
                // An event that ends too early does so because the stream did.
                return self.cleaner.finish(out).map(|()| false).map_err(|_| Failure::cut());
            };
            let bytes = bytes.map_err(GuardedError::from)?;
            self.total += bytes.len();
            if self.total > ANSWER_LIMIT {
                return Err(Failure::nonsense());
            }
            self.cleaner.feed(&bytes, out).map_err(|_| Failure::nonsense())?;
            self.begun |= !out.is_empty();
        }
        if self.cleaner.done {
            let rest = async { while let Some(Ok(_)) = self.chunks.next().await {} };
            let _ = tokio::time::timeout(DRAIN, rest).await;
        }
        Ok(!self.cleaner.done)
    }
}
