//! Where a company's notices go, whose Telegram account is whose, and the codes that connect both.
use super::schema::*;
use super::store::ops;
use crate::domain::clock::Micros;
use crate::domain::ids::{ChannelId, CompanyId, UserId};
use crate::domain::notice::Purpose;

/// How many codes for its chat a company may have open: the oldest go.
pub const OPEN_CODES: i64 = 5;

pub struct NewCode {
    pub company_id: CompanyId,
    pub user_id: UserId,
    pub purpose: Purpose,
    pub code_hash: String,
    pub expires_at: Micros,
    pub at: Micros,
}

/// The chat that hears of leads.
#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = notice_chats)]
pub struct NoticeChat {
    pub channel_id: ChannelId,
    pub chat_id: String,
    pub title: String,
    pub connected_at: Micros,
}

/// A bot that a code can be sent to.
#[derive(Clone, Debug, diesel::Queryable, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Bot")]
pub struct NoticeBot {
    pub channel_id: ChannelId,
    /// Without @; null until the bot has answered for the first time.
    pub username: Option<String>,
}

#[derive(Clone, Debug, diesel::Queryable)]
pub struct TelegramLink {
    pub name: String,
    pub linked_at: Micros,
}

/// A payload of a provider that is no customer's: kept, so that it is recognised when it comes again.
#[derive(Clone, Debug)]
pub struct Own {
    pub company_id: CompanyId,
    pub channel_id: ChannelId,
    pub external_id: String,
    pub body: Vec<u8>,
    pub at: Micros,
}

/// A code as it came to a bot.
#[derive(Clone, Debug)]
pub struct CodeShown {
    pub own: Own,
    pub code_hash: String,
    pub chat_id: String,
    pub chat_title: String,
    /// Who sent it — id and name —, where Telegram says so.
    pub sender: Option<(String, String)>,
}

/// What a code opened, with what its maker is to be told.
#[derive(Clone, Debug, PartialEq)]
pub enum Opened {
    /// No code of this company, or too old. Nothing was written.
    Nothing,
    /// This very message opened it before.
    Again,
    Chat {
        locale: String,
        company: String,
    },
    Account {
        locale: String,
        company: String,
        user: String,
    },
}

ops! {
    write notices::add_code(new: NewCode) -> ();
    read notices::code_is_open(company: CompanyId, code_hash: String, now: Micros) -> bool;
    write notices::open_by_code(knock: CodeShown) -> Opened;
    write notices::keep_own(own: Own) -> bool;
    read notices::notice_chat(company: CompanyId) -> Option<NoticeChat>;
    write notices::move_notice_chat(company: CompanyId, from: String, to: String) -> ();
    read notices::is_notice_chat(company: CompanyId, channel: ChannelId, chat: String) -> bool;
    write notices::disconnect_chat(company: CompanyId, user: UserId, at: Micros) -> bool;
    read notices::bots_of(company: CompanyId) -> Vec<NoticeBot>;
    read notices::telegram_link(company: CompanyId, user: UserId) -> Option<TelegramLink>;
    write notices::unlink_telegram(company: CompanyId, user: UserId, at: Micros) -> bool;
}
