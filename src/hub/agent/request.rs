//! What the model is told: the prompt, and the conversation as data.
use chrono::TimeZone;

use super::Agent;
use crate::domain::agent::prompt::{Facts, HistoryLine, LineFile, System, Who};
use crate::domain::agent::{Language, prompt};
use crate::domain::clock::{MINUTE, Micros};
use crate::domain::conversation::State;
use crate::domain::event::CustomerBrief;
use crate::domain::ids::*;
use crate::domain::message::*;

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
        let customer = CustomerBrief { id: CustomerId::NONE, name: String::new(), phone: None, username: None, language: None };
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
    let zone: chrono_tz::Tz = time_zone.parse().unwrap_or(chrono_tz::UTC);
    match zone.timestamp_micros(now).single() {
        Some(at) => format!("{} ({time_zone})", at.format("%Y-%m-%d %H:%M, %A")),
        None => String::new(),
    }
}

/// The messages of the store (newest first) as the lines of a conversation.
pub fn lines(newest_first: &[MessageView]) -> Vec<HistoryLine> {
    newest_first.iter().rev().filter(|m| m.deleted_at.is_none()).map(line).collect()
}

fn line(m: &MessageView) -> HistoryLine {
    let file = |a: &AttachmentView| LineFile { kind: a.kind.clone(), name: a.name.clone(), transcript: a.transcript.clone() };
    HistoryLine {
        who: match m.author.kind {
            AuthorType::Customer => Who::Customer,
            AuthorType::Agent => Who::Agent,
            AuthorType::Operator => Who::Operator,
            AuthorType::Bot | AuthorType::System => Who::Bot,
        },
        text: m.text.clone(),
        files: m.attachments.iter().map(file).collect(),
        at: m.created_at,
    }
}

/// How well the voice messages that wait for an answer are understood.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Hearing {
    Clear,
    /// Still being fetched or listened to.
    Listening,
    /// Not understood for sure: a person must listen.
    Unclear,
}

pub fn hearing(newest_first: &[MessageView]) -> Hearing {
    let unanswered = newest_first.iter().take_while(|m| m.direction == Direction::In);
    let voices = unanswered.flat_map(|m| &m.attachments).filter(|a| matches!(a.kind.as_str(), "voice" | "audio"));
    voices.fold(Hearing::Clear, |so_far, voice| match (so_far, voice.status, voice.transcript_state) {
        (Hearing::Unclear, ..) | (_, AttachmentStatus::Failed, _) => Hearing::Unclear,
        (_, _, TranscriptState::Doubtful | TranscriptState::Failed) => Hearing::Unclear,
        (_, AttachmentStatus::Ready, TranscriptState::Done) => so_far,
        // Ready and never marked: it came before anybody listened.
        (_, AttachmentStatus::Ready, TranscriptState::None) => Hearing::Unclear,
        _ => Hearing::Listening,
    })
}

pub fn is_loop(newest_first: &[MessageView], now: Micros) -> bool {
    let automatic = |m: &&MessageView| m.author.kind == AuthorType::Agent && now - m.created_at < ROW;
    newest_first.iter().filter(automatic).count() >= REPLIES_IN_A_ROW
}
