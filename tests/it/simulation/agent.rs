//! The agent beside its conversation: it thinks for a while, anywhere, and its end comes when much else has happened.
use switchboard::domain::agent::{AnswersFirst, HandOverWhy};
use switchboard::domain::clock::{MINUTE, SECOND};
use switchboard::domain::conversation::*;
use switchboard::domain::ids::*;
use switchboard::domain::lead::LeadDraft;
use switchboard::domain::message::*;

use super::actor::Asker;
use super::boundary::{Boundary, Bug};
use super::chats;
use super::rows::{MessageRow, Thread};
use super::store::Wrong;
use super::world::World;

#[derive(Clone, Copy)]
pub struct Thinking {
    pub chat: usize,
    pub generation: i64,
    /// The newest word of the customer that the model has read.
    pub read: Option<MessageId>,
    /// A person sends what it writes.
    pub suggests: bool,
}

/// A reaction is no word: nobody answers it.
fn is_word(m: &MessageRow) -> bool {
    m.direction == Direction::In && m.kind != MessageKind::Reaction
}

fn newest_word(thread: &Thread) -> Option<MessageId> {
    thread.messages.iter().filter(|m| is_word(m)).map(|m| m.id).max()
}

impl World {
    /// A turn begins wherever a state says that one is owed, or a turn that has begun comes to its end.
    pub fn think(&mut self, n: usize) -> bool {
        let i = self.dice.below(self.nodes[n].turns.len());
        let ends = !self.nodes[n].turns.is_empty() && (self.quiet || self.dice.percent(50));
        if ends { self.end_turn(n, i) } else { self.begin_turn(n) }
    }

    fn begin_turn(&mut self, n: usize) -> bool {
        let start = self.dice.below(chats::COUNT);
        for c in (0..chats::COUNT).map(|i| (start + i) % chats::COUNT) {
            let chat = &self.chats[c];
            let Some(thread) = self.store.find(chat.channel_id, chat.key) else { continue };
            let (read, owed) = (newest_word(thread), thread.conversation.turn_since.is_some());
            // The scheduler wakes a conversation to which an answer is owed.
            if owed && self.nodes[n].actors[c].is_none() {
                self.actor(n, c);
            }
            let state = self.nodes[n].actors[c].as_ref().and_then(|a| a.state.as_ref());
            let Some(state) = state.filter(|s| s.turn_since.is_some()) else { continue };
            let drafts = self.chats[c].rules.answers_first(self.now) == AnswersFirst::Drafts;
            let (generation, suggests) = (state.generation, drafts || state.handler != Handler::Agent);
            let same = |t: &Thinking| t.chat == c && t.generation == generation;
            let handed_in = |a: &super::actor::Actor| {
                a.flight.is_some() || a.waiting.iter().any(|(input, _)| matches!(input, Input::Agent(_)))
            };
            if self.nodes[n].turns.iter().any(same) || self.nodes[n].actors[c].as_ref().is_some_and(handed_in) {
                continue;
            }
            self.nodes[n].turns.push(Thinking { chat: c, generation, read, suggests });
            return true;
        }
        false
    }

    fn end_turn(&mut self, n: usize, i: usize) -> bool {
        if self.crash_at(Boundary::WhileThinking, n) {
            return true;
        }
        let turn = self.nodes[n].turns.swap_remove(i);
        let mut generation = turn.generation;
        if self.bug == Some(Bug::NoAgentFence) {
            let state = self.nodes[n].actors[turn.chat].as_ref().and_then(|a| a.state.as_ref());
            generation = state.map_or(generation, |s| s.generation);
        }
        let soon = self.now + [SECOND, 20 * SECOND, 5 * MINUTE][self.dice.below(3)];
        let callback = self.dice.percent(25).then(|| Callback { at: soon, note: "call".into() });
        let acts = Acts { lead: self.dice.percent(30).then(lead), callback, ..Acts::default() };
        let text = format!("automatic answer to {:?}", turn.read);
        let end = match self.dice.below(10) {
            0 => TurnEnd::HandOver { why: HandOverWhy::AgentDecided, note: "because".into(), to_customer: text.clone() },
            _ if turn.suggests => TurnEnd::Suggest { text: text.clone() },
            _ => TurnEnd::Reply { text: text.clone() },
        };
        // The trace carries what was read, for whoever checks the commit.
        let run =
            Run { agent_version_id: 1, reply: text, acts, trace: serde_json::json!({ "read": turn.read }), ..Run::default() };
        let input = Input::Agent(Box::new(AgentTurn { generation, run, end }));
        self.actor(n, turn.chat).waiting.push((input, Asker::Hub));
        true
    }

    /// At the commit of an automatic answer: it answers all that was said, nobody else has answered, nobody took over.
    pub fn check_automatic(&self, unit: &Unit, inputs: &[Input]) -> Result<(), Wrong> {
        let Some(ended) = &unit.run else { return Ok(()) };
        let Some(thread) = self.store.thread(unit.after.id) else { return Ok(()) };
        let Some(turn) = inputs.iter().find_map(|i| match i {
            Input::Agent(turn) if turn.generation == ended.generation => Some(turn),
            _ => None,
        }) else {
            return Err("a run that no input brought".into());
        };
        let read = turn.run.trace["read"].as_i64().map(MessageId::new);
        let mine = unit.messages.iter().find(|m| m.agent_run_id == Some(ended.id) && m.direction == Direction::Out);
        let public = |m: &&MessageRow| matches!(m.direction, Direction::In | Direction::Out);
        let before = |m: &&MessageRow| mine.is_none_or(|mine| m.id < mine.id);
        let words = thread.messages.iter().filter(|m| is_word(m)).filter(before).map(|m| m.id).max();
        let of_this_unit = |id: MessageId| unit.messages.iter().any(|m| m.id == id);
        // A word of the same unit that stands behind the turn's end is no word before it.
        let unread = words.filter(|w| Some(*w) != read && !(mine.is_none() && of_this_unit(*w)));
        if unread.is_some() {
            return Err(format!("fence: a turn that has read {read:?} ends after word {words:?}"));
        }
        let Some(mine) = mine else { return Ok(()) };
        let last = thread.messages.iter().filter(public).filter(|m| m.id < mine.id).max_by_key(|m| m.id);
        match last.map(|m| m.author.kind) {
            Some(AuthorType::Customer) | None => Ok(()),
            Some(AuthorType::Bot) => Ok(()),
            Some(other) => Err(format!("fence: message {} of the agent follows one of {other}", mine.id)),
        }
    }

    /// When everything is still: no answer is owed, and no request became two leads.
    pub fn check_turns(&self, thread: &Thread) -> Result<(), Wrong> {
        if thread.conversation.turn_since.is_some() {
            return Err("silence: an automatic answer is owed and nobody thinks of it".into());
        }
        if thread.leads.len() > thread.episodes.len() {
            return Err(format!("{} leads in {} episodes", thread.leads.len(), thread.episodes.len()));
        }
        let fenced = thread.runs.iter().filter(|r| r.state == RunState::Fenced).count();
        if fenced > 0 {
            return Err("a fenced run was committed with a unit".into());
        }
        let mut generations: Vec<i64> = thread.runs.iter().map(|r| r.generation).collect();
        generations.sort_unstable();
        generations.dedup();
        if generations.len() == thread.runs.len() { Ok(()) } else { Err("two turns of one generation ended".into()) }
    }
}

fn lead() -> LeadDraft {
    LeadDraft { name: "Kanat".into(), phone: "87768776637".into(), phone_e164: "+77768776637".into(), ..LeadDraft::default() }
}
