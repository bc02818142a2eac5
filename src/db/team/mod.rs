//! The people of a company: members and those invited.
use super::store::ops;
use crate::domain::access::{Principal, Role};
use crate::domain::clock::Micros;
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, UserId};

#[derive(Clone, Debug)]
pub struct MemberRow {
    pub user_id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub is_active: bool,
    pub created_at: Micros,
}

#[derive(Default)]
pub struct MemberChange {
    pub role: Option<Role>,
    pub is_active: Option<bool>,
    /// Leave the company for good; the e-mail is free again.
    pub remove: bool,
}

/// What came of changing a member.
pub enum MemberChanged {
    /// The sessions whose rights have changed.
    Done(Vec<i64>),
    Missing,
    /// Managers change operators only.
    Forbidden,
    /// Somebody must own the company.
    LastOwner,
}

pub struct NewInvite {
    pub company_id: CompanyId,
    pub role: Role,
    pub email: Option<String>,
    pub token_hash: String,
    pub created_by: UserId,
    pub expires_at: Micros,
    pub at: Micros,
}

#[derive(Clone, Debug, diesel::Queryable)]
pub struct InviteRow {
    pub id: i64,
    pub role: Role,
    pub email: Option<String>,
    pub created_at: Micros,
    pub expires_at: Micros,
}

/// An invitation as the one who holds its token sees it.
pub struct OpenInvite {
    pub id: i64,
    pub company_id: CompanyId,
    pub company_name: String,
    pub role: Role,
    pub email: Option<String>,
}

pub struct Accepting {
    pub token_hash: String,
    pub email: String,
    pub name: String,
    pub hashed_password: String,
    pub at: Micros,
}

pub enum Accepted {
    User {
        company_id: CompanyId,
        user_id: UserId,
    },
    EmailTaken,
    /// Used, revoked or too old in the meantime.
    Gone,
}

ops! {
    read team::members(company: CompanyId, after: i64, limit: i64) -> Vec<MemberRow>;
    read team::member(company: CompanyId, user: UserId) -> Option<MemberRow>;
    read team::people(company: CompanyId) -> Vec<(UserId, String)>;
    read team::home_seen_by(company: CompanyId, user: UserId, conversation: ConversationId) -> Option<(CompanyId, ChannelId, String)>;
    read team::loads(company: CompanyId, of: Vec<UserId>) -> Vec<(UserId, i64)>;
    read team::who_see(
        company: CompanyId,
        of: Vec<UserId>,
        conversation: ConversationId,
        given_to: Option<Option<UserId>>,
    ) -> Vec<UserId>;
    write team::change_member(by: Principal, user: UserId, change: MemberChange, at: Micros) -> MemberChanged;
    write team::create_invite(new: NewInvite) -> InviteRow;
    read team::open_invites(company: CompanyId, now: Micros, after: i64, limit: i64) -> Vec<InviteRow>;
    write team::revoke_invite(company: CompanyId, by: UserId, id: i64, at: Micros) -> bool;
    read team::invite_by_token(hash: String, now: Micros) -> Option<OpenInvite>;
    write team::accept_invite(accepting: Accepting) -> Accepted;
}
