//! Any server that speaks OpenAI's language: chat (streamed) and transcription. Its answers are read leniently, its errors
//! become one of nine kinds, and no call outlives its deadline.
mod model;

pub use model::*;
