//! What a company has set for its agents, and what came of it.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::{Conn, agent_tools as tools, agent_versions as versions, audit};
use crate::db::agents::*;
use crate::db::schema::*;
use crate::domain::clock::Micros;
use crate::domain::ids::{ChannelId, CompanyId, UserId};

/// Everything that a turn on this channel needs, in four statements; `None` when the channel is gone or switched off.
pub async fn agent_desk(c: &mut Conn, channel: ChannelId, today: i64) -> QueryResult<Option<AgentDesk>> {
    type Row = (CompanyId, String, String, String, Option<AiSettingsRow>);
    let found: Option<Row> = channels::table
        .inner_join(companies::table.on(companies::id.eq(channels::company_id)))
        .left_join(ai_settings::table.on(ai_settings::company_id.eq(channels::company_id)))
        .filter(channels::id.eq(channel))
        .filter(channels::deleted_at.is_null().and(channels::enabled.eq(true)))
        .select((companies::id, companies::name, companies::time_zone, companies::locale, Option::<AiSettingsRow>::as_select()))
        .first(c)
        .await
        .optional()?;
    let Some((company_id, company_name, time_zone, locale, ai)) = found else { return Ok(None) };
    let version = versions::current_agent(c, company_id, channel).await?;
    let mut tools = tools::tools_of(c, company_id).await?;
    tools.retain(|tool| tool.enabled);
    let spent = spend(c, company_id, today).await?;
    let spent_today_micros = spent.iter().map(|row| row.cost_micros).sum();
    let here = spent.iter().filter(|row| row.channel_id == channel);
    let spent_here_today_micros = here.map(|row| row.cost_micros).sum();
    let desk = AgentDesk {
        company_id,
        company_name,
        time_zone,
        locale,
        version,
        ai,
        tools,
        spent_today_micros,
        spent_here_today_micros,
    };
    Ok(Some(desk))
}

pub async fn ai_settings(c: &mut Conn, company: CompanyId) -> QueryResult<Option<AiSettingsRow>> {
    ai_settings::table.find(company).select(AiSettingsRow::as_select()).first(c).await.optional()
}

/// A company's row comes with its first change.
async fn make_row(c: &mut Conn, company: CompanyId, at: Micros) -> QueryResult<()> {
    use ai_settings::dsl as t;
    diesel::insert_into(t::ai_settings)
        .values((t::company_id.eq(company), t::updated_at.eq(at)))
        .on_conflict(t::company_id)
        .do_nothing()
        .execute(c)
        .await
        .map(|_| ())
}

pub async fn change_ai_settings(c: &mut Conn, company: CompanyId, by: UserId, change: AiChange, at: Micros) -> QueryResult<()> {
    use ai_settings::dsl as t;
    make_row(c, company, at).await?;
    let data = json!({
        "api_key": change.api_key.as_ref().map(|key| if key.is_some() { "set" } else { "cleared" }),
        "base_url": change.base_url, "model": change.model, "transcribe_model": change.transcribe_model,
        "default_region": change.default_region, "prices": change.prices, "allowed_hosts": change.allowed_hosts,
        "daily_budget_micros": change.daily_budget_micros, "card": change.card.is_some(),
        "customer_fields": change.customer_fields,
    });
    // What went wrong with another key, server or model is no news any more.
    if change.api_key.is_some() || change.base_url.is_some() || change.model.is_some() {
        clear_ai_error(c, company).await?;
    }
    let key = change.api_key.map(|key| key.map_or((None, None), |key| (Some(key.sealed), Some(key.hint))));
    diesel::update(t::ai_settings.find(company))
        .set((
            key.map(|(sealed, hint)| (t::api_key.eq(sealed), t::key_hint.eq(hint))),
            change.base_url.map(|v| t::base_url.eq(v)),
            change.model.map(|v| t::model.eq(v)),
            change.transcribe_model.map(|v| t::transcribe_model.eq(v)),
            change.default_region.map(|v| t::default_region.eq(v)),
            change.prices.map(|v| t::prices.eq(v)),
            change.daily_budget_micros.map(|v| t::daily_budget_micros.eq(v)),
            change.card.map(|v| t::card.eq(v)),
            change.allowed_hosts.map(|v| t::allowed_hosts.eq(v)),
            change.customer_fields.map(|v| t::customer_fields.eq(v)),
            t::updated_at.eq(at),
        ))
        .execute(c)
        .await?;
    audit::record(c, company, Some(by), "ai.changed".into(), format!("company:{company}"), data, at).await
}

/// What the owner is told until a call succeeds: a wrong key, no money left.
pub async fn note_ai_error(c: &mut Conn, company: CompanyId, code: String, detail: String, at: Micros) -> QueryResult<()> {
    use ai_settings::dsl as t;
    make_row(c, company, at).await?;
    diesel::update(t::ai_settings.find(company))
        .set((t::error_code.eq(Some(code)), t::error_detail.eq(Some(detail)), t::error_at.eq(Some(at))))
        .execute(c)
        .await
        .map(|_| ())
}

pub async fn clear_ai_error(c: &mut Conn, company: CompanyId) -> QueryResult<()> {
    use ai_settings::dsl as t;
    diesel::update(t::ai_settings.filter(t::company_id.eq(company).and(t::error_code.is_not_null())))
        .set((t::error_code.eq(None::<String>), t::error_detail.eq(None::<String>), t::error_at.eq(None::<Micros>)))
        .execute(c)
        .await
        .map(|_| ())
}

/// Days on which something ran, oldest first, channel by channel.
pub async fn spend(c: &mut Conn, company: CompanyId, from_day: i64) -> QueryResult<Vec<SpendRow>> {
    use ai_spend::dsl as t;
    t::ai_spend
        .filter(t::company_id.eq(company))
        .filter(t::day.ge(from_day))
        .order((t::day, t::channel_id))
        .select(SpendRow::as_select())
        .load(c)
        .await
}

/// Also of channels that are gone: money was spent there.
pub async fn names_of_channels(c: &mut Conn, company: CompanyId, ids: Vec<ChannelId>) -> QueryResult<Vec<(ChannelId, String)>> {
    use channels::dsl as t;
    t::channels.filter(t::company_id.eq(company).and(t::id.eq_any(ids))).select((t::id, t::name)).load(c).await
}
