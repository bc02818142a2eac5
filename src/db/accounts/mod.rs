//! Companies, the people in them, and where they are signed in.
use serde_json::Value;

use super::store::ops;
use crate::domain::access::{Principal, Role};
use crate::domain::clock::Micros;
use crate::domain::ids::{CompanyId, UserId};

/// A company that registers itself, with its first user.
pub struct NewCompany {
    pub email: String,
    pub hashed_password: String,
    pub user_name: String,
    pub company_name: String,
    pub locale: String,
    pub time_zone: String,
    /// Public address of its first hosted chat.
    pub webchat_key: String,
    pub at: Micros,
}

/// A user as a member of one company.
#[derive(Clone, Debug)]
pub struct Account {
    pub user_id: UserId,
    pub company_id: CompanyId,
    pub email: String,
    pub name: String,
    pub hashed_password: String,
    /// User, membership and company are all active.
    pub is_active: bool,
    pub role: Role,
    pub company_name: String,
    pub locale: String,
    /// The user's own, else the company's.
    pub time_zone: String,
    /// The company's first user.
    pub owner_id: UserId,
    pub created_at: Micros,
}

pub struct NewSession {
    pub company_id: CompanyId,
    pub user_id: UserId,
    pub address: String,
    pub user_agent: String,
    pub expires_at: Micros,
    pub at: Micros,
}

/// A live session and who is behind it.
#[derive(Clone, Debug)]
pub struct LiveSession {
    pub principal: Principal,
    pub refresh_hash: String,
    pub previous_hash: Option<String>,
    pub rotated_at: Micros,
    pub last_seen_at: Micros,
}

#[derive(Clone, Debug, diesel::Queryable)]
pub struct SessionRow {
    pub id: i64,
    pub created_at: Micros,
    pub last_seen_at: Micros,
    pub address: String,
    pub user_agent: String,
}

/// What a member changes about themselves; `None` leaves it.
#[derive(Default)]
pub struct ProfileChange {
    pub name: Option<String>,
    pub locale: Option<String>,
    pub time_zone: Option<String>,
    pub hashed_password: Option<String>,
}

#[derive(Clone, Debug)]
pub struct CompanySettings {
    pub name: String,
    pub locale: String,
    pub time_zone: String,
    pub created_at: Micros,
}

#[derive(Default)]
pub struct SettingsChange {
    pub name: Option<String>,
    pub locale: Option<String>,
    pub time_zone: Option<String>,
}

ops! {
    write accounts::register_company(new: NewCompany) -> Option<UserId>;
    read accounts::account_by_email(email: String) -> Option<Account>;
    read accounts::account(company: CompanyId, user: UserId) -> Option<Account>;
    read accounts::has_companies() -> bool;
    write accounts::change_profile(company: CompanyId, user: UserId, change: ProfileChange, at: Micros) -> ();
    write accounts::set_password(user: UserId, hashed: String, at: Micros) -> Vec<i64>;
    read accounts::company_settings(company: CompanyId) -> Option<CompanySettings>;
    write accounts::change_settings(company: CompanyId, user: UserId, change: SettingsChange, at: Micros) -> ();
    write audit::record(company: CompanyId, user: Option<UserId>, action: String, target: String, data: Value, at: Micros) -> ();
    write sessions::open_session(new: NewSession) -> i64;
    write sessions::set_refresh(id: i64, hash: String) -> ();
    read sessions::live_session(id: i64, now: Micros) -> Option<LiveSession>;
    write sessions::rotate(id: i64, from: String, to: String, expires_at: Micros, at: Micros) -> bool;
    write sessions::touch(id: i64, at: Micros) -> ();
    write sessions::revoke(company: CompanyId, user: UserId, id: i64, at: Micros) -> bool;
    write sessions::revoke_others(user: UserId, spare: Option<i64>, at: Micros) -> Vec<i64>;
    read sessions::changed_since(since: Micros) -> Vec<(i64, Micros)>;
    read sessions::sessions_of(company: CompanyId, user: UserId, now: Micros, before: Option<(Micros, i64)>, limit: i64) -> Vec<SessionRow>;
}
