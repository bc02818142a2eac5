//! The versions of a channel's agent: each stays as it was, so that what was said under it can be told.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use super::{Conn, audit};
use crate::db::agents::{AgentVersion, AgentVersionBy};
use crate::db::schema::agent_versions::dsl as t;
use crate::db::schema::{agent_versions, channels, users};
use crate::domain::clock::Micros;
use crate::domain::ids::{ChannelId, CompanyId, UserId};

pub async fn current_agent(c: &mut Conn, company: CompanyId, channel: ChannelId) -> QueryResult<Option<AgentVersion>> {
    t::agent_versions
        .filter(t::channel_id.eq(channel).and(t::company_id.eq(company)))
        .order(t::number.desc())
        .select(AgentVersion::as_select())
        .first(c)
        .await
        .optional()
}

pub async fn agent_version(
    c: &mut Conn,
    company: CompanyId,
    channel: ChannelId,
    number: i64,
) -> QueryResult<Option<AgentVersion>> {
    t::agent_versions
        .filter(t::channel_id.eq(channel).and(t::company_id.eq(company)).and(t::number.eq(number)))
        .select(AgentVersion::as_select())
        .first(c)
        .await
        .optional()
}

/// Newest first.
pub async fn agent_versions(
    c: &mut Conn,
    company: CompanyId,
    channel: ChannelId,
    before: Option<i64>,
    limit: i64,
) -> QueryResult<Vec<AgentVersionBy>> {
    let rows: Vec<(AgentVersion, Option<String>)> = agent_versions::table
        .left_join(users::table.on(agent_versions::created_by.eq(users::id.nullable())))
        .filter(t::channel_id.eq(channel).and(t::company_id.eq(company)))
        .filter(t::number.lt(before.unwrap_or(i64::MAX)))
        .order(t::number.desc())
        .limit(limit)
        .select((AgentVersion::as_select(), users::name.nullable()))
        .load(c)
        .await?;
    Ok(rows.into_iter().map(|(version, name)| AgentVersionBy { version, name }).collect())
}

/// The next number; `None` when there is no such channel (any more).
pub async fn add_agent_version(
    c: &mut Conn,
    company: CompanyId,
    channel: ChannelId,
    settings: Value,
    user: UserId,
    at: Micros,
) -> QueryResult<Option<AgentVersion>> {
    if !lock(c, company, channel, at).await? {
        return Ok(None);
    }
    let last = current_agent(c, company, channel).await?.map_or(0, |v| v.number);
    let version = insert(c, company, channel, last + 1, settings, Some(user), at).await?;
    let data = json!({ "version": version.number });
    audit::record(c, company, Some(user), "agent.changed".into(), format!("channel:{channel}"), data, at).await?;
    Ok(Some(version))
}

/// The current version. Where nobody has saved one, these settings become the first: a run must name what it ran under.
pub async fn ensure_agent_version(
    c: &mut Conn,
    company: CompanyId,
    channel: ChannelId,
    settings: Value,
    at: Micros,
) -> QueryResult<Option<AgentVersion>> {
    if !lock(c, company, channel, at).await? {
        return Ok(None);
    }
    match current_agent(c, company, channel).await? {
        Some(version) => Ok(Some(version)),
        None => insert(c, company, channel, 1, settings, None, at).await.map(Some),
    }
}

/// Of two who save at once the second waits, and counts on from the first.
async fn lock(c: &mut Conn, company: CompanyId, channel: ChannelId, at: Micros) -> QueryResult<bool> {
    let row = channels::table
        .filter(channels::id.eq(channel).and(channels::company_id.eq(company)))
        .filter(channels::deleted_at.is_null());
    Ok(diesel::update(row).set(channels::updated_at.eq(at)).execute(c).await? > 0)
}

async fn insert(
    c: &mut Conn,
    company: CompanyId,
    channel: ChannelId,
    number: i64,
    settings: Value,
    user: Option<UserId>,
    at: Micros,
) -> QueryResult<AgentVersion> {
    diesel::insert_into(t::agent_versions)
        .values((
            t::company_id.eq(company),
            t::channel_id.eq(channel),
            t::number.eq(number),
            t::settings.eq(settings),
            t::created_by.eq(user),
            t::created_at.eq(at),
        ))
        .returning(AgentVersion::as_select())
        .get_result(c)
        .await
}
