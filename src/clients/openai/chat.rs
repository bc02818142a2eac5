//! One chat call: attempts, what they teach, and how chunks become an answer.
use std::time::Duration;

use super::Inner;
use super::breaker::Endpoint;
use super::chunk::Chunk;
use super::draft::AnswerDraft;
use super::failure::Failure;
use super::model::{Access, ChatAnswer, ChatRequest, ModelError, OnText};
use super::retry::{self, persist};
use super::shape::RequestShape;
use super::stream::Flow;
use super::wire::Wire;

/// After the model has finished only the usage is missing, which is not worth more.
const GRACE: Duration = Duration::from_secs(1);
/// Bytes. No answer to a customer is longer; a server that goes on and on is broken.
const LONGEST: usize = 256 << 10;

impl Inner {
    pub async fn chat(&self, access: &Access, request: &ChatRequest, on_text: &OnText) -> Result<ChatAnswer, ModelError> {
        let pass = self.breaker.enter(access, Endpoint::Chat)?;
        let answer = self.ask(access, request, on_text).await;
        pass.settle(&answer);
        answer
    }

    /// Past the breaker.
    pub async fn ask(&self, access: &Access, request: &ChatRequest, on_text: &OnText) -> Result<ChatAnswer, ModelError> {
        let attempts = persist(request.deadline, retry::MOST, self.limits.pause, || self.adapting(access, request, on_text));
        attempts.await.map_err(|failure| failure.error.without_key(access.api_key.reveal()))
    }

    /// One attempt, and again without what the server does not take.
    async fn adapting(&self, access: &Access, request: &ChatRequest, on_text: &OnText) -> Result<ChatAnswer, Failure> {
        let known = self.shapes.of(access, &request.model);
        let mut shape = known;
        loop {
            match self.attempt(access, request, shape, on_text).await {
                Ok(answer) => {
                    if shape != known {
                        self.shapes.learn(access, &request.model, shape);
                    }
                    return Ok(answer);
                }
                Err(failure) => shape = shape.adapted(&failure, request).ok_or(failure)?,
            }
        }
    }

    async fn attempt(
        &self,
        access: &Access,
        request: &ChatRequest,
        shape: RequestShape,
        on_text: &OnText,
    ) -> Result<ChatAnswer, Failure> {
        let wire = Wire::new(&self.clients, self.limits, access, request.deadline)?;
        let mut draft = AnswerDraft::default();
        let read = async { read(wire.chat(&shape.body(request)).await?, &mut draft, on_text).await };
        match read.await {
            Ok(()) => Ok(draft.finish(request)),
            // What was shown cannot be taken back: a second attempt would say something else.
            Err(failure) if draft.text().is_empty() => Err(failure),
            Err(failure) => Err(Failure { again: false, complaint: None, ..failure }),
        }
    }
}

async fn read(mut flow: Flow, draft: &mut AnswerDraft, on_text: &OnText) -> Result<(), Failure> {
    let mut end = None;
    loop {
        let next = match draft.finish {
            None => flow.next().await?,
            // The answer is there, whatever becomes of the rest, and however long a server goes on sending nothing.
            Some(_) => {
                let end = *end.get_or_insert_with(|| tokio::time::Instant::now() + GRACE);
                tokio::time::timeout_at(end, flow.next()).await.ok().and_then(Result::ok).flatten()
            }
        };
        let Some(event) = next else { break };
        let chunk = Chunk::of(event).ok_or_else(Failure::nonsense)?;
        if let Some(error) = chunk.error.as_ref().filter(|_| draft.finish.is_none()) {
            return Err(Failure::of_object(error));
        }
        if draft.add(chunk) {
            on_text(&draft.text());
        }
        if draft.length > LONGEST {
            return Err(Failure::nonsense());
        }
    }
    match draft.finish.is_some() || flow.is_done() {
        true if flow.is_readable() => Ok(()),
        false if !flow.has_gaps() => Err(Failure::cut()),
        _ => Err(Failure::nonsense()),
    }
}
