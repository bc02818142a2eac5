//! The leaf clients against servers with bad manners. No hub, no database.

mod dialects;
mod guard;
mod openai;
mod transcription;
mod trouble;
