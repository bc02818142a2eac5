//! What can happen to a conversation, and what is answered.
use crate::domain::channel::{Inbound, OutFile, SendOutcome};
use crate::domain::clock::Micros;
use crate::domain::event::Assignee;
use crate::domain::flaw::Flaw;
use crate::domain::ids::*;

use super::agent::{AgentTurn, Approved};
use super::state::ConversationStatus;
use crate::domain::message::{Button, TranscriptState};
use crate::domain::text::word_enum;

#[derive(Clone, Debug)]
pub enum Input {
    Inbound(Box<Inbound>),
    Command(Command),
    /// The connector is ready to send: take the delivery (`queued` → `sending`) before a byte leaves.
    Claim {
        delivery_id: DeliveryId,
    },
    /// The connector is ready and nothing waits: the first delivery that this unit makes is born taken.
    ClaimNew,
    /// What came of the send.
    Outcome {
        delivery_id: DeliveryId,
        outcome: SendOutcome,
    },
    /// The answer to a send says that the conversation goes on at another address.
    Moved {
        to: String,
    },
    /// A process died between claim and outcome: whatever is `sending` is unclear now.
    Recover,
    /// A row of `timers` is due. Its id is the fence: a timer that was set anew is another row.
    Timer {
        kind: TimerKind,
        id: TimerId,
    },
    /// A turn of the agent has ended.
    Agent(Box<AgentTurn>),
    /// What is said in a voice message.
    Heard {
        attachment_id: AttachmentId,
        message_id: MessageId,
        heard: Heard,
    },
    /// The bytes of an attachment came, or never will.
    Media {
        attachment_id: AttachmentId,
        message_id: MessageId,
        result: MediaResult,
    },
}

word_enum! {
    /// What may be due in a conversation; at most one timer of a kind.
    TimerKind { Snooze = "snooze", Callback = "callback" }
}

#[derive(Clone, Debug)]
pub enum MediaResult {
    Ready { storage_key: String, size: i64, mime: String },
    Failed { error: String },
}

/// What a signed-in person asks for. The API has checked the right to ask; the core checks whether it fits the state.
#[derive(Clone, Debug)]
pub enum Command {
    Send(Box<SendCommand>),
    Assign {
        assignee: Option<Assignee>,
        /// Only from these hands, if it is said: of two who take it at once one has it.
        from: Option<Option<UserId>>,
        by: Assignee,
        /// Goes along.
        note: Option<Box<SendCommand>>,
    },
    /// Gives the conversation (back) to the agent.
    AssignAgent {
        /// As for people.
        from: Option<Option<UserId>>,
        by: Assignee,
        note: Option<Box<SendCommand>>,
    },
    SetStatus {
        status: ConversationStatus,
        until: Option<Micros>,
        by: Assignee,
    },
    /// A new attempt, at the tail, of the parts (with their latest attempt) of a failed or unclear message that have not
    /// clearly left. Memory does not hold what failed long ago: the actor reads them, at the version it stands on.
    Resend {
        message_id: MessageId,
        parts: Vec<(i64, i64)>,
    },
    /// Takes back what has not left yet.
    Cancel {
        message_id: MessageId,
    },
}

#[derive(Clone, Debug)]
pub struct SendCommand {
    pub author: Assignee,
    pub text: String,
    pub note: bool,
    /// Whom the note names, of those who see the conversation.
    pub mentions: Vec<UserId>,
    /// As many and as long as the channel takes: the API has seen to it.
    pub buttons: Vec<Button>,
    pub files: Vec<(AttachmentId, OutFile)>,
    pub reply_to: Option<MessageId>,
    pub seen_seq: Option<Seq>,
    pub client_id: Option<String>,
    /// Hash of what was asked, to tell a repeat of the same send from a misuse of its `client_id`.
    pub content_hash: String,
    /// The agent's reply that is sent with this, as it is or changed: what the agent wanted to do along with it is done too.
    pub approved: Option<Box<Approved>>,
}

/// What came of listening to a voice message.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    pub state: TranscriptState,
    pub text: Option<String>,
}

/// Why the core says no. Nothing is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// Someone else's message in or out is newer than what the sender had seen.
    ChangedSince,
    /// The turn of the agent has been overtaken: by a newer word of the customer, or by a person.
    Fenced,
    /// Not as things stand.
    NotPossible(Flaw),
    /// There is no such delivery here, or it is past that: whoever sends has come too late, or twice.
    OutOfTurn(&'static str),
    /// Somebody else has the conversation by now, or nobody.
    Taken(Option<Assignee>),
    NoConversation,
    /// The provider takes free words only for a while after the customer's last one, and that is over.
    WindowClosed,
}

/// What an input's sender is told, after the commit.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The message with this index of the unit's `messages` (its id is known after the commit).
    Message(usize),
    /// An existing message changed.
    Changed(MessageId),
    Done,
    Refused(Refusal),
}
