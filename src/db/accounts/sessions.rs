//! Where people are signed in.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::{Conn, audit};
use crate::db::accounts::*;
use crate::db::schema::*;
use crate::domain::access::{Principal, Role};
use crate::domain::clock::Micros;
use crate::domain::ids::{CompanyId, UserId};

/// The refresh token names its session, so its hash is set once the id is known.
pub async fn open_session(c: &mut Conn, new: NewSession) -> QueryResult<i64> {
    use sessions::dsl as t;
    let id: i64 = diesel::insert_into(t::sessions)
        .values((
            t::company_id.eq(new.company_id),
            t::user_id.eq(new.user_id),
            t::refresh_hash.eq(""),
            t::rotated_at.eq(new.at),
            t::address.eq(&new.address),
            t::user_agent.eq(&new.user_agent),
            t::created_at.eq(new.at),
            t::last_seen_at.eq(new.at),
            t::expires_at.eq(new.expires_at),
        ))
        .returning(t::id)
        .get_result(c)
        .await?;
    let data = json!({ "address": new.address });
    audit::record(c, new.company_id, Some(new.user_id), "signed_in".into(), format!("session:{id}"), data, new.at).await?;
    Ok(id)
}

pub async fn set_refresh(c: &mut Conn, id: i64, hash: String) -> QueryResult<()> {
    use sessions::dsl as t;
    diesel::update(t::sessions.find(id)).set(t::refresh_hash.eq(hash)).execute(c).await.map(|_| ())
}

/// `None` as soon as the session, the membership, the user or the company has ended.
pub async fn live_session(c: &mut Conn, id: i64, now: Micros) -> QueryResult<Option<LiveSession>> {
    type Row = ((CompanyId, UserId, String, Option<String>, Micros, Micros), Role, (String, String));
    let row: Option<Row> = sessions::table
        .inner_join(users::table.on(users::id.eq(sessions::user_id)))
        .inner_join(companies::table.on(companies::id.eq(sessions::company_id)))
        .inner_join(
            memberships::table
                .on(memberships::user_id.eq(sessions::user_id).and(memberships::company_id.eq(sessions::company_id))),
        )
        .filter(sessions::id.eq(id))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .filter(users::is_active.eq(true).and(users::deleted_at.is_null()))
        .filter(companies::is_active.eq(true).and(companies::deleted_at.is_null()))
        .filter(memberships::is_active.eq(true))
        .select((
            (
                sessions::company_id,
                sessions::user_id,
                sessions::refresh_hash,
                sessions::previous_hash,
                sessions::rotated_at,
                sessions::last_seen_at,
            ),
            memberships::role,
            (users::name, users::email),
        ))
        .first(c)
        .await
        .optional()?;
    let Some(((company_id, user_id, refresh_hash, previous_hash, rotated_at, last_seen_at), role, (name, email))) = row else {
        return Ok(None);
    };
    let departments = departments_of(c, company_id, user_id).await?;
    let principal = Principal { company_id, user_id, session_id: id, role, name, email, departments };
    Ok(Some(LiveSession { principal, refresh_hash, previous_hash, rotated_at, last_seen_at }))
}

pub(super) async fn departments_of(c: &mut Conn, company: CompanyId, user: UserId) -> QueryResult<Vec<i64>> {
    department_members::table
        .filter(department_members::company_id.eq(company))
        .filter(department_members::user_id.eq(user))
        .select(department_members::department_id)
        .load(c)
        .await
}

/// Moves from one refresh token to the next; false when another request was faster.
pub async fn rotate(c: &mut Conn, id: i64, from: String, to: String, expires_at: Micros, at: Micros) -> QueryResult<bool> {
    use sessions::dsl as t;
    let row = t::sessions.filter(t::id.eq(id)).filter(t::refresh_hash.eq(&from)).filter(t::revoked_at.is_null());
    diesel::update(row)
        .set((
            t::refresh_hash.eq(to),
            t::previous_hash.eq(&from),
            t::rotated_at.eq(at),
            t::last_seen_at.eq(at),
            t::expires_at.eq(expires_at),
        ))
        .execute(c)
        .await
        .map(|n| n > 0)
}

pub async fn touch(c: &mut Conn, id: i64, at: Micros) -> QueryResult<()> {
    use sessions::dsl as t;
    diesel::update(t::sessions.find(id)).set(t::last_seen_at.eq(at)).execute(c).await.map(|_| ())
}

/// Ends one session of this user; false when it is not theirs or has ended.
pub async fn revoke(c: &mut Conn, company: CompanyId, user: UserId, id: i64, at: Micros) -> QueryResult<bool> {
    use sessions::dsl as t;
    let mine = t::sessions
        .filter(t::id.eq(id))
        .filter(t::company_id.eq(company))
        .filter(t::user_id.eq(user))
        .filter(t::revoked_at.is_null());
    let ended = diesel::update(mine).set((t::revoked_at.eq(at), t::changed_at.eq(at))).execute(c).await? > 0;
    if ended {
        audit::record(c, company, Some(user), "signed_out".into(), format!("session:{id}"), json!({}), at).await?;
    }
    Ok(ended)
}

/// Ends all sessions of a user but one; returns the ids of the ended ones.
pub async fn revoke_others(c: &mut Conn, user: UserId, spare: Option<i64>, at: Micros) -> QueryResult<Vec<i64>> {
    use sessions::dsl as t;
    let theirs = t::sessions.filter(t::user_id.eq(user)).filter(t::revoked_at.is_null()).filter(t::id.ne(spare.unwrap_or(0)));
    diesel::update(theirs).set((t::revoked_at.eq(at), t::changed_at.eq(at))).returning(t::id).get_results(c).await
}

/// Marks all open sessions of a user whose rights have changed; returns their ids.
pub async fn mark_changed(c: &mut Conn, company: CompanyId, user: UserId, at: Micros) -> QueryResult<Vec<i64>> {
    use sessions::dsl as t;
    let theirs = t::sessions.filter(t::company_id.eq(company)).filter(t::user_id.eq(user)).filter(t::revoked_at.is_null());
    diesel::update(theirs).set(t::changed_at.eq(at)).returning(t::id).get_results(c).await
}

/// Sessions that ended or got other rights since, with when.
pub async fn changed_since(c: &mut Conn, since: Micros) -> QueryResult<Vec<(i64, Micros)>> {
    use sessions::dsl as t;
    t::sessions.filter(t::changed_at.gt(since)).select((t::id, t::changed_at)).load(c).await
}

pub async fn sessions_of(
    c: &mut Conn,
    company: CompanyId,
    user: UserId,
    now: Micros,
    before: Option<(Micros, i64)>,
    limit: i64,
) -> QueryResult<Vec<SessionRow>> {
    use sessions::dsl as t;
    let (at, id) = before.unwrap_or((Micros::MAX, i64::MAX));
    t::sessions
        .filter(t::company_id.eq(company))
        .filter(t::user_id.eq(user))
        .filter(t::revoked_at.is_null())
        .filter(t::expires_at.gt(now))
        .filter(t::last_seen_at.lt(at).or(t::last_seen_at.eq(at).and(t::id.lt(id))))
        .order((t::last_seen_at.desc(), t::id.desc()))
        .limit(limit)
        .select((t::id, t::created_at, t::last_seen_at, t::address, t::user_agent))
        .load(c)
        .await
}
