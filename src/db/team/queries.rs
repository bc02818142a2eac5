//! Members and invitations.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::{Conn, accounts, audit, open, sessions};
use crate::db::schema::*;
use crate::db::team::*;
use crate::domain::access::{Principal, Role, Scope};
use crate::domain::clock::Micros;
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, UserId};

/// Where a conversation is at home — company, channel, key — if this member may see it.
pub async fn home_seen_by(
    c: &mut Conn,
    company: CompanyId,
    user: UserId,
    conversation: ConversationId,
) -> QueryResult<Option<(CompanyId, ChannelId, String)>> {
    type Row = ((CompanyId, ChannelId, String), Option<i64>, Option<UserId>, Role);
    let found: Option<Row> = conversations::table
        .inner_join(identities::table.on(identities::id.eq(conversations::identity_id)))
        .inner_join(memberships::table.on(memberships::company_id.eq(conversations::company_id)))
        .filter(conversations::id.eq(conversation))
        .filter(conversations::company_id.eq(company))
        .filter(memberships::user_id.eq(user))
        .filter(memberships::is_active.eq(true))
        .select((
            (conversations::company_id, conversations::channel_id, identities::home_key),
            conversations::department_id,
            conversations::assignee_id,
            memberships::role,
        ))
        .first(c)
        .await
        .optional()?;
    let Some((home, department_id, assignee_id, role)) = found else { return Ok(None) };
    let member = seen_as(company, user, role, sessions::departments_of(c, company, user).await?);
    Ok(Some(home).filter(|_| member.sees(&Scope { department_id, assignee_id })))
}

/// Those of these members who may see the conversation; `given_to`: once these hands have it.
pub async fn who_see(
    c: &mut Conn,
    company: CompanyId,
    of: Vec<UserId>,
    conversation: ConversationId,
    given_to: Option<Option<UserId>>,
) -> QueryResult<Vec<UserId>> {
    use department_members as d;
    // Of a member's departments only the conversation's own matters.
    let shared = d::company_id
        .eq(memberships::company_id)
        .and(d::user_id.eq(memberships::user_id))
        .and(d::department_id.nullable().eq(conversations::department_id));
    type Row = (UserId, Role, Option<i64>, Option<UserId>, Option<i64>);
    let found: Vec<Row> = memberships::table
        .inner_join(conversations::table.on(conversations::company_id.eq(memberships::company_id)))
        .left_join(d::table.on(shared))
        .filter(conversations::id.eq(conversation))
        .filter(memberships::company_id.eq(company))
        .filter(memberships::user_id.eq_any(of))
        .filter(memberships::is_active.eq(true))
        .order(memberships::user_id)
        .select((
            memberships::user_id,
            memberships::role,
            conversations::department_id,
            conversations::assignee_id,
            d::department_id.nullable(),
        ))
        .load(c)
        .await?;
    let sees = |(user_id, role, department_id, assignee_id, shared): Row| {
        let departments = shared.into_iter().collect();
        let member = seen_as(company, user_id, role, departments);
        Some(user_id).filter(|_| member.sees(&Scope { department_id, assignee_id: given_to.unwrap_or(assignee_id) }))
    };
    Ok(found.into_iter().filter_map(sees).collect())
}

/// How many conversations, open or waiting for their customer, each of these has; who has none is not named.
pub async fn loads(c: &mut Conn, company: CompanyId, of: Vec<UserId>) -> QueryResult<Vec<(UserId, i64)>> {
    let held: Vec<(Option<UserId>, i64)> = conversations::table
        .filter(conversations::company_id.eq(company))
        .filter(conversations::assignee_id.eq_any(of))
        .filter(open::in_hand())
        .group_by(conversations::assignee_id)
        .select((conversations::assignee_id, diesel::dsl::count_star()))
        .load(c)
        .await?;
    Ok(held.into_iter().filter_map(|(user, count)| Some((user?, count))).collect())
}

/// What a member sees hangs on these alone.
fn seen_as(company_id: CompanyId, user_id: UserId, role: Role, departments: Vec<i64>) -> Principal {
    Principal { company_id, user_id, session_id: 0, role, name: String::new(), email: String::new(), departments }
}

type Member = (UserId, String, String, Role, bool, bool, Micros);

fn shown((user_id, name, email, role, active, user_active, created_at): Member) -> MemberRow {
    MemberRow { user_id, name, email, role, is_active: active && user_active, created_at }
}

/// Everybody who works here.
pub async fn people(c: &mut Conn, company: CompanyId) -> QueryResult<Vec<(UserId, String)>> {
    memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(memberships::company_id.eq(company))
        .filter(memberships::is_active.eq(true))
        .filter(users::deleted_at.is_null())
        .order(memberships::user_id)
        .select((users::id, users::name))
        .load(c)
        .await
}

/// Members by user id, after `after`.
pub async fn members(c: &mut Conn, company: CompanyId, after: i64, limit: i64) -> QueryResult<Vec<MemberRow>> {
    let rows: Vec<Member> = memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(memberships::company_id.eq(company))
        .filter(memberships::user_id.gt(after))
        .filter(users::deleted_at.is_null())
        .order(memberships::user_id)
        .limit(limit)
        .select((
            users::id,
            users::name,
            users::email,
            memberships::role,
            memberships::is_active,
            users::is_active,
            memberships::created_at,
        ))
        .load(c)
        .await?;
    Ok(rows.into_iter().map(shown).collect())
}

pub async fn member(c: &mut Conn, company: CompanyId, user: UserId) -> QueryResult<Option<MemberRow>> {
    Ok(members(c, company, user.get().saturating_sub(1), 1).await?.into_iter().find(|m| m.user_id == user))
}

pub async fn change_member(
    c: &mut Conn,
    by: Principal,
    user: UserId,
    change: MemberChange,
    at: Micros,
) -> QueryResult<MemberChanged> {
    let company = by.company_id;
    // Locks the company: of two owners who demote each other at once, one stays.
    diesel::update(companies::table.find(company)).set(companies::is_active.eq(companies::is_active)).execute(c).await?;
    let Some(now) = member(c, company, user).await? else { return Ok(MemberChanged::Missing) };
    let role = now.role;
    let wanted = change.role.unwrap_or(role);
    let active = change.is_active.unwrap_or(now.is_active) && !change.remove;
    let row = memberships::table.filter(memberships::company_id.eq(company)).filter(memberships::user_id.eq(user));
    // A newer process's role may be above this manager's.
    let word: String = row.select(memberships::role).first(c).await?;
    let is_higher = role > Role::Operator || Role::parse(&word).is_none();
    if by.role < Role::Owner && (is_higher || wanted > Role::Operator) {
        return Ok(MemberChanged::Forbidden);
    }
    if role == Role::Owner && now.is_active && (wanted != Role::Owner || !active) {
        let others: i64 = memberships::table
            .inner_join(users::table.on(users::id.eq(memberships::user_id)))
            .filter(memberships::company_id.eq(company))
            .filter(memberships::user_id.ne(user))
            .filter(memberships::role.eq(Role::Owner))
            .filter(memberships::is_active.eq(true).and(users::is_active.eq(true)).and(users::deleted_at.is_null()))
            .count()
            .get_result(c)
            .await?;
        if others == 0 {
            return Ok(MemberChanged::LastOwner);
        }
    }
    diesel::update(row)
        .set((change.role.map(|role| memberships::role.eq(role)), memberships::is_active.eq(active)))
        .execute(c)
        .await?;
    if change.remove {
        let freed = format!("{}#removed-{user}", now.email);
        diesel::update(users::table.find(user)).set((users::deleted_at.eq(at), users::email.eq(freed))).execute(c).await?;
    }
    let changed = if active {
        sessions::mark_changed(c, company, user, at).await?
    } else {
        sessions::revoke_others(c, user, None, at).await?
    };
    let action = if change.remove { "member.removed" } else { "member.changed" };
    let data = json!({ "role": wanted, "is_active": active });
    audit::record(c, company, Some(by.user_id), action.into(), format!("user:{user}"), data, at).await?;
    Ok(MemberChanged::Done(changed))
}

pub async fn create_invite(c: &mut Conn, new: NewInvite) -> QueryResult<InviteRow> {
    use invites::dsl as t;
    let id: i64 = diesel::insert_into(t::invites)
        .values((
            t::company_id.eq(new.company_id),
            t::role.eq(new.role),
            t::email.eq(&new.email),
            t::token_hash.eq(&new.token_hash),
            t::created_by.eq(new.created_by),
            t::created_at.eq(new.at),
            t::expires_at.eq(new.expires_at),
        ))
        .returning(t::id)
        .get_result(c)
        .await?;
    let data = json!({ "role": new.role });
    audit::record(c, new.company_id, Some(new.created_by), "member.invited".into(), format!("invite:{id}"), data, new.at).await?;
    Ok(InviteRow { id, role: new.role, email: new.email, created_at: new.at, expires_at: new.expires_at })
}

pub async fn open_invites(c: &mut Conn, company: CompanyId, now: Micros, after: i64, limit: i64) -> QueryResult<Vec<InviteRow>> {
    use invites::dsl as t;
    t::invites
        .filter(t::company_id.eq(company))
        .filter(t::id.gt(after))
        .filter(t::accepted_at.is_null().and(t::revoked_at.is_null()).and(t::expires_at.gt(now)))
        .order(t::id)
        .limit(limit)
        .select((t::id, t::role, t::email, t::created_at, t::expires_at))
        .load(c)
        .await
}

pub async fn revoke_invite(c: &mut Conn, company: CompanyId, by: UserId, id: i64, at: Micros) -> QueryResult<bool> {
    use invites::dsl as t;
    let open = t::invites
        .filter(t::company_id.eq(company))
        .filter(t::id.eq(id))
        .filter(t::accepted_at.is_null().and(t::revoked_at.is_null()));
    let revoked = diesel::update(open).set(t::revoked_at.eq(at)).execute(c).await? > 0;
    if revoked {
        audit::record(c, company, Some(by), "invite.revoked".into(), format!("invite:{id}"), json!({}), at).await?;
    }
    Ok(revoked)
}

pub async fn invite_by_token(c: &mut Conn, hash: String, now: Micros) -> QueryResult<Option<OpenInvite>> {
    let row: Option<(i64, CompanyId, String, Role, Option<String>)> = invites::table
        .inner_join(companies::table.on(companies::id.eq(invites::company_id)))
        .filter(invites::token_hash.eq(hash))
        .filter(invites::accepted_at.is_null().and(invites::revoked_at.is_null()).and(invites::expires_at.gt(now)))
        .filter(companies::is_active.eq(true).and(companies::deleted_at.is_null()))
        .select((invites::id, companies::id, companies::name, invites::role, invites::email))
        .first(c)
        .await
        .optional()?;
    Ok(row.map(|(id, company_id, company_name, role, email)| OpenInvite { id, company_id, company_name, role, email }))
}

pub async fn accept_invite(c: &mut Conn, accepting: Accepting) -> QueryResult<Accepted> {
    let Some(invite) = invite_by_token(c, accepting.token_hash, accepting.at).await? else { return Ok(Accepted::Gone) };
    let taken: i64 = users::table.filter(users::email.eq(&accepting.email)).count().get_result(c).await?;
    if taken > 0 {
        return Ok(Accepted::EmailTaken);
    }
    // Taken once: the second of two at the same time finds no row.
    let open = invites::table.filter(invites::id.eq(invite.id)).filter(invites::accepted_at.is_null());
    if diesel::update(open).set(invites::accepted_at.eq(accepting.at)).execute(c).await? == 0 {
        return Ok(Accepted::Gone);
    }
    let company = invite.company_id;
    let locale: String = companies::table.find(company).select(companies::locale).first(c).await?;
    let user =
        accounts::add_user(c, &accepting.email, &accepting.name, &accepting.hashed_password, &locale, accepting.at).await?;
    let role: String = invites::table.find(invite.id).select(invites::role).first(c).await?;
    accounts::join(c, company, user, &role, accepting.at).await?;
    diesel::update(invites::table.find(invite.id)).set(invites::accepted_by.eq(user)).execute(c).await?;
    let data = json!({ "role": role });
    audit::record(c, company, Some(user), "member.joined".into(), format!("user:{user}"), data, accepting.at).await?;
    Ok(Accepted::User { company_id: company, user_id: user })
}
