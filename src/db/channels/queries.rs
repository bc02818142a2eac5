//! Channels: what a company has configured.
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::{Conn, audit};
use crate::db::channels::*;
use crate::db::schema::channels::dsl as t;
use crate::domain::channel::ChannelKind;
use crate::domain::clock::Micros;
use crate::domain::ids::{ChannelId, CompanyId, UserId};

/// How many live channels are in each state of health.
pub async fn channels_by_health(c: &mut Conn) -> QueryResult<Vec<(String, i64)>> {
    t::channels
        .filter(t::deleted_at.is_null())
        .group_by(t::health_state)
        .select((t::health_state, diesel::dsl::count_star()))
        .load(c)
        .await
}

pub async fn channels_of(c: &mut Conn, company: CompanyId, after: i64, limit: i64) -> QueryResult<Vec<ChannelRow>> {
    t::channels
        .filter(t::company_id.eq(company))
        .filter(t::deleted_at.is_null())
        .filter(t::id.gt(after))
        .order(t::id)
        .limit(limit)
        .select(ChannelRow::as_select())
        .load(c)
        .await
}

pub async fn channel(c: &mut Conn, company: CompanyId, id: ChannelId) -> QueryResult<Option<ChannelRow>> {
    t::channels
        .filter(t::company_id.eq(company))
        .filter(t::id.eq(id))
        .filter(t::deleted_at.is_null())
        .select(ChannelRow::as_select())
        .first(c)
        .await
        .optional()
}

pub async fn create_channel(c: &mut Conn, new: NewChannel) -> QueryResult<ChannelId> {
    let health = if new.seal.is_some() { "checking" } else { "ok" };
    let id: ChannelId = diesel::insert_into(t::channels)
        .values((
            t::company_id.eq(new.company_id),
            t::kind.eq(new.kind),
            t::name.eq(&new.name),
            t::mode.eq(new.mode),
            t::key.eq(&new.key),
            t::settings.eq(&new.settings),
            t::health_state.eq(health),
            t::created_at.eq(new.at),
            t::updated_at.eq(new.at),
        ))
        .returning(t::id)
        .get_result(c)
        .await?;
    if let Some(seal) = new.seal {
        // The whole write is undone: no channel without its token.
        let sealed = seal(id).map_err(|e| DieselError::SerializationError(e.into()))?;
        store_sealed(c, id, &sealed).await?;
    }
    let data = json!({ "kind": new.kind, "name": new.name });
    audit::record(c, new.company_id, Some(new.created_by), "channel.created".into(), format!("channel:{id}"), data, new.at)
        .await?;
    Ok(id)
}

async fn store_sealed(c: &mut Conn, id: ChannelId, sealed: &Sealed) -> QueryResult<()> {
    diesel::update(t::channels.find(id))
        .set((
            t::token.eq(&sealed.token),
            t::token_hint.eq(&sealed.token_hint),
            t::secret.eq(&sealed.secret),
            t::secret_hash.eq(&sealed.secret_hash),
            t::provider_id.eq(&sealed.provider_id),
            t::username.eq(None::<String>),
            t::poll_offset.eq(0),
        ))
        .execute(c)
        .await
        .map(|_| ())
}

pub async fn change_channel(
    c: &mut Conn,
    company: CompanyId,
    by: UserId,
    id: ChannelId,
    change: ChannelChange,
    at: Micros,
) -> QueryResult<bool> {
    let Some(now) = channel(c, company, id).await? else { return Ok(false) };
    let enabled = change.enabled.unwrap_or(now.enabled);
    let touched = change.sealed.is_some() || change.mode.is_some_and(|m| m != now.mode) || (enabled && !now.enabled);
    let health = match now.kind.as_str() {
        _ if !enabled => "disabled",
        kind if !has_provider(kind) => "ok",
        _ if touched => "checking",
        _ => now.health_state.as_str(),
    };
    let data = json!({
        "name": change.name, "mode": change.mode, "enabled": change.enabled, "token": change.sealed.is_some(),
        "settings": change.settings,
    });
    if let Some(sealed) = &change.sealed {
        store_sealed(c, id, sealed).await?;
    }
    diesel::update(t::channels.find(id))
        .set((
            change.name.map(|v| t::name.eq(v)),
            change.mode.map(|v| t::mode.eq(v)),
            change.settings.map(|v| t::settings.eq(v)),
            t::enabled.eq(enabled),
            t::health_state.eq(health),
            t::updated_at.eq(at),
        ))
        .execute(c)
        .await?;
    audit::record(c, company, Some(by), "channel.changed".into(), format!("channel:{id}"), data, at).await?;
    Ok(true)
}

fn has_provider(kind: &str) -> bool {
    ChannelKind::parse(kind).is_some_and(ChannelKind::has_provider)
}

/// Says that a check is under way; false when there is no such channel.
pub async fn mark_checking(c: &mut Conn, company: CompanyId, id: ChannelId) -> QueryResult<bool> {
    let Some(now) = channel(c, company, id).await? else { return Ok(false) };
    if now.enabled && has_provider(&now.kind) {
        diesel::update(t::channels.find(id)).set(t::health_state.eq("checking")).execute(c).await?;
    }
    Ok(true)
}

/// The row stays, because conversations stand on it. Its credentials go last: taking the webhook back needs them.
pub async fn remove_channel(c: &mut Conn, company: CompanyId, by: UserId, id: ChannelId, at: Micros) -> QueryResult<bool> {
    let Some(now) = channel(c, company, id).await? else { return Ok(false) };
    diesel::update(t::channels.find(id))
        .set((
            t::deleted_at.eq(at),
            t::enabled.eq(false),
            t::health_state.eq("disabled"),
            t::secret_hash.eq(None::<String>),
            t::updated_at.eq(at),
        ))
        .execute(c)
        .await?;
    let data = json!({ "kind": now.kind, "name": now.name });
    audit::record(c, company, Some(by), "channel.removed".into(), format!("channel:{id}"), data, at).await?;
    Ok(true)
}

pub async fn wipe_credentials(c: &mut Conn, company: CompanyId, id: ChannelId) -> QueryResult<()> {
    let gone = t::channels.filter(t::company_id.eq(company)).filter(t::id.eq(id)).filter(t::deleted_at.is_not_null());
    diesel::update(gone)
        .set((t::token.eq(None::<String>), t::secret.eq(None::<String>), t::key.eq(None::<String>)))
        .execute(c)
        .await
        .map(|_| ())
}
