//! A person sends, sends again or takes back a message. Each answers the message as it is stored after that.
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::domain::access::Principal;
use crate::domain::channel::OutFile;
use crate::domain::conversation::{Approved, Command, SendCommand};
use crate::domain::event::Assignee;
use crate::domain::flaw::Flaw;
use crate::domain::ids::{AttachmentId, CompanyId, ConversationId, MessageId, UserId};
use crate::domain::mention::mentioned;
use crate::domain::message::{Button, MessageView, Revealed, users_sender};
use crate::error::{Error, Result};
use crate::hub::{Hub, HubError};

/// What is to be sent; every value is sound by itself, what it names is looked up here.
#[derive(Default)]
pub struct WantedMessage {
    pub text: String,
    pub note: bool,
    pub attachments: Vec<i64>,
    pub buttons: Vec<Button>,
    pub reply_to: Option<MessageId>,
    /// What the sender had seen of the conversation: a newer word of another refuses the message.
    pub seen_seq: Option<i64>,
    /// The same key again is the same message.
    pub client_id: Option<String>,
    /// The agent's suggestion that is approved with it.
    pub run_id: Option<i64>,
}

impl WantedMessage {
    /// What makes two sends the same send.
    fn hash(&self) -> String {
        let mut asked = json!([self.text, self.note, self.attachments, self.reply_to]);
        if let Some(list) = asked.as_array_mut().filter(|_| !self.buttons.is_empty()) {
            list.push(json!(self.buttons));
        }
        hex::encode(Sha256::digest(asked.to_string().as_bytes()))
    }

    fn command(self, who: &Principal, named: Named) -> Box<SendCommand> {
        let content_hash = self.hash();
        Box::new(SendCommand {
            author: Assignee { id: who.user_id, name: who.name.clone() },
            text: self.text,
            note: self.note,
            mentions: named.people,
            buttons: self.buttons,
            files: named.files,
            reply_to: self.reply_to,
            seen_seq: self.seen_seq,
            client_id: self.client_id,
            content_hash,
            approved: named.approved,
        })
    }
}

/// What is told to the colleagues along with something else.
#[derive(Default)]
pub struct NoteAlong {
    pub text: String,
    /// However often it is sent under this, it is written once.
    pub client_id: Option<String>,
}

/// What a wanted message names, as it was found.
#[derive(Default)]
struct Named {
    people: Vec<UserId>,
    files: Vec<(AttachmentId, OutFile)>,
    approved: Option<Box<Approved>>,
}

/// The caller may see the conversation.
pub async fn send_message(
    hub: &Hub,
    who: &Principal,
    conversation: ConversationId,
    wanted: WantedMessage,
) -> Result<MessageView> {
    let (store, company) = (&hub.core.store, who.company_id);
    if let Some(target) = wanted.reply_to {
        let there = store.message_by_id(company, target).await?.is_some_and(|m| m.conversation_id == conversation);
        if !there {
            return Err(Error::unknown("reply_to", Flaw::UnknownReply));
        }
    }
    // A repeat finds its files used already: by itself.
    if let Some(key) = &wanted.client_id
        && let Some((id, stored)) = store.sent_before(company, users_sender(who.user_id), key.clone()).await?
    {
        return if stored == Some(wanted.hash()) { stored_message(hub, who, id).await } else { Err(HubError::KeyReused.into()) };
    }
    let uploads = store.unused_uploads(company, wanted.attachments.clone()).await?;
    if uploads.len() != wanted.attachments.len() {
        return Err(Error::unknown("attachments", Flaw::UnknownFile));
    }
    let approved = match wanted.run_id {
        Some(run_id) => Some(Box::new(approval(hub, company, conversation, run_id).await?)),
        None => None,
    };
    let people = if wanted.note { mentions(hub, company, conversation, &wanted.text, None).await? } else { vec![] };
    let files = uploads.into_iter().map(|u| (u.id, u.file)).collect();
    let command = wanted.command(who, Named { people, files, approved });
    let done = hub.command(company, conversation, Command::Send(command)).await?;
    stored_message(hub, who, done.message_id.ok_or_else(|| Error::internal("a send without a message"))?).await
}

/// A note that goes along when the caller gives the conversation to somebody, or to nobody. Of blanks alone there is none, nor of
/// what is written already.
pub async fn note_along(
    hub: &Hub,
    who: &Principal,
    conversation: ConversationId,
    to: Option<UserId>,
    note: NoteAlong,
) -> Result<Option<Box<SendCommand>>> {
    let NoteAlong { text, client_id } = note;
    if text.trim().is_empty() {
        return Ok(None);
    }
    let (store, company) = (&hub.core.store, who.company_id);
    let wanted = WantedMessage { text, note: true, client_id, ..WantedMessage::default() };
    if let Some(key) = &wanted.client_id
        && let Some((_, stored)) = store.sent_before(company, users_sender(who.user_id), key.clone()).await?
    {
        return if stored == Some(wanted.hash()) { Ok(None) } else { Err(HubError::KeyReused.into()) };
    }
    let mut people = mentions(hub, company, conversation, &wanted.text, Some(to)).await?;
    // They are told that it is theirs, which leads to the note.
    people.retain(|user| Some(*user) != to);
    Ok(Some(wanted.command(who, Named { people, ..Named::default() })))
}

/// A new attempt, at the tail, of what failed or is unclear.
pub async fn resend_message(hub: &Hub, who: &Principal, conversation: ConversationId, id: MessageId) -> Result<MessageView> {
    let parts = hub.core.store.parts_to_resend(who.company_id, id).await?;
    hub.command(who.company_id, conversation, Command::Resend { message_id: id, parts }).await?;
    stored_message(hub, who, id).await
}

/// What has not left yet never will.
pub async fn cancel_message(hub: &Hub, who: &Principal, conversation: ConversationId, id: MessageId) -> Result<MessageView> {
    hub.command(who.company_id, conversation, Command::Cancel { message_id: id }).await?;
    stored_message(hub, who, id).await
}

/// Whom a note names, of those who see the conversation, `given_to` these hands where it is: nobody is led to what they may not
/// see.
async fn mentions(
    hub: &Hub,
    company: CompanyId,
    conversation: ConversationId,
    note: &str,
    given_to: Option<Option<UserId>>,
) -> Result<Vec<UserId>> {
    if !note.contains('@') {
        return Ok(vec![]);
    }
    let store = &hub.core.store;
    let named = mentioned(note, &store.people(company).await?);
    if named.is_empty() {
        return Ok(vec![]);
    }
    Ok(store.who_see(company, named, conversation, given_to).await?)
}

/// What the agent wanted to do along with the reply that a person approves.
async fn approval(hub: &Hub, company: CompanyId, conversation: ConversationId, run_id: i64) -> Result<Approved> {
    let acts = hub.core.store.acts_of(company, conversation, run_id).await?;
    let acts = acts.ok_or_else(|| Error::unknown("run_id", Flaw::UnknownSuggestion))?;
    Ok(Approved { run_id, acts: serde_json::from_value(acts).map_err(Error::internal)? })
}

async fn stored_message(hub: &Hub, who: &Principal, id: MessageId) -> Result<MessageView> {
    let stored = hub.core.store.message_by_id(who.company_id, id).await?;
    stored.map(|message| message.shown_to(who)).ok_or_else(|| Error::internal("a committed message is not there"))
}
