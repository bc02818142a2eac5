//! People at their screens: they send (and try again under the same `client_id`), assign, snooze, close, resend and take back.
use switchboard::domain::channel::ChannelKind;
use switchboard::domain::clock::{HOUR, MINUTE, Micros, SECOND};
use switchboard::domain::conversation::input::SendCommand;
use switchboard::domain::conversation::*;
use switchboard::domain::ids::*;
use switchboard::domain::message::*;

use super::dice::Dice;
use super::rows::{Thread, user};

pub struct Ask {
    pub chat: usize,
    pub command: Command,
    /// Requests the hub still holds.
    pub copies: u32,
    /// How often it was asked: a double click is two.
    pub presses: u32,
    pub heard: Option<Heard>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    Message(MessageId),
    Ok,
    No,
}

impl Ask {
    /// Only what carries a `client_id` may be asked again without harm.
    pub fn repeats(&self) -> bool {
        matches!(self.command, Command::Send(_)) && self.heard.is_none()
    }
}

/// What somebody who looks at this thread asks for next.
pub fn wish(dice: &mut Dice, chat: usize, thread: &Thread, number: usize, now: Micros) -> Option<Ask> {
    let author = user(UserId::new(7 + dice.below(2) as i64));
    // Who acts on the conversation, for themselves or for another.
    let by = user(UserId::new(7));
    let command = match dice.below(20) {
        0..=8 => {
            let note = dice.percent(15);
            // Long enough for two or three parts now and then.
            let text = if dice.percent(15) { "long ".repeat(900 + dice.below(900)) } else { format!("answer {number}") };
            Command::Send(Box::new(SendCommand {
                author,
                note,
                mentions: if note { vec![by.id] } else { vec![] },
                content_hash: text.clone(),
                text,
                buttons: vec![],
                files: vec![],
                reply_to: None,
                seen_seq: dice.percent(60).then_some(thread.conversation.seq),
                client_id: Some(format!("ask-{number}")),
                approved: approval(dice, thread).filter(|_| !note).map(Box::new),
            }))
        }
        9 if thread.conversation.handler != Handler::Agent && thread.conversation.channel_kind != ChannelKind::Webchat => {
            Command::AssignAgent { from: None, by, note: None }
        }
        9 | 10 => Command::Assign { assignee: dice.percent(70).then_some(author), from: None, by, note: None },
        11 => Command::SetStatus { status: ConversationStatus::Closed, until: None, by },
        12 => Command::SetStatus { status: ConversationStatus::Open, until: dice.percent(20).then_some(now), by },
        13 => Command::SetStatus { status: ConversationStatus::Pending, until: None, by },
        14 | 15 => {
            let until = now + [-SECOND, SECOND, 10 * SECOND, MINUTE, HOUR][dice.below(5)];
            Command::SetStatus { status: ConversationStatus::Snoozed, until: Some(until), by }
        }
        16 | 17 => resend(dice, thread)?,
        _ => {
            let queued: Vec<_> = thread.deliveries.iter().filter(|d| d.state == MessageStatus::Queued).collect();
            Command::Cancel { message_id: queued.get(dice.below(queued.len()))?.message_id }
        }
    };
    Some(Ask { chat, command, copies: 0, presses: 0, heard: None })
}

/// A person sends what the agent proposes.
fn approval(dice: &mut Dice, thread: &Thread) -> Option<Approved> {
    let run_id = thread.conversation.suggestion_run_id.filter(|_| dice.percent(60))?;
    Some(Approved { run_id, acts: Acts::default() })
}

/// Somebody sees a failed or unclear message and presses resend.
fn resend(dice: &mut Dice, thread: &Thread) -> Option<Command> {
    let stuck: Vec<&_> =
        thread.messages.iter().filter(|m| matches!(m.status, MessageStatus::Failed | MessageStatus::Uncertain)).collect();
    let message_id = stuck.get(dice.below(stuck.len()))?.id;
    Some(Command::Resend { message_id, parts: stuck_parts(thread, message_id) })
}

/// Every part that did not clearly leave, by its latest attempt.
pub fn stuck_parts(thread: &Thread, message_id: MessageId) -> Vec<(i64, i64)> {
    let left = |s| matches!(s, MessageStatus::Failed | MessageStatus::Cancelled | MessageStatus::Uncertain);
    let parts = thread.deliveries.iter().filter(|d| d.message_id == message_id && left(d.state) && thread.is_latest(d));
    parts.map(|d| (d.part, d.attempt)).collect()
}
