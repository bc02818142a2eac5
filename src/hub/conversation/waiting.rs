//! What has come and is not stepped yet: which of it may share a unit, and what becomes of it when nothing can be stored.
use std::collections::{HashSet, VecDeque};

use super::Conversation;
use crate::domain::channel::InboundKind;
use crate::domain::conversation::{Command, Input};
use crate::hub::HubError;
use crate::hub::supervisor::ReplyToInput;

pub(super) struct Waiting {
    pub input: Input,
    pub reply: Option<ReplyToInput>,
}

impl Conversation {
    /// How many of the waiting inputs may share a unit: a payload or key that comes twice waits for the next one, where the
    /// store knows it as a repeat.
    pub(super) fn distinct(&self) -> usize {
        let mut seen = HashSet::new();
        let marks = |input: &Input| {
            let raw = match input {
                Input::Inbound(i) => i.raw.as_ref().map(|r| format!("r:{}", r.external_id)),
                _ => None,
            };
            raw.into_iter().chain(client_key(input).map(|(key, _)| format!("k:{key}"))).collect::<Vec<_>>()
        };
        self.waiting.iter().take_while(|w| marks(&w.input).into_iter().all(|mark| seen.insert(mark))).count().max(1)
    }

    /// From now on an attempt at these payloads is counted before it is made.
    pub(super) fn suspect<'a>(&self, waiting: impl IntoIterator<Item = &'a Waiting>) {
        for waiting in waiting {
            if let Input::Inbound(inbound) = &waiting.input
                && let Some(raw) = &inbound.raw
            {
                self.core.suspects.add(inbound.channel_id, raw.external_id.clone());
            }
        }
    }

    pub(super) fn refuse_waiting(&mut self, e: HubError) {
        let (ours, theirs): (VecDeque<_>, VecDeque<_>) = self.waiting.drain(..).partition(|w| w.reply.is_none());
        self.waiting = ours;
        for waiting in theirs {
            if let Some(reply) = waiting.reply {
                let _ = reply.send(Err(e.clone()));
            }
        }
    }
}

/// The `client_id` an input brings, and the hash that tells a repeat from a misuse.
pub(super) fn client_key(input: &Input) -> Option<(String, Option<String>)> {
    match input {
        Input::Inbound(i) => match &i.what {
            InboundKind::Message(m) => Some((m.client_id.clone()?, Some(m.text.clone()))),
            _ => None,
        },
        Input::Command(Command::Send(said))
        | Input::Command(Command::Assign { note: Some(said), .. } | Command::AssignAgent { note: Some(said), .. }) => {
            Some((said.client_id.clone()?, Some(said.content_hash.clone())))
        }
        _ => None,
    }
}
