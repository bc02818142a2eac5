//! What the model is told: the prompt, and the conversation as data.
use std::sync::Arc;

use chrono::TimeZone;

use super::Agent;
use crate::domain::agent::prompt::{Facts, HistoryLine, LineFile, System, Who};
use crate::domain::agent::{Language, prompt};
use crate::domain::cited::Cited;
use crate::domain::clock::{MINUTE, Micros};
use crate::domain::conversation::{NewMessage, State};
use crate::domain::event::CustomerBrief;
use crate::domain::ids::*;
use crate::domain::message::*;
use crate::domain::zone;

/// How far back a turn reads.
pub const READ_BACK: i64 = 60;
/// More automatic replies than this in five minutes are a loop: two machines talk to each other.
const REPLIES_IN_A_ROW: usize = 10;
const ROW: Micros = 5 * MINUTE;

/// Whom a turn is about.
#[derive(Clone, Debug)]
pub struct About {
    /// 0 in a try-out.
    pub conversation_id: ConversationId,
    pub customer: CustomerBrief,
    pub has_lead: bool,
}

impl About {
    pub fn of(state: &State) -> Self {
        About { conversation_id: state.id, customer: state.customer.clone(), has_lead: state.lead.is_some() }
    }

    /// Nobody yet: whoever tries the agent out.
    pub fn nobody() -> Self {
        let customer =
            CustomerBrief { id: CustomerId::NONE, number: 0, name: String::new(), phone: None, username: None, language: None };
        About { conversation_id: ConversationId::NONE, customer, has_lead: false }
    }
}

pub fn system(agent: &Agent, about: &About, now: Micros) -> System {
    let customer = &about.customer;
    let facts = Facts {
        company_name: &agent.company_name,
        card: &agent.card,
        customer_name: &customer.name,
        customer_phone: customer.phone.as_deref(),
        customer_language: customer.language.as_deref().and_then(Language::parse),
        now_local: local_time(now, &agent.time_zone),
        customer_fields: &agent.customer_fields,
        lead: about.has_lead.then_some("A lead was registered for this request already."),
    };
    prompt::system(&agent.settings, &facts)
}

/// "2026-11-21 18:05, Saturday (Asia/Almaty)"
fn local_time(now: Micros, time_zone: &str) -> String {
    let zone = zone::of(time_zone);
    match zone.timestamp_micros(now).single() {
        Some(at) => format!("{} ({})", at.format("%Y-%m-%d %H:%M, %A"), zone.name()),
        None => String::new(),
    }
}

/// A message as a turn reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pub id: MessageId,
    direction: Direction,
    is_deleted: bool,
    /// Of its voices.
    hearing: Hearing,
    line: HistoryLine,
}

impl Said {
    pub fn of(m: &MessageView) -> Self {
        // What may be invented is nobody's word.
        let said = |a: &AttachmentView| a.transcript.clone().filter(|_| a.transcript_state != TranscriptState::Doubtful);
        let file = |a: &AttachmentView| LineFile { kind: a.kind.clone(), name: a.name.clone(), transcript: said(a) };
        let files = m.attachments.iter().map(file).collect();
        Said {
            id: m.id,
            direction: m.direction,
            is_deleted: m.deleted_at.is_some(),
            hearing: m.attachments.iter().map(heard).max().unwrap_or(Hearing::Clear),
            line: HistoryLine {
                who: who(m.author.kind),
                text: m.text.clone(),
                files,
                cited: Cited::of(m.payload.as_ref()),
                at: m.created_at,
            },
        }
    }

    /// A message that was stored just now and has no files.
    pub fn plain(m: &NewMessage, at: Micros) -> Self {
        let cited = Cited::of(m.payload.as_ref());
        let line = HistoryLine { who: who(m.author.kind), text: m.text.clone(), files: vec![], cited, at };
        Said { id: m.id, direction: m.direction, is_deleted: false, hearing: Hearing::Clear, line }
    }

    /// In bytes, roughly.
    pub fn size(&self) -> usize {
        let file = |f: &LineFile| f.name.len() + f.transcript.as_ref().map_or(0, String::len);
        size_of::<Self>() + self.line.text.len() + self.line.cited.size() + self.line.files.iter().map(file).sum::<usize>()
    }
}

/// The lines of a conversation, oldest first.
pub fn lines(newest_first: &[Arc<Said>]) -> Vec<HistoryLine> {
    newest_first.iter().rev().filter(|m| !m.is_deleted).map(|m| m.line.clone()).collect()
}

fn who(author: AuthorType) -> Who {
    match author {
        AuthorType::Customer => Who::Customer,
        AuthorType::Agent => Who::Agent,
        AuthorType::Operator => Who::Operator,
        AuthorType::Bot | AuthorType::System => Who::Bot,
    }
}

/// How well the voice messages that wait for an answer are understood; of several, the worst counts.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
pub enum Hearing {
    Clear,
    /// Still being fetched or listened to.
    Listening,
    /// Not understood for sure: a person must listen.
    Unclear,
}

fn heard(file: &AttachmentView) -> Hearing {
    if !is_spoken(&file.kind, &file.mime) {
        return Hearing::Clear;
    }
    match (file.status, file.transcript_state) {
        (AttachmentStatus::Failed, _) | (_, TranscriptState::Doubtful | TranscriptState::Failed) => Hearing::Unclear,
        (AttachmentStatus::Ready, TranscriptState::Done) => Hearing::Clear,
        // Ready and never marked: it came before anybody listened.
        (AttachmentStatus::Ready, TranscriptState::None) => Hearing::Unclear,
        _ => Hearing::Listening,
    }
}

pub fn hearing(newest_first: &[Arc<Said>]) -> Hearing {
    let unanswered = newest_first.iter().take_while(|m| m.direction == Direction::In);
    unanswered.map(|m| m.hearing).max().unwrap_or(Hearing::Clear)
}

pub fn is_loop(newest_first: &[Arc<Said>], now: Micros) -> bool {
    let automatic = |m: &&Arc<Said>| m.line.who == Who::Agent && now - m.line.at < ROW;
    newest_first.iter().filter(automatic).count() >= REPLIES_IN_A_ROW
}
