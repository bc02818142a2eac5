//! A recording becomes text: multipart through async-openai, with probabilities where the server tells them.
use async_openai::error::OpenAIError;
use async_openai::traits::AsyncTryFrom;
use reqwest::multipart::{Form, Part};

use super::Inner;
use super::breaker::Endpoint;
use super::chunk::TranscriptionAnswer;
use super::doubt;
use super::failure::Failure;
use super::model::{Access, Audio, ModelError, Transcript};
use super::retry::persist;
use super::wire::{Wire, failure_of};

/// Fewer than for a chat: recordings are heavy, and what a server chokes on once it chokes on again.
const REPEATS: u32 = 1;

/// Our own form: async-openai's knows no MIME type for the file, and each server's idea of `verbose_json` is its own.
#[derive(Clone)]
struct TranscriptionForm {
    audio: Audio,
    format: &'static str,
}

impl AsyncTryFrom<TranscriptionForm> for Form {
    type Error = OpenAIError;

    async fn try_from(TranscriptionForm { audio, format }: TranscriptionForm) -> Result<Self, OpenAIError> {
        let length = audio.bytes.len() as u64;
        let part = || Part::stream_with_length(audio.bytes.clone(), length).file_name(audio.file_name.clone());
        let file = part().mime_str(&audio.mime).unwrap_or_else(|_| part());
        let form = Form::new().part("file", file).text("model", audio.model).text("response_format", format);
        Ok(match audio.language {
            Some(language) => form.text("language", language),
            None => form,
        })
    }
}

impl Inner {
    pub async fn transcribe(&self, access: &Access, audio: &Audio) -> Result<Transcript, ModelError> {
        let pass = self.breaker.enter(access, Endpoint::Audio)?;
        let attempts = persist(audio.deadline, REPEATS, self.limits.pause, || self.hear_either(access, audio));
        let transcript = attempts.await.map_err(|failure| failure.error);
        pass.settle(&transcript);
        transcript
    }

    /// `verbose_json` where the server has it. OpenAI's own gpt-4o-transcribe has not: 400 "Use 'json' or 'text' instead".
    async fn hear_either(&self, access: &Access, audio: &Audio) -> Result<Transcript, Failure> {
        let shape = self.shapes.of(access, &audio.model);
        if !shape.plain_transcript {
            match self.hear(access, audio, "verbose_json").await {
                Err(failure) if failure.complaint.is_some() => {}
                other => return other,
            }
        }
        let transcript = self.hear(access, audio, "json").await?;
        if !shape.plain_transcript {
            self.shapes.learn(access, &audio.model, shape.with_plain_transcript());
        }
        Ok(transcript)
    }

    async fn hear(&self, access: &Access, audio: &Audio, format: &'static str) -> Result<Transcript, Failure> {
        let wire = Wire::new(&self.clients, self.limits, access, audio.deadline)?;
        let client = wire.client();
        let recording = TranscriptionForm { audio: audio.clone(), format };
        let heard: TranscriptionAnswer = client.audio().transcription().create_byot(recording).await.map_err(failure_of)?;
        match &heard.error {
            Some(error) => Err(Failure::of_object(error)),
            None => Ok(doubt::transcript(heard)),
        }
    }
}
