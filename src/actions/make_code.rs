//! A code that is sent to a bot: from the chat that shall hear of leads, or from a member's own account.
use crate::db::notices::{NewCode, NoticeBot};
use crate::domain::access::Principal;
use crate::domain::agent::language::Language;
use crate::domain::clock::{MINUTE, Micros};
use crate::domain::flaw::Flaw;
use crate::domain::notice::{Purpose, code, words};
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::secrets::token_hash;

const GOOD_FOR: Micros = 15 * MINUTE;

/// Shown once, to whoever made it: only its hash is kept.
pub struct MadeCode {
    pub code: String,
    pub expires_at: Micros,
    /// In their maker's language.
    pub language: Language,
    /// Where it may be sent; never empty.
    pub bots: Vec<NoticeBot>,
}

pub async fn make_code(who: &Principal, hub: &Hub, purpose: Purpose) -> Result<MadeCode> {
    let store = &hub.core.store;
    let bots = store.bots_of(who.company_id).await?;
    if bots.is_empty() {
        return Err(Error::conflict(Flaw::NoBotForCode));
    }
    let code = draw();
    let at = hub.core.clock.now();
    let (company_id, user_id, expires_at) = (who.company_id, who.user_id, at + GOOD_FOR);
    store.add_code(NewCode { company_id, user_id, purpose, code_hash: token_hash(&code), expires_at, at }).await?;
    let account = store.account(company_id, user_id).await?;
    let language = words::language_of(&account.map(|account| account.locale).unwrap_or_default());
    Ok(MadeCode { code, expires_at, language, bots })
}

fn draw() -> String {
    loop {
        if let Some(code) = code::spell(rand::random()) {
            return code;
        }
    }
}
