//! Whether it was a colleague, and what they are told. What is done here makes no conversation: its payload is kept as done
//! in the transaction that does it, so that a second delivery does nothing.
pub mod after;
pub mod notices;
mod presses;
pub mod read;

use std::sync::{Mutex, PoisonError};

use self::after::After;
use self::read::{Colleague, ColleagueAct};
use super::place::ChatPlace;
use crate::actions::move_notice_chat::move_notice_chat;
use crate::connectors::ports::Ports;
use crate::db::DbError;
use crate::db::notices::{CodeShown, Opened, Own};
use crate::domain::clock::{MINUTE, Micros};
use crate::domain::ids::ChannelId;
use crate::domain::notice::Notice;
use crate::domain::notice::words;
use crate::hub::recent::Recent;
use crate::secrets::token_hash;

/// Wrong codes of one chat that are looked up. A guesser has one chance in a hundred thousand million with each.
const TRIES: usize = 10;
const WINDOW: Micros = 15 * MINUTE;
const MOST_TRIES: usize = 20_000;

/// Who guesses codes. Chats that did so too often are not listened to for a while: their messages are customers' messages.
pub struct CodeTries {
    wrong: Mutex<Recent<(ChannelId, String)>>,
}

impl Default for CodeTries {
    fn default() -> Self {
        CodeTries { wrong: Mutex::new(Recent::new(WINDOW, MOST_TRIES)) }
    }
}

impl CodeTries {
    fn spent(&self, chat: &(ChannelId, String), now: Micros) -> bool {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner).count(chat, now) >= TRIES
    }

    fn failed(&self, chat: (ChannelId, String), now: Micros) {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner).add(chat, now);
    }
}

/// `None`: a customer's after all.
pub async fn receive(colleague: &Colleague, own: Own, ports: &Ports, tries: &CodeTries) -> Result<Option<After>, DbError> {
    match &colleague.act {
        ColleagueAct::Press { lead, verb, message } => {
            return presses::take(colleague, *lead, *verb, *message, own, ports).await.map(Some);
        }
        ColleagueAct::Code(code) => {
            if let Some(after) = open(colleague, code, &own, ports, tries).await? {
                return Ok(Some(after));
            }
        }
        ColleagueAct::Moved { from, to } => {
            return Ok(move_notice_chat(&ports.store, from, to, own).await?.then(After::default));
        }
        ColleagueAct::Word => {}
    }
    // What is said where notices go is said among colleagues.
    if is_among_colleagues(&colleague.chat_id, &own, ports).await? {
        ports.store.keep_own(own).await?;
        return Ok(Some(After::default()));
    }
    Ok(None)
}

/// Notices go to a group, with all its topics, or to one topic of it.
async fn is_among_colleagues(place: &str, own: &Own, ports: &Ports) -> Result<bool, DbError> {
    if !place.starts_with('-') {
        return Ok(false);
    }
    let hears = |chat: &str| ports.store.is_notice_chat(own.company_id, own.channel_id, chat.to_owned());
    let chat = ChatPlace::chat_part(place);
    Ok(hears(place).await? || (chat != place && hears(chat).await?))
}

async fn open(colleague: &Colleague, code: &str, own: &Own, ports: &Ports, tries: &CodeTries) -> Result<Option<After>, DbError> {
    let chat = (own.channel_id, colleague.chat_id.clone());
    if tries.spent(&chat, own.at) {
        return Ok(None);
    }
    let code_hash = token_hash(code);
    if !ports.store.code_is_open(own.company_id, code_hash.clone(), own.at).await? {
        tries.failed(chat, own.at);
        return Ok(None);
    }
    let knock = CodeShown {
        own: own.clone(),
        code_hash,
        chat_id: colleague.chat_id.clone(),
        chat_title: colleague.chat_title.clone(),
        sender: colleague.sender.clone().map(|sender| (sender.id, sender.name)),
    };
    let text = match ports.store.open_by_code(knock).await? {
        Opened::Nothing => return Ok(None),
        Opened::Again => return Ok(Some(After::default())),
        Opened::Chat { locale, company } => {
            tracing::info!(
                company_id = own.company_id.get(),
                channel_id = own.channel_id.get(),
                "a chat for notices was connected"
            );
            words::connected(words::language_of(&locale), &company)
        }
        Opened::Account { locale, company, user } => {
            tracing::info!(company_id = own.company_id.get(), channel_id = own.channel_id.get(), "a Telegram account was linked");
            words::linked(words::language_of(&locale), &company, &user)
        }
    };
    Ok(Some(After { say: Some(Notice::plain(&colleague.chat_id, text)), ..After::default() }))
}
