//! Channels: what a company has configured.
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use super::{Conn, audit};
use crate::db::channels::*;
use crate::db::schema::channels::dsl as t;
use crate::db::words::Exact;
use crate::domain::channel::{ChannelKind, HealthState, UpdateMode};
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
    let health = if new.seal.is_some() { HealthState::Checking } else { HealthState::Ok };
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
    show_settings(c, id, &sealed.shown).await?;
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

/// Merges members into a channel's settings.
pub(super) async fn show_settings(c: &mut Conn, id: ChannelId, shown: &Value) -> QueryResult<()> {
    let Some(shown) = shown.as_object().filter(|shown| !shown.is_empty()) else { return Ok(()) };
    let mut settings: Value = t::channels.find(id).select(t::settings).first(c).await?;
    if !settings.is_object() {
        settings = json!({});
    }
    for (name, value) in shown {
        settings[name] = value.clone();
    }
    diesel::update(t::channels.find(id)).set(t::settings.eq(settings)).execute(c).await.map(|_| ())
}

pub async fn change_channel(
    c: &mut Conn,
    company: CompanyId,
    by: UserId,
    id: ChannelId,
    change: ChannelChange,
    at: Micros,
) -> QueryResult<bool> {
    let Some((Exact(kind), Exact(mode), was_enabled)) = stands(c, company, id).await? else { return Ok(false) };
    let enabled = change.enabled.unwrap_or(was_enabled);
    let touched = change.sealed.is_some() || change.mode.is_some_and(|m| m != mode) || (enabled && !was_enabled);
    let health = match kind {
        _ if !enabled => Some(HealthState::Disabled),
        kind if !kind.has_provider() => Some(HealthState::Ok),
        _ if touched => Some(HealthState::Checking),
        _ => None,
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
            health.map(|v| t::health_state.eq(v)),
            t::updated_at.eq(at),
        ))
        .execute(c)
        .await?;
    audit::record(c, company, Some(by), "channel.changed".into(), format!("channel:{id}"), data, at).await?;
    Ok(true)
}

/// What a change of a channel depends on.
type Stands = (Exact<ChannelKind>, Exact<UpdateMode>, bool);

async fn stands(c: &mut Conn, company: CompanyId, id: ChannelId) -> QueryResult<Option<Stands>> {
    t::channels
        .filter(t::company_id.eq(company))
        .filter(t::id.eq(id))
        .filter(t::deleted_at.is_null())
        .select((t::kind, t::mode, t::enabled))
        .first(c)
        .await
        .optional()
}

/// Says that a check is under way; false when there is no such channel.
pub async fn mark_checking(c: &mut Conn, company: CompanyId, id: ChannelId) -> QueryResult<bool> {
    let Some(now) = channel(c, company, id).await? else { return Ok(false) };
    if now.enabled && now.kind.has_provider() {
        diesel::update(t::channels.find(id)).set(t::health_state.eq(HealthState::Checking)).execute(c).await?;
    }
    Ok(true)
}

/// The row stays, because conversations stand on it. Its credentials go last: taking the webhook back needs them.
pub async fn remove_channel(c: &mut Conn, company: CompanyId, by: UserId, id: ChannelId, at: Micros) -> QueryResult<bool> {
    let Some(now) = channel(c, company, id).await? else { return Ok(false) };
    // A process that knows a newer kind or mode has to take its leave of the provider.
    if stands(c, company, id).await?.is_none() {
        return Ok(false);
    }
    diesel::update(t::channels.find(id))
        .set((
            t::deleted_at.eq(at),
            t::enabled.eq(false),
            t::health_state.eq(HealthState::Disabled),
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
