//! Companies, users and memberships.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::{Conn, audit, sessions};
use crate::db::accounts::*;
use crate::db::schema::*;
use crate::domain::access::Role;
use crate::domain::channel::{ChannelKind, HealthState};
use crate::domain::clock::Micros;
use crate::domain::ids::{CompanyId, UserId};

/// Makes the company with its feed, its owner, a hosted chat and the API channel; `None` when the e-mail has an account.
pub async fn register_company(c: &mut Conn, new: NewCompany) -> QueryResult<Option<UserId>> {
    let taken: i64 = users::table.filter(users::email.eq(&new.email)).count().get_result(c).await?;
    if taken > 0 {
        return Ok(None);
    }
    let company: CompanyId = diesel::insert_into(companies::table)
        .values((
            companies::name.eq(&new.company_name),
            companies::locale.eq(&new.locale),
            companies::time_zone.eq(&new.time_zone),
            companies::created_at.eq(new.at),
        ))
        .returning(companies::id)
        .get_result(c)
        .await?;
    diesel::insert_into(company_feeds::table).values(company_feeds::company_id.eq(company)).execute(c).await?;
    let user = add_user(c, &new.email, &new.user_name, &new.hashed_password, &new.locale, new.at).await?;
    join(c, company, user, Role::Owner.as_str(), new.at).await?;
    for (kind, key) in [(ChannelKind::Webchat, Some(&new.webchat_key)), (ChannelKind::Api, None)] {
        diesel::insert_into(channels::table)
            .values((
                channels::company_id.eq(company),
                channels::kind.eq(kind),
                channels::name.eq(kind.title_in(&new.locale)),
                channels::key.eq(key),
                channels::health_state.eq(HealthState::Ok),
                channels::created_at.eq(new.at),
                channels::updated_at.eq(new.at),
            ))
            .execute(c)
            .await?;
    }
    audit::record(c, company, Some(user), "company.registered".into(), format!("company:{company}"), json!({}), new.at).await?;
    Ok(Some(user))
}

pub(super) async fn add_user(
    c: &mut Conn,
    email: &str,
    name: &str,
    hashed: &str,
    locale: &str,
    at: Micros,
) -> QueryResult<UserId> {
    diesel::insert_into(users::table)
        .values((
            users::email.eq(email),
            users::name.eq(name),
            users::hashed_password.eq(hashed),
            users::locale.eq(locale),
            users::created_at.eq(at),
        ))
        .returning(users::id)
        .get_result(c)
        .await
}

/// The role is a word: an invitation may hold one that only a newer process knows.
pub(super) async fn join(c: &mut Conn, company: CompanyId, user: UserId, role: &str, at: Micros) -> QueryResult<()> {
    diesel::insert_into(memberships::table)
        .values((
            memberships::company_id.eq(company),
            memberships::user_id.eq(user),
            memberships::role.eq(role),
            memberships::created_at.eq(at),
        ))
        .execute(c)
        .await
        .map(|_| ())
}

pub async fn has_companies(c: &mut Conn) -> QueryResult<bool> {
    let first: Option<CompanyId> = companies::table.select(companies::id).first(c).await.optional()?;
    Ok(first.is_some())
}

/// The account that signs in with this e-mail: an active membership before an inactive one, the oldest first.
pub async fn account_by_email(c: &mut Conn, email: String) -> QueryResult<Option<Account>> {
    let at: Option<(CompanyId, UserId)> = memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(users::email.eq(email))
        .order((memberships::is_active.desc(), memberships::id))
        .select((memberships::company_id, memberships::user_id))
        .first(c)
        .await
        .optional()?;
    match at {
        Some((company, user)) => account(c, company, user).await,
        None => Ok(None),
    }
}

pub async fn account(c: &mut Conn, company: CompanyId, user: UserId) -> QueryResult<Option<Account>> {
    type Person = (String, String, String, bool, String, Option<String>, Micros, Option<Micros>);
    type Firm = (String, bool, String, Option<Micros>);
    let row: Option<(Person, (Role, bool), Firm)> = memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .inner_join(companies::table.on(companies::id.eq(memberships::company_id)))
        .filter(memberships::company_id.eq(company))
        .filter(memberships::user_id.eq(user))
        .select((
            (
                users::email,
                users::name,
                users::hashed_password,
                users::is_active,
                users::locale,
                users::time_zone,
                users::created_at,
                users::deleted_at,
            ),
            (memberships::role, memberships::is_active),
            (companies::name, companies::is_active, companies::time_zone, companies::deleted_at),
        ))
        .first(c)
        .await
        .optional()?;
    let Some((person, (role, member_active), firm)) = row else { return Ok(None) };
    let (email, name, hashed_password, user_active, locale, time_zone, created_at, user_gone) = person;
    let (company_name, company_active, company_zone, company_gone) = firm;
    let owner_id = first_user(c, company).await?;
    Ok(Some(Account {
        user_id: user,
        company_id: company,
        email,
        name,
        hashed_password,
        is_active: user_active && member_active && company_active && user_gone.is_none() && company_gone.is_none(),
        role,
        company_name,
        locale,
        time_zone: time_zone.unwrap_or(company_zone),
        owner_id,
        created_at,
    }))
}

/// Who registered the company: its owner to the outside, for every member.
pub(super) async fn first_user(c: &mut Conn, company: CompanyId) -> QueryResult<UserId> {
    memberships::table
        .filter(memberships::company_id.eq(company))
        .order(memberships::id)
        .select(memberships::user_id)
        .first(c)
        .await
}

pub async fn change_profile(
    c: &mut Conn,
    company: CompanyId,
    user: UserId,
    change: ProfileChange,
    at: Micros,
) -> QueryResult<()> {
    let password_changed = change.hashed_password.is_some();
    let set = (
        change.name.map(|v| users::name.eq(v)),
        change.locale.map(|v| users::locale.eq(v)),
        change.time_zone.map(|v| users::time_zone.eq(v)),
        change.hashed_password.map(|v| users::hashed_password.eq(v)),
        // Always something to set: diesel refuses an empty change.
        users::is_active.eq(users::is_active),
    );
    diesel::update(users::table.find(user)).set(set).execute(c).await?;
    if password_changed {
        audit::record(c, company, Some(user), "password.changed".into(), format!("user:{user}"), json!({}), at).await?;
    }
    Ok(())
}

/// Sets a password from outside (the command line) and ends all sessions; returns their ids.
pub async fn set_password(c: &mut Conn, user: UserId, hashed: String, at: Micros) -> QueryResult<Vec<i64>> {
    diesel::update(users::table.find(user)).set(users::hashed_password.eq(hashed)).execute(c).await?;
    sessions::revoke_others(c, user, None, at).await
}

pub async fn company_settings(c: &mut Conn, company: CompanyId) -> QueryResult<Option<CompanySettings>> {
    let row: Option<(String, String, String, Micros)> = companies::table
        .find(company)
        .select((companies::name, companies::locale, companies::time_zone, companies::created_at))
        .first(c)
        .await
        .optional()?;
    Ok(row.map(|(name, locale, time_zone, created_at)| CompanySettings { name, locale, time_zone, created_at }))
}

pub async fn change_settings(
    c: &mut Conn,
    company: CompanyId,
    user: UserId,
    change: SettingsChange,
    at: Micros,
) -> QueryResult<()> {
    let changed = json!({ "company_name": change.name, "locale": change.locale, "time_zone": change.time_zone });
    let set = (
        change.name.map(|v| companies::name.eq(v)),
        change.locale.map(|v| companies::locale.eq(v)),
        change.time_zone.map(|v| companies::time_zone.eq(v)),
        companies::is_active.eq(companies::is_active),
    );
    diesel::update(companies::table.find(company)).set(set).execute(c).await?;
    audit::record(c, company, Some(user), "settings.changed".into(), format!("company:{company}"), changed, at).await
}
